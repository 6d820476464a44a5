// Moodle's other format: what it answers when moodlewsrestformat=json is missing.
#pragma once

#include <string>

#include "functions.h"

namespace sim {

std::string xml_of(const std::string& json);
std::string xml_of(const MoodleError& error);

}  // namespace sim
