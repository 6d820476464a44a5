#include "wrong_reply.h"

#include <random>

namespace sim {

namespace {

constexpr char kMaintenancePage[] =
    "<!DOCTYPE html>\n<html  lang=\"en\" xml:lang=\"en\">\n    <head>\n        <title>Simulated "
    "Moodle under maintenance</title>\n    </head>\n    <body>\n        <h1>Simulated Moodle under "
    "maintenance</h1>\n        <div class='alert-danger'>The site is undergoing maintenance and is "
    "currently not available</div>\n    </body>\n</html>\n";
constexpr char kOldMaintenance[] =
    "{\"exception\":\"core\\\\exception\\\\moodle_exception\",\"errorcode\":\"sitemaintenance\","
    "\"message\":\"The site is undergoing maintenance and is currently not available\"}";
constexpr char kHtmlPage[] =
    "<!DOCTYPE html>\n<html><head><title>Simulated Moodle: Log in to the site</title></head>"
    "<body><h1>Log in</h1><form action=\"login/index.php\"></form></body></html>\n";

std::string garbage(int64_t bytes) {
    std::minstd_rand random(1);
    std::string text = "\x1f\x8b";  // what looks like gzip, and is not
    while (static_cast<int64_t>(text.size()) < bytes) text += static_cast<char>(random() >> 8);
    return text;
}

std::string or_else(const std::string& text, const char* otherwise) {
    return text.empty() ? otherwise : text;
}

Reply status_reply(const Fault& fault) {
    const int64_t status = fault.status == 0 ? 500 : fault.status;
    Reply reply = whole_reply(static_cast<int>(status), or_else(fault.content_type, "text/html"),
                              fault.body.value_or(page_of(status)));
    if (!fault.retry_after.empty()) reply.headers.emplace("Retry-After", fault.retry_after);
    if (!fault.location.empty()) {
        reply.headers.emplace("Location", fault.location);
    } else if (status > 300 && status < 309) {
        reply.headers.emplace("Location", "http://moodle.example.edu/webservice/rest/server.php");
    }
    return reply;
}

Reply maintenance(const Fault& fault) {
    if (fault.mode == "old") return whole_reply(200, "application/json", kOldMaintenance);
    Reply reply = whole_reply(503, "text/html; charset=utf-8", kMaintenancePage);
    reply.headers.emplace("Retry-After", or_else(fault.retry_after, "300"));
    return reply;
}

}  // namespace

std::string page_of(int64_t status) {
    const auto nginx = [](const std::string& title) {
        return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" +
               title +
               "</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n";
    };
    switch (status) {
        case 301:
            return nginx("301 Moved Permanently");
        case 302:
            return nginx("302 Found");
        case 303:
            return "<!DOCTYPE html>\n<html><body>This page should automatically redirect. If "
                   "nothing is happening please use the continue link below.</body></html>";
        case 404:
            return "File not found.\n";
        case 429:
            return nginx("429 Too Many Requests");
        case 502:
            return nginx("502 Bad Gateway");
        case 503:
            return nginx("503 Service Temporarily Unavailable");
        case 504:
            return nginx("504 Gateway Time-out");
        default:
            return "";
    }
}

std::optional<Reply> wrong_reply(const Fault& fault) {
    const char* const json = "application/json";
    if (fault.kind == "http_status") return status_reply(fault);
    if (fault.kind == "maintenance") return maintenance(fault);
    if (fault.kind == "garbage") {
        return whole_reply(200, or_else(fault.content_type, json),
                           fault.body.value_or(garbage(fault.bytes > 0 ? fault.bytes : 1000)));
    }
    if (fault.kind == "html_page") {
        return whole_reply(200, or_else(fault.content_type, "text/html; charset=utf-8"),
                           fault.body.value_or(kHtmlPage));
    }
    if (fault.kind == "empty_body") return whole_reply(200, or_else(fault.content_type, json), "");
    return std::nullopt;
}

}  // namespace sim
