// The database of a site with a story, as SQL for psql: what a Moodle of the same people, courses
// and deeds would have in its mdl_ tables. Those that moodle_fdw reads, with the columns that
// matter.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "site.h"
#include "story.h"

namespace sim {

// Into a schema that is not there yet; all or nothing.
void write_database(std::ostream& out, const Site& site, const std::string& schema);

// Hundredths, as numeric(10,5).
struct Decimal {
    int64_t hundredths;
};
// 0 = NULL.
struct OrNull {
    int64_t number;
};
// Of a grade in hundredths of 100, in points of so many.
inline Decimal points(int64_t grade, int64_t of) {
    return {grade * of / 100};
}

// One table with its rows: columns as in CREATE TABLE, then row by row.
class Table {
  public:
    Table(std::ostream& out, const std::string& schema, const char* name, const char* columns);
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    template <typename... Values>
    void row(const Values&... values) {
        bool first = true;
        ((put(first), put(values)), ...);
        line_ += '\n';
        if (line_.size() > 60'000) flush();
    }

  private:
    void put(bool& first) {
        if (!first) line_ += '\t';
        first = false;
    }
    void put(int64_t value) { line_ += std::to_string(value); }
    void put(int value) { line_ += std::to_string(value); }
    void put(Decimal value);
    void put(OrNull value) {
        if (value.number == 0) return put(std::nullopt);
        put(value.number);
    }
    void put(std::string_view text);
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(const char* text) { put(std::string_view(text)); }
    void put(std::nullopt_t) { line_ += "\\N"; }
    template <typename Value>
    void put(const std::optional<Value>& value) {
        if (value) {
            put(*value);
        } else {
            put(std::nullopt);
        }
    }
    void flush();

    std::ostream& out_;
    std::string line_;
};

// Where things are, by context.
constexpr int64_t kSystemContext = 1;
constexpr int64_t course_context(int64_t course) {
    return 10'000'000 + course;
}
constexpr int64_t module_context(int64_t module) {
    return module + 1000;  // as core_course_get_contents says
}
constexpr int64_t category_context(int64_t category) {
    return 20'000'000 + category;
}
constexpr int64_t user_context(int64_t user) {
    return 30'000'000 + user;
}

void write_log(std::ostream& out, const Site& site, const std::string& schema);
void write_activities(std::ostream& out, const Site& site, const std::string& schema);
void write_results(std::ostream& out, const Site& site, const std::string& schema);

}  // namespace sim
