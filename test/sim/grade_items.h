// The grade items of a course, and what each says of one user.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "site.h"

namespace sim {

struct GradeItem {
    enum class Kind { Assign, Quiz, Manual, Scale, Forum, TextOnly, Outcome, Category, Total };
    Kind kind;
    int64_t id, course;
    int number;              // 0 = the course total
    int64_t bumps = 0;       // how often a test renamed it
    std::string title = {};  // where it has a name of its own

    bool is_total() const { return kind == Kind::Category || kind == Kind::Total; }
    bool is_module() const {
        return kind == Kind::Assign || kind == Kind::Quiz || kind == Kind::Forum;
    }
    // Where Moodle shows the words of a scale.
    bool is_scale() const { return kind == Kind::Scale || kind == Kind::Outcome; }
    // HTML, unescaped; "" for totals.
    std::string name() const;
};

// What a report shows of a user's grade; texts are HTML.
struct Grade {
    std::string raw;  // a JSON number, or null
    std::string formatted, percentage, minimum, maximum, range, feedback;
    bool is_set = false;
};

// --items of them, and then the course total.
std::vector<GradeItem> grade_items(const Site& site, int64_t course);
Grade grade_of(const Site& site, const GradeItem& item, int64_t user);

}  // namespace sim
