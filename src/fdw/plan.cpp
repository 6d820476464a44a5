// Planning: what a scan will cost, which conditions go to Moodle, and what the executor needs.
#include <algorithm>

#include "fdw/callbacks.h"
#include "fdw/plan.h"
#include "fdw/quals.h"
#include "moodle/units.h"
#include "pg/guard.h"

namespace moodle_fdw::fdw {

namespace {

// Costs in PostgreSQL's units (a sequential page = 1). One call takes some 40 ms where a page takes
// some 10 µs; a row costs Moodle 1–5 ms to make.
constexpr double kCallCost = 4000;
constexpr double kRowCost = 100;

// Until ANALYZE has counted: a middling site.
constexpr double kGuessedCourses = 500;
constexpr double kGuessedUsers = 5000;
constexpr double kGuessedPerCourse = 60;

// What a call without the arguments that its table names is taken for.
constexpr double kCallsOfAGuess = 10000;
// And one without those that its function needs: it would fail, so any plan that gives them is
// better.
constexpr double kImpossible = 1e10;

struct RelationPlan {
    TableDefinition* definition;
    double all_rows;
    double all_calls;
    bool needs_arguments;
};

// What one site of that size holds, for entities that others fan out over and for the rest.
struct Guess {
    const char* entity;
    double rows;
};
constexpr Guess kGuesses[] = {
    {"users", kGuessedUsers},
    {"courses", kGuessedCourses},
    {"participants", kGuessedCourses* kGuessedPerCourse},
    {"site_info", 1},
    {"modules", kGuessedCourses * 20},
    {"groups", kGuessedCourses * 2},
    {"cohorts", 20},
    {"assignments", kGuessedCourses * 4},
    {"quizzes", kGuessedCourses * 2},
    {"forums", kGuessedCourses * 2},
    {"discussions", kGuessedCourses * 20},
    {"reports", 20},
    {"quiz_attempts", kGuessedCourses* kGuessedPerCourse * 4},
};

double guessed_rows_of(std::string_view entity) {
    for (const Guess& guess : kGuesses) {
        if (entity == guess.entity) return guess.rows;
    }
    return 100;
}

double guessed_units(const moodle::Table& table) {
    const moodle::UnitsDef* units = moodle::units_def(table);
    if (units == nullptr) return 1;
    // Nothing is asked until a condition names the units: that plan is to be found first.
    if (units->entity[0] == '\0') return kCallsOfAGuess;
    if (units->within != nullptr) return guessed_rows_of("quizzes") * kGuessedPerCourse;
    return std::max(1.0, guessed_rows_of(units->entity) / units->batch);
}

double guessed_rows(const moodle::Table& table) {
    switch (table.fan_out) {
        case moodle::FanOut::Courses:
        case moodle::FanOut::Enrolments:
            return kGuessedCourses * kGuessedPerCourse;
        case moodle::FanOut::Users:
            return kGuessedUsers;
        case moodle::FanOut::Listed: {
            const double own = guessed_rows_of(table.entity->name);
            return own > 100 ? own : kGuessedCourses * kGuessedPerCourse;
        }
        case moodle::FanOut::None:
            break;
    }
    return table.entity == nullptr ? 1000 : guessed_rows_of(table.entity->name);
}

// Calls that are left when a condition on `column` gives `share` of the rows.
double calls_for(const RelationPlan& plan, int column, double values) {
    const moodle::Table& table = plan.definition->table;
    if (column < 0) return plan.all_calls;
    const moodle::UnitsDef* units = moodle::units_def(table);
    if (units == nullptr) return values;
    const std::string& argument = table.columns[column].argument;
    if (moodle::makes_units(*units, argument)) return std::max(1.0, values / units->batch);
    if (argument.empty()) return plan.all_calls;
    // The listing is narrowed: to one of its own units.
    return std::max(1.0, plan.all_calls / guessed_rows_of("courses") * values);
}

double number_of_values(PlannerInfo* root, const PushedQual& qual) {
    if (qual.shape != PushedQual::AnyOf) return 1;
    return std::max(1.0, static_cast<double>(moodle_estimate_array_length(
                             root, reinterpret_cast<Node*>(qual.value))));
}

// The fewest calls that the conditions at hand allow.
double fewest_calls(PlannerInfo* root, const RelationPlan& plan, Index relid, List* clauses) {
    double fewest = plan.all_calls;
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        PushedQual qual;
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        if (!extract_qual(root, info->clause, relid, *plan.definition, qual)) continue;
        if (qual.shape != PushedQual::Equal && qual.shape != PushedQual::AnyOf) continue;
        fewest = std::min(fewest, calls_for(plan, qual.column, number_of_values(root, qual)));
    }
    return fewest;
}

void add_scan_path(PlannerInfo* root, RelOptInfo* baserel, double calls, double rows, Relids outer,
                   double missing) {
    const double startup = kCallCost + missing;
    const double total = startup + calls * kCallCost + rows * (kRowCost + cpu_tuple_cost);
    add_path(baserel, reinterpret_cast<Path*>(moodle_create_foreignscan_path(
                          root, baserel, rows, startup, total, outer)));
}

// The columns for which the conditions give values.
void add_restricted(PlannerInfo* root, List* clauses, Index relid, const RelationPlan& plan,
                    Bitmapset** columns) {
    ListCell* cell = nullptr;
    foreach (cell, clauses) {
        PushedQual qual;
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        if (!extract_qual(root, info->clause, relid, *plan.definition, qual)) continue;
        if (qual.shape == PushedQual::Like || qual.shape == PushedQual::ILike) continue;
        *columns = bms_add_member(*columns, qual.column);
    }
}

// What a path costs beyond its calls when the conditions lack an argument that is required.
double cost_of_missing(PlannerInfo* root, RelOptInfo* baserel, const RelationPlan& plan,
                       List* join_clauses) {
    if (!plan.needs_arguments) return 0;
    Bitmapset* columns = nullptr;
    add_restricted(root, baserel->baserestrictinfo, baserel->relid, plan, &columns);
    add_restricted(root, join_clauses, baserel->relid, plan, &columns);
    size_t missing = 0;
    pg::shield([&](pg::Report&) {
        std::vector<int> given;
        for (int column = -1; (column = bms_next_member(columns, column)) >= 0;) {
            given.push_back(column);
        }
        missing = moodle::missing_columns(plan.definition->table, given).size();
    });
    return static_cast<double>(missing) * kImpossible;
}

struct ColumnWanted {
    int attribute;
};

bool is_about_column(PlannerInfo*, RelOptInfo* rel, EquivalenceClass*, EquivalenceMember* member,
                     void* argument) {
    auto* expression = reinterpret_cast<Node*>(member->em_expr);
    while (expression != nullptr && IsA(expression, RelabelType)) {
        expression = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(expression)->arg);
    }
    if (expression == nullptr || !IsA(expression, Var)) return false;
    auto* var = reinterpret_cast<Var*>(expression);
    return static_cast<Index>(var->varno) == rel->relid &&
           var->varattno == static_cast<ColumnWanted*>(argument)->attribute;
}

// Join clauses that would restrict one column: from equivalences and from plain join conditions.
List* join_clauses_on(PlannerInfo* root, RelOptInfo* baserel, const RelationPlan& plan,
                      int column) {
    List* found = NIL;
    ColumnWanted wanted = {plan.definition->attributes[column]};
    if (baserel->has_eclass_joins) {
        found = generate_implied_equalities_for_column(root, baserel, is_about_column, &wanted,
                                                       baserel->lateral_referencers);
    }
    ListCell* cell = nullptr;
    foreach (cell, baserel->joininfo) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        if (!join_clause_is_movable_to(info, baserel)) continue;
        if (joinable_column(root, info->clause, baserel->relid, *plan.definition) == column) {
            found = lappend(found, info);
        }
    }
    return found;
}

void add_joined_path(PlannerInfo* root, RelOptInfo* baserel, const RelationPlan& plan, int column,
                     Relids outer) {
    ParamPathInfo* parameters = get_baserel_parampathinfo(root, baserel, outer);
    add_scan_path(root, baserel, calls_for(plan, column, 1), parameters->ppi_rows, outer,
                  cost_of_missing(root, baserel, plan, parameters->ppi_clauses));
}

// Where a function needs arguments that stand in different tables, one path takes them all.
void add_path_of_all(PlannerInfo* root, RelOptInfo* baserel, const RelationPlan& plan,
                     List* outers) {
    const moodle::Table& table = plan.definition->table;
    Relids all = nullptr;
    ListCell* cell = nullptr;
    foreach (cell, outers) all = bms_union(all, static_cast<Relids>(lfirst(cell)));
    foreach (cell, outers) {
        if (bms_equal(all, static_cast<Relids>(lfirst(cell)))) return;
    }
    for (size_t i = 0; i < table.columns.size() && !bms_is_empty(all); i++) {
        if (!table.columns[i].required) continue;
        add_joined_path(root, baserel, plan, static_cast<int>(i), all);
        return;
    }
}

void add_join_paths(PlannerInfo* root, RelOptInfo* baserel, const RelationPlan& plan) {
    const int columns = static_cast<int>(plan.definition->table.columns.size());
    List* seen = NIL;
    for (int column = 0; column < columns; column++) {
        List* clauses = join_clauses_on(root, baserel, plan, column);
        ListCell* cell = nullptr;
        foreach (cell, clauses) {
            auto* info = static_cast<RestrictInfo*>(lfirst(cell));
            if (joinable_column(root, info->clause, baserel->relid, *plan.definition) != column) {
                continue;
            }
            Relids outer =
                bms_del_member(bms_copy(info->clause_relids), static_cast<int>(baserel->relid));
            outer = bms_union(outer, baserel->lateral_relids);
            if (bms_is_empty(outer)) continue;
            bool known = false;
            ListCell* earlier = nullptr;
            foreach (earlier, seen) {
                known = known || bms_equal(outer, static_cast<Relids>(lfirst(earlier)));
            }
            if (known) continue;
            seen = lappend(seen, outer);
            add_joined_path(root, baserel, plan, column, outer);
        }
    }
    add_path_of_all(root, baserel, plan, seen);
}

// Positions in table.columns that the query reads.
List* columns_wanted(const RelationPlan& plan, RelOptInfo* baserel, List* scan_clauses) {
    Bitmapset* attributes = nullptr;
    pull_varattnos(reinterpret_cast<Node*>(baserel->reltarget->exprs), baserel->relid, &attributes);
    ListCell* cell = nullptr;
    foreach (cell, scan_clauses) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        pull_varattnos(reinterpret_cast<Node*>(info->clause), baserel->relid, &attributes);
    }
    const bool whole_row = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, attributes);
    List* wanted = NIL;
    for (size_t i = 0; i < plan.definition->attributes.size(); i++) {
        const int attribute = plan.definition->attributes[i] - FirstLowInvalidHeapAttributeNumber;
        if (whole_row || bms_is_member(attribute, attributes)) {
            wanted = lappend_int(wanted, static_cast<int>(i));
        }
    }
    return wanted;
}

bool needs_arguments(const moodle::Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const moodle::Column& column) { return column.required; });
}

}  // namespace

void get_rel_size(PlannerInfo* root, RelOptInfo* baserel, Oid relation) {
    auto* plan = static_cast<RelationPlan*>(palloc0(sizeof(RelationPlan)));
    plan->definition = load_table(relation, CurrentMemoryContext);
    plan->all_calls = guessed_units(plan->definition->table);
    plan->needs_arguments = needs_arguments(plan->definition->table);
    plan->all_rows = baserel->tuples > 0 ? baserel->tuples : guessed_rows(plan->definition->table);
    baserel->fdw_private = plan;
    baserel->tuples = plan->all_rows;
    set_baserel_size_estimates(root, baserel);
}

// A hand-written table's arguments are most often required: a plan that gives them comes first.
double calls_without_arguments(const RelationPlan& plan, List* clauses) {
    const moodle::Table& table = plan.definition->table;
    const bool takes_arguments =
        table.entity == nullptr &&
        std::any_of(table.columns.begin(), table.columns.end(),
                    [](const moodle::Column& column) { return !column.argument.empty(); });
    return takes_arguments && clauses == NIL ? kCallsOfAGuess : 0;
}

void get_paths(PlannerInfo* root, RelOptInfo* baserel, Oid) {
    const auto& plan = *static_cast<RelationPlan*>(baserel->fdw_private);
    const double calls = fewest_calls(root, plan, baserel->relid, baserel->baserestrictinfo) +
                         calls_without_arguments(plan, baserel->baserestrictinfo);
    add_scan_path(root, baserel, calls, baserel->rows, baserel->lateral_relids,
                  cost_of_missing(root, baserel, plan, NIL));
    add_join_paths(root, baserel, plan);
}

ForeignScan* get_plan(PlannerInfo* root, RelOptInfo* baserel, Oid, ForeignPath*, List* tlist,
                      List* scan_clauses, Plan* outer_plan) {
    const auto& plan = *static_cast<RelationPlan*>(baserel->fdw_private);
    List* values = NIL;
    List* columns = NIL;
    List* shapes = NIL;
    ListCell* cell = nullptr;
    foreach (cell, scan_clauses) {
        auto* info = static_cast<RestrictInfo*>(lfirst(cell));
        PushedQual qual;
        if (info->pseudoconstant) continue;
        if (!extract_qual(root, info->clause, baserel->relid, *plan.definition, qual)) continue;
        values = lappend(values, qual.value);
        columns = lappend_int(columns, qual.column);
        shapes = lappend_int(shapes, qual.shape);
    }
    List* wanted = columns_wanted(plan, baserel, scan_clauses);
    // Everything is checked again here: Moodle matches loosely.
    List* local = extract_actual_clauses(scan_clauses, false);
    List* kept = list_make3(wanted, columns, shapes);
    return make_foreignscan(tlist, local, baserel->relid, values, kept, NIL, NIL, outer_plan);
}

}  // namespace moodle_fdw::fdw
