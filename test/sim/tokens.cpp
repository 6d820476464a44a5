#include "tokens.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace sim {

namespace {

const std::map<std::string, Caller::Kind>& kinds() {
    static const std::map<std::string, Caller::Kind> known = {
        {"full", Caller::Kind::Admin},
        {"teacher", Caller::Kind::Teacher},
        {"student", Caller::Kind::Student},
        {"noident", Caller::Kind::NoIdentity}};
    return known;
}

std::optional<std::string> wrong_role(const std::string& role) {
    if (kinds().contains(role) || role == "expired" || role == "suspended") return std::nullopt;
    return "no role " + role + "; there are full, teacher, student, noident, expired, suspended";
}

std::optional<std::string> wrong_capability(const std::string& capability) {
    if (capabilities().contains(capability)) return std::nullopt;
    std::string list;
    for (const std::string& one : capabilities()) list += (list.empty() ? "" : ", ") + one;
    return "no capability " + capability + "; there are " + list;
}

[[noreturn]] void end_with(const std::string& problem) {
    std::cerr << "moodle_sim: --token: " << problem << "\n";
    std::exit(2);
}

std::set<std::string> read_list(const rapidjson::Value& list) {
    std::set<std::string> words;
    for (const auto& one : list.GetArray()) {
        if (one.IsString()) words.insert(one.GetString());
    }
    return words;
}

// A member of what /__sim/tokens takes.
std::optional<std::string> read_member(const std::string& name, const rapidjson::Value& value,
                                       std::string& token, std::string& role, Rights& rights) {
    if (name == "token" || name == "role") {
        if (!value.IsString()) return name + " is a text";
        (name == "token" ? token : role) = value.GetString();
        return std::nullopt;
    }
    const bool known = name == "without" || name == "functions" || name == "without_functions";
    if (!known) return "a token has no member " + name;
    if (!value.IsArray()) return name + " is a list";
    if (name == "without") rights.without = read_list(value);
    if (name == "functions") rights.functions = read_list(value);
    if (name == "without_functions") rights.without_functions = read_list(value);
    return std::nullopt;
}

// "full-moodle/course:view-mod/quiz:view": a role, and what is taken from it.
std::pair<std::string, Rights> read_role(const std::string& text) {
    Rights rights;
    const size_t end = std::min(text.find('-'), text.size());
    for (size_t at = end; at < text.size();) {
        const size_t next = std::min(text.find('-', at + 1), text.size());
        rights.without.insert(text.substr(at + 1, next - at - 1));
        at = next;
    }
    return {text.substr(0, end), rights};
}

}  // namespace

Tokens::Tokens(const Options& options)
    : fixed_([&] {
          std::map<std::string, Token> tokens;
          for (const auto& [token, text] : options.tokens) {
              auto [role, rights] = read_role(text);
              if (auto wrong = wrong_role(role)) end_with(*wrong);
              for (const std::string& capability : rights.without) {
                  if (auto wrong = wrong_capability(capability)) end_with(*wrong);
              }
              tokens[token] = {role, std::make_shared<const Rights>(std::move(rights))};
          }
          for (const char* role :
               {"full", "teacher", "student", "noident", "expired", "suspended"}) {
              const std::string word = role == std::string("full") ? "admin" : role;
              tokens.insert({"sim" + word, {role, nullptr}});
          }
          return tokens;
      }()) {}

std::optional<Answer> Tokens::refuse(const std::string& token, Caller& caller) {
    const std::unique_lock lock(mutex_);
    const auto added = added_.find(token);
    const auto fixed = fixed_.find(token);
    const bool is_known = added != added_.end() || fixed != fixed_.end();
    if (!is_known || expired_.contains(token)) {
        return moodle_exception("invalidtoken", "Invalid token - token not found");
    }
    const Token& known = added != added_.end() ? added->second : fixed->second;
    if (known.role == "suspended") {
        return moodle_exception("wsaccessusersuspended",
                                "Refused web service access for suspended username: wssuspended");
    }
    if (known.role == "expired") {
        expired_.insert(token);
        return no_access();
    }
    caller = Caller(kinds().at(known.role), known.rights);
    if (!caller.can("webservice/rest:use")) return no_access();
    return std::nullopt;
}

std::optional<std::string> Tokens::add(const std::string& json) {
    rapidjson::Document wanted;
    wanted.Parse(json.c_str());
    if (wanted.HasParseError() || !wanted.IsObject()) return "a JSON object was expected";
    std::string token, role = "full";
    Rights rights;
    for (const auto& member : std::as_const(wanted).GetObject()) {
        const std::string name = member.name.GetString();
        if (auto wrong = read_member(name, member.value, token, role, rights)) return wrong;
    }
    if (token.empty()) return "token is missing";
    if (auto wrong = wrong_role(role)) return wrong;
    for (const std::string& capability : rights.without) {
        if (auto wrong = wrong_capability(capability)) return wrong;
    }
    const std::unique_lock lock(mutex_);
    added_[token] = {role, std::make_shared<const Rights>(std::move(rights))};
    return std::nullopt;
}

void Tokens::forget_added() {
    const std::unique_lock lock(mutex_);
    added_.clear();
}

Answer Tokens::expire(const std::string& token) {
    const std::unique_lock lock(mutex_);
    expired_.insert(token);
    return no_access();
}

void Tokens::forget() {
    const std::unique_lock lock(mutex_);
    expired_.clear();
}

}  // namespace sim
