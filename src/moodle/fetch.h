// The engine of a scan: runs the units of a plan over a site, several at a time, and hands out one
// row after the other. It never blocks: the caller waits on the transport's descriptor.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "moodle/decoder.h"
#include "moodle/entity.h"
#include "moodle/fault.h"
#include "moodle/request.h"
#include "moodle/rows.h"
#include "moodle/site.h"
#include "moodle/users_report.h"

namespace moodle_fdw::moodle {

// What one call is asked for beyond the plan's fixed arguments.
struct Unit {
    std::string label;     // "course 14", for messages
    Arguments arguments;   // also what a "=courseid" column shows
    Arguments shown = {};  // instead, where it is not asked, or was in other words
    // A batch: "courseids[]" and its values, which go in as courseids[0], courseids[1], …
    std::string list_name = {};
    std::vector<std::string> list = {};
};

// What a unit has under that name, shown or sent; nullptr if nothing.
const std::string* argument_of(const Unit& unit, std::string_view name);
// What is sent for a unit, its batch included, in place of arguments of the same name.
void set_arguments_of(const Unit& unit, Arguments& arguments);
// "course 14", or "50 courses".
std::string unit_label(const std::string& noun, const std::vector<std::string>& values);

struct FetchPlan;

// One argument of a unit, and where it comes from.
struct ListedArgument {
    int column = -1;  // of the listing's row; -1: its unit has it under the name `from`
    std::string from;
    std::string name;
    bool sent = true;
    std::optional<std::unordered_set<std::string>> only = {};  // what the query asks for
};

// Units that must themselves be asked for: the rows of another plan become units.
struct Lister {
    std::unique_ptr<FetchPlan> plan;
    std::vector<ListedArgument> arguments;  // the one that names the unit stands last
    std::string noun;                       // "course", "user"
    int batch = 1;                          // values of the last argument in one unit
    // Course 1 is the front page: it is no course, and every site user counts as its participant.
    bool skip_site_course = false;
};

struct FetchPlan {
    std::string function;
    RowsPath rows;
    Arguments fixed;
    Arguments shown;                  // what "=since" columns show on every row
    std::vector<ColumnPath> columns;  // what is picked from each row
    bool childless = false;
    bool digest_needed = false;               // a column is the digest of the record as served,
    std::vector<std::string> digest_without;  // less these members

    std::vector<Unit> units;  // with a lister: empty, filled as it answers
    std::unique_ptr<Lister> lister;
    // Units named by the query rather than listed by the site: one that does not exist is empty.
    bool units_from_query = false;

    std::string unit_noun;  // of units that are batches
    Paging paging = Paging::None;
    int page_size = 0;  // 0 = no paging
    std::string total;  // as in EntityDef
    bool refuses_by_warning = false;
    Distinct distinct = Distinct::None;
    std::vector<int> distinct_columns;
    bool users_report = false;  // rows are those of a report, to be read as users
    Split split = Split::None;
    std::vector<ExpectedFault> expected;
    std::string proof_warning;
    bool drop_deleted = false;
    bool skip_failed_units = false;
    bool rows_optional = false;  // an answer without the list of the records has none
    bool hear_warnings = false;  // what Moodle warns of beside the records is kept for the user
    // The same rows by another function, for a site or token that has this one not.
    std::unique_ptr<FetchPlan> otherwise;
};

struct FetchCounters {
    uint64_t units_done = 0;
    uint64_t units_known = 0;
    uint64_t units_skipped = 0;
    uint64_t requests = 0;
    uint64_t cache_hits = 0;  // answers for which no request was needed
    uint64_t retries = 0;
    uint64_t wire_bytes = 0;
    uint64_t body_bytes = 0;
    uint64_t records = 0;
};

struct SkippedUnit {
    std::string label;
    Fault fault;
};
// The warnings of an answer that leaves out hundreds of items are much alike.
inline constexpr size_t kWarningsKept = 10;

// A refresh must know every unit that was passed over; one takes a few hundred bytes.
inline constexpr size_t kSkippedKept = 10000;

class Fetch {
  public:
    enum class Step {
        Row,    // values(), unit(), reason() are set until the next call
        Again,  // much was read, nothing came of it: check for interrupts, call again
        Wait,   // nothing to hand out: wait for the transport or until wake_at()
        End,
        Failed,  // fault(), scene()
    };

    // Answers that the site's store has kept for no longer than `most_age` are taken from there.
    Fetch(std::shared_ptr<Site> site, FetchPlan plan, net::Milliseconds most_age = {});
    ~Fetch();
    Fetch(const Fetch&) = delete;
    Fetch& operator=(const Fetch&) = delete;

    // Transport::drive() is the caller's: it serves all fetches of the backend at once.
    Step next();

    const std::vector<Value>& values() const { return values_; }
    // The record that the row came from, as served.
    std::string_view record() const { return record_; }
    const Unit& unit() const { return *row_unit_; }
    // What a "=courseid" column shows; nullptr = nothing was asked.
    const std::string* shown(std::string_view name) const;
    const char* reason() const { return row_reason_; }  // nullptr unless an expected error

    // When next() should be called again even if no byte moves (backoff, rate); nothing = no need.
    std::optional<net::Clock::time_point> wake_at() const;
    // A listing that is far enough ahead finishes what is under way and starts nothing new.
    void hold_starts(bool hold) { starts_held_ = hold; }

    const Fault& fault() const { return fault_; }
    const Scene& scene() const { return scene_; }
    FetchCounters counters() const;
    const std::vector<SkippedUnit>& skipped() const { return skipped_; }    // the first causes
    const std::vector<std::string>& warnings() const { return warnings_; }  // the first ones
    uint64_t warning_count() const { return warning_count_; }

  private:
    struct Task;
    // What came of looking at one task.
    enum class Progress { Row, Busy, Idle, Gone, Failed };

    bool schedule();
    Step look_at_tasks();
    void adopt_plan();
    void pull_units();
    void add_unit_from_listing();
    bool take_listed(const ListedArgument& argument, std::string& text) const;
    void add_to_batch(Unit unit, const std::string& name, std::string value);
    void queue_batch();
    void start_tasks();
    bool start_one(net::Clock::time_point now);
    std::unique_ptr<Task> next_task(net::Clock::time_point now);
    bool put_back(std::unique_ptr<Task> task);
    bool must_pass_gate(const net::Gate::Answer& answer) const;
    void count_wait(const std::string& function, net::Clock::time_point now);
    void count_cache_hit(Task& task) const;
    void count_request(const Task& task) const;
    void begin(std::unique_ptr<Task> task);
    void ask(Task& task);
    void prepare_to_read(Task& task);
    void post(Task& task);

    // What the cache has for a task: its answer, or the advice to wait for another who asks.
    enum class Cached { No, Answer, Wait };
    Cached look_in_cache(Task& task, net::Clock::time_point now);
    void wait_for_other(Task& task, net::Clock::time_point now);
    bool may_read_another_kept() const;
    bool listed_from_cache() const;
    void touch_recordings();
    Progress ask_anew(Task& task);
    void keep_expected(Task& task);
    Progress on_refusal(Task& task);

    Call call_of(const Task& task) const;
    static const RowsPath& users_path();
    bool is_finished() const;
    bool adopt_listing_failure();

    Progress work(Task& task);
    Progress read_records(Task& task);
    Progress on_record(Task& task, std::string_view record);
    Progress take_report_row(Task& task, std::string_view& record);
    Progress on_parsed_record(Task& task);
    Progress on_rows(Task& task);
    void make_room(Task& task);
    Progress on_decoder_failure(Task& task);
    Progress on_end(Task& task);
    Progress on_page_end(Task& task);
    Progress check_page_border(Task& task, Value record);
    bool is_deleted_or_in_doubt(Value user);
    bool is_replay(Task& task, std::string_view record);
    bool is_repeated(Task& task);
    Fault check_envelope(Task& task);
    bool is_without_rows(Value root) const;
    void hear_warnings(Value root);
    Fault check_total(Task& task, Value root);
    Fault check_refusals(Task& task, Value root);

    Progress fail(Task& task, Fault fault);
    Progress emit_reason(Task& task, const char* reason);
    Progress retry_later(Task& task, net::Milliseconds delay);
    bool can_do_otherwise(const Task& task, const Fault& fault) const;
    Progress do_otherwise(Task& task);
    bool can_halve(const Task& task, const Fault& fault) const;
    Progress halve(Task& task);
    Progress split_by_user(Task& task);
    Progress queue_split_units(Task& task);
    std::unique_ptr<Task> release(Task& task);
    Progress retire(Task& task);
    void stop_exchange(Task& task);

    std::shared_ptr<Site> site_;
    FetchPlan plan_;
    Picker picker_;
    std::optional<RowWalker> walker_;
    Tape tape_;
    UsersReport report_;
    bool rows_left_ = false;  // the current record has rows to hand out yet
    bool parse_needed_ = true;

    std::unique_ptr<Fetch> listing_;
    bool listing_has_more_ = false;
    bool starts_held_ = false;
    std::optional<Unit> batch_;                   // being filled from the listing
    std::deque<Unit> queue_;                      // units not yet begun
    std::vector<std::unique_ptr<Task>> waiting_;  // begun, between two requests
    std::vector<std::unique_ptr<Task>> active_;   // a request is under way
    size_t turn_ = 0;
    unsigned rows_until_schedule_ = 0;
    std::optional<net::Clock::time_point> gate_asks_again_;
    net::Clock::time_point last_start_{};  // when the gate and the cache were last asked
    net::Milliseconds most_age_;
    std::optional<net::Clock::time_point> refused_since_;

    std::vector<Value> values_;
    std::string_view record_;
    std::string record_copy_;
    const Unit* row_unit_ = nullptr;
    const char* row_reason_ = nullptr;
    std::unique_ptr<Task> lingering_;  // keeps the unit of the last row alive
    std::unordered_set<std::string> seen_in_scan_;
    std::unordered_set<std::string> seen_in_record_;

    Fault fault_;
    Scene scene_;
    bool failed_ = false;
    FetchCounters counters_;
    FetchCounters listing_counters_;
    std::vector<SkippedUnit> skipped_;
    std::vector<std::string> warnings_;
    uint64_t warning_count_ = 0;
};

}  // namespace moodle_fdw::moodle
