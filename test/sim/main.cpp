// A small Moodle that is not one: see README.md.
#include <clocale>
#include <csignal>

#include <iostream>

#include "database.h"
#include "front.h"

int main(int count, char** words) {
    std::signal(SIGPIPE, SIG_IGN);
    std::setlocale(LC_CTYPE, "C.UTF-8");  // ILIKE lowers letters of every script
    const sim::Options options = sim::parse_options(count, words);
    if (!options.schema.empty()) {
        sim::write_database(std::cout, sim::Site(options), options.schema);
        return std::cout.flush() ? 0 : 1;
    }
    sim::Front front(options);
    return front.run();
}
