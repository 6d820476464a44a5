// Reading: from the bytes of one task to rows.
#include <algorithm>
#include <cstdlib>

#include "moodle/fetch.h"
#include "moodle/fetch_task.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// After so many bytes without a row the caller gets a chance to see an interrupt.
constexpr size_t kBytesPerTurn = size_t{1} << 20;
// What is kept of a body to describe it when it is not JSON.
constexpr size_t kHeadBytes = 512;
// A listing that moves under every paging attempt is read this often before it is an error.
constexpr int kPagingRestarts = 3;
// Codes of warnings by which mod_assign and mod_quiz leave out one of a batch; others (3: it has no
// submissions) are no loss.
constexpr std::string_view kNoAccess = "1";
constexpr std::string_view kNoCapability = "2";

Fault plain_fault(FaultKind kind, std::string detail) {
    Fault fault;
    fault.kind = kind;
    fault.http_status = 200;
    fault.phase = net::Phase::Body;
    fault.detail = std::move(detail);
    return fault;
}

Fault fault_of(JsonError error, size_t offset) {
    const std::string where =
        std::string(json_error_text(error)) + " at byte " + std::to_string(offset) + " of a record";
    switch (error) {
        case JsonError::BadUtf8:
        case JsonError::BadEscape:
        case JsonError::LoneSurrogate:
        case JsonError::ControlCharacter:
            return plain_fault(FaultKind::BadText, where);
        case JsonError::TooDeep:
            return plain_fault(FaultKind::TooDeep, where);
        case JsonError::TooManyTokens:
            return plain_fault(FaultKind::RecordTooLarge, where);
        default:
            return plain_fault(FaultKind::MalformedJson, where);
    }
}

std::string plain_value(Value value) {
    std::string scratch;
    return std::string(value.type() == JsonType::String ? value.string(scratch) : value.text());
}

std::string text_of(Value object, std::string_view key) {
    const Value value = object.type() == JsonType::Object ? object.find(key) : Value();
    return value.found() && !value.is_container() ? plain_value(value) : "";
}

}  // namespace

Fetch::Progress Fetch::work(Task& task) {
    net::Exchange& exchange = *task.exchange;
    if (!exchange.headers_complete() && !exchange.done()) return Progress::Idle;
    const int status = exchange.http_status();
    if (status >= 200 && status < 300) return read_records(task);
    if (!exchange.done()) return Progress::Idle;
    return fail(
        task, classify_outcome(exchange.outcome(), exchange.inbox().view(), site_->token.reveal()));
}

Fetch::Progress Fetch::read_records(Task& task) {
    if (task.refusal) return on_refusal(task);
    net::Exchange& exchange = *task.exchange;
    net::Inbox& inbox = exchange.inbox();
    if (task.head.size() < kHeadBytes && task.decoder.offset() <= task.head.size()) {
        const size_t skipped = task.head.size() - task.decoder.offset();
        task.head += inbox.view()
                         .substr(std::min(skipped, inbox.size()))
                         .substr(0, kHeadBytes - task.head.size());
    }
    size_t read = 0;
    for (;;) {
        const bool whole = exchange.done() && exchange.outcome().failure == net::Failure::None;
        std::string_view record;
        switch (task.decoder.next(inbox, whole, record)) {
            case Decoder::Status::Record: {
                const Progress progress = on_record(task, record);
                if (progress != Progress::Busy) return progress;
                read += record.size();
                if (read > kBytesPerTurn) return Progress::Busy;
                break;
            }
            case Decoder::Status::NeedMore:
                if (!exchange.done()) {
                    make_room(task);
                    if (exchange.refill()) break;
                    return Progress::Idle;
                }
                return fail(task, classify_outcome(exchange.outcome(), inbox.view(),
                                                   site_->token.reveal()));
            case Decoder::Status::End:
                return exchange.done() ? on_end(task) : Progress::Idle;
            case Decoder::Status::Failed:
                return on_decoder_failure(task);
        }
    }
}

// A record that is larger than what is let in at once would wait for its end for ever.
void Fetch::make_room(Task& task) {
    if (task.exchange->inbox().size() < task.high_water) return;
    while (task.high_water <= task.exchange->inbox().size()) task.high_water *= 2;
    task.exchange->set_high_water(task.high_water);
}

Fetch::Progress Fetch::on_decoder_failure(Task& task) {
    const std::string where = " at byte " + std::to_string(task.decoder.offset());
    switch (task.decoder.error()) {
        case Decoder::Error::RecordTooLarge:
            return fail(task, plain_fault(FaultKind::RecordTooLarge, "one record is too large"));
        case Decoder::Error::EnvelopeTooLarge:
            return fail(task, plain_fault(FaultKind::RecordTooLarge,
                                          "what surrounds the records is too large"));
        case Decoder::Error::TooDeep:
            return fail(task, plain_fault(FaultKind::TooDeep, "nested too deeply" + where));
        case Decoder::Error::Truncated:
            if (task.exchange->outcome().body_bytes > 0) {
                return fail(task, plain_fault(FaultKind::CutShort, "the answer ends too early"));
            }
            return fail(task, classify_unreadable("", JsonError::Truncated, site_->token.reveal()));
        default:
            break;
    }
    if (task.decoder.records() == 0) {
        return fail(task, classify_unreadable(task.head, JsonError::Syntax, site_->token.reveal()));
    }
    return fail(task, plain_fault(FaultKind::MalformedJson, "malformed JSON" + where));
}

// A repeated answer begins with what was handed out before it was cut.
bool Fetch::is_replay(Task& task, std::string_view record) {
    if (task.replayed == task.to_replay) return false;
    task.replayed++;
    task.replayed_print.add(record);
    return true;
}

Fetch::Progress Fetch::on_record(Task& task, std::string_view record) {
    if (is_replay(task, record)) {
        if (task.replayed == task.to_replay && !(task.replayed_print == task.delivered_print)) {
            return fail(task, plain_fault(FaultKind::UnexpectedShape,
                                          "the answer changed while it was read a second time"));
        }
        task.page_records++;
        return Progress::Busy;
    }
    // Rows of one record are handed out over several calls, and meanwhile more bytes may come and
    // move those that the inbox holds.
    if (!plan_.rows.inner().empty()) {
        record_copy_.reserve(record.size() + net::Inbox::kPadding);
        record_copy_.assign(record);
        record = record_copy_;
    }
    const std::string_view served = record;
    if (!parse_needed_ && !task.asks_for_users()) {
        size_t offset = 0;
        const JsonError error = json_validate(record, task.decoder.scan(), &offset);
        if (error != JsonError::None) return fail(task, fault_of(error, offset));
        record_ = record;
    } else {
        const JsonError error = tape_.parse(record, task.decoder.scan());
        if (error != JsonError::None) return fail(task, fault_of(error, tape_.error_offset()));
        tape_.set_digest(task.decoder.digest(), plan_.digest_without);
        if (plan_.users_report) {
            const Progress progress = take_report_row(task, record);
            if (progress != Progress::Row) return progress;
        }
        record_ = record;
        if (!plan_.rows.has_array() && !task.asks_for_users()) {
            Fault fault = classify_answer(Value(tape_, 0), site_->token.reveal());
            if (fault) {
                task.refusal = std::move(fault);
                return on_refusal(task);
            }
        }
        const Progress progress = on_parsed_record(task);
        if (progress != Progress::Row) return progress;
    }
    counters_.records++;
    task.page_records++;
    task.delivered++;
    task.delivered_print.add(served);
    row_unit_ = &task.unit;
    row_reason_ = nullptr;
    if (!parse_needed_) return Progress::Row;
    walker_->start(tape_);
    rows_left_ = true;
    return on_rows(task);
}

// The record of a user in place of a report's row; Busy: it is nobody's.
Fetch::Progress Fetch::take_report_row(Task& task, std::string_view& record) {
    std::string problem;
    const bool first = task.page_records == task.to_replay;
    if (first && !report_.take_headings(task.decoder.envelope(), problem)) {
        return fail(task, plain_fault(FaultKind::UnexpectedShape, problem));
    }
    const std::string_view served = record;
    switch (report_.translate(Value(tape_, 0), record, problem)) {
        case UsersReport::Row::User:
            break;
        case UsersReport::Row::Nobody:
            task.page_records++;
            task.delivered++;
            task.delivered_print.add(served);
            return Progress::Busy;
        case UsersReport::Row::Wrong:
            return fail(task, plain_fault(FaultKind::UnexpectedShape, problem));
    }
    const JsonError error = tape_.parse(record);
    return error == JsonError::None ? Progress::Row
                                    : fail(task, fault_of(error, tape_.error_offset()));
}

// Row: the record's rows are wanted; Busy: it is passed over.
Fetch::Progress Fetch::on_parsed_record(Task& task) {
    const Value root(tape_, 0);
    if (task.purpose == Purpose::ListUsers) {
        const Value id = root.find("id");
        if (!id.found() || id.type() != JsonType::Integer) {
            return fail(task, plain_fault(FaultKind::UnexpectedShape, "a user without an id"));
        }
        task.split_ids.push_back(plain_value(id));
        return Progress::Busy;
    }
    if (plan_.paging == Paging::LimitOptions) {
        const Progress progress = check_page_border(task, root);
        if (progress != Progress::Row) return progress;
    }
    const bool verified = task.purpose == Purpose::VerifyUser;
    if (plan_.drop_deleted && !verified && is_deleted_or_in_doubt(root)) return Progress::Busy;
    return Progress::Row;
}

// A lookup shows deleted users too. They are told by their email; who has none to see is asked for
// once more in the way that never shows them.
bool Fetch::is_deleted_or_in_doubt(Value user) {
    if (looks_deleted(user)) return true;
    if (user.find("email").found()) return false;
    const Value found = user.find("id");
    if (!found.found()) return false;
    const std::string id = plain_value(found);
    Unit unit{"user " + id, {{"criteria[0][key]", "id"}, {"criteria[0][value]", id}}};
    auto doubt = std::make_unique<Task>(std::move(unit), plan_, *site_);
    doubt->purpose = Purpose::VerifyUser;
    waiting_.push_back(std::move(doubt));
    counters_.units_known++;
    return true;
}

Fetch::Progress Fetch::check_page_border(Task& task, Value record) {
    const Value id = record.find("id");
    if (!id.found()) return Progress::Row;
    const std::string text = plain_value(id);
    if (task.page_from > 0 && !task.page_border_seen) {
        task.page_border_seen = true;
        if (text == task.last_id) return Progress::Busy;
        if (task.restarts++ >= kPagingRestarts) {
            return fail(task, plain_fault(FaultKind::UnexpectedShape,
                                          "the listing kept changing while it was paged"));
        }
        task.page_from = 0;
        task.delivered = 0;
        task.delivered_print = Fingerprint();
        task.anew = true;  // pages that were kept at different times may never fit
        return retry_later(task, net::Milliseconds{0});
    }
    task.last_id = text;
    if (!task.page_ids.insert(text).second) {
        task.page_records++;
        return Progress::Busy;
    }
    return Progress::Row;
}

Fetch::Progress Fetch::on_rows(Task& task) {
    while (walker_->next()) {
        picker_.pick(*walker_, values_);
        if (plan_.distinct != Distinct::None && is_repeated(task)) continue;
        return Progress::Row;
    }
    rows_left_ = false;
    seen_in_record_.clear();
    if (walker_->wrong_shape()) {
        const Progress progress =
            fail(task, plain_fault(FaultKind::UnexpectedShape, "a list of rows is not a list"));
        failed_ = failed_ || progress == Progress::Failed;
        return progress;
    }
    return Progress::Busy;
}

bool Fetch::is_repeated(Task& task) {
    std::string key;
    for (const int column : plan_.distinct_columns) {
        if (values_[column].found()) key += plain_value(values_[column]);
        key += '\x1f';
    }
    switch (plan_.distinct) {
        case Distinct::Record:
            return !seen_in_record_.insert(std::move(key)).second;
        case Distinct::Unit:
            return !task.seen->insert(std::move(key)).second;
        case Distinct::Scan:
            return !seen_in_scan_.insert(std::move(key)).second;
        case Distinct::None:
            break;
    }
    return false;
}

Fault Fetch::check_envelope(Task& task) {
    const std::string& envelope = task.decoder.envelope();
    const bool proof_wanted = !plan_.proof_warning.empty() && !task.asks_for_users();
    const bool heard = plan_.hear_warnings && task.purpose == Purpose::Unit;
    const bool read_on = proof_wanted || heard || !plan_.total.empty() || plan_.refuses_by_warning;
    if (task.decoder.rows_found() && !read_on) return {};
    Tape tape;
    const JsonError error = tape.parse(envelope);
    if (error != JsonError::None) {
        return classify_unreadable(task.head, error, site_->token.reveal());
    }
    const Value root(tape, 0);
    Fault fault = classify_answer(root, site_->token.reveal());
    if (fault) return fault;
    if (!task.decoder.rows_found() && !is_without_rows(root)) {
        return plain_fault(FaultKind::UnexpectedShape, "the rows are not where they should be");
    }
    if (heard) hear_warnings(root);
    if (!plan_.total.empty()) return check_total(task, root);
    if (plan_.refuses_by_warning) return check_refusals(task, root);
    if (!proof_wanted) return {};
    const Value warnings = root.find("warnings");
    if (warnings.found() && warnings.type() == JsonType::Array) {
        for (uint32_t i = 0; i < warnings.count(); i++) {
            const Value item = warnings.element(i).find("item");
            if (item.found() && plain_value(item) == plan_.proof_warning) return {};
        }
    }
    return plain_fault(FaultKind::UnverifiedListing, "");
}

// An object without any key is served as an empty list.
bool Fetch::is_without_rows(Value root) const {
    if (!plan_.rows_optional) return false;
    return root.type() == JsonType::Object || (root.type() == JsonType::Array && root.count() == 0);
}

void Fetch::hear_warnings(Value root) {
    if (root.type() != JsonType::Object) return;
    const Value warnings = root.find("warnings");
    if (!warnings.found() || warnings.type() != JsonType::Array) return;
    warning_count_ += warnings.count();
    for (uint32_t i = 0; i < warnings.count() && warnings_.size() < kWarningsKept; i++) {
        const Value warning = warnings.element(i);
        if (warning.type() != JsonType::Object) continue;
        warnings_.push_back(describe_warning(warning, site_->token.reveal()));
    }
}

// Pages have no border in common; but when rows came or went meanwhile, their number has changed.
// A release that tells no number is taken at its word.
Fault Fetch::check_total(Task& task, Value root) {
    ColumnPath path;
    std::string problem;
    if (!ColumnPath::parse(plan_.total, path, problem)) return {};
    Value total = root;
    for (const std::string& key : path.keys()) {
        total = total.type() == JsonType::Object ? total.find(key) : Value();
        if (!total.found()) return {};
    }
    if (total.type() != JsonType::Integer) return {};
    const uint64_t count = std::strtoull(plain_value(total).c_str(), nullptr, 10);
    const uint64_t read = task.page * static_cast<uint64_t>(plan_.page_size) + task.page_records;
    const bool last = task.page_records < static_cast<uint64_t>(plan_.page_size);
    if ((task.total && *task.total != count) || (last && read != count)) {
        return plain_fault(FaultKind::UnexpectedShape, "the listing changed while it was paged");
    }
    task.total = count;
    return {};
}

// Of a batch Moodle leaves out what it refuses, and says so in its warnings. Who named it himself
// finds nothing, as where it does not exist, which Moodle tells in the same words.
Fault Fetch::check_refusals(Task& task, Value root) {
    const Value warnings = root.find("warnings");
    const bool told = warnings.found() && warnings.type() == JsonType::Array;
    if (plan_.units_from_query || !told) return {};
    for (uint32_t i = 0; i < warnings.count(); i++) {
        const std::string id = text_of(warnings.element(i), "itemid");
        const std::string code = text_of(warnings.element(i), "warningcode");
        const std::vector<std::string>& asked = task.unit.list;
        const bool refused = code == kNoAccess || code == kNoCapability;
        if (!refused || std::find(asked.begin(), asked.end(), id) == asked.end()) continue;
        Fault fault = plain_fault(FaultKind::CourseInaccessible, "left out with a warning");
        const std::string label = unit_label(plan_.unit_noun, {id});
        if (!plan_.skip_failed_units) {
            task.unit.label = label;
            return fault;
        }
        counters_.units_skipped++;
        if (skipped_.size() < kSkippedKept) skipped_.push_back({label, std::move(fault)});
    }
    return {};
}

Fetch::Progress Fetch::on_end(Task& task) {
    Fault fault = check_envelope(task);
    if (fault) return fail(task, std::move(fault));
    if (task.replayed < task.to_replay) {
        return fail(task, plain_fault(FaultKind::UnexpectedShape,
                                      "the answer was shorter when it was read a second time"));
    }
    if (task.recording != nullptr) task.recording->keep();
    if (task.purpose == Purpose::ListUsers) return queue_split_units(task);
    return on_page_end(task);
}

Fetch::Progress Fetch::on_page_end(Task& task) {
    const uint64_t asked = plan_.page_size;
    const bool last = asked == 0 || task.page_records < asked;
    if (last || task.purpose != Purpose::Unit) return retire(task);
    task.page_from += task.page_records;
    task.page++;
    task.delivered = 0;
    task.delivered_print = Fingerprint();
    task.retry.reset();
    task.attempts = 0;
    return retry_later(task, net::Milliseconds{0});
}

}  // namespace moodle_fdw::moodle
