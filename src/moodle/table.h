// A foreign table as the scan sees it, and the way to its rows that a set of restrictions allows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "moodle/entity.h"
#include "moodle/fetch.h"

namespace moodle_fdw::moodle {

struct Column {
    std::string name;
    ColumnType type = ColumnType::Text;
    std::string path;
    // "" = a qual on it stays local; "courseid:userid": the two of a fan-out over enrolments.
    std::string argument;
    std::vector<std::string> without = {};  // keys of the record that a digest leaves out
    // The function cannot be called unless a condition gives the argument, or, with `any_of`, one
    // of those arguments that have the same name there.
    bool required = false;
    std::string any_of = {};
};

struct Table {
    std::string name;
    const EntityDef* entity = nullptr;  // nullptr: written by hand
    std::string function;
    std::string rows;
    Arguments fixed;
    FanOut fan_out = FanOut::None;
    const UnitsDef* units = nullptr;  // in place of what fan_out says
    std::string users_by;
    std::vector<Column> columns;
};

// Turns an entity's definition into a table with all its columns, or with none yet.
Table table_of(const EntityDef& entity);
Table table_without_columns(const EntityDef& entity);

// What the query says of one column, values already known.
struct Restriction {
    enum class Kind { AnyOf, Prefix, AtLeast, AtMost };
    std::string column;
    Kind kind = Kind::AnyOf;
    std::vector<std::string> values;
};

// How the rows will be had; `plan` feeds a Fetch.
struct Access {
    FetchPlan plan;
    // What was pushed, for EXPLAIN: "course_id", "email".
    std::vector<std::string> pushed;
    // Columns whose argument the function needs and no condition gives: it is not to be called.
    std::vector<std::string> missing;
};

// `wanted`: positions in table.columns that the query reads. False with a sentence in `problem`
// when the table's own definition makes no sense (bad path, unknown strategy).
bool choose_access(const Table& table, const std::vector<Restriction>& restrictions,
                   const std::vector<int>& wanted, Access& access, std::string& problem);

// The columns whose restrictions choose_access could use: planning asks before values are known.
bool can_push(const Table& table, const std::string& column, Restriction::Kind kind);

// Sets `required` of a hand-written or imported table's columns, as far as the catalogue knows the
// function; the site itself refuses what it misses of any other.
void mark_required(Table& table);

// Of these columns, given by conditions, the ones that are missing still.
std::vector<std::string> missing_columns(const Table& table, const std::vector<int>& given);

// "courseid = 14 AND letter = '…'": what could be added to WHERE.
std::string missing_example(const Table& table, const std::vector<std::string>& missing);

}  // namespace moodle_fdw::moodle
