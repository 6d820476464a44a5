// Telling faults apart. Moodle answers nearly everything with HTTP 200, so the errorcode decides;
// exception classes differ between versions and plugins and decide nothing.
#include "moodle/fault.h"

#include <algorithm>

#include "net/inbox.h"
#include "net/redact.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// What a message may carry of remote text; what is looked at to make it.
constexpr size_t kMaxDetail = 300;
constexpr size_t kMaxErrorcode = 80;
constexpr size_t kMaxExamined = 16 * 1024;

struct Known {
    std::string_view errorcode;
    FaultKind kind;
};

constexpr Known kErrorcodes[] = {
    {"invalidtoken", FaultKind::InvalidToken},
    {"invalidlogin", FaultKind::InvalidToken},
    {"accessexception", FaultKind::AccessDenied},
    {"servicenotavailable", FaultKind::AccessDenied},
    {"enablewsdescription", FaultKind::WebServicesOff},
    {"nopermissions", FaultKind::MissingCapability},
    {"nopermission", FaultKind::MissingCapability},
    {"cannotviewreport", FaultKind::MissingCapability},
    {"nopermissiontoviewgrades", FaultKind::MissingCapability},
    {"cannotviewprofile", FaultKind::MissingCapability},
    {"errorreportview", FaultKind::MissingCapability},
    {"criteriaerror", FaultKind::MissingCapability},
    {"invalidrecord", FaultKind::RecordUnknown},
    {"invalidrecordunknown", FaultKind::RecordUnknown},
    {"invaliduser", FaultKind::RecordUnknown},
    {"invaliduserid", FaultKind::RecordUnknown},
    {"userdeleted", FaultKind::RecordUnknown},
    {"invalidcourse", FaultKind::RecordUnknown},
    {"invalidcourseid", FaultKind::RecordUnknown},
    {"invalidcoursemodule", FaultKind::RecordUnknown},
    {"invalidgroupid", FaultKind::RecordUnknown},
    {"unknowncourse", FaultKind::RecordUnknown},
    {"unknowncategory", FaultKind::RecordUnknown},
    {"invalidparameter", FaultKind::InvalidParameter},
    {"invalidparam", FaultKind::InvalidParameter},
    {"missingparam", FaultKind::InvalidParameter},
    {"invaliduserfield", FaultKind::InvalidParameter},
    {"keyalreadyset", FaultKind::InvalidParameter},
    {"wsaccessusersuspended", FaultKind::CallerSuspended},
    {"wsaccessuserdeleted", FaultKind::CallerSuspended},
    {"wsaccessuserunconfirmed", FaultKind::CallerSuspended},
    {"wsaccessuserexpired", FaultKind::CallerSuspended},
    {"wsaccessusernologin", FaultKind::CallerSuspended},
    {"forcepasswordchangenotice", FaultKind::CallerSuspended},
    {"usernotfullysetup", FaultKind::CallerSuspended},
    {"sitepolicynotagreed", FaultKind::CallerSuspended},
    {"errorcoursecontextnotvalid", FaultKind::CourseInaccessible},
    {"errorcatcontextnotvalid", FaultKind::CourseInaccessible},
    {"errorcontextnotvalid", FaultKind::CourseInaccessible},
    {"coursehidden", FaultKind::CourseInaccessible},
    {"requireloginerror", FaultKind::CourseInaccessible},
    {"notingroup", FaultKind::CourseInaccessible},
    {"notenrolled", FaultKind::CourseInaccessible},
    {"dbconnectionfailed", FaultKind::DatabaseDown},
    {"sitemaintenance", FaultKind::Maintenance},
    {"upgraderunning", FaultKind::Maintenance},
};

FaultKind kind_of_errorcode(std::string_view errorcode, std::string_view message) {
    for (const Known& known : kErrorcodes) {
        if (known.errorcode != errorcode) continue;
        // The table's name is the same in every language pack.
        const bool function_missing = known.kind == FaultKind::RecordUnknown &&
                                      message.find("external_functions") != std::string_view::npos;
        return function_missing ? FaultKind::FunctionUnknown : known.kind;
    }
    return FaultKind::MoodleError;
}

void cut_at_character(std::string& text, size_t max_bytes) {
    if (text.size() <= max_bytes) return;
    size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;
    text.resize(end);
    text += "...";
}

// The token goes before the text is cut (a cut could leave most of it behind) and again after tags
// and entities are gone (they could have stood within it).
std::string safe_text(std::string_view remote, std::string_view token, size_t max_bytes) {
    remote = remote.substr(0, kMaxExamined);
    std::string text(remote);
    if (!token.empty()) text = net::redact(text, token);
    text = net::plain_text(text, kMaxExamined);
    if (!token.empty()) text = net::redact(text, token);
    cut_at_character(text, max_bytes);
    return text;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view without_leading_space(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_part) {
    const auto found =
        std::search(text.begin(), text.end(), lower_part.begin(), lower_part.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
    return found != text.end();
}

FaultKind kind_of_failure(net::Failure failure) {
    switch (failure) {
        case net::Failure::Resolve:
            return FaultKind::HostNotFound;
        case net::Failure::Connect:
            return FaultKind::ConnectionRefused;
        case net::Failure::Certificate:
            return FaultKind::CertificateRefused;
        case net::Failure::Tls:
            return FaultKind::TlsFailed;
        case net::Failure::Proxy:
            return FaultKind::ProxyFailed;
        case net::Failure::Timeout:
            return FaultKind::TimedOut;
        case net::Failure::Stall:
            return FaultKind::Stalled;
        case net::Failure::Cut:
            return FaultKind::CutShort;
        case net::Failure::TooLarge:
            return FaultKind::ResponseTooLarge;
        case net::Failure::Encoding:
            return FaultKind::BadEncoding;
        case net::Failure::Protocol:
            return FaultKind::NotHttp;
        case net::Failure::Other:
            return FaultKind::CutShort;
        case net::Failure::None:
            break;
    }
    return FaultKind::None;
}

// Moodle's own maintenance page is a whole HTML page in the site's language; the 503 of a web
// server or rate limiter in front of it says so in English.
FaultKind kind_of_503(std::string_view body) {
    const bool is_page = without_leading_space(body).starts_with("<");
    const bool is_stock_page = contains_ignoring_case(body, "503 service") ||
                               contains_ignoring_case(body, "service unavailable") ||
                               contains_ignoring_case(body, "temporarily unavailable");
    return is_page && !is_stock_page ? FaultKind::Maintenance : FaultKind::Unavailable;
}

FaultKind kind_of_status(int status, std::string_view body) {
    const bool empty = without_leading_space(body).empty();
    switch (status) {
        case 204:
        case 205:
            return FaultKind::EmptyBody;
        case 403:
            return empty ? FaultKind::WebServicesOff : FaultKind::NotMoodle;
        case 407:
            return FaultKind::ProxyFailed;
        case 408:
            return FaultKind::TimedOut;
        case 429:
            return FaultKind::TooManyRequests;
        case 500:
            return empty ? FaultKind::MemoryLimit : FaultKind::ServerError;
        case 502:
            return FaultKind::GatewayFailed;
        case 503:
            return kind_of_503(body);
        case 504:
        case 524:  // Cloudflare's "a timeout occurred"
            return FaultKind::GatewayTimeout;
        default:
            break;
    }
    if (status >= 200 && status < 300) return FaultKind::None;
    if (status >= 300 && status < 400) return FaultKind::Redirected;
    if (status >= 520 && status < 530) return FaultKind::GatewayFailed;  // Cloudflare's own
    if (status >= 500) return FaultKind::ServerError;
    return status >= 400 ? FaultKind::NotMoodle : FaultKind::NotHttp;
}

// An exception object may come with another status than 200 (plugins, newer versions).
Fault exception_in(std::string_view body, std::string_view token) {
    if (!without_leading_space(body).starts_with("{")) return {};
    const std::string padded = std::string(body) + std::string(net::Inbox::kPadding, '\0');
    Tape tape;
    if (tape.parse(std::string_view(padded).substr(0, body.size())) != JsonError::None) return {};
    return classify_answer(Value(tape, 0), token);
}

std::string string_of(Value object, std::string_view key) {
    const Value value = object.find(key);
    if (!value.found() || value.type() != JsonType::String) return {};
    std::string scratch;
    return std::string(value.string(scratch));
}

FaultKind kind_of_json_error(JsonError error) {
    switch (error) {
        case JsonError::TooDeep:
            return FaultKind::TooDeep;
        case JsonError::BadUtf8:
        case JsonError::BadEscape:
        case JsonError::LoneSurrogate:
        case JsonError::ControlCharacter:
            return FaultKind::BadText;
        case JsonError::TooManyTokens:
            return FaultKind::RecordTooLarge;
        case JsonError::Truncated:
            return FaultKind::CutShort;
        case JsonError::None:
        case JsonError::Syntax:
            break;
    }
    return FaultKind::MalformedJson;
}

FaultKind kind_of_text(std::string_view head, JsonError error) {
    if (head.empty()) return FaultKind::EmptyBody;
    const char first = head.front();
    if (first == '{' || first == '[' || first == '"') return kind_of_json_error(error);
    const bool is_xml = head.starts_with("<?xml") || head.starts_with("<RESPONSE") ||
                        head.starts_with("<EXCEPTION");
    if (is_xml && !contains_ignoring_case(head, "<html")) return FaultKind::XmlAnswer;
    return FaultKind::NotJson;
}

// <ERRORCODE>invalidtoken</ERRORCODE>: what Moodle says where moodlewsrestformat did not arrive.
std::string_view xml_errorcode(std::string_view head) {
    static constexpr std::string_view kOpen = "<ERRORCODE>";
    const size_t open = head.find(kOpen);
    if (open == std::string_view::npos) return {};
    head.remove_prefix(open + kOpen.size());
    const size_t close = head.find('<');
    return close == std::string_view::npos ? std::string_view() : head.substr(0, close);
}

}  // namespace

Fault classify_outcome(const net::Outcome& outcome, std::string_view body, std::string_view token) {
    Fault fault;
    fault.http_status = outcome.http_status;
    fault.phase = outcome.phase;
    fault.retry_after = outcome.retry_after;
    if (outcome.failure != net::Failure::None) {
        fault.kind = kind_of_failure(outcome.failure);
        fault.detail = safe_text(outcome.detail, token, kMaxDetail);
        return fault;
    }
    if (outcome.http_status < 200 || outcome.http_status >= 300) {
        Fault said = exception_in(body, token);
        if (said) {
            said.http_status = outcome.http_status;
            said.phase = outcome.phase;
            said.retry_after = outcome.retry_after;
            return said;
        }
    }
    fault.kind = kind_of_status(outcome.http_status, body);
    const bool shows_target = fault.kind == FaultKind::Redirected && !outcome.redirect_to.empty();
    fault.detail =
        safe_text(shows_target ? std::string_view(outcome.redirect_to) : body, token, kMaxDetail);
    return fault;
}

Fault classify_answer(Value root, std::string_view token) {
    if (!root.found() || root.type() != JsonType::Object) return {};
    const std::string exception = string_of(root, "exception");
    const std::string errorcode = string_of(root, "errorcode");
    // login/token.php and older versions say "error" where others say "exception" and "message".
    const std::string error = string_of(root, "error");
    if (exception.empty() && (errorcode.empty() || error.empty())) return {};

    std::string message = string_of(root, "message");
    if (message.empty()) message = error;
    const std::string debuginfo = string_of(root, "debuginfo");
    if (!debuginfo.empty() && !contains(message, debuginfo)) message += " (" + debuginfo + ")";

    Fault fault;
    fault.kind = kind_of_errorcode(errorcode, message);
    fault.http_status = 200;
    fault.phase = net::Phase::Body;
    fault.errorcode = safe_text(errorcode, token, kMaxErrorcode);
    fault.detail = safe_text(message, token, kMaxDetail);
    return fault;
}

std::string describe_warning(Value warning, std::string_view token) {
    std::string text = string_of(warning, "message");
    if (text.empty()) text = string_of(warning, "warningcode");
    const std::string item = string_of(warning, "item");
    const Value id = warning.find("itemid");
    if (!item.empty()) {
        text += " (" + item;
        if (id.found() && id.type() == JsonType::Integer) text += " " + std::string(id.text());
        text += ")";
    }
    return safe_text(text, token, kMaxDetail);
}

Fault classify_unreadable(std::string_view head, JsonError error, std::string_view token) {
    head = without_leading_space(head);
    Fault fault;
    fault.kind = kind_of_text(head, error);
    fault.http_status = 200;
    fault.phase = net::Phase::Body;
    if (fault.kind == FaultKind::XmlAnswer) {
        fault.errorcode = safe_text(xml_errorcode(head), token, kMaxErrorcode);
    }
    fault.detail = safe_text(head, token, kMaxDetail);
    const bool quotes = fault.kind == FaultKind::NotJson || fault.kind == FaultKind::XmlAnswer;
    if (!quotes && fault.kind != FaultKind::EmptyBody) {
        fault.detail = std::string(json_error_text(error)) + "; the answer begins: " + fault.detail;
    }
    return fault;
}

bool is_too_much_at_once(const Fault& fault) {
    // A connection that could not be had says nothing of how much was asked for.
    const bool answering = fault.phase == net::Phase::FirstByte || fault.phase == net::Phase::Body;
    switch (fault.kind) {
        case FaultKind::GatewayTimeout:
        case FaultKind::MemoryLimit:
            return true;
        case FaultKind::TimedOut:
        case FaultKind::Stalled:
            return answering;
        default:
            return false;
    }
}

}  // namespace moodle_fdw::moodle
