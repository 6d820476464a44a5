#include "options.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include "settings.h"
#include "story_plan.h"

namespace sim {

namespace {

[[noreturn]] void usage(const std::string& problem) {
    std::cerr
        << "moodle_sim: " << problem
        << "\nusage: moodle_sim [--bind ADDRESS] [--port N] [--port-file FILE]\n"
           "  [--seed N] [--users N] [--courses N] [--per-course N] [--items N]\n"
           "  [--latency-ms N] [--per-row-us N] [--jitter-ms N] [--workers N]\n"
           "  [--max-input-vars N] [--plugin-roles] [--gzip] [--token ROLE:TOKEN]…\n"
           "  [--replay DIRECTORY] [--moodle 4.1…5.1] [--release TEXT] [--version TEXT]\n"
           "  [--wwwroot URL] [--story NAME] [--today YYYY-MM-DD] [--write-database SCHEMA]\n";
    std::exit(2);
}

template <typename Number>
void read_number(const std::string& word, std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        usage(word + " wants a number, not " + std::string(text));
    }
    if constexpr (!std::is_unsigned_v<Number>) {
        if (number < 0) usage(word + " is not negative");
    }
}

void read_token(const std::string& text, Options& options) {
    // Capabilities have colons too: ROLE-CAPABILITY-…:TOKEN.
    const bool less = text.find('-') < text.find(':');
    const size_t colon = less ? text.rfind(':') : text.find(':');
    if (colon == std::string::npos) usage("--token ROLE:TOKEN, not " + text);
    options.tokens[text.substr(colon + 1)] = text.substr(0, colon);
}

int64_t read_day(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), "%Y-%m-%d", &parts);
    if (end == nullptr || *end != '\0') usage("--today is a day as in 2026-11-21, not " + text);
    return timegm(&parts);
}

// Sizes that a story has of its own.
void begin_story(Options& options) {
    if (find_plan(options.story) == nullptr) {
        std::string names;
        for (const Plan& plan : plans())
            names += std::string(names.empty() ? "" : ", ") + plan.name;
        usage("--story is one of " + names);
    }
    options.items = 8;
    if (options.today == 0) options.today = std::time(nullptr) / 86'400 * 86'400;
    if (options.users < 40) usage("--users is at least 40 with --story");
}

void check(const Options& options) {
    if (options.story.empty() && !options.schema.empty()) usage("--write-database wants --story");
    if (options.users < 10 || options.users > 5'000'000) usage("--users is 10 to 5000000");
    if (options.courses < 1 || options.courses > 100'000) usage("--courses is 1 to 100000");
    if (options.items > 99) usage("--items is 0 to 99");
}

bool read_switch(const std::string& word, Options& options) {
    if (word == "--plugin-roles") return options.plugin_roles = true;
    if (word == "--gzip") return options.gzip = true;
    return false;
}

}  // namespace

Options parse_options(int count, char** words) {
    Options options;
    const std::map<std::string, int*> numbers = {{"--port", &options.port},
                                                 {"--items", &options.items},
                                                 {"--latency-ms", &options.latency_ms},
                                                 {"--per-row-us", &options.per_row_us},
                                                 {"--jitter-ms", &options.jitter_ms},
                                                 {"--workers", &options.workers},
                                                 {"--max-input-vars", &options.max_input_vars}};
    const std::map<std::string, int64_t*> sizes = {{"--users", &options.users},
                                                   {"--courses", &options.courses},
                                                   {"--per-course", &options.per_course}};
    const std::map<std::string, std::string*> texts = {
        {"--bind", &options.bind},       {"--port-file", &options.port_file},
        {"--replay", &options.replay},   {"--release", &options.release},
        {"--version", &options.version}, {"--wwwroot", &options.wwwroot},
        {"--story", &options.story},     {"--write-database", &options.schema}};
    for (int i = 1; i < count; i++) {
        const std::string word = words[i];
        if (read_switch(word, options)) continue;
        if (i + 1 == count) usage(word + " is unknown or lacks its value");
        const std::string value = words[++i];
        if (const auto number = numbers.find(word); number != numbers.end()) {
            read_number(word, value, *number->second);
        } else if (const auto size = sizes.find(word); size != sizes.end()) {
            read_number(word, value, *size->second);
        } else if (const auto text = texts.find(word); text != texts.end()) {
            *text->second = value;
        } else if (word == "--moodle") {
            if (auto wrong = become_moodle(value, options)) usage(*wrong);
        } else if (word == "--seed") {
            read_number(word, value, options.seed);
        } else if (word == "--today") {
            options.today = read_day(value);
        } else if (word == "--token") {
            read_token(value, options);
        } else {
            usage("unknown option " + word);
        }
    }
    if (!options.story.empty()) begin_story(options);
    check(options);
    return options;
}

}  // namespace sim
