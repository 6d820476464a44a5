// What an entity is: data, not code. A table is an entity resolved, or the same shape filled by
// hand from CREATE FOREIGN TABLE … OPTIONS (wsfunction, rows, params, fan_out).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/json.h"
#include "moodle/request.h"

namespace moodle_fdw::moodle {

enum class ColumnType {
    Bigint,
    Numeric,
    Text,
    Boolean,
    Timestamp,
    Jsonb,
    TextArray,
    BigintArray,
    Md5
};
const char* sql_type_name(ColumnType type);  // bigint, numeric, text, timestamptz, jsonb, ...

struct ColumnDef {
    const char* name;
    ColumnType type;
    // A ColumnPath ("id", "../userid", "completionstatus/completed"), or
    // "=courseid": the unit's own argument, "@instance", "@reason": why an expected error stood in
    // for the record. Timestamp reads an epoch (0 → NULL); Boolean reads true/false and 0/1.
    const char* path;
    // The argument of the entity's function that a qual on this column becomes; nullptr = none.
    // A fan-out's unit column names it ("courseid").
    const char* argument;
    const char* comment;
};

enum class FanOut { None, Courses, Users, Enrolments, Listed };  // Listed: as EntityDef::units says
enum class Paging {
    None,
    LimitOptions,  // options[n][name]=limitfrom/limitnumber, joined at their borders
    Pages,         // page, perpage
};
enum class Distinct { None, Record, Unit, Scan };  // where records repeat (by the key columns)
enum class Split { None, Users };                  // grades: userid=0 may be asked user by user

// Another way to the same records when values of one column are known.
enum class LookupMatch {
    Exact,      // equals as SQL's =
    Like,       // Moodle matches by ILIKE: wildcards are escaped, the result rechecked
    LowerCase,  // Moodle lower-cases or insists on lower case
};
struct LookupDef {
    const char* column;
    const char* function;
    const char* rows;
    const char* fixed;     // further arguments as JSON object, or ""
    const char* argument;  // "criteria[0][value]", or with a batch "values[]"
    int batch;             // values per call (1 = one call a value)
    int at_most;           // more values than this and the lookup is not used (0 = no bound)
    LookupMatch match;
    bool prefix;  // also serves LIKE 'x%' and ILIKE (value becomes 'x%')
    // The values of a batch go into one argument, "14,15,22", not into one argument each.
    bool joined = false;
    // The function also answers with deleted users, whom the listing never shows: see
    // looks_deleted.
    bool drop_deleted = false;
};

// What a fan-out goes over: the rows of another entity, whose columns become arguments.
struct UnitColumn {
    // Of the listing entity; "=courseid": the argument by which that one was itself asked.
    const char* column;
    const char* argument;  // what it becomes here: "courseid"; with a batch "courseids[]"
    // false: not sent, but "=courseid" columns show it, and conditions on them narrow the listing.
    bool sent = true;
};
struct UnitsDef {
    const char* entity;                   // "" = none: a condition must name the units
    std::span<const UnitColumn> columns;  // the one that names the unit stands last
    const char* noun;                     // "course"
    int batch = 1;                        // values of the last column in one call
    bool front_page = false;              // course 1 is asked for too
    // The listing entity's own units are these, in place of those that it goes over by itself.
    const UnitsDef* within = nullptr;
};

// Conditions that narrow what one call answers; they are checked again here.
enum class BoundKind { Equal, AtLeast, AtMost };
struct BoundDef {
    const char* column;
    BoundKind kind;
    const char* argument;  // "since"; "options:modname" goes into the list of options
};

// An argument that a condition may give, and that a "=since" column shows.
struct ArgumentDef {
    const char* column;
    const char* argument;
    const char* fallback;  // without a condition
};

// An argument that spares the site work for columns that the query does not read.
struct PruneDef {
    std::string_view columns[2];  // of these none is wanted, nor raw
    const char* argument;         // as in BoundDef
    const char* value;
};

struct ExpectedFault {
    const char* errorcode;
    const char* reason;  // value of "@reason"; "" = there is nothing, as where badges are off
};

// A served key that has no column of its own.
struct RawOnly {
    const char* path;
    const char* why;
};

struct EntityDef;
// Another definition of the same table (same columns, types and keys) over another function.
struct Alternative {
    const EntityDef* entity;
    // true: taken wherever the token may call its function; false: only where the token may not
    // call the entity's own.
    bool preferred;
};

struct EntityDef {
    const char* name;
    const char* comment;
    const char* function;
    const char* rows;
    const char* fixed = "";  // arguments of every call, JSON object or ""
    FanOut fan_out = FanOut::None;
    const char* course_argument = "";  // of the unit, "" if none
    const char* user_argument = "";
    Paging paging = Paging::None;
    int page_size = 0;
    Distinct distinct = Distinct::None;
    Split split = Split::None;
    // Column → option value when the function can leave fields out: userfields; "" = no pruning.
    const char* fields_option = "";
    // A record without inner rows still gives one (an enrolment without role).
    bool childless = false;
    std::span<const ColumnDef> columns;
    std::span<const char* const> key;
    std::span<const LookupDef> lookups = {};
    std::span<const ExpectedFault> expected = {};
    const char* rows_estimate;  // "users", "courses", ...: which site figure sizes it
    // The answer must hold a warning about this item, or FaultKind::UnverifiedListing.
    const char* proof_warning = "";
    std::span<const Alternative> alternatives = {};
    // Prose for docs/tables.md: the capabilities that the token's user needs, and what stays
    // unseen.
    const char* needs = "";
    const char* cannot_see = "";
    std::span<const RawOnly> left_to_raw = {};
    const UnitsDef* units = nullptr;  // of FanOut::Listed
    std::span<const BoundDef> bounds = {};
    std::span<const ArgumentDef> arguments = {};
    std::span<const PruneDef> prunes = {};
    // Where the answer says how many rows there are over all pages; "" = it does not.
    const char* total = "";
    // The answer's warnings name those of a batch that it refused.
    bool refuses_by_warning = false;
};

// In the order in which IMPORT FOREIGN SCHEMA makes them.
std::span<const EntityDef> all_entities();
const EntityDef* find_entity(std::string_view name);

// The `users_by` option: how all users are listed; the columns are those of users.
struct UsersBy {
    const char* name;
    const char* function;
    const char* rows;
    const char* fixed;          // arguments as JSON object, or ""
    const char* proof_warning;  // as in EntityDef
    FanOut fan_out;             // Courses: asked of each, and people repeat
    const char* how;
    const char* cannot_see;
};
std::span<const UsersBy> all_users_by();
// "report:7": the report that a strategy names; "" = it names none.
std::string report_of(std::string_view users_by);

// core_user_get_users_by_field gives deleted users back without a flag: Moodle has overwritten the
// email by an MD5 sum, and ended the username with the moment of deletion.
bool looks_deleted(Value user);

}  // namespace moodle_fdw::moodle
