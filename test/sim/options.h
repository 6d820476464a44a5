// What the command line says.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sim {

struct Options {
    std::string bind = "127.0.0.1";
    int port = 0;  // 0 = pick one
    std::string port_file;
    uint64_t seed = 1;
    int64_t users = 200;      // ids 1 to users, the deleted ones included
    int64_t courses = 20;     // without the front page
    int64_t per_course = 30;  // participants
    int items = 6;            // grade items of a course, without its total
    int latency_ms = 0;
    int per_row_us = 0;
    int jitter_ms = 0;
    int workers = 0;  // PHP workers, 0 = as many as come
    int max_input_vars = 1000;
    bool plugin_roles = false;
    bool gzip = false;
    std::map<std::string, std::string> tokens;  // further tokens: token to role
    std::string replay;
    std::string story;   // the plan of a site with a story
    int64_t today = 0;   // its day, from which all its times are counted
    std::string schema;  // its database is written into this one, as SQL, and that is all
    std::string release = "4.5.6 (Build: 20250811)";
    std::string version = "2024100706";
    // Addresses within the data; fixed, so that it does not change with the port.
    std::string wwwroot = "http://moodle.example.edu";
    bool strict_wwwroot = false;  // whoever asks another host is sent to this one
    int clock_skew = 0;           // seconds that the site's clock is ahead
    std::string maintenance;      // cli, old or none
    bool web_services = true;
    bool own_clock = false;  // what a real site counts up by itself is counted up
};

// Ends the program with a usage text when it cannot be read.
Options parse_options(int count, char** words);

}  // namespace sim
