#include "net/url.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using moodle_fdw::net::BaseUrl;
using moodle_fdw::net::parse_base_url;

BaseUrl accepted(std::string_view text) {
    BaseUrl url;
    std::string problem;
    EXPECT_TRUE(parse_base_url(text, url, problem)) << text << ": " << problem;
    EXPECT_EQ(problem, "");
    return url;
}

std::string problem_of(std::string_view text) {
    BaseUrl url;
    url.text = "as before";
    std::string problem;
    EXPECT_FALSE(parse_base_url(text, url, problem)) << text;
    EXPECT_EQ(url.text, "as before");
    EXPECT_NE(problem, "");
    return problem;
}

TEST(Url, PartsOfAPlainAddress) {
    const BaseUrl url = accepted("https://ead.example.edu");
    EXPECT_EQ(url.scheme, "https");
    EXPECT_EQ(url.host, "ead.example.edu");
    EXPECT_EQ(url.text, "https://ead.example.edu");
    EXPECT_EQ(url.endpoint, "https://ead.example.edu/webservice/rest/server.php");
}

TEST(Url, SameSiteHoweverItIsWritten) {
    for (const char* text : {"https://ead.example.edu/moodle", "https://ead.example.edu/moodle/",
                             "https://ead.example.edu/moodle///", "HTTPS://EAD.example.EDU/moodle",
                             "https://ead.example.edu/moodle/webservice/rest/server.php",
                             "https://ead.example.edu/moodle/webservice/rest/server.php/"}) {
        EXPECT_EQ(accepted(text).text, "https://ead.example.edu/moodle") << text;
    }
}

TEST(Url, PortsAndAddresses) {
    EXPECT_EQ(accepted("http://127.0.0.1:8080/").text, "http://127.0.0.1:8080");
    EXPECT_EQ(accepted("http://localhost:00080").text, "http://localhost:80");
    EXPECT_EQ(accepted("http://[::1]:8080/m").text, "http://[::1]:8080/m");
    EXPECT_EQ(accepted("http://[::1]").host, "[::1]");
}

TEST(Url, ForeignLettersBecomeAscii) {
    EXPECT_EQ(accepted("https://h.example/educa\xc3\xa7\xc3\xa3o").text,
              "https://h.example/educa%C3%A7%C3%A3o");
    EXPECT_EQ(accepted("https://h.example/a%20b").text, "https://h.example/a%20b");
}

TEST(Url, OtherSchemes) {
    for (const char* text : {"", "ead.example.edu", "//ead.example.edu", "file:///etc/passwd",
                             "ftp://h", "gopher://h", "httpss://h", "://h", "https:/h"}) {
        problem_of(text);
    }
    EXPECT_NE(problem_of("file:///etc/passwd").find("https"), std::string::npos);
}

TEST(Url, SecretsAndQueries) {
    EXPECT_NE(problem_of("https://u:p@h").find("user name"), std::string::npos);
    problem_of("https://u@h/x");
    EXPECT_EQ(accepted("https://h/~u@x").text, "https://h/~u@x");  // a folder, not a user
    EXPECT_NE(problem_of("https://h/?wstoken=abc").find("query"), std::string::npos);
    problem_of("https://h?x");
    problem_of("https://h/#x");
    EXPECT_EQ(problem_of("https://u:secret@h").find("secret"), std::string::npos);
}

TEST(Url, BadCharacters) {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {"https://h /x"sv, " https://h"sv, "https://h\n"sv, "https://h/\r\nHost: x"sv,
          "https://h/\0x"sv, "https://h\\x"sv, "https://h/<x>"sv, "https://h/\x7f"sv,
          "https://h/\xff"sv, "https://h/\xe2\x80\xaex"sv, "https://h%2fx"sv, "https://h\"x"sv}) {
        problem_of(text);
    }
}

TEST(Url, BadHostsAndPorts) {
    for (const char* text : {"https://",     "https:///x",     "https://:443",
                             "https://h:",   "https://h:0",    "https://h:65536",
                             "https://h:-1", "https://h:8x",   "https://h:99999999999999999999",
                             "https://.h",   "https://-h",     "https://a..b",
                             "https://[",    "https://[]",     "https://[::1",
                             "https://::1",  "https://[::g]",  "https://[1234]",
                             "https://a,b",  "https://h:80:80"}) {
        problem_of(text);
    }
    EXPECT_NE(problem_of("https://h:0").find("port"), std::string::npos);
    EXPECT_NE(problem_of("https://").find("no host"), std::string::npos);
}

TEST(Url, LengthIsBounded) {
    const std::string base = "https://h.example/";
    accepted(base + std::string(2000 - base.size(), 'a'));
    problem_of(base + std::string(2001 - base.size(), 'a'));
    problem_of("https://" + std::string(254, 'a'));
}

TEST(Url, APageIsNotTheSite) {
    EXPECT_NE(problem_of("https://h/moodle/login/index.php").find("pages"), std::string::npos);
}

}  // namespace
