#include "replay.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "functions.h"

namespace sim {

namespace {

// Made with other rights, in another way, or while the site was in a state: not what the plain
// request gives.
constexpr const char* kStates[] = {"perm_",
                                   "err_",
                                   "debug_",
                                   "maintenance",
                                   "phpfpm_down",
                                   "php_memory",
                                   "db_down",
                                   "nginx_",
                                   "webservices_disabled",
                                   "simpleserver",
                                   "path_notfound",
                                   "gzip_",
                                   "restricted",
                                   "http_",
                                   "fmt_",
                                   "setting",
                                   "accept_json",
                                   "format_last",
                                   "course16_newenrols"};
// The whole site is in it, whatever is asked for.
const std::set<std::string>& site_states() {
    static const std::set<std::string> known = {
        "maintenance_cli",         "phpfpm_down",   "db_down",
        "webservices_disabled",    "path_notfound", "nginx_504_timeout",
        "php_memory_exhausted_c34"};
    return known;
}

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Function and arguments in one text, whatever their order.
std::string request_key(const Arguments& arguments, bool with_options = true) {
    std::map<std::string, std::string> parts;
    const bool for_everybody = arguments.get("wsfunction") == "gradereport_user_get_grade_items";
    for (const auto& [name, value] : arguments.all()) {
        if (name == "wstoken" || name == "moodlewsrestformat") continue;
        if (!with_options && name.starts_with("options[")) continue;
        // Everybody is meant without it, too.
        if (name == "userid" && value == "0" && for_everybody) continue;
        parts[name] = value;
    }
    std::string key;
    for (const auto& [name, value] : parts) key += name + "=" + value + "\n";
    return key;
}

std::string header(const std::string& text, const std::string& name) {
    const size_t at = text.find("\n" + name + ": ");
    if (at == std::string::npos) return "";
    const size_t from = at + name.size() + 3;
    std::string value = text.substr(from, text.find('\n', from) - from);
    if (value.ends_with('\r')) value.pop_back();
    return value;
}

std::string to_text(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::ASCII<>> writer(
        buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

void keep_fields(rapidjson::Value& people, const std::string& list) {
    std::set<std::string> fields = split_list(list);
    fields.insert({"id", "fullname"});
    for (auto& person : people.GetArray()) {
        std::vector<std::string> gone;
        for (const auto& member : std::as_const(person).GetObject()) {
            if (!fields.contains(member.name.GetString())) gone.push_back(member.name.GetString());
        }
        for (const std::string& field : gone) person.EraseMember(field.c_str());
    }
}

// "perm_teacher" is meant by perm_teacher_c14, not by perm_teacher2_c14.
bool is_variant(const std::string& recorded, const std::string& wanted) {
    return recorded.starts_with(wanted) &&
           (recorded.size() == wanted.size() || recorded[wanted.size()] == '_');
}

// The request line, its headers, a blank line and the form, as NAME.req.txt has them.
Arguments recorded_arguments(const std::string& request) {
    Arguments arguments;
    const size_t line = request.find('\n');
    const size_t query = request.find('?');
    if (query < line) {
        const std::string target = request.substr(query + 1, line - query - 1);
        arguments.read(target.substr(0, target.find(' ')), 100'000);
    }
    const size_t blank = request.find("\n\n");
    if (blank == std::string::npos) return arguments;
    std::string form = request.substr(blank + 2, request.find('\n', blank + 2) - blank - 2);
    if (form.ends_with('\r')) form.pop_back();
    if (form.find("wsfunction=") != std::string::npos) arguments.read(form, 100'000);
    return arguments;
}

}  // namespace

Replay::Replay(const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".req.txt")) names.push_back(name.substr(0, name.size() - 8));
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) read(directory, name);
}

void Replay::read(const std::string& directory, const std::string& name) {
    std::string file;
    Recording recording;
    for (const char* ending : {".json", ".html", ".xml", ".json.gz"}) {
        if (!std::filesystem::exists(directory + "/" + name + ending)) continue;
        file = directory + "/" + name + ending;
        recording.encoding = std::string(ending) == ".json.gz" ? "gzip" : "";
    }
    if (file.empty()) return;
    const std::string request = slurp(directory + "/" + name + ".req.txt");
    const size_t answer = request.find("\n--- response");
    const std::string head = answer == std::string::npos ? "" : request.substr(answer + 1);
    // The last status line: a "100 Continue" may stand before it.
    const size_t status = head.rfind("\nHTTP/1.1 ");
    if (status != std::string::npos) recording.status = std::atoi(head.c_str() + status + 10);
    recording.content_type = header(head, "Content-Type");
    recording.retry_after = header(head, "Retry-After");
    recording.location = header(head, "Location");
    recording.body = slurp(file);
    const size_t variant = name.find("__");
    recording.function = name.substr(0, variant);
    recording.variant = variant == std::string::npos ? "" : name.substr(variant + 2);
    const Arguments arguments = recorded_arguments(request.substr(0, answer));
    if (arguments.get("wsfunction")) {
        by_request_.emplace(request_key(arguments), recordings_.size());
    }
    recordings_.push_back(std::move(recording));
}

std::optional<Recording> Replay::find(const Arguments& arguments) const {
    const std::string token = arguments.get("wstoken", "");
    // What is asked around the request that a variant is meant for is answered as without it.
    if (token.starts_with("replay-")) {
        if (auto named = variant_of(arguments, token.substr(7))) return named;
    }
    if (auto found = plain(request_key(arguments))) return found;
    return derive(arguments);
}

// By the same request first, then by the function, then for the whole site.
std::optional<Recording> Replay::variant_of(const Arguments& arguments,
                                            const std::string& variant) const {
    const auto [first, last] = by_request_.equal_range(request_key(arguments));
    for (auto one = first; one != last; ++one) {
        if (recordings_[one->second].variant == variant) return recordings_[one->second];
    }
    for (auto one = first; one != last; ++one) {
        if (is_variant(recordings_[one->second].variant, variant)) return recordings_[one->second];
    }
    const std::string function = arguments.get("wsfunction", "");
    for (const Recording& recording : recordings_) {
        if (recording.function == function && recording.variant == variant) return recording;
    }
    for (const Recording& recording : recordings_) {
        if (recording.variant == variant && site_states().contains(variant)) return recording;
    }
    return std::nullopt;
}

std::optional<Recording> Replay::plain(const std::string& key) const {
    const auto [first, last] = by_request_.equal_range(key);
    for (auto one = first; one != last; ++one) {
        const Recording& recording = recordings_[one->second];
        const bool state =
            std::any_of(std::begin(kStates), std::end(kStates),
                        [&](const char* prefix) { return recording.variant.starts_with(prefix); });
        if (!state && recording.status == 200) return recording;
    }
    // Recorded only as an error of its own (err_courseid_missing): that is the plain answer too.
    for (auto one = first; one != last; ++one) {
        const Recording& recording = recordings_[one->second];
        if (recording.variant.starts_with("err_") && recording.status == 200) return recording;
    }
    return std::nullopt;
}

std::optional<Recording> Replay::derive(const Arguments& arguments) const {
    const std::string function = arguments.get("wsfunction", "");
    if (function == "core_user_get_users") {
        const auto criteria = arguments.pairs("criteria", "key");
        static const std::set<std::string> known = {"id",    "username",  "idnumber", "auth",
                                                    "email", "firstname", "lastname"};
        if (criteria.size() == 1 && !known.contains(criteria.front().first)) {
            return everyone(criteria.front().first);
        }
    }
    if (function == "core_enrol_get_enrolled_users") return part_of_listing(arguments);
    if (function == "core_course_get_courses_by_field" && arguments.all().size() <= 3) {
        return all_courses();
    }
    return no_such_function(function);
}

const Recording* Replay::named(const std::string& function, const std::string& variant) const {
    for (const Recording& recording : recordings_) {
        if (recording.function == function && recording.variant == variant) return &recording;
    }
    return nullptr;
}

// What the recorded site did not have is answered as a function that was recorded missing there;
// what it had, but nobody recorded, is not.
std::optional<Recording> Replay::no_such_function(const std::string& function) const {
    const Recording* info = named("core_webservice_get_site_info", "admin");
    const Recording* missing = named("nosuch_function", "err_missing_function");
    if (info == nullptr || missing == nullptr || function.empty()) return std::nullopt;
    const bool known = info->body.find("{\"name\":\"" + function + "\",") != std::string::npos;
    return known ? std::nullopt : std::optional(*missing);
}

// The listing without a field was not recorded. It is made of the rows that were recorded for one
// field or another, and for the few courses in none of these of the rows of
// core_course_get_courses, which have most of the keys.
std::optional<Recording> Replay::all_courses() const {
    const Recording* listed = named("core_course_get_courses", "all");
    if (listed == nullptr) return std::nullopt;
    std::map<int64_t, rapidjson::Document> rows;  // by id
    const auto add = [&rows](const rapidjson::Value& courses) {
        for (const auto& course : courses.GetArray()) {
            rows[course["id"].GetInt64()].CopyFrom(course,
                                                   rows[course["id"].GetInt64()].GetAllocator());
        }
    };
    rapidjson::Document document;
    document.Parse<rapidjson::kParseFullPrecisionFlag>(listed->body.c_str());
    add(document);
    for (const Recording& recording : recordings_) {
        if (recording.function != "core_course_get_courses_by_field") continue;
        if (recording.variant.starts_with("perm_")) continue;
        document.Parse<rapidjson::kParseFullPrecisionFlag>(recording.body.c_str());
        if (document.IsObject() && document.HasMember("courses")) add(document["courses"]);
    }
    std::map<int64_t, std::string> sorted;
    for (const auto& [id, row] : rows) {
        const char* key = row.HasMember("sortorder") ? "sortorder" : "categorysortorder";
        sorted[row[key].GetInt64()] = to_text(row);
    }
    Recording derived = *listed;
    derived.body = "{\"courses\":[";
    for (const auto& [order, row] : sorted) {
        derived.body += (derived.body.back() == '[' ? "" : ",") + row;
    }
    derived.body += "],\"warnings\":[]}";
    return derived;
}

// An unknown search key gives everyone, with a warning: the recorded listing of everyone with the
// warning that was recorded for such a key.
std::optional<Recording> Replay::everyone(const std::string& item) const {
    for (Recording recording : recordings_) {
        if (recording.function != "core_user_get_users" ||
            recording.variant != "all_email_pctpct") {
            continue;
        }
        const size_t warnings = recording.body.rfind("\"warnings\":[]");
        if (warnings == std::string::npos) return std::nullopt;
        recording.body.replace(
            warnings, 13, to_json([&](JsonOut& out) {
                out.key("warnings").open('[').open('{').key("item").text(item);
                out.key("warningcode").text("invalidfieldparameter").key("message");
                out.text("The search key '" + item +
                         "' is not supported, look at the web service documentation");
                out.close('}').close(']');
            }));
        return recording;
    }
    return std::nullopt;
}

// A listing that was recorded whole answers for a page of it and for fewer fields too.
std::optional<Recording> Replay::part_of_listing(const Arguments& arguments) const {
    const auto whole = plain(request_key(arguments, false));
    if (!whole) return std::nullopt;
    rapidjson::Document people;
    people.Parse<rapidjson::kParseFullPrecisionFlag>(whole->body.c_str());
    // Nobody there, or the error that was recorded; RapidJSON cannot erase from an empty list.
    if (people.HasParseError() || !people.IsArray() || people.Empty()) return whole;
    std::stable_sort(people.Begin(), people.End(), [](const auto& a, const auto& b) {
        return a["id"].GetInt64() < b["id"].GetInt64();
    });
    int64_t from = 0, number = 0;
    for (const auto& [name, value] : arguments.pairs("options", "name")) {
        if (name == "limitfrom") {
            from = std::atoll(value.c_str());
        } else if (name == "limitnumber") {
            number = std::atoll(value.c_str());
        } else if (name == "userfields") {
            keep_fields(people, value);
        } else if (!(name == "sortby" && value == "id") &&
                   !(name == "sortdirection" && value == "ASC")) {
            return std::nullopt;
        }
    }
    const int64_t total = people.Size();
    from = std::clamp<int64_t>(from, 0, total);
    const int64_t to = number > 0 ? std::min(total, from + number) : total;
    people.Erase(people.Begin() + to, people.End());
    people.Erase(people.Begin(), people.Begin() + from);
    Recording derived = *whole;
    derived.body = to_text(people);
    return derived;
}

}  // namespace sim
