// How the simulated site is set up, as far as a test may change that while it runs.
#pragma once

#include <optional>
#include <string>

#include "options.h"

namespace sim {

// "4.1" to "5.1": release and version of it; a sentence when there is none such.
std::optional<std::string> become_moodle(const std::string& number, Options& options);

// {"moodle":"5.0", "wwwroot":…, "clock_skew":SECONDS, …} into `options`; a sentence when it cannot
// be read.
std::optional<std::string> read_settings(const std::string& json, Options& options);

// Whether a site of this version has the function.
bool has_function(const std::string& function, const std::string& version);
constexpr char kMoodle45[] = "20241007", kMoodle50[] = "20250414";

}  // namespace sim
