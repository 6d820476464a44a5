// Hours in which a site is not asked for much: "08:00-12:00,13:00-18:00 Europe/Berlin".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "moodle/fetch.h"

namespace moodle_fdw::moodle {

struct QuietHours {
    struct Span {
        int from;  // minutes of the day
        int to;    // up to 24:00; before `from`: of the next day
    };
    std::vector<Span> spans;
    std::string zone;  // "" = the database server's
};

// False with a sentence in `problem`.
bool parse_quiet_hours(std::string_view text, QuietHours& hours, std::string& problem);

// How many minutes are left of them at this minute of the day; 0 = it is not quiet.
int quiet_minutes_left(const QuietHours& hours, int minute);

// A scan that is heavy for a site: it lists all users, or asks for each of all courses or users.
bool asks_whole_site(const FetchPlan& plan);

}  // namespace moodle_fdw::moodle
