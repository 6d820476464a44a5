// Sends the body of an answer, changed or broken as a fault says.
#pragma once

#include <httplib.h>

#include <functional>
#include <optional>

#include "faults.h"
#include "functions.h"

namespace sim {

// Chunked, without length, as Moodle does. `done` is called with the bytes sent.
void send_body(httplib::Response& response, const Answer& answer, const std::optional<Fault>& fault,
               int remote_port, std::function<void(int64_t)> done);

// The JSON of an exception, as Moodle's.
std::string error_json(const MoodleError& error);

// Ends a connection by RST: what comes next is not sent.
void reset_connection(int remote_port);

}  // namespace sim
