#include "settings.h"

#include <rapidjson/document.h>

#include <map>
#include <utility>

namespace sim {

namespace {

struct Release {
    const char *text, *version;
};

const std::map<std::string, Release>& releases() {
    static const std::map<std::string, Release> known = {
        {"4.1", {"4.1.18 (Build: 20250414)", "2022112818"}},
        {"4.2", {"4.2.11 (Build: 20241007)", "2023042411"}},
        {"4.3", {"4.3.12 (Build: 20250414)", "2023100912"}},
        {"4.4", {"4.4.10 (Build: 20250811)", "2024042210"}},
        {"4.5", {"4.5.6 (Build: 20250811)", "2024100706"}},
        {"5.0", {"5.0.2 (Build: 20250811)", "2025041402"}},
        {"5.1", {"5.1 (Build: 20251006)", "2025100600"}}};
    return known;
}

// From Moodle's upgrade notes; the catalogue is that of 4.5.
struct Change {
    const char *functions, *version;  // names that begin so
    bool gone;
};
constexpr Change kChanges[] = {
    {"mod_chat_", kMoodle50, true},
    {"mod_survey_", kMoodle50, true},
    {"core_output_load_fontawesome_icon_map", kMoodle50, true},
    {"core_grades_get_enrolled_users_for_search_widget", kMoodle50, true},
    {"core_grades_get_groups_for_search_widget", kMoodle50, true},
    {"mod_quiz_get_user_quiz_attempts", kMoodle50, false},
    {"core_ai_", kMoodle45, false},
    {"aiplacement_", kMoodle45, false}};

std::optional<std::string> read_setting(const std::string& name, const rapidjson::Value& value,
                                        Options& options) {
    const std::map<std::string, std::string*> texts = {{"release", &options.release},
                                                       {"version", &options.version},
                                                       {"wwwroot", &options.wwwroot},
                                                       {"maintenance", &options.maintenance}};
    const std::map<std::string, bool*> switches = {{"gzip", &options.gzip},
                                                   {"strict_wwwroot", &options.strict_wwwroot},
                                                   {"web_services", &options.web_services},
                                                   {"own_clock", &options.own_clock},
                                                   {"plugin_roles", &options.plugin_roles}};
    const std::map<std::string, int*> numbers = {{"clock_skew", &options.clock_skew},
                                                 {"max_input_vars", &options.max_input_vars}};
    if (const auto text = texts.find(name); text != texts.end()) {
        if (!value.IsString()) return name + " is a text";
        *text->second = value.GetString();
    } else if (const auto one = switches.find(name); one != switches.end()) {
        if (!value.IsBool()) return name + " is true or false";
        *one->second = value.GetBool();
    } else if (const auto number = numbers.find(name); number != numbers.end()) {
        if (!value.IsInt()) return name + " is a whole number";
        *number->second = value.GetInt();
    } else if (name == "moodle" && value.IsString()) {
        return become_moodle(value.GetString(), options);
    } else {
        return "a site has no setting " + name;
    }
    if (!options.maintenance.empty() && options.maintenance != "cli" &&
        options.maintenance != "old") {
        return "maintenance is cli, old or empty";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> become_moodle(const std::string& number, Options& options) {
    const auto release = releases().find(number);
    if (release == releases().end()) return "no Moodle " + number + "; there are 4.1 to 5.1";
    options.release = release->second.text;
    options.version = release->second.version;
    return std::nullopt;
}

std::optional<std::string> read_settings(const std::string& json, Options& options) {
    rapidjson::Document wanted;
    wanted.Parse(json.c_str());
    if (wanted.HasParseError() || !wanted.IsObject()) return "a JSON object was expected";
    for (const auto& member : std::as_const(wanted).GetObject()) {
        if (auto wrong = read_setting(member.name.GetString(), member.value, options)) return wrong;
    }
    return std::nullopt;
}

bool has_function(const std::string& function, const std::string& version) {
    for (const Change& change : kChanges) {
        const bool since = version >= change.version;
        if (function.starts_with(change.functions)) return since != change.gone;
    }
    return true;
}

}  // namespace sim
