// What a fault is called, and what the user is told. docs/errors.md explains the same rows; its
// test holds the two together.
#include <array>

#include "moodle/fault.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr bool kTransient = true;
constexpr bool kFinal = false;
constexpr bool kTooMuch = true;
constexpr bool kOverload = true;
constexpr bool kNo = false;

// In the order of FaultKind, None left out.
constexpr FaultInfo kFaults[] = {
    {FaultKind::HostNotFound, "host_not_found", "08001",
     "could not be asked: the host name was not found",
     "Check the host in the server option \"url\" and the name service of the database server.",
     kTransient, kNo, kNo},
    {FaultKind::ConnectionRefused, "connection_refused", "08001",
     "could not be asked: no connection could be made",
     "Check the server option \"url\" (scheme, host and port), that the site is up, and that "
     "firewalls let the database server reach it.",
     kTransient, kNo, kNo},
    {FaultKind::CertificateRefused, "certificate_refused", "08001",
     "could not be asked: the site's TLS certificate is not trusted",
     "Renew or complete the site's certificate chain, or name its issuer in the server option "
     "\"ca_file\".",
     kFinal, kNo, kNo},
    {FaultKind::TlsFailed, "tls_failed", "08001", "could not be asked: the TLS handshake failed",
     "Check that the server option \"url\" names an HTTPS port, and that the site offers TLS 1.2 "
     "or newer.",
     kTransient, kNo, kNo},
    {FaultKind::ProxyFailed, "proxy_failed", "08001",
     "could not be asked: the proxy refused or could not be reached",
     "Check the server option \"proxy\".", kTransient, kNo, kNo},
    {FaultKind::TimedOut, "timed_out", "08006", "took longer than allowed",
     "Ask for less (name courses or users in WHERE), or raise the server option "
     "\"connect_timeout\" or \"request_timeout\".",
     kTransient, kTooMuch, kNo},
    {FaultKind::Stalled, "stalled", "08006", "stopped answering",
     "Ask for less (name courses or users in WHERE), or raise the server option \"stall_timeout\": "
     "Moodle sends nothing until its whole answer is ready.",
     kTransient, kTooMuch, kNo},
    {FaultKind::CutShort, "cut_short", "08006", "was cut off within its answer",
     "The site, or a proxy before it, ended the connection. If it happens again, look at the "
     "site's web server and PHP logs.",
     kTransient, kNo, kNo},
    {FaultKind::ResponseTooLarge, "response_too_large", "54000",
     "answered with more than the allowed size",
     "Raise the server option \"max_response_size\", or ask for less.", kFinal, kNo, kNo},
    {FaultKind::BadEncoding, "bad_encoding", "08P01", "answered with a damaged compressed stream",
     "Set the server option \"compression\" to off to go around a proxy that damages answers.",
     kTransient, kNo, kNo},
    {FaultKind::NotHttp, "not_http", "08P01", "answered with something that is not HTTP",
     "Check scheme and port in the server option \"url\".", kFinal, kNo, kNo},

    {FaultKind::Redirected, "redirected", "HV00N", "was redirected to another address",
     "Set the server option \"url\" to the address that the site itself uses ($CFG->wwwroot); the "
     "token is never sent to another address.",
     kFinal, kNo, kNo},
    {FaultKind::WebServicesOff, "web_services_off", "HV00N",
     "was refused: web services or the REST protocol are off",
     "In Moodle, enable Site administration > General > Advanced features > Enable web services, "
     "and Site administration > Server > Web services > Manage protocols > REST protocol.",
     kFinal, kNo, kNo},
    {FaultKind::NotMoodle, "not_moodle", "HV00N", "was refused by the web server",
     "Check that the server option \"url\" is the address of a Moodle site's front page, and that "
     "no firewall or login page stands before /webservice/rest/server.php.",
     kFinal, kNo, kNo},
    {FaultKind::TooManyRequests, "too_many_requests", "53300", "was refused: too many requests",
     "Lower the server options \"max_connections\" and \"requests_per_second\".", kTransient, kNo,
     kOverload},
    {FaultKind::ServerError, "server_error", "58000", "failed within the site",
     "Look at the site's PHP and web server logs.", kTransient, kNo, kNo},
    {FaultKind::MemoryLimit, "memory_limit", "53200",
     "failed within the site without a word (PHP most likely ran out of memory)",
     "Ask for less at once (name courses or users in WHERE), or let the site's administrator raise "
     "PHP's memory_limit; the site's PHP log has the cause.",
     kTransient, kTooMuch, kNo},
    {FaultKind::GatewayFailed, "gateway_failed", "57P03",
     "failed: the site's web server could not reach PHP",
     "The site is restarting or overloaded: try again later, or look at its PHP-FPM log.",
     kTransient, kNo, kNo},
    {FaultKind::GatewayTimeout, "gateway_timeout", "57P03",
     "took longer than the site's web server allows",
     "Ask for less at once (name courses or users in WHERE), or let the site's administrator raise "
     "the web server's timeout for PHP.",
     kTransient, kTooMuch, kNo},
    {FaultKind::Maintenance, "maintenance", "57P03", "was refused: the site is in maintenance",
     "Try again when the maintenance or upgrade is over (Site administration > Server > "
     "Maintenance mode).",
     kTransient, kNo, kOverload},
    {FaultKind::Unavailable, "unavailable", "57P03", "was refused: the site is unavailable",
     "The site, or a limiter before it, turns requests away: try again later, or lower the server "
     "option \"max_connections\".",
     kTransient, kNo, kOverload},

    {FaultKind::NotJson, "not_json", "HV00M", "answered with a text that is not JSON",
     "Something else than Moodle's web service answers: a login page, a firewall, or PHP notices "
     "printed before the answer (set debugdisplay to off in Site administration > Development > "
     "Debugging).",
     kFinal, kNo, kNo},
    {FaultKind::XmlAnswer, "xml_answer", "HV00M",
     "answered in XML, so the request did not arrive whole",
     "A proxy or firewall before the site drops the body of POST requests or fields of it; let "
     "/webservice/rest/server.php pass unchanged.",
     kFinal, kNo, kNo},
    {FaultKind::EmptyBody, "empty_body", "HV00M", "answered with nothing",
     "PHP most likely died while answering: look at the site's PHP log.", kTransient, kNo, kNo},
    {FaultKind::MalformedJson, "malformed_json", "22032", "answered with malformed JSON",
     "PHP notices may stand within the answer: set debugdisplay to off in Site administration > "
     "Development > Debugging, and look at the site's PHP log.",
     kFinal, kNo, kNo},
    {FaultKind::BadText, "bad_text", "22021", "answered with text that is not valid UTF-8",
     "A value in the site's database is damaged; the detail says where it stands in the answer.",
     kFinal, kNo, kNo},
    {FaultKind::TooDeep, "too_deep", "54000", "answered with JSON that is nested too deeply",
     "No Moodle function nests deeper than 64 levels: check what answers at the server option "
     "\"url\".",
     kFinal, kNo, kNo},
    {FaultKind::RecordTooLarge, "record_too_large", "54000",
     "answered with a record above the size limit",
     "One record may have 64 MiB; leave out the course or user that has more.", kFinal, kNo, kNo},
    {FaultKind::UnexpectedShape, "unexpected_shape", "HV021", "answered in an unexpected shape",
     "For a table with \"wsfunction\", check the table option \"rows\"; with "
     "\"users_by\" a report, its columns; otherwise report the site's Moodle version to the "
     "authors of moodle_fdw.",
     kFinal, kNo, kNo},
    {FaultKind::UnverifiedListing, "unverified_listing", "HV000",
     "gave a list of users that cannot be proven complete",
     "Set the table or server option \"users_by\" to another strategy, such as \"email\" "
     "(docs/tables.md says what each cannot see).",
     kFinal, kNo, kNo},

    {FaultKind::InvalidToken, "invalid_token", "28000", "was refused: invalid token",
     "Look the token up, or make a new one, in Site administration > Server > Web services > "
     "Manage tokens, and set it with ALTER USER MAPPING ... OPTIONS (SET token '...').",
     kFinal, kNo, kNo},
    {FaultKind::AccessDenied, "access_denied", "42501", "was refused: access denied",
     "Moodle does not say which: the function is not in the token's external service (Site "
     "administration > Server > Web services > External services > Functions); the service is "
     "disabled, or open to authorised users only; an IP restriction of the token or of the "
     "authorised user shuts out the database server; the user lacks the capability "
     "webservice/rest:use; the token has just expired.",
     kFinal, kNo, kNo},
    {FaultKind::MissingCapability, "missing_capability", "42501",
     "was refused: the token's user lacks a permission",
     "Give the capability named in the detail to a role of the token's user (Site administration > "
     "Users > Permissions > Define roles); docs/tables.md lists what each table needs. Completion "
     "reports are also refused where completion is off.",
     kFinal, kNo, kNo},
    {FaultKind::FunctionUnknown, "function_unknown", "HV00R", "does not exist on this site",
     "This Moodle is older or newer than the function, or lacks the plugin that brings it. SELECT "
     "* "
     "FROM moodle_fdw.describe('<instance>') tells what it offers.",
     kFinal, kNo, kNo},
    {FaultKind::RecordUnknown, "record_unknown", "P0002",
     "was asked for a record that does not exist",
     "Check the ids in WHERE; the record may have been deleted since it was listed.", kFinal, kNo,
     kNo},
    {FaultKind::InvalidParameter, "invalid_parameter", "22023",
     "was refused: an argument is invalid",
     "Check the table option \"params\" and the values in WHERE. Moodle names the argument only "
     "while debugging is on (Site administration > Development > Debugging).",
     kFinal, kNo, kNo},
    {FaultKind::CallerSuspended, "caller_suspended", "28000",
     "was refused: the token's user may not call web services",
     "Open the token's user in Site administration > Users > Accounts > Browse list of users: the "
     "account must be confirmed, not suspended, able to log in, with a valid password and policies "
     "agreed to.",
     kFinal, kNo, kNo},
    {FaultKind::CourseInaccessible, "course_inaccessible", "42501",
     "was refused: the course or activity is not accessible to the token's user",
     "Give the token's user a system role with moodle/course:view, "
     "moodle/course:viewhiddencourses, moodle/category:viewhiddencategories and "
     "moodle/site:accessallgroups, or set on_unit_error to 'skip'.",
     kFinal, kNo, kNo},
    {FaultKind::DatabaseDown, "database_down", "57P03",
     "failed: the site's database cannot be reached",
     "Try again later; the site's administrator should look at its database.", kTransient, kNo,
     kNo},
    {FaultKind::MoodleError, "moodle_error", "HV000", "failed with an error of Moodle's own",
     "The detail has Moodle's words and error code.", kFinal, kNo, kNo},
};

const FaultInfo* info_of(FaultKind kind) {
    for (const FaultInfo& info : kFaults) {
        if (info.kind == kind) return &info;
    }
    return nullptr;
}

// The detail is then a piece of what the site, or something before it, answered.
bool quotes_answer(FaultKind kind) {
    return (kind >= FaultKind::WebServicesOff && kind <= FaultKind::Unavailable) ||
           kind == FaultKind::NotJson || kind == FaultKind::XmlAnswer;
}

std::string message_of(const Fault& fault, const Scene& scene, const char* phrase) {
    std::string message = "moodle instance \"" + scene.instance + "\": ";
    message += scene.function.empty() ? "the site" : scene.function;
    if (!scene.unit.empty()) message += " for " + scene.unit;
    message += std::string(" ") + phrase;
    const bool says_phase = fault.kind == FaultKind::TimedOut || fault.kind == FaultKind::Stalled;
    if (says_phase) message += std::string(" while ") + net::phase_name(fault.phase);
    if (fault.http_status >= 300) message += " (HTTP " + std::to_string(fault.http_status) + ")";
    if (scene.attempts > 1) message += ", " + std::to_string(scene.attempts) + " times";
    return message;
}

std::string detail_of(const Fault& fault) {
    const bool has_code = !fault.errorcode.empty();
    if (fault.detail.empty()) return has_code ? "Error code: " + fault.errorcode : "";
    if (has_code) return "Moodle said: " + fault.detail + " (" + fault.errorcode + ")";
    if (fault.kind == FaultKind::Redirected) return "It points to " + fault.detail;
    return quotes_answer(fault.kind) ? "The answer: " + fault.detail : fault.detail;
}

}  // namespace

std::span<const FaultInfo> all_faults() {
    return kFaults;
}

bool is_transient(const Fault& fault) {
    const FaultInfo* info = info_of(fault.kind);
    return info != nullptr && info->transient;
}

bool is_overload(const Fault& fault) {
    const FaultInfo* info = info_of(fault.kind);
    return info != nullptr && info->overload;
}

const char* fault_name(FaultKind kind) {
    const FaultInfo* info = info_of(kind);
    return info == nullptr ? "none" : info->name;
}

FaultText describe(const Fault& fault, const Scene& scene) {
    const FaultInfo* info = info_of(fault.kind);
    if (info == nullptr) return {"HV000", message_of(fault, scene, "failed"), detail_of(fault), ""};
    return {info->sqlstate, message_of(fault, scene, info->phrase), detail_of(fault), info->hint};
}

}  // namespace moodle_fdw::moodle
