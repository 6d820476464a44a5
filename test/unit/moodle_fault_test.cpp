#include "moodle/fault.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "net/inbox.h"
#include "recordings.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

void PrintTo(FaultKind kind, std::ostream* out) {
    *out << fault_name(kind);
}

namespace {

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

// A parsed body together with the bytes that it points into.
struct Parsed {
    explicit Parsed(std::string_view body) : bytes(body) {
        bytes.append(net::Inbox::kPadding, '\0');
        error = tape.parse(std::string_view(bytes).substr(0, body.size()));
    }
    Value root() const { return Value(tape, 0); }

    std::string bytes;
    Tape tape;
    JsonError error = JsonError::None;
};

Fault fault_of_body(std::string_view body, int status = 200) {
    if (status < 200 || status >= 300) {
        net::Outcome outcome;
        outcome.http_status = status;
        outcome.phase = net::Phase::Body;
        return classify_outcome(outcome, body, kToken);
    }
    const Parsed parsed(body);
    if (parsed.error != JsonError::None) return classify_unreadable(body, parsed.error, kToken);
    return classify_answer(parsed.root(), kToken);
}

Fault fault_of_errorcode(const std::string& errorcode, const std::string& message = "words") {
    return fault_of_body(R"({"exception":"x","errorcode":")" + errorcode + R"(","message":")" +
                         message + "\"}");
}

// Every errorcode in the recordings. An unlisted one fails the test.
const std::map<std::string, FaultKind> kRecordedErrorcodes = {
    {"accessexception", FaultKind::AccessDenied},
    {"servicenotavailable", FaultKind::AccessDenied},
    {"invalidtoken", FaultKind::InvalidToken},
    {"invalidlogin", FaultKind::InvalidToken},
    {"nopermissions", FaultKind::MissingCapability},
    {"cannotviewreport", FaultKind::MissingCapability},
    {"errorreportview", FaultKind::MissingCapability},
    {"criteriaerror", FaultKind::MissingCapability},
    {"invaliduser", FaultKind::RecordUnknown},
    {"userdeleted", FaultKind::RecordUnknown},
    {"invalidparameter", FaultKind::InvalidParameter},
    {"keyalreadyset", FaultKind::InvalidParameter},
    {"wsaccessusersuspended", FaultKind::CallerSuspended},
    {"errorcoursecontextnotvalid", FaultKind::CourseInaccessible},
    {"coursehidden", FaultKind::CourseInaccessible},
    {"requireloginerror", FaultKind::CourseInaccessible},
    {"notingroup", FaultKind::CourseInaccessible},
    {"dbconnectionfailed", FaultKind::DatabaseDown},
    // Moodle's own words say it best.
    {"codingerror", FaultKind::MoodleError},
    {"nocriteriaset", FaultKind::MoodleError},
    {"usernotenroled", FaultKind::MoodleError},
    {"Unable to find forum with id 9999", FaultKind::MoodleError},
};

// Bodies that are no JSON, and answers with another status than 200.
const std::map<std::string, FaultKind> kRecordedBodies = {
    {"core_course_get_courses__accept_json_header_only.xml", FaultKind::XmlAnswer},
    {"core_course_get_courses__fmt_bad.xml", FaultKind::XmlAnswer},
    {"core_course_get_courses__fmt_missing_xml_default.xml", FaultKind::XmlAnswer},
    {"core_course_get_courses__fmt_xml.xml", FaultKind::XmlAnswer},
    {"core_user_get_users_by_field__format_last_after_5000_vars.xml", FaultKind::XmlAnswer},
    {"core_webservice_get_site_info__http_json_body.xml", FaultKind::XmlAnswer},
    {"core_webservice_get_site_info__http_put.xml", FaultKind::XmlAnswer},
    {"nosuch__fmt_xml_error.xml", FaultKind::XmlAnswer},
    {"core_course_get_courses__maintenance_cli.html", FaultKind::Maintenance},
    {"core_course_get_courses__maintenance_cli_get.html", FaultKind::Maintenance},
    {"core_course_get_courses__maintenance_cli_teacher.html", FaultKind::Maintenance},
    {"core_course_get_courses__path_notfound.html", FaultKind::NotMoodle},
    {"core_course_get_courses__phpfpm_down.html", FaultKind::GatewayFailed},
    {"core_course_get_courses__webservices_disabled.html", FaultKind::WebServicesOff},
    {"core_user_get_users__nginx_504_timeout.html", FaultKind::GatewayTimeout},
    {"gradereport_user_get_grade_items__php_memory_exhausted_c34.html", FaultKind::MemoryLimit},
    // The recording of a HEAD request holds headers.
    {"core_webservice_get_site_info__http_head.json", FaultKind::NotJson},
};

FaultKind expected_kind(const recordings::Recording& recording, const std::string& errorcode) {
    const auto body = kRecordedBodies.find(recording.name);
    if (body != kRecordedBodies.end()) return body->second;
    if (errorcode.empty()) return FaultKind::None;
    if (errorcode == "invalidrecord") {
        return recording.body.find("external_functions") != std::string::npos
                   ? FaultKind::FunctionUnknown
                   : FaultKind::RecordUnknown;
    }
    const auto known = kRecordedErrorcodes.find(errorcode);
    EXPECT_NE(known, kRecordedErrorcodes.end()) << recording.name << ": " << errorcode;
    return known == kRecordedErrorcodes.end() ? FaultKind::None : known->second;
}

// Read here without the code under test: the text after "errorcode":" at the top of the body.
std::string errorcode_in(const std::string& body) {
    static const std::string kKey = "\"errorcode\":\"";
    if (!body.starts_with("{\"exception\"") && !body.starts_with("{\"error\"")) return {};
    const size_t at = body.find(kKey);
    if (at == std::string::npos) return {};
    return body.substr(at + kKey.size(), body.find('"', at + kKey.size()) - at - kKey.size());
}

TEST(Recordings, EveryAnswerIsToldApart) {
    const auto all = recordings::read_all();
    ASSERT_GE(all.size(), 100u) << "the recordings are missing in " << recordings::data_directory();
    std::map<std::string, int> met;
    size_t successes = 0;
    for (const recordings::Recording& one : all) {
        const std::string errorcode = errorcode_in(one.body);
        const Fault fault = fault_of_body(one.body, one.status);
        EXPECT_EQ(fault.kind, expected_kind(one, errorcode)) << one.name << ": " << fault.detail;
        if (one.name.ends_with(".json") && !errorcode.empty()) {
            EXPECT_EQ(fault.errorcode, errorcode) << one.name;
        }
        met[fault_name(fault.kind)]++;
        successes += !fault;
    }
    // What the recordings must at least hold for this test to mean something.
    for (const char* name :
         {"invalid_token", "access_denied", "missing_capability", "function_unknown",
          "record_unknown", "invalid_parameter", "caller_suspended", "course_inaccessible",
          "database_down", "moodle_error", "maintenance", "web_services_off", "memory_limit",
          "gateway_failed", "gateway_timeout", "not_moodle", "xml_answer"}) {
        EXPECT_GT(met[name], 0) << name;
    }
    EXPECT_GT(successes, 50u);
}

TEST(Errorcode, DecidesAloneNotTheClass) {
    for (const char* exception :
         {"moodle_exception", "core\\\\exception\\\\moodle_exception", "X"}) {
        const Fault fault = fault_of_body(std::string(R"({"exception":")") + exception +
                                          R"(","errorcode":"invalidtoken","message":"m"})");
        EXPECT_EQ(fault.kind, FaultKind::InvalidToken) << exception;
        EXPECT_EQ(fault.errorcode, "invalidtoken");
    }
    EXPECT_EQ(fault_of_body(R"({"exception":"x","errorcode":null,"message":"m"})").kind,
              FaultKind::MoodleError);
    EXPECT_EQ(fault_of_body(R"({"exception":"x"})").kind, FaultKind::MoodleError);
}

TEST(Errorcode, UnknownFunctionInAnyLanguage) {
    const std::string message =
        "N\\u00e3o foi poss\\u00edvel encontrar o registro na tabela external_functions.";
    EXPECT_EQ(fault_of_errorcode("invalidrecord", message).kind, FaultKind::FunctionUnknown);
    EXPECT_EQ(fault_of_errorcode("invalidrecord", "tabela course").kind, FaultKind::RecordUnknown);
    EXPECT_EQ(fault_of_errorcode("sitemaintenance").kind, FaultKind::Maintenance);
    EXPECT_EQ(fault_of_errorcode("upgraderunning").kind, FaultKind::Maintenance);
    EXPECT_EQ(fault_of_errorcode("invaliduserfield").kind, FaultKind::InvalidParameter);
}

TEST(Answer, DataIsNotAnError) {
    for (const char* body :
         {"[]", "{}", "null", "\"exception\"", "1", "[{\"exception\":\"x\",\"errorcode\":\"y\"}]",
          R"({"users":[],"warnings":[]})", R"({"exception":null,"errorcode":null})",
          R"({"exception":{"a":1}})", R"({"error":"","errorcode":"x"})",
          R"({"success":true,"errorcode":0,"error":""})", R"({"errorcode":"x"})"}) {
        EXPECT_FALSE(fault_of_body(body)) << body;
    }
}

TEST(Status, EachHasItsKind) {
    const std::string html = "<html><body>Oops</body></html>";
    const struct {
        int status;
        std::string body;
        FaultKind kind;
    } cases[] = {
        {301, html, FaultKind::Redirected},
        {303, html, FaultKind::Redirected},
        {308, "", FaultKind::Redirected},
        {400, html, FaultKind::NotMoodle},
        {401, html, FaultKind::NotMoodle},
        {403, "", FaultKind::WebServicesOff},
        {403, html, FaultKind::NotMoodle},
        {404, html, FaultKind::NotMoodle},
        {407, html, FaultKind::ProxyFailed},
        {408, "", FaultKind::TimedOut},
        {413, html, FaultKind::NotMoodle},
        {429, html, FaultKind::TooManyRequests},
        {500, "", FaultKind::MemoryLimit},
        {500, html, FaultKind::ServerError},
        {501, html, FaultKind::ServerError},
        {502, html, FaultKind::GatewayFailed},
        {503, "<html><title>Manuten\xC3\xA7\xC3\xA3o</title></html>", FaultKind::Maintenance},
        {503, "<html><h1>503 Service Temporarily Unavailable</h1></html>", FaultKind::Unavailable},
        {503, "<html><h1>Service Unavailable</h1></html>", FaultKind::Unavailable},
        {503, "", FaultKind::Unavailable},
        {503, "busy", FaultKind::Unavailable},
        {504, html, FaultKind::GatewayTimeout},
        {522, html, FaultKind::GatewayFailed},
        {524, html, FaultKind::GatewayTimeout},
        {100, "", FaultKind::NotHttp},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(fault_of_body(one.body, one.status).kind, one.kind)
            << one.status << " " << one.body;
    }
    net::Outcome no_content;
    no_content.http_status = 204;
    EXPECT_EQ(classify_outcome(no_content, "", kToken).kind, FaultKind::EmptyBody);
    net::Outcome fine;
    fine.http_status = 200;
    EXPECT_EQ(classify_outcome(fine, "{}", kToken).kind, FaultKind::None);
}

TEST(Status, AnExceptionObjectSpeaksUnderAnyStatus) {
    const std::string body = R"({"exception":"x","errorcode":"invalidtoken","message":"m"})";
    for (const int status : {403, 500, 503}) {
        const Fault fault = fault_of_body(body, status);
        EXPECT_EQ(fault.kind, FaultKind::InvalidToken) << status;
        EXPECT_EQ(fault.http_status, status);
    }
    EXPECT_EQ(fault_of_body("{\"a\":1}", 500).kind, FaultKind::ServerError);
    EXPECT_EQ(fault_of_body("{\"a\"", 500).kind, FaultKind::ServerError);
}

TEST(Status, RetryAfterIsKept) {
    net::Outcome outcome;
    outcome.http_status = 503;
    outcome.retry_after = net::Milliseconds{7000};
    EXPECT_EQ(classify_outcome(outcome, "", kToken).retry_after, net::Milliseconds{7000});
}

TEST(Failure, EachHasItsKind) {
    const std::map<net::Failure, FaultKind> kinds = {
        {net::Failure::Resolve, FaultKind::HostNotFound},
        {net::Failure::Connect, FaultKind::ConnectionRefused},
        {net::Failure::Certificate, FaultKind::CertificateRefused},
        {net::Failure::Tls, FaultKind::TlsFailed},
        {net::Failure::Proxy, FaultKind::ProxyFailed},
        {net::Failure::Timeout, FaultKind::TimedOut},
        {net::Failure::Stall, FaultKind::Stalled},
        {net::Failure::Cut, FaultKind::CutShort},
        {net::Failure::TooLarge, FaultKind::ResponseTooLarge},
        {net::Failure::Encoding, FaultKind::BadEncoding},
        {net::Failure::Protocol, FaultKind::NotHttp},
        {net::Failure::Other, FaultKind::CutShort},
    };
    for (const auto& [failure, kind] : kinds) {
        net::Outcome outcome;
        outcome.failure = failure;
        outcome.http_status = 200;  // headers came before the failure
        outcome.detail = "libcurl says";
        const Fault fault = classify_outcome(outcome, "half a bo", kToken);
        EXPECT_EQ(fault.kind, kind);
        EXPECT_EQ(fault.detail, "libcurl says");
    }
}

TEST(Unreadable, EachHasItsKind) {
    const struct {
        std::string head;
        JsonError error;
        FaultKind kind;
    } cases[] = {
        {"", JsonError::Truncated, FaultKind::EmptyBody},
        {" \r\n\t", JsonError::Truncated, FaultKind::EmptyBody},
        {"\xEF\xBB\xBF", JsonError::Syntax, FaultKind::EmptyBody},
        {"<?xml version=\"1.0\"?><RESPONSE>", JsonError::Syntax, FaultKind::XmlAnswer},
        {"<?xml version=\"1.0\"?><!DOCTYPE html><html>", JsonError::Syntax, FaultKind::NotJson},
        {"<!DOCTYPE html><html>", JsonError::Syntax, FaultKind::NotJson},
        {"<br />\n<b>Warning</b>: Undefined variable", JsonError::Syntax, FaultKind::NotJson},
        {"\x1f\x8b\x08", JsonError::Syntax, FaultKind::NotJson},
        {"[{\"id\":1", JsonError::Truncated, FaultKind::CutShort},
        {"{\"users\":[}", JsonError::Syntax, FaultKind::MalformedJson},
        {"[\"\xff\"]", JsonError::BadUtf8, FaultKind::BadText},
        {"[\"\\ud800\"]", JsonError::LoneSurrogate, FaultKind::BadText},
        {"[\"\\x\"]", JsonError::BadEscape, FaultKind::BadText},
        {"[\"\n\"]", JsonError::ControlCharacter, FaultKind::BadText},
        {"[[[[", JsonError::TooDeep, FaultKind::TooDeep},
        {"[1,1", JsonError::TooManyTokens, FaultKind::RecordTooLarge},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(classify_unreadable(one.head, one.error, kToken).kind, one.kind) << one.head;
    }
    EXPECT_EQ(classify_unreadable("<?xml?><EXCEPTION><ERRORCODE>invalidtoken</ERRORCODE>",
                                  JsonError::Syntax, kToken)
                  .errorcode,
              "invalidtoken");
}

// However the site plays the token back, no message holds it.
TEST(Text, NeverHoldsTheToken) {
    const std::string token = kToken;
    const std::string half = token.substr(0, 16);
    const std::string rest = token.substr(16);
    for (const std::string& echoed :
         {token, std::string(290, 'x') + token, std::string(285, 'x') + " " + token,
          half + "<b></b>" + rest, "a=%30" + token.substr(1), token + token,
          std::string(20'000, 'y') + token}) {
        for (const std::string& body :
             {echoed, "<html>" + echoed + "</html>", "[1," + echoed,
              R"({"exception":"x","errorcode":")" + echoed + R"(","message":")" + echoed +
                  R"(","debuginfo":")" + echoed + "\"}"}) {
            for (const int status : {200, 404, 500}) {
                const Fault fault = fault_of_body(body, status);
                const FaultText text = describe(fault, {"m", "f", "u", 1});
                for (const std::string& part : {text.message, text.detail, text.hint}) {
                    EXPECT_EQ(part.find(token), std::string::npos) << body;
                    EXPECT_EQ(part.find(half), std::string::npos) << "half of it: " << part;
                }
            }
        }
        net::Outcome outcome;
        outcome.failure = net::Failure::Connect;
        outcome.detail = echoed;
        EXPECT_EQ(classify_outcome(outcome, "", kToken).detail.find(half), std::string::npos);
    }
}

TEST(Text, IsPlainAndBounded) {
    std::string words;
    for (int i = 0; i < 500; i++) words += "<p>\xC3\xBC\xC3\xB1 &amp; more</p>";
    for (const int status : {200, 500}) {
        const Fault fault = fault_of_body("<html>" + words, status);
        EXPECT_LE(fault.detail.size(), 320u);
        EXPECT_EQ(fault.detail.find('<'), std::string::npos);
        EXPECT_NE(fault.detail.find("\xC3\xBC\xC3\xB1 & more"), std::string::npos) << fault.detail;
    }
    const Fault down = fault_of_errorcode("dbconnectionfailed", "<p>Error: <b>down</b></p>");
    EXPECT_EQ(down.detail, "Error: down");
}

TEST(Describe, NamesInstanceFunctionAndUnit) {
    const FaultText text = describe(fault_of_errorcode("invalidtoken", "Invalid token"),
                                    {"moodle1", "core_user_get_users", "", 1});
    EXPECT_EQ(text.message,
              "moodle instance \"moodle1\": core_user_get_users was refused: invalid token");
    EXPECT_EQ(text.detail, "Moodle said: Invalid token (invalidtoken)");
    EXPECT_STREQ(text.sqlstate, "28000");
    EXPECT_NE(text.hint.find("Manage tokens"), std::string::npos);

    Fault stalled;
    stalled.kind = FaultKind::Stalled;
    stalled.phase = net::Phase::FirstByte;
    const FaultText slow =
        describe(stalled, {"m", "gradereport_user_get_grade_items", "course 14", 5});
    EXPECT_EQ(slow.message,
              "moodle instance \"m\": gradereport_user_get_grade_items for course 14 stopped "
              "answering while " +
                  std::string(net::phase_name(net::Phase::FirstByte)) + ", 5 times");

    EXPECT_NE(describe(fault_of_body("x", 404), {"m", "f", "", 1}).message.find("(HTTP 404)"),
              std::string::npos);
}

TEST(Describe, EveryKindIsComplete) {
    std::set<std::string> names;
    ASSERT_EQ(all_faults().size(), static_cast<size_t>(FaultKind::MoodleError));
    int kind = 0;
    for (const FaultInfo& info : all_faults()) {
        EXPECT_EQ(static_cast<int>(info.kind), ++kind) << info.name;
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_EQ(std::string_view(info.sqlstate).size(), 5u) << info.name;
        EXPECT_TRUE(std::string_view(info.hint).ends_with(".")) << info.name;
        Fault fault;
        fault.kind = info.kind;
        const FaultText text = describe(fault, {"m", "f", "u", 1});
        EXPECT_NE(text.message.find(info.phrase), std::string::npos);
        EXPECT_EQ(text.hint, info.hint);
        EXPECT_EQ(is_transient(fault), info.transient);
        EXPECT_EQ(is_overload(fault), info.overload);
        fault.phase = net::Phase::Body;
        EXPECT_EQ(is_too_much_at_once(fault), info.too_much_at_once) << info.name;
        fault.phase = net::Phase::Connect;
        const bool of_the_way = info.kind == FaultKind::TimedOut || info.kind == FaultKind::Stalled;
        EXPECT_EQ(is_too_much_at_once(fault), info.too_much_at_once && !of_the_way) << info.name;
    }
    EXPECT_STREQ(fault_name(FaultKind::None), "none");
    EXPECT_FALSE(is_transient(Fault{}));
}

// docs/errors.md: one row a fault, "| `name` | `sqlstate` | message | hint | yes/no | ...".
TEST(Documentation, HasEveryFault) {
    const std::string page =
        recordings::read_file(recordings::data_directory() / "../../docs/errors.md");
    for (const FaultInfo& info : all_faults()) {
        const std::string row = std::string("| `") + info.name + "` | `" + info.sqlstate +
                                "` | … " + info.phrase + " | " + (info.transient ? "yes" : "no");
        EXPECT_NE(page.find(row), std::string::npos) << row;
        EXPECT_NE(page.find(info.hint), std::string::npos) << info.name << ": " << info.hint;
    }
}

}  // namespace
}  // namespace moodle_fdw::moodle
