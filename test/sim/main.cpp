// A small Moodle that is not one: see README.md.
#include <csignal>

#include "front.h"

int main(int count, char** words) {
    std::signal(SIGPIPE, SIG_IGN);
    sim::Front front(sim::parse_options(count, words));
    return front.run();
}
