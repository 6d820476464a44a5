// Addresses as users give them: whatever is accepted is http or https, with a host, without user
// info, query or control characters.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/url.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using moodle_fdw::net::BaseUrl;
    const std::string text(reinterpret_cast<const char*>(data), size);
    BaseUrl url;
    std::string problem;
    if (!moodle_fdw::net::parse_base_url(text, url, problem)) {
        if (problem.empty()) abort();
        return 0;
    }
    if (url.scheme != "http" && url.scheme != "https") abort();
    if (url.host.empty() || !url.endpoint.starts_with(url.text)) abort();
    if (url.endpoint.find_first_of("?# \r\n\t\\") != std::string::npos) abort();
    const size_t authority = url.endpoint.find("://") + 3;
    if (url.endpoint.substr(authority, url.endpoint.find('/', authority) - authority).find('@') !=
        std::string::npos) {
        abort();
    }
    return 0;
}
