#include "replay.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace sim {

namespace {

// Made with other rights, or while the site was in a state: not what the plain request gives.
constexpr const char* kStates[] = {
    "perm_",         "err_",    "debug_",    "maintenance",          "phpfpm",
    "php_memory",    "db_down", "nginx_",    "webservices_disabled", "simpleserver",
    "path_notfound", "gzip_",   "newenrols", "restricted",           "http_",
    "fmt_",          "setting"};

std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// Function and arguments in one text, whatever their order.
std::string request_key(const Arguments& arguments) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : arguments.all()) {
        if (name != "wstoken" && name != "moodlewsrestformat") parts.push_back(name + "=" + value);
    }
    std::sort(parts.begin(), parts.end());
    std::string key;
    for (const std::string& part : parts) key += part + "\n";
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
    return buffer.GetString();
}

void keep_fields(rapidjson::Value& people, const std::string& list) {
    std::set<std::string> fields = {"id", "fullname"};
    std::stringstream words(list);
    for (std::string word; std::getline(words, word, ',');) fields.insert(word);
    for (auto& person : people.GetArray()) {
        for (auto member = person.MemberBegin(); member != person.MemberEnd();) {
            const bool kept = fields.contains(member->name.GetString());
            member = kept ? member + 1 : person.EraseMember(member);
        }
    }
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
    const std::string request = slurp(directory + "/" + name + ".req.txt");
    Recording recording;
    recording.name = name;
    std::string file;
    for (const char* ending : {".json", ".html", ".xml"}) {
        if (std::filesystem::exists(directory + "/" + name + ending)) {
            file = directory + "/" + name + ending;
        }
    }
    if (file.empty()) return;
    recording.body = slurp(file);
    const size_t answer = request.find("\n--- response");
    const std::string head = answer == std::string::npos ? "" : request.substr(answer + 1);
    const size_t status = head.find("HTTP/1.1 ");
    if (status != std::string::npos) recording.status = std::atoi(head.c_str() + status + 9);
    recording.content_type = header(head, "Content-Type");
    recording.retry_after = header(head, "Retry-After");
    recording.location = header(head, "Location");
    by_name_[name] = recording;

    const size_t blank = request.find("\n\n");
    if (blank == std::string::npos) return;
    const size_t end = request.find('\n', blank + 2);
    std::string form = request.substr(blank + 2, end - blank - 2);
    if (form.ends_with('\r')) form.pop_back();
    const Arguments arguments = Arguments::parse(form, 100'000);
    const size_t variant = name.find("__");
    const std::string_view tail =
        variant == std::string::npos ? "" : std::string_view(name).substr(variant + 2);
    const bool state = std::any_of(std::begin(kStates), std::end(kStates),
                                   [&](const char* prefix) { return tail.starts_with(prefix); });
    if (!state && recording.status == 200 && arguments.get("wsfunction")) {
        by_request_.emplace(request_key(arguments), recording);
    }
}

std::optional<Recording> Replay::find(const Arguments& arguments) const {
    const std::string token = arguments.get("wstoken", "");
    if (token.starts_with("replay-")) {
        const auto named = by_name_.find(arguments.get("wsfunction", "") + "__" + token.substr(7));
        if (named != by_name_.end()) return named->second;
    }
    const auto found = by_request_.find(request_key(arguments));
    if (found != by_request_.end()) return found->second;
    return derive(arguments);
}

// A listing of people that was recorded whole answers for a part of it too; and an unknown search
// key gives the recorded listing of everyone with Moodle's warning.
std::optional<Recording> Replay::derive(const Arguments& arguments) const {
    Arguments plain = arguments;
    const std::string function = arguments.get("wsfunction", "");
    if (function == "core_user_get_users" && arguments.get("criteria[0][key]", "") == "everyone") {
        const auto all = by_name_.find("core_user_get_users__all_email_pctpct");
        if (all == by_name_.end()) return std::nullopt;
        Recording derived = all->second;
        const size_t warnings = derived.body.rfind("\"warnings\":[]");
        derived.body.replace(
            warnings, 13,
            R"("warnings":[{"item":"everyone","warningcode":"invalidfieldparameter","message":)"
            R"("The search key 'everyone' is not supported, look at the web service documentation"}])");
        return derived;
    }
    if (function != "core_enrol_get_enrolled_users") return std::nullopt;
    const auto options = arguments.pairs("options", "name");
    if (options.empty()) return std::nullopt;
    for (size_t i = 0; i < options.size(); i++) {
        plain.erase("options[" + std::to_string(i) + "][name]");
        plain.erase("options[" + std::to_string(i) + "][value]");
    }
    const auto whole = by_request_.find(request_key(plain));
    if (whole == by_request_.end()) return std::nullopt;
    rapidjson::Document people;
    people.Parse<rapidjson::kParseFullPrecisionFlag>(whole->second.body.c_str());
    if (people.HasParseError() || !people.IsArray()) return whole->second;
    std::sort(people.Begin(), people.End(),
              [](const auto& a, const auto& b) { return a["id"].GetInt64() < b["id"].GetInt64(); });
    int64_t from = 0, number = 0;
    for (const auto& [name, value] : options) {
        if (name == "limitfrom") from = std::atoll(value.c_str());
        if (name == "limitnumber") number = std::atoll(value.c_str());
        if (name == "userfields") keep_fields(people, value);
    }
    const int64_t total = people.Size();
    from = std::min(from, total);
    const int64_t to = number > 0 ? std::min(total, from + number) : total;
    people.Erase(people.Begin() + to, people.End());
    people.Erase(people.Begin(), people.Begin() + from);
    Recording derived = whole->second;
    derived.body = to_text(people);
    return derived;
}

}  // namespace sim
