// Which tokens the site knows, and as whom.
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
    // Ends the program when --token names an unknown role.
    explicit Tokens(const Options& options);

    // Why this token gets nothing; else `caller` is whose it is.
    std::optional<Answer> refuse(const std::string& token, Caller& caller);
    // From now on the token is unknown, until forget().
    Answer expire(const std::string& token);
    void forget();

  private:
    std::map<std::string, std::string> roles_;  // of a token
    std::mutex mutex_;
    std::set<std::string> expired_;
};

}  // namespace sim
