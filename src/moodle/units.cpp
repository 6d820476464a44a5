#include "moodle/units.h"

#include <algorithm>
#include <set>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr UnitColumn kCourseColumns[] = {{"course_id", "courseid"}};
constexpr UnitsDef kCourses = {.entity = "courses", .columns = kCourseColumns, .noun = "course"};

constexpr UnitColumn kUserColumns[] = {{"user_id", "userid"}};
constexpr UnitsDef kUsers = {.entity = "users", .columns = kUserColumns, .noun = "user"};

// Who takes part is always asked of the course, so that a condition never shows a pair that the
// whole table would not.
constexpr UnitColumn kEnrolmentColumns[] = {{"=courseid", "courseid"}, {"user_id", "userid"}};
constexpr UnitsDef kEnrolments = {
    .entity = "participants", .columns = kEnrolmentColumns, .noun = "user"};

constexpr char kPair[] = "courseid:userid";

// The restriction on the column that stands for an argument.
const Restriction* named(const Table& table, const std::vector<Restriction>& restrictions,
                         std::string_view argument, std::string* column_name = nullptr) {
    for (const Column& column : table.columns) {
        if (column.argument != argument) continue;
        const Restriction* found =
            find_restriction(restrictions, column.name, Restriction::Kind::AnyOf);
        if (found == nullptr) continue;
        if (column_name != nullptr) *column_name = column.name;
        return found;
    }
    return nullptr;
}

// The front page is no course, unless the table is for that too, or the user's own.
bool is_unit(const Table& table, const UnitsDef& units, const std::string& value) {
    if (!is_id(value)) return false;
    const bool is_course = std::string_view(units.entity) == "courses";
    return !is_course || table.entity == nullptr || units.front_page || value != "1";
}

void add_units(const UnitsDef& units, const std::vector<std::string>& values, FetchPlan& plan) {
    const char* argument = units.columns.back().argument;
    const size_t batch = static_cast<size_t>(units.batch);
    for (size_t from = 0; from < values.size(); from += batch) {
        const size_t count = std::min(batch, values.size() - from);
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(from);
        const std::vector<std::string> some(first, first + static_cast<std::ptrdiff_t>(count));
        Unit unit{unit_label(units.noun, some), {}};
        if (batch == 1) {
            unit.arguments.push_back({argument, some.front()});
        } else {
            unit.list_name = argument;
            unit.list = some;
        }
        plan.units.push_back(std::move(unit));
    }
    plan.units_from_query = true;
}

// "14:114" → user 114 of course 14. Whoever names the pairs knows who takes part.
void add_pairs(const Restriction& pairs, FetchPlan& plan) {
    const std::set<std::string> unique(pairs.values.begin(), pairs.values.end());
    for (const std::string& pair : unique) {
        const size_t colon = pair.find(':');
        if (colon == std::string::npos) continue;
        std::string course = pair.substr(0, colon);
        std::string user = pair.substr(colon + 1);
        if (!is_id(course) || !is_id(user)) continue;
        std::string label = unit_label("course", {course}) + ", " + unit_label("user", {user});
        plan.units.push_back(
            {std::move(label), {{"courseid", std::move(course)}, {"userid", std::move(user)}}});
    }
    plan.units_from_query = true;
}

// Where the query itself names the units, nothing is listed.
bool units_by_value(const Table& table, const UnitsDef& units,
                    const std::vector<Restriction>& restrictions, Access& access) {
    std::string column;
    const Restriction* pairs =
        &units == &kEnrolments ? named(table, restrictions, kPair, &column) : nullptr;
    if (pairs != nullptr) {
        add_pairs(*pairs, access.plan);
        access.pushed.push_back(column);
        return true;
    }
    if (units.columns.size() > 1) return false;
    const Restriction* values = named(table, restrictions, units.columns.back().argument, &column);
    if (values == nullptr) return false;
    std::set<std::string> unique;
    for (const std::string& value : values->values) {
        if (is_unit(table, units, value)) unique.insert(value);
    }
    add_units(units, {unique.begin(), unique.end()}, access.plan);
    access.pushed.push_back(column);
    return true;
}

// The column of the listing entity that stands for what a unit column reads.
const Column* listed_column(const Table& listing, const UnitColumn& unit) {
    const bool inherited = unit.column[0] == '=';
    for (const Column& column : listing.columns) {
        if (inherited ? column.path == unit.column : column.name == unit.column) return &column;
    }
    return nullptr;
}

// What the query says of the units, as conditions on the listing: they may narrow it.
std::vector<Restriction> narrowed(const Table& table, const UnitsDef& units, const Table& listing,
                                  const std::vector<Restriction>& restrictions, Access& access) {
    std::vector<Restriction> own;
    for (const UnitColumn& unit : units.columns) {
        std::string pushed;
        const Restriction* said = named(table, restrictions, unit.argument, &pushed);
        if (said == nullptr) continue;
        access.pushed.push_back(pushed);
        const Column* column = listed_column(listing, unit);
        if (column != nullptr) own.push_back({column->name, said->kind, said->values});
    }
    return own;
}

// How the listing's rows become arguments; what it is to be asked for is added to `wanted`.
void map_columns(const Table& table, const UnitsDef& units, const Table& listing,
                 const std::vector<Restriction>& restrictions, Lister& lister,
                 std::vector<int>& wanted) {
    for (const UnitColumn& unit : units.columns) {
        ListedArgument argument;
        argument.name = unit.argument;
        argument.sent = unit.sent;
        const Column* column = listed_column(listing, unit);
        if (unit.column[0] == '=' || column == nullptr) {
            argument.from = unit.column + 1;
        } else {
            argument.column = static_cast<int>(wanted.size());
            wanted.push_back(static_cast<int>(column - listing.columns.data()));
        }
        if (const Restriction* said = named(table, restrictions, unit.argument)) {
            argument.only.emplace(said->values.begin(), said->values.end());
        }
        lister.arguments.push_back(std::move(argument));
    }
}

// The listing goes over other units than by itself; conditions on their arguments reach them by
// columns that it has not.
void go_within(const UnitsDef& within, Table& listing) {
    listing.units = &within;
    for (const UnitColumn& unit : within.columns) {
        const bool has =
            std::any_of(listing.columns.begin(), listing.columns.end(),
                        [&](const Column& column) { return column.argument == unit.argument; });
        if (has) continue;
        const std::string name = unit.argument;
        listing.columns.push_back({name, ColumnType::Bigint, "=" + name, name});
    }
}

}  // namespace

bool is_id(const std::string& text) {
    return !text.empty() && text.size() <= 18 && text[0] != '0' &&
           text.find_first_not_of("0123456789") == std::string::npos;
}

const Restriction* find_restriction(const std::vector<Restriction>& all, const std::string& column,
                                    Restriction::Kind kind) {
    for (const Restriction& one : all) {
        if (one.column == column && one.kind == kind) return &one;
    }
    return nullptr;
}

const UnitsDef* units_def(const Table& table) {
    if (table.units != nullptr) return table.units;
    switch (table.fan_out) {
        case FanOut::None:
            return nullptr;
        case FanOut::Courses:
            return &kCourses;
        case FanOut::Users:
            return &kUsers;
        case FanOut::Enrolments:
            return &kEnrolments;
        case FanOut::Listed:
            return table.entity->units;
    }
    return nullptr;
}

bool makes_units(const UnitsDef& units, std::string_view argument) {
    if (argument == kPair) return true;
    return units.columns.size() == 1 && argument == units.columns.back().argument;
}

bool choose_listed(const Table& table, const UnitsDef& units,
                   const std::vector<Restriction>& restrictions, Access& access,
                   std::string& problem) {
    FetchPlan& plan = access.plan;
    plan.unit_noun = units.noun;
    if (units_by_value(table, units, restrictions, access)) return true;
    if (units.entity[0] == '\0') {
        for (const Column& column : table.columns) {
            const bool lacks = column.argument == units.columns.back().argument;
            if (lacks) access.missing.push_back(column.name);
        }
        return true;
    }
    Table listing = table_of(*find_entity(units.entity));
    if (units.entity == std::string_view("users")) listing.users_by = table.users_by;
    if (units.within != nullptr) go_within(*units.within, listing);
    const std::vector<Restriction> own = narrowed(table, units, listing, restrictions, access);
    auto lister = std::make_unique<Lister>();
    std::vector<int> wanted;
    map_columns(table, units, listing, restrictions, *lister, wanted);
    Access rows;
    if (!choose_access(listing, own, wanted, rows, problem)) return false;
    lister->plan = std::make_unique<FetchPlan>(std::move(rows.plan));
    lister->noun = units.noun;
    lister->batch = units.batch;
    lister->skip_site_course = units.entity == std::string_view("courses") && !units.front_page;
    plan.lister = std::move(lister);
    return true;
}

}  // namespace moodle_fdw::moodle
