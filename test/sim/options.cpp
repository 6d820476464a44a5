#include "options.h"

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

namespace sim {

namespace {

[[noreturn]] void usage(const std::string& problem) {
    std::cerr << "moodle_sim: " << problem
              << "\nusage: moodle_sim [--port N] [--port-file FILE] [--seed N] [--users N]"
                 " [--courses N]\n  [--per-course N] [--items N] [--latency-ms N] [--per-row-us N]"
                 " [--jitter-ms N]\n  [--workers N] [--max-input-vars N] [--plugin-roles]"
                 " [--replay DIRECTORY]\n  [--release TEXT] [--version TEXT]\n";
    std::exit(2);
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
    const std::map<std::string, std::string*> texts = {{"--port-file", &options.port_file},
                                                       {"--replay", &options.replay},
                                                       {"--release", &options.release},
                                                       {"--version", &options.version}};
    for (int i = 1; i < count; i++) {
        const std::string word = words[i];
        if (word == "--plugin-roles") {
            options.plugin_roles = true;
            continue;
        }
        if (i + 1 == count) usage(word + " is unknown or lacks its value");
        const char* value = words[++i];
        if (const auto number = numbers.find(word); number != numbers.end()) {
            *number->second = std::atoi(value);
        } else if (const auto size = sizes.find(word); size != sizes.end()) {
            *size->second = std::atoll(value);
        } else if (const auto text = texts.find(word); text != texts.end()) {
            *text->second = value;
        } else if (word == "--seed") {
            options.seed = std::strtoull(value, nullptr, 10);
        } else {
            usage("unknown option " + word);
        }
    }
    if (options.users < 10 || options.users > 5'000'000) usage("--users is 10 to 5000000");
    if (options.courses < 1 || options.courses > 100'000) usage("--courses is 1 to 100000");
    return options;
}

}  // namespace sim
