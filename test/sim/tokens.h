// Which tokens the site knows, as whom, and with what rights.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "functions.h"

namespace sim {

class Tokens {
  public:
    // Ends the program when --token names an unknown role or capability.
    explicit Tokens(const Options& options);

    // Why this token gets nothing; else `caller` is whose it is.
    std::optional<Answer> refuse(const std::string& token, Caller& caller);
    // From now on the token is unknown, until forget().
    Answer expire(const std::string& token);
    void forget();

    // One more token, or other rights for one; a sentence when the JSON cannot be read:
    // {"token":…, "role":…, "without":[capabilities], "functions":[…], "without_functions":[…]}
    std::optional<std::string> add(const std::string& json);
    // Those that the command line named are left.
    void forget_added();

  private:
    struct Token {
        std::string role;
        std::shared_ptr<const Rights> rights;
    };
    const std::map<std::string, Token> fixed_;
    std::mutex mutex_;
    std::map<std::string, Token> added_;
    std::set<std::string> expired_;
};

}  // namespace sim
