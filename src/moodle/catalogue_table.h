// Foreign tables over a known function: which rows its answer has, and in which columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moodle/catalogue.h"

namespace moodle_fdw::moodle {

struct ImportedColumn {
    std::string name;
    ColumnType type;
    std::string path;   // "" with whole_row: the row itself; else "" = an argument's own
    std::string param;  // "" = not an argument
    bool whole_row = false;
};

struct ImportedTable {
    std::string name;
    std::string_view function;
    std::string rows;
    std::vector<ImportedColumn> columns;
};

enum class Nested {
    Jsonb,   // a list below a row is a column of jsonb
    Tables,  // … and a table of its own as well
};

// PostgreSQL cuts longer names.
inline constexpr size_t kMaxNameBytes = 63;

// The function's own table first, then, if wanted, those of the lists below its rows.
std::vector<ImportedTable> tables_of(const KnownFunction& function, Nested nested);

// CREATE FOREIGN TABLE … of it, in UTF-8.
std::string create_statement(const ImportedTable& table, std::string_view server);

// The argument that bounds how much one call answers, and how much it is unless asked: {"perpage",
// "10"}; "" where there is none.
struct PageBound {
    std::string argument;
    std::string fallback;
};
PageBound page_bound_of(const KnownFunction& function);

}  // namespace moodle_fdw::moodle
