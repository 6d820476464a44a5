// From the conditions' values to the way in which Moodle is asked.
#include <algorithm>

#include "fdw/scan.h"

namespace moodle_fdw::fdw {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : between) + word;
    return all;
}

std::string units_text(const moodle::FetchPlan& plan) {
    if (plan.lister != nullptr) {
        const int batch = plan.lister->batch;
        std::string text = "by " + (batch > 1 ? std::to_string(batch) + " " : "") +
                           plan.lister->noun + (batch > 1 ? "s" : "") + " from " +
                           plan.lister->plan->function;
        if (plan.lister->plan->lister != nullptr || plan.lister->plan->units.size() != 1) {
            text += ", " + units_text(*plan.lister->plan);
        }
        return text;
    }
    return std::to_string(plan.units.size());
}

void describe_access(ScanState& state, const moodle::Access& access) {
    const moodle::FetchPlan& plan = access.plan;
    state.shown_function = plan.function;
    for (const moodle::FetchPlan* next = plan.otherwise.get(); next != nullptr;
         next = next->otherwise.get()) {
        state.shown_function += ", else " + next->function;
    }
    moodle::Arguments arguments = plan.fixed;
    if (plan.units.size() == 1) moodle::set_arguments_of(plan.units[0], arguments);
    std::string text = moodle::call_text({"", arguments}, 400);
    if (text.size() >= 2 && text.front() == '(') text = text.substr(1, text.size() - 2);
    state.shown_arguments = text;
    state.shown_units = units_text(plan);
    state.shown_pushed = joined(access.pushed, ", ");
    state.shown_missing = joined(access.missing, ", ");
}

// False: the condition leaves no row.
bool add_restriction(const ScanState& state, const QualValues& values,
                     std::vector<moodle::Restriction>& restrictions) {
    const moodle::Column& column = state.definition->table.columns[values.column];
    if (!values.usable) return true;
    if (values.count == 0) return false;
    if (column.path == "@instance") {
        if (values.kind != moodle::Restriction::Kind::AnyOf) return true;
        for (int i = 0; i < values.count; i++) {
            if (state.definition->instance == values.texts[i]) return true;
        }
        return false;
    }
    moodle::Restriction restriction;
    restriction.column = column.name;
    restriction.kind = values.kind;
    restriction.values.assign(values.texts, values.texts + values.count);
    restrictions.push_back(std::move(restriction));
    return true;
}

}  // namespace

void report_missing(const ScanState& state, const std::vector<std::string>& missing,
                    pg::Report& report) {
    const moodle::Table& table = state.definition->table;
    const std::string example = moodle::missing_example(table, missing);
    report.fill("22023",
                "moodle instance \"" + state.definition->instance + "\": " + table.function +
                    " needs " + joined(missing, ", ") + ", which nothing gives \"" + table.name +
                    "\"",
                {},
                "Give it in WHERE (" + example +
                    "), by a join with the table that has it, or in the table option \"params\".");
}

bool choose_scan_access(ScanState& state, const QualValues* values, const bool* known, int count,
                        moodle::Access& access, pg::Report& report) {
    std::vector<moodle::Restriction> restrictions;
    std::vector<std::string> later;
    std::string unknown;
    for (int i = 0; i < count; i++) {
        if (!known[i]) {
            const std::string& name = state.definition->table.columns[state.quals[i].column].name;
            unknown += (unknown.empty() ? "" : ", ") + name + " (when run)";
            later.push_back(name);
            continue;
        }
        if (!add_restriction(state, values[i], restrictions)) {
            state.shown_function = "none: no row can match";
            return false;
        }
    }
    std::string problem;
    if (!moodle::choose_access(state.definition->table, restrictions, state.wanted, access,
                               problem)) {
        report.fill("HV000", "table \"" + state.definition->table.name + "\" cannot be read: " +
                                 (problem.empty() ? "its definition is not usable" : problem));
        return true;
    }
    for (moodle::FetchPlan* plan = &access.plan; plan != nullptr; plan = plan->otherwise.get()) {
        plan->skip_failed_units = state.definition->skip_failed_units;
    }
    std::erase_if(access.missing, [&](const std::string& name) {
        return std::find(later.begin(), later.end(), name) != later.end();
    });
    describe_access(state, access);
    if (!unknown.empty()) {
        state.shown_pushed += (state.shown_pushed.empty() ? "" : ", ") + unknown;
    }
    return true;
}

}  // namespace moodle_fdw::fdw
