// What is known of Moodle's own functions: the catalogue of one release, compiled in as short texts
// that are read one function at a time (scripts/generate_catalogue writes them).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/entity.h"

namespace moodle_fdw::moodle {

struct KnownFunction {
    std::string_view name;
    // Shapes as read_shape reads them; "" of a function that writes, which is never called.
    std::string_view parameters;
    std::string_view returns;
    std::string_view capabilities;  // "moodle/course:view,moodle/course:update", as Moodle says
    bool deprecated;
};

// Sorted by name.
std::span<const KnownFunction> known_reads();
std::span<const KnownFunction> known_writes();
const KnownFunction* find_known_read(std::string_view name);
const KnownFunction* find_known_write(std::string_view name);
std::string_view catalogue_release();  // of the Moodle that the catalogue was taken from

// One value of an answer or of the arguments, and what is below it.
struct Shape {
    enum class Kind { Nothing, Value, List, Object };
    std::string name;  // in the object above it
    Kind kind = Kind::Nothing;
    ColumnType type = ColumnType::Text;  // of a value: Bigint, Numeric, Boolean or Text
    bool required = true;                // of an argument; of a list or object in an answer
    std::string fallback;                // of an argument that Moodle fills in itself, as JSON
    std::vector<Shape> below;            // an object's members, or the one shape of a list's items

    const Shape* member(std::string_view key) const;
};
// False when the text is no shape, which is a mistake of the generator.
bool read_shape(std::string_view text, Shape& shape);

// An argument by the name that a column's option `param` gives it.
struct KnownArgument {
    std::string name;  // courseid, options[ids][], context[contextid], criteria
    ColumnType type;   // BigintArray and TextArray: a list; Jsonb: a list of objects
    bool required;
    // Of a required object that needs no certain member: any argument of the same name here does.
    std::string any_of;
    std::string fallback;
    Shape shape;
};
// The function's arguments in Moodle's order; none of a function that is not known.
std::vector<KnownArgument> arguments_of(std::string_view function);

// How a value of this argument looks in a condition: 14, '{14,15}', '[{"key": "…", …}]'.
std::string example_of(const KnownArgument& argument);

// Whether the function's answer may lack the list to which these steps lead.
bool may_be_missing(std::string_view function, const std::vector<std::string>& steps);

// Whether a whole number of this name is a moment (seconds since 1970) in Moodle's answers.
bool is_moment(std::string_view name);

// Names that are like `name`, the most alike first.
std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string_view>& among);

}  // namespace moodle_fdw::moodle
