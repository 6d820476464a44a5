#include "moodle/table.h"

#include <algorithm>
#include <set>

#include "moodle/catalogue.h"
#include "moodle/table_arguments.h"
#include "moodle/units.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

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

// The rows of a report, which become records of users while they are read.
bool apply_report(FetchPlan& plan, const std::string& report, std::string& problem) {
    const EntityDef& rows = *find_entity("report_rows");
    plan.users_report = true;
    plan.function = rows.function;
    plan.fixed = {{"reportid", report}};
    plan.proof_warning.clear();
    plan.paging = rows.paging;
    plan.page_size = rows.page_size;
    plan.total = rows.total;
    plan.distinct = Distinct::Scan;
    return RowsPath::parse(rows.rows, plan.rows, problem);
}

bool apply_users_by(FetchPlan& plan, const std::string& strategy, std::string& problem) {
    if (const std::string report = report_of(strategy); !report.empty()) {
        return apply_report(plan, report, problem);
    }
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
    plan.paging = entity.paging;
    plan.page_size = entity.page_size;
    plan.total = entity.total;
    plan.refuses_by_warning = entity.refuses_by_warning;
}

void set_or_add(Arguments& arguments, std::string_view argument, std::string value) {
    static constexpr std::string_view kOption = "options:";
    if (!argument.starts_with(kOption)) {
        set_argument(arguments, argument, std::move(value));
        return;
    }
    add_option(arguments, std::string(argument.substr(kOption.size())), std::move(value));
}

bool is_word(const std::string& text) {
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// "1795187402.500000" → "1795187402": Moodle counts whole seconds.
std::string whole_seconds(const std::string& moment) {
    return moment.substr(0, moment.find('.'));
}

Restriction::Kind restriction_kind(BoundKind kind) {
    switch (kind) {
        case BoundKind::Equal:
            return Restriction::Kind::AnyOf;
        case BoundKind::AtLeast:
            return Restriction::Kind::AtLeast;
        case BoundKind::AtMost:
            return Restriction::Kind::AtMost;
    }
    return Restriction::Kind::AnyOf;
}

// Only what can be said in one value, and survives Moodle's cleaning; the rest is done here.
void apply_bounds(const EntityDef& entity, const std::vector<Restriction>& restrictions,
                  Access& access) {
    for (const BoundDef& bound : entity.bounds) {
        const Restriction* said =
            find_restriction(restrictions, bound.column, restriction_kind(bound.kind));
        if (said == nullptr || said->values.size() != 1) continue;
        const std::string& value = said->values.front();
        const bool moment = bound.kind != BoundKind::Equal;
        const std::string text = moment ? whole_seconds(value) : value;
        if (moment ? !is_id(text) : !is_word(text)) continue;
        set_or_add(access.plan.fixed, bound.argument, text);
        access.pushed.push_back(bound.column);
    }
}

bool apply_arguments(const EntityDef& entity, const std::vector<Restriction>& restrictions,
                     Access& access, std::string& problem) {
    for (const ArgumentDef& argument : entity.arguments) {
        const Restriction* said =
            find_restriction(restrictions, argument.column, Restriction::Kind::AnyOf);
        if (said == nullptr) {
            set_argument(access.plan.fixed, argument.argument, argument.fallback);
            continue;
        }
        if (said->values.size() != 1) {
            problem = std::string("\"") + argument.column + "\" takes one value";
            return false;
        }
        set_argument(access.plan.fixed, argument.argument, whole_seconds(said->values.front()));
        access.plan.shown.push_back({argument.argument, said->values.front()});
        access.pushed.push_back(argument.column);
    }
    return true;
}

bool is_wanted(const Table& table, const std::vector<int>& wanted, const PruneDef& prune) {
    return std::any_of(wanted.begin(), wanted.end(), [&](int index) {
        const Column& column = table.columns[index];
        return column.path.empty() || column.name == prune.columns[0] ||
               column.name == prune.columns[1];
    });
}

// The units of a plan that no lookup serves.
bool choose_units(const Table& table, const std::vector<Restriction>& restrictions, Access& access,
                  std::string& problem) {
    if (const UnitsDef* units = units_def(table)) {
        return choose_listed(table, *units, restrictions, access, problem);
    }
    FetchPlan& plan = access.plan;
    if (!table.users_by.empty() && !apply_users_by(plan, table.users_by, problem)) return false;
    if (table.users_by != "participants") {
        return argument_units(table, restrictions, plan, access, problem);
    }
    plan.distinct = Distinct::Scan;
    Table participants = table;
    participants.fan_out = FanOut::Courses;
    return choose_listed(participants, *units_def(participants), {}, access, problem);
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
    if (!found && !choose_units(table, restrictions, access, problem)) return false;
    if (table.entity != nullptr) {
        if (table.entity->fields_option[0] != '\0') prune_fields(table, wanted, plan);
        apply_bounds(*table.entity, restrictions, access);
        if (!apply_arguments(*table.entity, restrictions, access, problem)) return false;
        for (const PruneDef& prune : table.entity->prunes) {
            if (!is_wanted(table, wanted, prune)) {
                set_or_add(plan.fixed, prune.argument, prune.value);
            }
        }
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
    if (table.entity != nullptr) {
        for (const BoundDef& bound : table.entity->bounds) {
            if (column == bound.column && kind == restriction_kind(bound.kind)) return true;
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
