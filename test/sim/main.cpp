// A small Moodle that is not one: see README.md.
#include <clocale>
#include <csignal>

#include "front.h"

int main(int count, char** words) {
    std::signal(SIGPIPE, SIG_IGN);
    std::setlocale(LC_CTYPE, "C.UTF-8");  // ILIKE lowers letters of every script
    sim::Front front(sim::parse_options(count, words));
    return front.run();
}
