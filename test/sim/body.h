// Sends the body of a reply, changed or broken as a fault says.
#pragma once

#include <httplib.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "faults.h"
#include "json_out.h"
#include "stats.h"

namespace sim {

struct Reply {
    int status = 200;
    std::string content_type = "application/json";
    httplib::Headers headers;
    std::function<void(JsonOut&)> body;  // runs once the head is sent
};

Reply whole_reply(int status, std::string content_type, std::string body);

// Waits for `ms` (0 = as long as it takes), but no longer than the client is there and nobody
// clears the faults. True when the time has passed.
bool stall(int64_t ms, int remote_port, const Faults& faults);

// Chunked, without length, as Moodle does.
void send(httplib::Response& response, Reply reply, const std::optional<Fault>& fault,
          int remote_port, const Faults& faults, std::shared_ptr<Visit> visit);

}  // namespace sim
