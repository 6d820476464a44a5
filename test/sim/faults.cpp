#include "faults.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <set>

namespace sim {

namespace {

const std::set<std::string>& kinds() {
    static const std::set<std::string> known = {
        "stall_before", "stall_body",     "cut_body",     "cut_with_length",    "reset",
        "reset_body",   "garbage",        "html_page",    "wrong_content_type", "huge_body",
        "http_status",  "slow_drip",      "invalid_utf8", "deep_nesting",       "lone_surrogate",
        "wrong_types",  "duplicate_keys", "maintenance",  "moodle_error",       "fail_over_users",
        "delay_ms",     "null_bytes",     "huge_header",  "empty_body",         "trailing_garbage"};
    return known;
}

void read_text(const rapidjson::Value& from, const char* name, std::string& to) {
    const auto found = from.FindMember(name);
    if (found == from.MemberEnd()) return;
    if (found->value.IsString()) to = found->value.GetString();
    if (found->value.IsInt64()) to = std::to_string(found->value.GetInt64());
}

void read_number(const rapidjson::Value& from, const char* name, int64_t& to) {
    const auto found = from.FindMember(name);
    if (found != from.MemberEnd() && found->value.IsInt64()) to = found->value.GetInt64();
}

Fault read_fault(const rapidjson::Value& from) {
    Fault fault;
    int64_t status = fault.status;
    read_number(from, "times", fault.times);
    read_number(from, "every", fault.every);
    read_number(from, "after_bytes", fault.after_bytes);
    read_number(from, "bytes", fault.bytes);
    read_number(from, "ms", fault.ms);
    read_number(from, "limit", fault.limit);
    read_number(from, "status", status);
    fault.status = static_cast<int>(status);
    read_text(from, "kind", fault.kind);
    read_text(from, "function", fault.function);
    read_text(from, "retry_after", fault.retry_after);
    read_text(from, "location", fault.location);
    read_text(from, "body", fault.body);
    read_text(from, "content_type", fault.content_type);
    read_text(from, "errorcode", fault.errorcode);
    read_text(from, "message", fault.message);
    read_text(from, "exception", fault.exception);
    const auto match = from.FindMember("match");
    if (match != from.MemberEnd() && match->value.IsObject()) {
        for (const auto& member : match->value.GetObject()) {
            std::string value;
            read_text(match->value, member.name.GetString(), value);
            fault.match.emplace_back(member.name.GetString(), value);
        }
    }
    return fault;
}

}  // namespace

std::optional<std::string> Faults::add(const std::string& json) {
    rapidjson::Document list;
    list.Parse(json.c_str());
    if (list.HasParseError() || !list.IsArray()) return "a JSON list of faults was expected";
    std::vector<Fault> added;
    for (const auto& one : list.GetArray()) {
        if (!one.IsObject()) return "each fault is an object";
        added.push_back(read_fault(one));
        if (!kinds().contains(added.back().kind)) return "unknown kind " + added.back().kind;
        if (added.back().every < 1) return "every is at least 1";
    }
    const std::lock_guard lock(mutex_);
    faults_.insert(faults_.end(), added.begin(), added.end());
    return std::nullopt;
}

void Faults::clear() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

std::optional<Fault> Faults::take(const std::string& function, const Arguments& arguments) {
    const std::lock_guard lock(mutex_);
    for (Fault& fault : faults_) {
        if (fault.times == 0) continue;
        if (!fault.function.empty() && fault.function != function) continue;
        const bool concerns = std::all_of(
            fault.match.begin(), fault.match.end(),
            [&](const auto& wanted) { return arguments.get(wanted.first) == wanted.second; });
        if (!concerns || ++fault.seen % fault.every != 0) continue;
        if (fault.times > 0) fault.times--;
        return fault;
    }
    return std::nullopt;
}

}  // namespace sim
