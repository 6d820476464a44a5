// docs/tables.md as it follows from the entities.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "moodle/entity.h"

namespace moodle_fdw::moodle {

inline std::string batches_of(const UnitsDef& units) {
    const std::string noun = units.noun;
    if (units.within != nullptr) {
        return "one call for each of `" + std::string(units.within->entity) +
               "` and participant of its course";
    }
    const std::string some =
        units.batch > 1 ? std::to_string(units.batch) + " " + noun + "s" : "a " + noun;
    if (units.entity[0] == '\0') return "one call " + some + " that the query names";
    return "one call " + some + " of `" + units.entity + "`";
}

inline std::string units_of(const EntityDef& entity) {
    if (entity.units != nullptr) {
        const std::string pages =
            entity.page_size > 0 ? " and " + std::to_string(entity.page_size) + " rows" : "";
        return batches_of(*entity.units) + pages;
    }
    switch (entity.fan_out) {
        case FanOut::Listed:
            break;
        case FanOut::None:
            if (entity.page_size > 0) {
                return "the whole site, " + std::to_string(entity.page_size) + " rows a call";
            }
            return "the whole site in one call";
        case FanOut::Courses:
            return "one call a course" +
                   (entity.page_size > 0 ? " and " + std::to_string(entity.page_size) + " people"
                                         : std::string());
        case FanOut::Users:
            return "one call a user";
        case FanOut::Enrolments:
            return "one call a course and participant";
    }
    return "";
}

inline void write_lookups(const EntityDef& entity, std::ostream& out) {
    std::vector<std::string> quals;
    for (const ArgumentDef& argument : entity.arguments) {
        quals.push_back("`" + std::string(argument.column) + "`, one value");
    }
    for (const ColumnDef& column : entity.columns) {
        const bool told = std::any_of(entity.arguments.begin(), entity.arguments.end(),
                                      [&](const ArgumentDef& argument) {
                                          return argument.column == std::string_view(column.name);
                                      });
        if (column.argument != nullptr && !told)
            quals.push_back(std::string("`") + column.name + "`");
    }
    for (const LookupDef& lookup : entity.lookups) {
        std::string qual = std::string("`") + lookup.column + "`";
        if (lookup.prefix) qual += " (also `LIKE 'x%'`, `ILIKE`)";
        if (lookup.at_most > 0) qual += ", up to " + std::to_string(lookup.at_most) + " values";
        if (lookup.batch > 1) qual += ", " + std::to_string(lookup.batch) + " a call";
        quals.push_back(qual);
    }
    for (const BoundDef& bound : entity.bounds) {
        static constexpr const char* kSigns[] = {"`, one value", " >=`, `>`", " <=`, `<`"};
        quals.push_back("`" + std::string(bound.column) + kSigns[static_cast<int>(bound.kind)]);
    }
    if (quals.empty()) return;
    out << "- **Sent to Moodle**: ";
    for (size_t i = 0; i < quals.size(); i++) out << (i == 0 ? "" : "; ") << quals[i];
    out << ".\n";
}

inline void write_users_by(std::ostream& out) {
    out << "\n### users_by\n\nHow all users are listed, as an option of the server or of the "
           "table.\n\n"
           "| users_by | how | cannot see |\n|---|---|---|\n";
    for (const UsersBy& one : all_users_by()) {
        out << "| `" << one.name << "` | " << one.how << " | " << one.cannot_see << " |\n";
    }
}

// A row may be a bare value, as a member's id.
inline std::string from_whole(const ColumnDef& column) {
    return column.type == ColumnType::Jsonb ? "the record" : "the row";
}

inline void write_entity(const EntityDef& entity, std::ostream& out) {
    out << "\n## " << entity.name << "\n\n" << entity.comment << "\n\n";
    out << "- **Function**: `" << entity.function << "`, " << units_of(entity) << ".\n";
    for (const Alternative& one : entity.alternatives) {
        out << "- **" << (one.preferred ? "Where the token has it" : "Where the token lacks it")
            << "**: `" << one.entity->function << "`.\n";
    }
    if (!entity.key.empty()) {
        out << "- **Key**: ";
        for (size_t i = 0; i < entity.key.size(); i++) out << (i ? ", " : "") << entity.key[i];
        out << ".\n";
    }
    write_lookups(entity, out);
    if (entity.fields_option[0] != '\0') {
        out << "- **Columns**: only the fields that a query reads are asked for.\n";
    }
    if (entity.split == Split::Users) {
        out << "- **Too large for the site**: a course that runs into a time or memory limit is "
               "asked "
               "for again user by user.\n";
    }
    for (const ExpectedFault& fault : entity.expected) {
        out << "- **Not an error**: `" << fault.errorcode << "` is ";
        if (fault.reason[0] == '\0') {
            out << "no rows.\n";
        } else {
            out << "a row with the reason “" << fault.reason << "”.\n";
        }
    }
    out << "- **Needs**: " << entity.needs << ".\n";
    if (entity.cannot_see[0] != '\0') {
        const std::string text = entity.cannot_see;
        out << "- **Cannot see**: " << text << (text.ends_with('.') ? "" : ".") << "\n";
    }
    if (entity.name == std::string_view("users")) write_users_by(out);
    out << "\n| column | type | from | |\n|---|---|---|---|\n";
    for (const ColumnDef& column : entity.columns) {
        out << "| " << column.name << " | " << sql_type_name(column.type) << " | "
            << (column.path[0] == '\0' ? from_whole(column) : "`" + std::string(column.path) + "`")
            << " | " << column.comment << " |\n";
    }
    if (entity.left_to_raw.empty()) return;
    out << "\nServed, and no column of its own:\n\n| key | |\n|---|---|\n";
    for (const RawOnly& one : entity.left_to_raw) {
        out << "| `" << one.path << "` | " << one.why << " |\n";
    }
}

inline std::string tables_page() {
    std::ostringstream out;
    out << R"(# Tables

<!-- Made from src/moodle/entity*.cpp by UPDATE_DOCS=1 moodle_entity_test: change it there. -->

`IMPORT FOREIGN SCHEMA` and `moodle_fdw.add_instance` make these tables for each Moodle. Every table begins with `instance`, the name of the server, and ends with `raw`, the record exactly as served, which costs nothing unless it is read. Ids are `bigint`, times `timestamptz` (Moodle's 0 is NULL), flags `boolean`, grades `numeric`, nested lists `jsonb`. A key that Moodle leaves out is NULL; it leaves out many empty values.

*Sent to Moodle* names the columns whose conditions (`=`, `IN`, `= ANY`, joins) become arguments, so that Moodle is asked for those records alone. Moodle's own matching is looser than SQL's, so every condition is applied here again. Any other condition is applied here only. Course names are served with `&` and `<` escaped and tags stripped, whatever is stored: conditions on them are not sent.

*From* is the place in Moodle's answer: `../x` stands one list higher, `=x` is an argument of the call, `@x` is made by moodle_fdw.

*Needs* lists the capabilities of the token's user beyond `webservice/rest:use`, and *cannot see* what stays out without a word: Moodle drops what a user may not see rather than refuse. The function itself must be in the token's service. A user with all of these in a system role is described in [security](security.md).
)";
    for (const EntityDef& entity : all_entities()) write_entity(entity, out);
    return out.str();
}

}  // namespace moodle_fdw::moodle
