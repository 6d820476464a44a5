// What a real Moodle answered to the same request.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "arguments.h"

namespace sim {

struct Recording {
    std::string name;
    int status = 200;
    std::string content_type, retry_after, location, body;
};

class Replay {
  public:
    // Reads NAME.req.txt and NAME.{json,html,xml} of a directory.
    explicit Replay(const std::string& directory);
    // The answer to these arguments. A token replay-VARIANT chooses NAME__VARIANT; else the one
    // that was recorded with a plain token, or one that follows from it (README.md).
    std::optional<Recording> find(const Arguments& arguments) const;
    size_t size() const { return by_request_.size(); }

  private:
    void read(const std::string& directory, const std::string& name);
    std::optional<Recording> derive(const Arguments& arguments) const;

    std::map<std::string, Recording> by_request_;
    std::map<std::string, Recording> by_name_;
};

}  // namespace sim
