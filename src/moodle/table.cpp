#include "moodle/table.h"

#include <algorithm>
#include <set>

#include "moodle/catalogue.h"
#include "moodle/table_arguments.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

const Restriction* find_restriction(const std::vector<Restriction>& all, const std::string& column,
                                    Restriction::Kind kind) {
    for (const Restriction& one : all) {
        if (one.column == column && one.kind == kind) return &one;
    }
    return nullptr;
}

bool is_id(const std::string& text) {
    return !text.empty() && text.size() <= 18 && text[0] != '0' &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

// Moodle trims, strips tags and cleans a search value before it looks: only what passes unchanged
// may be asked for, anything else is found by listing.
bool survives_cleaning(const std::string& text) {
    if (text.empty() || text.size() > 255) return false;
    if (text.front() == ' ' || text.back() == ' ') return false;
    return std::none_of(text.begin(), text.end(), [](char c) {
        return c == '<' || c == '>' || c == '&' || static_cast<unsigned char>(c) < 0x20 ||
               c == 0x7f;
    });
}

bool is_ascii(const std::string& text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string lower_ascii(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

const ColumnDef* definition_of(const EntityDef& entity, std::string_view column) {
    for (const ColumnDef& def : entity.columns) {
        if (column == def.name) return &def;
    }
    return nullptr;
}

// The values as they are to be sent; nothing when one of them cannot be asked for.
std::optional<std::vector<std::string>> values_to_send(const EntityDef& entity,
                                                       const LookupDef& lookup,
                                                       const Restriction& restriction) {
    const ColumnDef* column = definition_of(entity, lookup.column);
    const bool ids = column != nullptr && column->type == ColumnType::Bigint;
    std::set<std::string> unique;
    for (const std::string& value : restriction.values) {
        if (ids) {
            if (is_id(value)) unique.insert(value);  // any other id names nothing
            continue;
        }
        if (!survives_cleaning(value)) return std::nullopt;
        if (lookup.joined && value.find(',') != std::string::npos) return std::nullopt;
        switch (lookup.match) {
            case LookupMatch::Exact:
                unique.insert(value);
                break;
            case LookupMatch::Like:
                unique.insert(escape_like(value) +
                              (restriction.kind == Restriction::Kind::Prefix ? "%" : ""));
                break;
            case LookupMatch::LowerCase:
                if (!is_ascii(value)) return std::nullopt;
                unique.insert(lower_ascii(value));
                break;
        }
    }
    return std::vector<std::string>(unique.begin(), unique.end());
}

std::string batch_label(const LookupDef& lookup, const std::vector<std::string>& values,
                        size_t from, size_t count) {
    if (count == 1) return std::string(lookup.column) + " " + values[from].substr(0, 60);
    return std::to_string(count) + " values of " + lookup.column;
}

std::vector<Unit> lookup_units(const LookupDef& lookup, const std::vector<std::string>& values) {
    std::vector<Unit> units;
    const size_t batch = std::max(1, lookup.batch);
    for (size_t from = 0; from < values.size(); from += batch) {
        const size_t count = std::min(batch, values.size() - from);
        Unit unit{batch_label(lookup, values, from, count), {}};
        if (lookup.joined) {
            std::string list;
            for (size_t i = 0; i < count; i++) list += (i == 0 ? "" : ",") + values[from + i];
            unit.arguments.push_back({lookup.argument, std::move(list)});
        } else if (std::string name = lookup.argument; name.ends_with("[]")) {
            name.resize(name.size() - 2);
            for (size_t i = 0; i < count; i++) {
                unit.arguments.push_back({name + "[" + std::to_string(i) + "]", values[from + i]});
            }
        } else {
            unit.arguments.push_back({std::move(name), values[from]});
        }
        units.push_back(std::move(unit));
    }
    return units;
}

bool use_lookup(const Table& table, const LookupDef& lookup,
                const std::vector<Restriction>& restrictions, Access& access,
                std::string& problem) {
    const Restriction* restriction =
        find_restriction(restrictions, lookup.column, Restriction::Kind::AnyOf);
    if (restriction == nullptr && lookup.prefix) {
        restriction = find_restriction(restrictions, lookup.column, Restriction::Kind::Prefix);
    }
    if (restriction == nullptr) return false;
    const auto values = values_to_send(*table.entity, lookup, *restriction);
    if (!values) return false;
    if (lookup.at_most != 0 && values->size() > static_cast<size_t>(lookup.at_most)) return false;
    FetchPlan& plan = access.plan;
    plan.function = lookup.function;
    plan.fixed.clear();
    if (!RowsPath::parse(lookup.rows, plan.rows, problem)) return false;
    if (lookup.fixed[0] != '\0' && !arguments_from_json(lookup.fixed, plan.fixed, problem)) {
        return false;
    }
    plan.units = lookup_units(lookup, *values);
    plan.units_from_query = true;
    plan.drop_deleted = lookup.drop_deleted;
    plan.proof_warning.clear();
    access.pushed.push_back(lookup.column);
    return true;
}

// Listing every course: the source of units for whatever is asked course by course.
bool make_course_lister(const EntityDef& purpose, Lister& lister, std::string& problem) {
    const Table courses = table_of(*find_entity("courses"));
    int id = 0;
    while (courses.columns[id].path != "id") id++;
    Access listing;
    if (!choose_access(courses, {}, {id}, listing, problem)) return false;
    lister.plan = std::make_unique<FetchPlan>(std::move(listing.plan));
    lister.argument = purpose.course_argument;
    lister.noun = "course";
    lister.skip_site_course = true;
    return true;
}

bool apply_users_by(FetchPlan& plan, const std::string& strategy, std::string& problem) {
    for (const UsersBy& known : all_users_by()) {
        if (strategy != known.name) continue;
        plan.fixed.clear();
        plan.function = known.function;
        plan.proof_warning = known.proof_warning;
        if (known.fixed[0] != '\0' && !arguments_from_json(known.fixed, plan.fixed, problem)) {
            return false;
        }
        return RowsPath::parse(known.rows, plan.rows, problem);
    }
    problem = "users_by \"" + strategy + "\" is not known";
    return false;
}

// "1, 14" → units course 14: ids that name no course are left out, the front page among them.
std::vector<Unit> course_units(const EntityDef* entity, const std::string& argument,
                               const Restriction& restriction) {
    std::set<std::string> unique(restriction.values.begin(), restriction.values.end());
    std::vector<Unit> units;
    for (const std::string& value : unique) {
        if (!is_id(value) || (entity != nullptr && value == "1")) continue;
        units.push_back({"course " + value, {{argument, value}}});
    }
    return units;
}

const Restriction* restriction_on_argument(const Table& table,
                                           const std::vector<Restriction>& restrictions,
                                           const std::string& argument, std::string* column_name) {
    for (const Column& column : table.columns) {
        if (argument.empty() || column.argument != argument) continue;
        const Restriction* found =
            find_restriction(restrictions, column.name, Restriction::Kind::AnyOf);
        if (found == nullptr) continue;
        if (column_name != nullptr) *column_name = column.name;
        return found;
    }
    return nullptr;
}

struct FanOutNames {
    std::string course;
    std::string user;
};

FanOutNames fan_out_names(const Table& table) {
    if (table.entity != nullptr) {
        return {table.entity->course_argument, table.entity->user_argument};
    }
    return {"courseid", "userid"};
}

bool fan_out_courses(const Table& table, const std::vector<Restriction>& restrictions,
                     const std::string& argument, FetchPlan& plan, Access& access,
                     std::string& problem) {
    std::string column;
    const Restriction* named = restriction_on_argument(table, restrictions, argument, &column);
    if (named != nullptr) {
        plan.units = course_units(table.entity, argument, *named);
        plan.units_from_query = true;
        access.pushed.push_back(column);
        return true;
    }
    plan.lister = std::make_unique<Lister>();
    const EntityDef* purpose = table.entity != nullptr ? table.entity : find_entity("enrolments");
    if (!make_course_lister(*purpose, *plan.lister, problem)) return false;
    plan.lister->argument = argument;
    return true;
}

bool fan_out_users(const Table& table, const std::vector<Restriction>& restrictions,
                   const std::string& argument, FetchPlan& plan, Access& access,
                   std::string& problem) {
    std::string column;
    const Restriction* named = restriction_on_argument(table, restrictions, argument, &column);
    if (named != nullptr) {
        std::set<std::string> unique(named->values.begin(), named->values.end());
        for (const std::string& value : unique) {
            if (is_id(value)) plan.units.push_back({"user " + value, {{argument, value}}});
        }
        plan.units_from_query = true;
        access.pushed.push_back(column);
        return true;
    }
    plan.lister = std::make_unique<Lister>();
    Table users = table_of(*find_entity("users"));
    if (!table.users_by.empty()) users.users_by = table.users_by;
    Access listing;
    int id = 0;
    while (users.columns[id].path != "id") id++;
    if (!choose_access(users, {}, {id}, listing, problem)) return false;
    plan.lister->plan = std::make_unique<FetchPlan>(std::move(listing.plan));
    plan.lister->argument = argument;
    plan.lister->noun = "user";
    return true;
}

// "14:114" → user 114 of course 14. Whoever names the pairs knows who takes part.
std::vector<Unit> pair_units(const FanOutNames& names, const Restriction& pairs) {
    const std::set<std::string> unique(pairs.values.begin(), pairs.values.end());
    std::vector<Unit> units;
    for (const std::string& pair : unique) {
        const size_t colon = pair.find(':');
        if (colon == std::string::npos) continue;
        std::string course = pair.substr(0, colon);
        std::string user = pair.substr(colon + 1);
        if (!is_id(course) || !is_id(user)) continue;
        std::string label = "course ";
        label.append(course).append(", user ").append(user);
        units.push_back(
            {std::move(label), {{names.course, std::move(course)}, {names.user, std::move(user)}}});
    }
    return units;
}

// Who takes part is always asked of the course, so that a restriction never shows a pair that the
// unrestricted table would not.
bool fan_out_enrolments(const Table& table, const std::vector<Restriction>& restrictions,
                        const FanOutNames& names, FetchPlan& plan, Access& access,
                        std::string& problem) {
    std::string column;
    const std::string both = names.course + ":" + names.user;
    if (const Restriction* pairs = restriction_on_argument(table, restrictions, both, &column)) {
        plan.units = pair_units(names, *pairs);
        plan.units_from_query = true;
        access.pushed.push_back(column);
        return true;
    }
    auto participants = std::make_unique<FetchPlan>();
    const EntityDef* enrolments = find_entity("enrolments");
    participants->function = enrolments->function;
    participants->page_size = enrolments->page_size;
    participants->fixed = {{"options[0][name]", "userfields"}, {"options[0][value]", "id"}};
    ColumnPath id;
    if (!RowsPath::parse("/*", participants->rows, problem) ||
        !ColumnPath::parse("id", id, problem)) {
        return false;
    }
    participants->columns.push_back(id);
    const std::string listing_argument = enrolments->course_argument;
    const Restriction* courses =
        restriction_on_argument(table, restrictions, names.course, &column);
    if (courses != nullptr) {
        participants->units = course_units(enrolments, listing_argument, *courses);
        participants->units_from_query = true;
        access.pushed.push_back(column);
    } else {
        participants->lister = std::make_unique<Lister>();
        if (!make_course_lister(*enrolments, *participants->lister, problem)) return false;
    }
    plan.lister = std::make_unique<Lister>();
    plan.lister->plan = std::move(participants);
    plan.lister->argument = names.user;
    plan.lister->carried_as = names.course;
    plan.lister->noun = "user";
    const Restriction* users = restriction_on_argument(table, restrictions, names.user, &column);
    if (users != nullptr) {
        plan.lister->only.emplace(users->values.begin(), users->values.end());
        access.pushed.push_back(column);
    }
    return true;
}

// "../customfields" → customfields: the first key below the user's record.
std::string user_field_of(const Column& column, const EntityDef& entity) {
    std::string_view path = column.path;
    const bool nested = std::string_view(entity.rows).ends_with("*/roles/*");
    if (path.starts_with("=") || path.starts_with("@")) return "";
    if (nested) {
        if (!path.starts_with("..")) return "roles";
        path.remove_prefix(path.starts_with("../") ? 3 : 2);
    }
    return std::string(path.substr(0, path.find('/')));
}

// Asks for the fields that the query reads, and never for enrolledcourses, which costs the site a
// query a user. A column that shows the whole record wants every other field.
void prune_fields(const Table& table, const std::vector<int>& wanted, FetchPlan& plan) {
    const EntityDef& entity = *table.entity;
    std::set<std::string> fields{"id"};
    if (std::string_view(entity.rows).find("roles") != std::string_view::npos) {
        fields.insert("roles");
    }
    bool whole = false;
    for (const int index : wanted) {
        const Column& column = table.columns[index];
        if (column.path.starts_with("=") || column.path.starts_with("@")) continue;
        const std::string field = user_field_of(column, entity);
        if (field.empty()) whole = true;
        fields.insert(field);
    }
    if (whole) {
        for (const ColumnDef& def : entity.columns) {
            fields.insert(user_field_of({def.name, def.type, def.path, ""}, entity));
        }
    }
    fields.erase("");
    std::string list;
    for (const std::string& field : fields) list += (list.empty() ? "" : ",") + field;
    plan.fixed.push_back({"options[0][name]", entity.fields_option});
    plan.fixed.push_back({"options[0][value]", list});
}

bool pick_columns(const Table& table, const std::vector<int>& wanted, FetchPlan& plan,
                  std::string& problem) {
    auto picked = [&](const std::string& path) {
        ColumnPath parsed;
        if (!ColumnPath::parse(path, parsed, problem)) return -1;
        plan.columns.push_back(parsed);
        return static_cast<int>(plan.columns.size()) - 1;
    };
    for (const int index : wanted) {
        const std::string& path = table.columns[index].path;
        if (path.starts_with("=") || path.starts_with("@")) continue;
        if (picked(path) < 0) return false;
        const bool whole_record = path.empty() && plan.rows.inner().empty();
        if (table.columns[index].type == ColumnType::Md5 && whole_record && !plan.digest_needed) {
            plan.digest_needed = true;
            plan.digest_without = table.columns[index].without;
        }
    }
    if (plan.distinct == Distinct::None) return true;
    for (const char* key : table.entity->key) {
        const ColumnDef* def = definition_of(*table.entity, key);
        if (def == nullptr || def->path[0] == '=' || def->path[0] == '@') continue;
        const int column = picked(def->path);
        if (column < 0) return false;
        plan.distinct_columns.push_back(column);
    }
    return true;
}

void take_entity(const EntityDef& entity, FetchPlan& plan) {
    plan.childless = entity.childless;
    plan.distinct = entity.distinct;
    plan.split = entity.split;
    plan.expected.assign(entity.expected.begin(), entity.expected.end());
    plan.proof_warning = entity.proof_warning;
    if (entity.paging == Paging::LimitOptions) plan.page_size = entity.page_size;
}

// The units of a plan that no lookup serves.
bool choose_units(const Table& table, const std::vector<Restriction>& restrictions, FetchPlan& plan,
                  Access& access, std::string& problem) {
    const FanOutNames names = fan_out_names(table);
    switch (table.fan_out) {
        case FanOut::None:
            break;
        case FanOut::Courses:
            return fan_out_courses(table, restrictions, names.course, plan, access, problem);
        case FanOut::Users:
            return fan_out_users(table, restrictions, names.user, plan, access, problem);
        case FanOut::Enrolments:
            return fan_out_enrolments(table, restrictions, names, plan, access, problem);
    }
    if (!table.users_by.empty() && !apply_users_by(plan, table.users_by, problem)) return false;
    if (table.users_by != "participants") {
        return argument_units(table, restrictions, plan, access, problem);
    }
    plan.distinct = Distinct::Scan;
    return fan_out_courses(table, {}, "courseid", plan, access, problem);
}

bool choose_one(const Table& table, const std::vector<Restriction>& restrictions,
                const std::vector<int>& wanted, Access& access, std::string& problem) {
    FetchPlan& plan = access.plan;
    plan.function = table.function;
    plan.fixed = table.fixed;
    if (!RowsPath::parse(table.rows, plan.rows, problem)) return false;
    if (table.entity != nullptr) take_entity(*table.entity, plan);
    plan.rows_optional =
        table.entity == nullptr && may_be_missing(table.function, plan.rows.outer());
    // Of an answer that is one record, they stand in the record.
    plan.hear_warnings =
        table.entity == nullptr && plan.rows.has_array() && !table.rows.starts_with("/warnings");
    bool found = false;
    if (table.entity != nullptr && table.fan_out == FanOut::None) {
        for (const LookupDef& lookup : table.entity->lookups) {
            found = use_lookup(table, lookup, restrictions, access, problem);
            if (found || !problem.empty()) break;
        }
        if (!problem.empty()) return false;
    }
    if (!found && !choose_units(table, restrictions, plan, access, problem)) return false;
    if (table.entity != nullptr && table.entity->fields_option[0] != '\0') {
        prune_fields(table, wanted, plan);
    }
    return pick_columns(table, wanted, plan, problem);
}

// The same table over another function; columns that the user gave a path of their own keep it.
Table table_over(const Table& table, const EntityDef& entity) {
    Table other = table_of(entity);
    std::vector<Column> columns = table.columns;
    for (Column& column : columns) {
        const ColumnDef* own = definition_of(*table.entity, column.name);
        const ColumnDef* def = definition_of(entity, column.name);
        if (own == nullptr || def == nullptr || column.path != own->path) continue;
        column.path = def->path;
        column.argument = def->argument != nullptr ? def->argument : "";
    }
    other.columns = std::move(columns);
    other.name = table.name;
    other.users_by = table.users_by;
    return other;
}

}  // namespace

Table table_without_columns(const EntityDef& entity) {
    Table table;
    table.name = entity.name;
    table.entity = &entity;
    table.function = entity.function;
    table.rows = entity.rows;
    table.fan_out = entity.fan_out;
    std::string problem;
    if (entity.fixed[0] != '\0') arguments_from_json(entity.fixed, table.fixed, problem);
    return table;
}

Table table_of(const EntityDef& entity) {
    Table table = table_without_columns(entity);
    for (const ColumnDef& def : entity.columns) {
        table.columns.push_back(
            {def.name, def.type, def.path, def.argument != nullptr ? def.argument : ""});
    }
    return table;
}

bool can_push(const Table& table, const std::string& column, Restriction::Kind kind) {
    if (table.entity != nullptr && table.fan_out == FanOut::None) {
        for (const LookupDef& lookup : table.entity->lookups) {
            if (column != lookup.column) continue;
            if (kind == Restriction::Kind::AnyOf || lookup.prefix) return true;
        }
    }
    if (kind != Restriction::Kind::AnyOf) return false;
    return std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& known) {
        return known.name == column && !known.argument.empty();
    });
}

bool choose_access(const Table& table, const std::vector<Restriction>& restrictions,
                   const std::vector<int>& wanted, Access& access, std::string& problem) {
    std::vector<Access> ways;
    auto add = [&](const Table& way) {
        return choose_one(way, restrictions, wanted, ways.emplace_back(), problem);
    };
    auto add_alternatives = [&](bool preferred) {
        if (table.entity == nullptr) return true;
        for (const Alternative& alternative : table.entity->alternatives) {
            if (alternative.preferred != preferred) continue;
            if (!add(table_over(table, *alternative.entity))) return false;
        }
        return true;
    };
    if (!add_alternatives(true) || !add(table) || !add_alternatives(false)) return false;
    while (ways.size() > 1) {
        auto last = std::make_unique<FetchPlan>(std::move(ways.back().plan));
        ways.pop_back();
        ways.back().plan.otherwise = std::move(last);
    }
    access = std::move(ways.front());
    return true;
}

}  // namespace moodle_fdw::moodle
