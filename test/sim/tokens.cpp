#include "tokens.h"

#include <cstdlib>
#include <iostream>

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

}  // namespace

Tokens::Tokens(const Options& options) : roles_(options.tokens) {
    roles_.insert({{"simadmin", "full"},
                   {"simteacher", "teacher"},
                   {"simstudent", "student"},
                   {"simnoident", "noident"},
                   {"simexpired", "expired"},
                   {"simsuspended", "suspended"}});
    for (const auto& [token, role] : roles_) {
        if (kinds().contains(role) || role == "expired" || role == "suspended") continue;
        std::cerr << "moodle_sim: --token: no role " << role
                  << "; there are full, teacher, student, noident, expired, suspended\n";
        std::exit(2);
    }
}

std::optional<Answer> Tokens::refuse(const std::string& token, Caller& caller) {
    const auto known = roles_.find(token);
    const std::unique_lock lock(mutex_);
    if (known == roles_.end() || expired_.contains(token)) {
        return moodle_exception("invalidtoken", "Invalid token - token not found");
    }
    if (known->second == "suspended") {
        return moodle_exception("wsaccessusersuspended",
                                "Refused web service access for suspended username: wssuspended");
    }
    if (known->second == "expired") {
        expired_.insert(token);
        return no_access();
    }
    caller = Caller(kinds().at(known->second));
    return std::nullopt;
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
