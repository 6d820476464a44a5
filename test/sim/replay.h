// What a real Moodle answered to the same request.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arguments.h"

namespace sim {

struct Recording {
    std::string function, variant;  // of the file's name: FUNCTION__VARIANT.json
    int status = 200;
    std::string content_type, retry_after, location, encoding, body;
};

class Replay {
  public:
    // Reads NAME.req.txt and NAME.{json,html,xml,json.gz} of a directory.
    explicit Replay(const std::string& directory);
    // The answer to these arguments: the one recorded with the administrator's token, or one that
    // follows from it (README.md). A token replay-VARIANT chooses another one.
    std::optional<Recording> find(const Arguments& arguments) const;
    size_t size() const { return recordings_.size(); }

  private:
    void read(const std::string& directory, const std::string& name);
    std::optional<Recording> variant_of(const Arguments& arguments,
                                        const std::string& variant) const;
    std::optional<Recording> plain(const std::string& key) const;
    std::optional<Recording> derive(const Arguments& arguments) const;
    const Recording* named(const std::string& function, const std::string& variant) const;
    std::optional<Recording> no_such_function(const std::string& function) const;
    std::optional<Recording> all_courses() const;
    std::optional<Recording> everyone(const std::string& item) const;
    std::optional<Recording> part_of_listing(const Arguments& arguments) const;

    std::vector<Recording> recordings_;
    std::multimap<std::string, size_t> by_request_;
};

}  // namespace sim
