// What is asked of a Moodle: one web-service function with its arguments, as PHP reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace moodle_fdw::moodle {

struct Argument {
    std::string name;  // as PHP nests it: criteria[0][key]
    std::string value;
    bool operator==(const Argument&) const = default;
};
using Arguments = std::vector<Argument>;

struct Call {
    std::string function;
    Arguments arguments;
};

// PHP drops every argument past max_input_vars (default 1000) without a word; some sites halve it.
// With token, function and format this stays well below.
inline constexpr size_t kMaxArguments = 480;

// wstoken, wsfunction and moodlewsrestformat stand first, so that they survive whatever PHP drops.
std::string encode_form(std::string_view token, const Call& call);
// The same without the token: all that the answer depends on besides who asks.
std::string encode_request(const Call& call);

// {"criteria":[{"key":"email","value":"%"}]} → criteria[0][key]=email, criteria[0][value]=%.
// true/false become 1/0, null leaves the argument out, numbers keep their text. At most
// kMaxArguments, depth 8. False with a sentence in `problem` otherwise.
bool arguments_from_json(std::string_view json, Arguments& arguments, std::string& problem);

// Sets one argument by its PHP name, replacing an earlier one.
void set_argument(Arguments& arguments, std::string_view name, std::string value);

// Adds to the list of options that many functions take: options[n][name], options[n][value].
void add_option(Arguments& arguments, std::string name, std::string value);

// "core_user_get_users(criteria[0][key]=email, criteria[0][value]=%)", cut to `max_bytes`.
std::string call_text(const Call& call, size_t max_bytes = 200);

// What a user may name in the `param` option: a PHP argument name such as courseid or
// options[ids][0] or values[], none of the three that encode_form itself writes.
bool valid_argument_name(std::string_view name);

// A web-service function name: letters, digits, underscores; 1 to 200 of them.
bool valid_function_name(std::string_view name);

// Escapes what Moodle's LIKE matching would read as a wildcard.
std::string escape_like(std::string_view text);

}  // namespace moodle_fdw::moodle
