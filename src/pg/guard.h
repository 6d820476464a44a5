// The border between C++ exceptions and ereport.
//
// Two rules make it safe without a setjmp a row: inside shield() no PostgreSQL function is called,
// and outside of it no object with a destructor is alive in a frame that calls PostgreSQL. What
// must outlive a call hangs on a memory context (pg/memory.h).
#pragma once

#include <cstring>
#include <exception>
#include <new>
#include <string_view>

#include "moodle/fault.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// An error on its way from C++ to ereport: plain memory, so it survives the longjmp.
struct Report {
    char sqlstate[6];
    char message[1024];
    char detail[512];
    char hint[768];

    // Not all of it: a scan makes one for each row.
    Report() { sqlstate[0] = message[0] = detail[0] = hint[0] = '\0'; }
    bool set() const { return sqlstate[0] != '\0'; }
    void fill(const char* state, std::string_view text, std::string_view more = {},
              std::string_view advice = {});
    void fill(const moodle::FaultText& text);
};

[[noreturn]] void raise(const Report& report);

template <class Body>
void shield(Body&& body) {
    Report report;
    try {
        body(report);
    } catch (const std::bad_alloc&) {
        report.fill("53200", "out of memory in moodle_fdw");
    } catch (const std::exception& problem) {
        report.fill("XX000", problem.what());
    } catch (...) {
        report.fill("XX000", "unknown C++ exception in moodle_fdw");
    }
    if (report.set()) raise(report);
}

}  // namespace moodle_fdw::pg
