#include "moodle/quiet_hours.h"

#include <algorithm>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr int kDay = 24 * 60;
constexpr std::string_view kBlanks = " \t";
// More than anybody's day has.
constexpr size_t kMostSpans = 24;

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool take(std::string_view& text, char wanted) {
    std::string_view rest = text;
    skip_blanks(rest);
    if (!rest.starts_with(wanted)) return false;
    text = rest.substr(1);
    return true;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "08:00", and "24:00" as the end of a day.
bool take_time(std::string_view& text, int& minute) {
    skip_blanks(text);
    if (text.size() < 5 || !is_digit(text[0]) || !is_digit(text[1]) || text[2] != ':' ||
        !is_digit(text[3]) || !is_digit(text[4])) {
        return false;
    }
    const int hours = (text[0] - '0') * 10 + text[1] - '0';
    const int minutes = (text[3] - '0') * 10 + text[4] - '0';
    text.remove_prefix(5);
    minute = hours * 60 + minutes;
    return minutes < 60 && minute <= kDay;
}

// Minutes until the end of this span, or 0.
int left_of(const QuietHours::Span& span, int minute) {
    const bool over_midnight = span.to < span.from;
    if (!over_midnight) return minute >= span.from && minute < span.to ? span.to - minute : 0;
    if (minute >= span.from) return span.to + kDay - minute;
    return minute < span.to ? span.to - minute : 0;
}

}  // namespace

bool parse_quiet_hours(std::string_view text, QuietHours& hours, std::string& problem) {
    hours = {};
    do {
        QuietHours::Span span{};
        if (!take_time(text, span.from) || !take(text, '-') || !take_time(text, span.to) ||
            span.from == kDay) {
            problem = "hours are written as 08:00-18:00";
            return false;
        }
        if (span.from == span.to) {
            problem = "hours begin and end at the same time";
            return false;
        }
        hours.spans.push_back(span);
        if (hours.spans.size() > kMostSpans) {
            problem = "there are too many hours";
            return false;
        }
    } while (take(text, ','));
    if (!text.empty() && kBlanks.find(text[0]) == std::string_view::npos) {
        problem = "between hours and time zone is a space";
        return false;
    }
    skip_blanks(text);
    hours.zone = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    return true;
}

int quiet_minutes_left(const QuietHours& hours, int minute) {
    int left = 0;
    // Spans may follow on each other.
    for (bool grown = true; grown && left < kDay;) {
        grown = false;
        for (const QuietHours::Span& span : hours.spans) {
            const int more = left_of(span, (minute + left) % kDay);
            left += more;
            grown = grown || more > 0;
        }
    }
    return std::min(left, kDay);
}

bool asks_whole_site(const FetchPlan& plan) {
    // Whether a site has the first function is known only after asking for it.
    if (plan.otherwise != nullptr && asks_whole_site(*plan.otherwise)) return true;
    if (plan.units_from_query) return false;
    if (plan.lister == nullptr) {
        return plan.users_report || plan.function == "core_user_get_users";
    }
    const FetchPlan* root = plan.lister->plan.get();
    while (root->lister != nullptr) root = root->lister->plan.get();
    return !root->units_from_query;
}

}  // namespace moodle_fdw::moodle
