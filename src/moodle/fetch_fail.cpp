// Failing: what is expected, asked again, asked for in pieces, passed over, or the end.
#include <algorithm>

#include "moodle/fetch.h"
#include "moodle/fetch_task.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// Lists exactly the users that gradereport_user_get_grade_items answers with for userid 0.
constexpr const char* kSplitFunction = "gradereport_grader_get_users_in_report";

// Never answers with a deleted user.
constexpr const char* kVerifyFunction = "core_user_get_users";

}  // namespace

bool concerns_whole_site(FaultKind kind) {
    switch (kind) {
        case FaultKind::InvalidToken:
        case FaultKind::AccessDenied:
        case FaultKind::FunctionUnknown:
        case FaultKind::CallerSuspended:
        case FaultKind::HostNotFound:
        case FaultKind::ConnectionRefused:
        case FaultKind::CertificateRefused:
        case FaultKind::TlsFailed:
        case FaultKind::ProxyFailed:
        case FaultKind::Redirected:
        case FaultKind::WebServicesOff:
        case FaultKind::NotMoodle:
        case FaultKind::Maintenance:
        case FaultKind::DatabaseDown:
            return true;
        default:
            return false;
    }
}

const RowsPath& Fetch::users_path() {
    static const RowsPath path = [] {
        RowsPath parsed;
        std::string problem;
        RowsPath::parse("/users/*", parsed, problem);
        return parsed;
    }();
    return path;
}

Call Fetch::call_of(const Task& task) const {
    if (task.purpose == Purpose::ListUsers) return {kSplitFunction, task.unit.arguments};
    if (task.purpose == Purpose::VerifyUser) return {kVerifyFunction, task.unit.arguments};
    Call call{plan_.function, plan_.fixed};
    set_arguments_of(task.unit, call.arguments);
    if (plan_.paging == Paging::Pages) {
        call.arguments.push_back({"page", std::to_string(task.page)});
        call.arguments.push_back({"perpage", std::to_string(plan_.page_size)});
    }
    if (plan_.paging == Paging::LimitOptions) {
        // One more than the page, and from one before: the border by which pages are joined.
        const bool further = task.page_from > 0;
        add_option(call.arguments, "limitfrom", std::to_string(task.page_from - further));
        add_option(call.arguments, "limitnumber", std::to_string(plan_.page_size + further));
        add_option(call.arguments, "sortby", "id");
    }
    return call;
}

bool Fetch::can_do_otherwise(const Task& task, const Fault& fault) const {
    if (plan_.otherwise == nullptr || task.asks_for_users()) return false;
    if (fault.kind != FaultKind::FunctionUnknown && fault.kind != FaultKind::AccessDenied) {
        return false;
    }
    return counters_.records == 0;
}

// The site is asked by the next function; units and rows begin anew, none was handed out.
Fetch::Progress Fetch::do_otherwise(Task& task) {
    site_->note_lacking(plan_.function);
    lingering_ = release(task);
    for (auto& other : active_) stop_exchange(*other);
    active_.clear();
    waiting_.clear();
    listing_.reset();
    plan_ = FetchPlan(std::move(*plan_.otherwise));
    adopt_plan();
    return Progress::Gone;
}

Fetch::Progress Fetch::fail(Task& task, Fault fault) {
    if (!task.from_cache && can_do_otherwise(task, fault)) return do_otherwise(task);
    const auto expected = std::find_if(
        plan_.expected.begin(), plan_.expected.end(),
        [&](const ExpectedFault& known) { return fault.errorcode == known.errorcode; });
    if (expected != plan_.expected.end()) {
        keep_expected(task);
        return expected->reason[0] == '\0' ? retire(task) : emit_reason(task, expected->reason);
    }
    if (task.from_cache && task.delivered == 0) return ask_anew(task);
    net::Traffic failed;
    failed.errors = 1;
    site_->count(task.asked_function, failed);
    if (can_halve(task, fault)) return halve(task);
    const bool gone = fault.kind == FaultKind::RecordUnknown;
    const bool may_be_gone =
        plan_.units_from_query || task.purpose == Purpose::OneUser || listed_from_cache();
    if (gone && may_be_gone && task.purpose != Purpose::ListUsers) return retire(task);
    const bool can_split = plan_.split == Split::Users && task.purpose == Purpose::Unit;
    if (is_too_much_at_once(fault) && can_split && task.delivered == 0) return split_by_user(task);

    if (is_overload(fault)) {
        const auto pause =
            std::min(fault.retry_after.value_or(net::Milliseconds{1000}), site_->retry.max_delay);
        site_->gate->hold_until(net::Clock::now() + pause);
    }
    if (is_transient(fault)) {
        const bool in_time = net::Clock::now() - task.first_asked < site_->reach.request_timeout;
        const auto delay = task.retry.next_delay(fault.retry_after);
        if (in_time && delay) {
            counters_.retries++;
            net::Traffic again;
            again.retries = 1;
            site_->count(task.asked_function, again);
            return retry_later(task, *delay);
        }
    }
    if (plan_.skip_failed_units && !concerns_whole_site(fault.kind) && task.delivered == 0) {
        counters_.units_skipped++;
        if (skipped_.size() < kSkippedKept) skipped_.push_back({task.unit.label, std::move(fault)});
        return retire(task);
    }
    scene_ = {site_->instance, call_of(task).function, task.unit.label, task.attempts};
    fault_ = std::move(fault);
    failed_ = true;
    return Progress::Failed;
}

Fetch::Progress Fetch::emit_reason(Task& task, const char* reason) {
    retire(task);
    row_unit_ = &lingering_->unit;
    row_reason_ = reason;
    std::fill(values_.begin(), values_.end(), Value());
    record_ = {};
    counters_.records++;
    return Progress::Row;
}

Fetch::Progress Fetch::retry_later(Task& task, net::Milliseconds delay) {
    std::unique_ptr<Task> released = release(task);
    released->not_before = net::Clock::now() + delay;
    waiting_.push_back(std::move(released));
    return Progress::Gone;
}

Fetch::Progress Fetch::split_by_user(Task& task) {
    task.purpose = Purpose::ListUsers;
    task.retry.reset();
    task.attempts = 0;
    task.first_asked = net::Clock::now();
    return retry_later(task, net::Milliseconds{0});
}

Fetch::Progress Fetch::queue_split_units(Task& task) {
    std::unique_ptr<Task> released = release(task);
    for (const std::string& id : released->split_ids) {
        Unit unit = released->unit;
        unit.label += ", user " + id;
        unit.arguments.push_back({"userid", id});
        auto piece = std::make_unique<Task>(std::move(unit), plan_, *site_);
        piece->purpose = Purpose::OneUser;
        piece->seen = released->seen;
        waiting_.push_back(std::move(piece));
    }
    counters_.units_known += released->split_ids.size();
    counters_.units_done++;
    return Progress::Gone;
}

}  // namespace moodle_fdw::moodle
