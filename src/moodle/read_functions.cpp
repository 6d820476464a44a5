#include "moodle/read_functions.h"

#include "moodle/catalogue.h"
#include "moodle/request.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// A plugin's function is not in the catalogue; Moodle's naming rule (component_verb_noun) tells.
bool is_named_like_reading(std::string_view name) {
    for (const std::string_view verb : {"_get_", "_list_", "_search_", "_count_"}) {
        if (name.find(verb) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace

bool is_read_function(std::string_view name) {
    if (!valid_function_name(name)) return false;
    if (find_known_read(name) != nullptr) return true;
    if (find_known_write(name) != nullptr) return false;
    return is_named_like_reading(name);
}

bool is_repeatable_function(std::string_view name) {
    for (const std::string_view part : {"_token", "_key", "_draft", "_random", "_async_", "_copy_",
                                        "_progress", "_submit", "_view_entries", "_login"}) {
        if (name.find(part) != std::string_view::npos) return false;
    }
    return true;
}

}  // namespace moodle_fdw::moodle
