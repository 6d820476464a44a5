// Why a datum could not be made. Nothing here raises: the caller turns it into an ereport when no
// C++ object is alive on its stack any more.
#pragma once

#include <cstdarg>
#include <cstdio>

namespace moodle_fdw::pg {

struct DatumProblem {
    const char* sqlstate;  // static text, "22003"
    char text[256];        // in the database's encoding
};

inline constexpr const char* kOutOfRange = "22003";
inline constexpr const char* kNoSuchTime = "22008";
inline constexpr const char* kNotOfType = "22P02";
inline constexpr const char* kNoSuchCharacter = "22P05";
inline constexpr const char* kOutOfMemory = "53200";
inline constexpr const char* kTooLarge = "54000";

// Always false, so that a maker can `return refuse(...)`.
__attribute__((format(printf, 3, 4))) inline bool refuse(DatumProblem& problem,
                                                         const char* sqlstate, const char* format,
                                                         ...) {
    problem.sqlstate = sqlstate;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem.text, sizeof problem.text, format, arguments);
    va_end(arguments);
    return false;
}

}  // namespace moodle_fdw::pg
