#include "moodle/table_arguments.h"

#include <algorithm>
#include <set>

#include "moodle/catalogue.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// Side by side units that a table's own arguments may multiply to.
constexpr size_t kMaxArgumentUnits = 1000;

const Restriction* restriction_on(const std::vector<Restriction>& all, const std::string& column) {
    for (const Restriction& one : all) {
        if (one.column == column && one.kind == Restriction::Kind::AnyOf) return &one;
    }
    return nullptr;
}

// values[] and {one,two} → values[0]=one, values[1]=two.
bool add_elements(const Column& column, const std::string& value, Unit& unit,
                  std::string& problem) {
    std::vector<std::string> elements;
    if (!array_elements(value, elements)) {
        problem = "\"" + column.name + "\" was given an array of several dimensions or with NULL";
        return false;
    }
    if (elements.size() > kMaxArguments) {
        problem = "\"" + column.name + "\" was given " + std::to_string(elements.size()) +
                  " values, and one call takes " + std::to_string(kMaxArguments);
        return false;
    }
    const std::string name = column.argument.substr(0, column.argument.size() - 2);
    for (size_t i = 0; i < elements.size(); i++) {
        unit.arguments.push_back({name + "[" + std::to_string(i) + "]", elements[i]});
    }
    unit.shown.push_back({column.argument, value});
    return true;
}

// criteria and [{"key": "id"}] → criteria[0][key]=id.
bool add_json(const Column& column, const std::string& value, Unit& unit, std::string& problem) {
    static constexpr std::string_view kStem = "x";
    Arguments read;
    if (!arguments_from_json("{\"x\":" + value + "}", read, problem)) {
        problem = "\"" + column.name + "\": " + problem;
        return false;
    }
    for (Argument& argument : read) {
        unit.arguments.push_back(
            {column.argument + argument.name.substr(kStem.size()), std::move(argument.value)});
    }
    unit.shown.push_back({column.argument, value});
    return true;
}

bool add_value(const Column& column, const std::string& value, Unit& unit, std::string& problem) {
    switch (column.type) {
        case ColumnType::BigintArray:
        case ColumnType::TextArray:
            if (column.argument.ends_with("[]")) return add_elements(column, value, unit, problem);
            break;
        case ColumnType::Jsonb:
            return add_json(column, value, unit, problem);
        case ColumnType::Boolean:
            unit.arguments.push_back({column.argument, value == "t" ? "1" : "0"});
            return true;
        case ColumnType::Timestamp:
            // Moodle counts whole seconds; the column still shows what was asked.
            unit.arguments.push_back({column.argument, value.substr(0, value.find('.'))});
            unit.shown.push_back({column.argument, value});
            return true;
        default:
            break;
    }
    unit.arguments.push_back({column.argument, value});
    return true;
}

bool multiply(const Column& column, const std::set<std::string>& values, std::vector<Unit>& units,
              std::string& problem) {
    std::vector<Unit> combined;
    for (const Unit& unit : units) {
        for (const std::string& value : values) {
            Unit next = unit;
            next.label +=
                (unit.label.empty() ? "" : ", ") + column.argument + " " + value.substr(0, 60);
            if (!add_value(column, value, next, problem)) return false;
            combined.push_back(std::move(next));
        }
    }
    units = std::move(combined);
    return true;
}

// Whether the column shows what was asked: then rows of an argument that was not asked for fail the
// condition, and leaving it out would show nothing.
bool shows_argument(const Column& column) {
    return column.path.starts_with("=");
}

}  // namespace

bool array_elements(std::string_view text, std::vector<std::string>& elements) {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        std::string element;
        const bool quoted = text.front() == '"';
        size_t at = quoted ? 1 : 0;
        for (; at < text.size() && text[at] != (quoted ? '"' : ','); at++) {
            if (!quoted && text[at] == '{') return false;
            if (text[at] == '\\' && at + 1 < text.size()) at++;
            element += text[at];
        }
        if (!quoted && element == "NULL") return false;
        elements.push_back(std::move(element));
        text.remove_prefix(std::min(text.size(), quoted ? at + 1 : at));
        if (text.empty()) break;
        if (text.front() != ',') return false;
        text.remove_prefix(1);
    }
    return true;
}

bool argument_units(const Table& table, const std::vector<Restriction>& restrictions,
                    FetchPlan& plan, Access& access, std::string& problem) {
    std::vector<Unit> units(1);
    std::vector<int> given;
    for (size_t i = 0; i < table.columns.size(); i++) {
        const Column& column = table.columns[i];
        if (column.argument.empty()) continue;
        const Restriction* named = restriction_on(restrictions, column.name);
        if (named == nullptr) continue;
        const std::set<std::string> unique(named->values.begin(), named->values.end());
        if (units.size() * unique.size() > kMaxArgumentUnits) {
            if (!shows_argument(column)) continue;
            problem = "the values in WHERE make more than " + std::to_string(kMaxArgumentUnits) +
                      " calls";
            return false;
        }
        if (!multiply(column, unique, units, problem)) return false;
        access.pushed.push_back(column.name);
        given.push_back(static_cast<int>(i));
    }
    access.missing = missing_columns(table, given);
    plan.units = std::move(units);
    return true;
}

namespace {

bool is_given(const Table& table, const std::string& argument) {
    const std::string stem =
        argument.ends_with("[]") ? argument.substr(0, argument.size() - 2) : argument;
    const bool fixed = std::any_of(
        table.fixed.begin(), table.fixed.end(),
        [&](const Argument& one) { return one.name == stem || one.name.starts_with(stem + "["); });
    switch (table.fan_out) {
        case FanOut::None:
        case FanOut::Listed:
            return fixed;
        case FanOut::Courses:
            return fixed || argument == "courseid";
        case FanOut::Users:
            return fixed || argument == "userid";
        case FanOut::Enrolments:
            return fixed || argument == "courseid" || argument == "userid";
    }
    return fixed;
}

}  // namespace

void mark_required(Table& table) {
    const std::vector<KnownArgument> known = arguments_of(table.function);
    for (Column& column : table.columns) {
        if (column.argument.empty() || is_given(table, column.argument)) continue;
        for (const KnownArgument& argument : known) {
            if (argument.name != column.argument) continue;
            const bool any = !argument.any_of.empty() && !is_given(table, argument.any_of);
            column.required = argument.required || any;
            if (any) column.any_of = argument.any_of;
        }
    }
}

std::vector<std::string> missing_columns(const Table& table, const std::vector<int>& given) {
    std::vector<std::string> missing;
    std::set<std::string> settled;
    for (const int column : given) settled.insert(table.columns[column].any_of);
    for (size_t i = 0; i < table.columns.size(); i++) {
        const Column& column = table.columns[i];
        if (!column.required) continue;
        if (std::find(given.begin(), given.end(), static_cast<int>(i)) != given.end()) continue;
        // The first of several that would do is the one that is named.
        if (!column.any_of.empty() && !settled.insert(column.any_of).second) continue;
        missing.push_back(column.name);
    }
    return missing;
}

std::string missing_example(const Table& table, const std::vector<std::string>& missing) {
    std::string text;
    for (const KnownArgument& argument : arguments_of(table.function)) {
        for (const Column& column : table.columns) {
            const bool named =
                std::find(missing.begin(), missing.end(), column.name) != missing.end();
            if (!named || column.argument != argument.name) continue;
            text += (text.empty() ? "" : " AND ") + column.name + " = " + example_of(argument);
        }
    }
    // Several values of such a column make up one argument: tags[0][id], tags[1][id].
    if (text.empty() && !missing.empty()) text = missing.front() + " IN (…)";
    return text;
}

}  // namespace moodle_fdw::moodle
