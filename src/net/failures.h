// What libcurl's codes mean to a caller.
#pragma once

#include <curl/curl.h>

#include <string>

#include "net/transport.h"

namespace moodle_fdw::net {

struct FailureContext {
    Phase phase;
    bool by_proxy;
    bool encoded;        // a Content-Encoding was announced
    bool head_complete;  // status and headers are known
};

Failure classify(CURLcode code, const FailureContext& context);

// scheme://host[:port]/path of an address: user info, query and fragment may hold secrets.
std::string bare_location(const char* url);

// Takes the user info of a proxy's address out of a message.
std::string redact_user_info(const std::string& text, const std::string& proxy);

}  // namespace moodle_fdw::net
