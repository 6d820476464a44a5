// Arguments that a user writes as JSON reach PHP as they were meant: names that PHP nests as the
// JSON did, every value unchanged, credentials first and alone.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "moodle/request.h"

namespace {

using namespace moodle_fdw;

[[noreturn]] void fail(const char* what, const std::string& text) {
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); i++) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) {
            fail("bad escape", std::string(text));
        }
        out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

std::string_view next_field(std::string_view& form) {
    const size_t end = form.find('&');
    const std::string_view field = form.substr(0, end);
    form = end == std::string_view::npos ? std::string_view() : form.substr(end + 1);
    return field;
}

void check_form(const moodle::Arguments& arguments) {
    const std::string form = moodle::encode_form("secret", {"f", arguments});
    std::string_view left = form;
    for (const char* expected : {"wstoken=secret", "wsfunction=f", "moodlewsrestformat=json"}) {
        if (next_field(left) != expected) fail("credentials are not first", form);
    }
    for (const moodle::Argument& argument : arguments) {
        const std::string_view field = next_field(left);
        const size_t equals = field.find('=');
        if (equals == std::string_view::npos) fail("no value", form);
        if (decoded(field.substr(0, equals)) != argument.name) fail("name changed", form);
        if (decoded(field.substr(equals + 1)) != argument.value) fail("value changed", form);
    }
    if (!left.empty()) fail("more than was asked", form);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool valid_name = moodle::valid_argument_name(text);
    if (valid_name && text.find_first_of("&=. %") != std::string_view::npos) {
        fail("PHP would take this for something else", std::string(text));
    }
    moodle::valid_function_name(text);
    const std::string escaped = moodle::escape_like(text);
    if (escaped.size() < text.size()) fail("escape_like lost bytes", escaped);

    moodle::Arguments arguments;
    std::string problem;
    if (!moodle::arguments_from_json(text, arguments, problem)) {
        if (problem.empty()) fail("refused without a word", std::string(text));
        if (!arguments.empty()) fail("refused, yet changed the arguments", std::string(text));
        return 0;
    }
    if (arguments.size() > moodle::kMaxArguments) fail("too many arguments", std::string(text));
    for (const moodle::Argument& argument : arguments) {
        if (!moodle::valid_argument_name(argument.name)) fail("bad name", argument.name);
    }
    check_form(arguments);
    const std::string shown = moodle::call_text({"f", arguments}, 200);
    if (shown.size() > 200) fail("shown too long", shown);
    return 0;
}
