#include "moodle/request.h"

#include <gtest/gtest.h>

namespace moodle_fdw::moodle {
namespace {

Arguments read(std::string_view json) {
    Arguments arguments;
    std::string problem;
    EXPECT_TRUE(arguments_from_json(json, arguments, problem)) << json << ": " << problem;
    return arguments;
}

std::string refused(std::string_view json) {
    Arguments arguments{{"kept", "1"}};
    std::string problem;
    EXPECT_FALSE(arguments_from_json(json, arguments, problem)) << json;
    EXPECT_EQ(arguments, (Arguments{{"kept", "1"}})) << "a refusal changed the arguments";
    EXPECT_FALSE(problem.empty());
    return problem;
}

TEST(Form, CredentialsStandFirst) {
    const Call call{"core_user_get_users", {{"criteria[0][key]", "email"}}};
    EXPECT_EQ(encode_form("abc", call),
              "wstoken=abc&wsfunction=core_user_get_users&moodlewsrestformat=json"
              "&criteria%5B0%5D%5Bkey%5D=email");
}

TEST(Form, EveryByteSurvives) {
    std::string bytes;
    for (int byte = 0; byte < 256; byte++) bytes += static_cast<char>(byte);
    const std::string form = encode_form("t", {"f", {{"v", bytes}}});
    std::string decoded;
    const std::string_view value = std::string_view(form).substr(form.rfind("v=") + 2);
    for (size_t i = 0; i < value.size(); i++) {
        if (value[i] != '%') {
            EXPECT_TRUE(isalnum(static_cast<unsigned char>(value[i])) != 0 ||
                        std::string_view("-._~").find(value[i]) != std::string_view::npos);
            decoded += value[i];
            continue;
        }
        decoded += static_cast<char>(std::stoi(std::string(value.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    EXPECT_EQ(decoded, bytes);
}

TEST(Form, AnArgumentNeverReplacesTheToken) {
    const Call call{"f", {{"wstoken", "stolen"}, {"wsfunction[0]", "delete"}, {"a", "1"}}};
    EXPECT_EQ(encode_form("t", call), "wstoken=t&wsfunction=f&moodlewsrestformat=json&a=1");
}

TEST(ArgumentsFromJson, NamesAsPhpNests) {
    EXPECT_EQ(read(R"({"criteria":[{"key":"email","value":"%"},{"key":"id","value":7}],"x":"y"})"),
              (Arguments{{"criteria[0][key]", "email"},
                         {"criteria[0][value]", "%"},
                         {"criteria[1][key]", "id"},
                         {"criteria[1][value]", "7"},
                         {"x", "y"}}));
    EXPECT_EQ(read(R"({"options":{"ids":[14,15]}})"),
              (Arguments{{"options[ids][0]", "14"}, {"options[ids][1]", "15"}}));
    EXPECT_EQ(read(R"({"a":[[1],[2,3]]})"),
              (Arguments{{"a[0][0]", "1"}, {"a[1][0]", "2"}, {"a[1][1]", "3"}}));
}

TEST(ArgumentsFromJson, NumbersKeepTheirText) {
    EXPECT_EQ(
        read(R"({"a":1.10,"b":123456789012345678901234567890,"c":-0,"d":1E+2})"),
        (Arguments{
            {"a", "1.10"}, {"b", "123456789012345678901234567890"}, {"c", "-0"}, {"d", "1E+2"}}));
}

TEST(ArgumentsFromJson, LiteralsAndNull) {
    EXPECT_EQ(read(R"({"t":true,"f":false,"n":null,"e":"","l":[null,5],"o":{},"z":[]})"),
              (Arguments{{"t", "1"}, {"f", "0"}, {"e", ""}, {"l[1]", "5"}}));
    EXPECT_EQ(read(" {} "), Arguments{});
}

TEST(ArgumentsFromJson, TextsAreUnescaped) {
    EXPECT_EQ(read(R"({"a":"\u00fc\ud83c\udfaf\n\/\"&="})"),
              (Arguments{{"a", "\u00fc\U0001F3AF\n/\"&="}}));
}

TEST(ArgumentsFromJson, RefusesWhatIsNoObject) {
    for (const char* json : {"", "[]", "1", "\"a\"", "null", "true", "{", "{}x", "{\"a\":}",
                             "{'a':1}", "{\"a\":NaN}", "{\"a\":01}", "{\"a\":1,}"}) {
        refused(json);
    }
}

TEST(ArgumentsFromJson, RefusesWhatPhpWouldRead) {
    for (const char* json : {R"({"a[b]":1})", R"({"a.b":1})", R"({"":1})", R"({" a":1})",
                             R"({"a":{"b]":1}})", R"({"a&b":1})", R"({"a\u0000":1})"}) {
        EXPECT_NE(refused(json).find("argument names"), std::string::npos) << json;
    }
    refused(R"({"a":"x\u0000y"})");
    refused("{\"a\":\"\xff\"}");
    refused(R"({"a":"\ud800"})");
    EXPECT_NE(refused(R"({"wstoken":"x"})").find("wstoken"), std::string::npos);
    EXPECT_NE(refused(R"({"wsfunction":{"a":"x"}})").find("wsfunction"), std::string::npos);
    EXPECT_NE(refused(R"({"a":1,"a":2})").find("twice"), std::string::npos);
    // Deeper, the same word is an ordinary key.
    EXPECT_EQ(read(R"({"a":{"wstoken":"x"}})"), (Arguments{{"a[wstoken]", "x"}}));
}

TEST(ArgumentsFromJson, Bounds) {
    std::string many = "{\"ids\":[0";
    for (size_t i = 1; i < kMaxArguments; i++) many += "," + std::to_string(i);
    EXPECT_EQ(read(many + "]}").size(), kMaxArguments);
    EXPECT_NE(refused(many + ",0]}").find("max_input_vars"), std::string::npos);

    EXPECT_EQ(read(R"({"a":[[[[[[[1]]]]]]]})").front().name, "a[0][0][0][0][0][0][0]");
    EXPECT_NE(refused(R"({"a":[[[[[[[[1]]]]]]]]})").find("levels"), std::string::npos);
    refused(std::string(1'000'000, '[') + "1");
    refused("{\"" + std::string(101, 'k') + "\":1}");
}

TEST(SetArgument, ReplacesOrAppends) {
    Arguments arguments{{"a", "1"}, {"b", "2"}};
    set_argument(arguments, "a", "3");
    set_argument(arguments, "c", "4");
    EXPECT_EQ(arguments, (Arguments{{"a", "3"}, {"b", "2"}, {"c", "4"}}));
}

TEST(CallText, OneLineWithinItsBound) {
    EXPECT_EQ(call_text({"f", {}}), "f()");
    EXPECT_EQ(call_text({"f", {{"a", "1"}, {"b", "x\ny"}}}), "f(a=1, b=x y)");
    for (size_t bytes = 0; bytes < 60; bytes++) {
        const std::string text = call_text({"function", {{"a", "üüüüüüüüüüüüüüüüüüü"}}}, bytes);
        EXPECT_LE(text.size(), std::max<size_t>(bytes, 4));
        // Never half a character: after the cut stands a whole one.
        if (text.ends_with("...)") && text.size() > 4) {
            EXPECT_NE(static_cast<unsigned char>(text[text.size() - 5]), 0xC3) << text;
        }
    }
}

TEST(Names, Functions) {
    EXPECT_TRUE(valid_function_name("core_user_get_users"));
    EXPECT_TRUE(valid_function_name(std::string(200, 'a')));
    for (const char* name : {"", "a b", "a-b", "a;b", "a&b", "ä", "a\n"}) {
        EXPECT_FALSE(valid_function_name(name)) << name;
    }
    EXPECT_FALSE(valid_function_name(std::string(201, 'a')));
}

TEST(Names, Arguments) {
    for (const char* name : {"courseid", "options[ids][0]", "criteria[0][value]", "values[]",
                             "a[b][]", "moodlewssettingraw"}) {
        EXPECT_TRUE(valid_argument_name(name)) << name;
    }
    for (const char* name : {"", "[0]", "a[", "a]", "a[]b", "a[][0]", "a b", "a.b", "a[b", "a[b]]",
                             "a[[b]]", "wstoken", "wsfunction", "moodlewsrestformat[x]", "a=b"}) {
        EXPECT_FALSE(valid_argument_name(name)) << name;
    }
    EXPECT_FALSE(valid_argument_name("a[1][1][1][1][1][1][1][1]"));
}

TEST(EscapeLike, Wildcards) {
    EXPECT_EQ(escape_like("100%_\\x"), "100\\%\\_\\\\x");
    EXPECT_EQ(escape_like(""), "");
}

}  // namespace
}  // namespace moodle_fdw::moodle
