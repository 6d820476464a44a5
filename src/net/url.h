// A Moodle's address as the user gives it, made safe.
#pragma once

#include <string>
#include <string_view>

namespace moodle_fdw::net {

struct BaseUrl {
    std::string scheme;  // http or https, nothing else
    std::string host;
    std::string text;      // scheme://host[:port][/path] without trailing slash
    std::string endpoint;  // text + /webservice/rest/server.php
};

// Accepts "https://ead.example.edu", a trailing slash, and an address that already ends in
// /webservice/rest/server.php. Refuses other schemes, user info, query, fragment, control
// characters, spaces, an empty host, and more than 2000 bytes. `problem` is a sentence for the
// user.
bool parse_base_url(std::string_view text, BaseUrl& url, std::string& problem);

}  // namespace moodle_fdw::net
