#include "faults.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>

#include "json_out.h"

namespace sim {

namespace {

const std::set<std::string>& kinds() {
    static const std::set<std::string> known = {
        // instead of an answer
        "stall_before", "delay_ms", "reset", "cut_header", "garbage", "html_page", "huge_header",
        "http_status", "empty_body", "maintenance", "expired_token", "moodle_error",
        "fail_over_users", "memory_limit",
        // on the way of the true answer
        "stall_body", "cut_body", "reset_body", "bad_chunk", "slow_drip", "huge_body", "huge_value",
        "wrong_content_type", "trailing_garbage", "invalid_utf8", "null_bytes",
        "control_characters", "lone_surrogate", "deep_nesting", "wrong_types", "duplicate_keys"};
    return known;
}

std::string all_kinds() {
    std::string list;
    for (const std::string& kind : kinds()) list += (list.empty() ? "" : ", ") + kind;
    return list;
}

using JsonMember = rapidjson::Value::ConstMemberIterator;

std::string text_of(const rapidjson::Value& value) {
    if (value.IsString()) return {value.GetString(), value.GetStringLength()};
    if (value.IsInt64()) return std::to_string(value.GetInt64());
    return {};
}

std::optional<std::string> read_member(const JsonMember& member, Fault& fault) {
    const std::string name = member->name.GetString();
    const rapidjson::Value& value = member->value;
    const std::map<std::string, int64_t*> numbers = {
        {"times", &fault.times},       {"every", &fault.every},
        {"skip", &fault.skip},         {"after_bytes", &fault.after_bytes},
        {"bytes", &fault.bytes},       {"ms", &fault.ms},
        {"delay_ms", &fault.delay_ms}, {"limit", &fault.limit},
        {"status", &fault.status},     {"depth", &fault.depth}};
    const std::map<std::string, std::string*> texts = {{"kind", &fault.kind},
                                                       {"function", &fault.function},
                                                       {"retry_after", &fault.retry_after},
                                                       {"location", &fault.location},
                                                       {"content_type", &fault.content_type},
                                                       {"errorcode", &fault.errorcode},
                                                       {"message", &fault.message},
                                                       {"exception", &fault.exception},
                                                       {"mode", &fault.mode},
                                                       {"key", &fault.key},
                                                       {"value", &fault.value}};
    if (const auto number = numbers.find(name); number != numbers.end()) {
        if (!value.IsInt64()) return name + " is a whole number";
        *number->second = value.GetInt64();
    } else if (const auto text = texts.find(name); text != texts.end()) {
        *text->second = text_of(value);
    } else if (name == "body") {
        fault.body = text_of(value);
    } else if (name == "with_length") {
        fault.with_length = value.IsBool() && value.GetBool();
    } else if (name == "match" && value.IsObject()) {
        for (const auto& one : value.GetObject()) {
            fault.match.emplace_back(one.name.GetString(), text_of(one.value));
        }
    } else {
        return "a fault has no member " + name;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> Faults::add(const std::string& json) {
    rapidjson::Document list;
    list.Parse(json.c_str());
    if (list.HasParseError() || !list.IsArray()) return "a JSON list of faults was expected";
    std::vector<Fault> added;
    for (const auto& one : list.GetArray()) {
        if (!one.IsObject()) return "each fault is an object";
        Fault fault;
        for (JsonMember member = one.MemberBegin(); member != one.MemberEnd(); ++member) {
            if (auto problem = read_member(member, fault)) return problem;
        }
        if (!kinds().contains(fault.kind)) {
            return "unknown kind '" + fault.kind + "'; there are " + all_kinds();
        }
        if (fault.every < 1) return "every is at least 1";
        added.push_back(std::move(fault));
    }
    const std::lock_guard lock(mutex_);
    faults_.insert(faults_.end(), added.begin(), added.end());
    return std::nullopt;
}

void Faults::clear() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
    clears_++;
}

std::optional<Fault> Faults::take(const std::string& function, const Arguments& arguments) {
    const std::lock_guard lock(mutex_);
    for (Fault& fault : faults_) {
        if (fault.times >= 0 && fault.met >= fault.times) continue;
        if (!fault.function.empty() && fault.function != function) continue;
        const bool concerns = std::all_of(
            fault.match.begin(), fault.match.end(),
            [&](const auto& wanted) { return arguments.get(wanted.first) == wanted.second; });
        if (!concerns || ++fault.seen <= fault.skip) continue;
        if ((fault.seen - fault.skip) % fault.every != 0) continue;
        fault.met++;
        return fault;
    }
    return std::nullopt;
}

std::string Faults::as_json() const {
    const std::lock_guard lock(mutex_);
    return to_json([&](JsonOut& out) {
        out.open('[');
        for (const Fault& fault : faults_) {
            out.open('{').key("kind").text(fault.kind).key("function").text(fault.function);
            out.key("times").number(fault.times).key("seen").number(fault.seen);
            out.key("met").number(fault.met).close('}');
        }
        out.close(']');
    });
}

}  // namespace sim
