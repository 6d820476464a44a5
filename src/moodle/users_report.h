// A report of users that an administrator made with Moodle's report builder, read back to records
// of users: {"id": 222, "username": "ann", …}, as the functions that list users serve them. Its
// columns are known by their headings, which stand before the rows of each page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moodle/json.h"

namespace moodle_fdw::moodle {

class UsersReport {
  public:
    // What came before the first row of a page. False: `problem` says what is wrong with it.
    bool take_headings(std::string_view envelope, std::string& problem);

    enum class Row { User, Nobody, Wrong };
    // One row, {"columns": […]}, as a record of a user. An empty field is left out, as where users
    // are listed by other ways. The record is good until the next row.
    Row translate(Value row, std::string_view& record, std::string& problem);

    // The headings by which a field of a user is known, in lower case and by preference. Empty: no
    // report shows it as it is stored.
    static std::vector<std::string> headings_of(std::string_view field);

  private:
    bool find_fields(std::string& problem);

    std::vector<std::string> headings_;  // of the first page
    std::vector<int> positions_;         // of each known field; -1 = the report does not have it
    std::string record_;
};

}  // namespace moodle_fdw::moodle
