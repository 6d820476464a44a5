#include "moodle/decoder.h"

#include <algorithm>
#include <utility>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Of a few of these there is no need to be cut out ahead.
constexpr size_t kLargeRecord = size_t{64} << 10;

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool begins_value(char c) {
    return c == '{' || c == '[' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' ||
           c == 'f' || c == 'n';
}

constexpr bool ends_scalar(char c) {
    return c == ',' || c == ']' || c == '}' || c == '[' || c == '{' || c == ':' || c == '"';
}

}  // namespace

Decoder::Decoder(const RowsPath& path, const DecoderLimits& limits)
    : outer_(path.outer()),
      whole_body_(!path.has_array()),
      limits_(limits),
      value_wanted_(path.has_array()) {}

Decoder::Status Decoder::next(net::Inbox& inbox, bool finished, std::string_view& record) {
    if (!hashing_) return cut(inbox, finished, record);
    if (handed_ == ahead_count_) {
        const Status status = look_ahead(inbox, finished);
        if (ahead_count_ == 0) return status;
    }
    const Ahead& next = ahead_[handed_++];
    free_until(inbox, next.begin);
    record = inbox.view().substr(0, next.size);
    free_until(inbox, next.begin + next.size);
    return Status::Record;
}

Decoder::Status Decoder::cut(net::Inbox& inbox, bool finished, std::string_view& record) {
    for (;;) {
        const Step result = step(inbox, finished, record);
        if (!result) continue;
        if (*result == Status::NeedMore && finished) return fail(Error::Truncated);
        return *result;
    }
}

Decoder::Status Decoder::fail(Error error) {
    error_ = error;
    phase_ = Phase::Failed;
    return Status::Failed;
}

// Fills ahead_ with what whole records the inbox has. What else there is to say of the body (the
// result) matters only if there is none; else it is said again when they are handed out.
Decoder::Status Decoder::look_ahead(net::Inbox& inbox, bool finished) {
    ahead_.resize(kMd5Batch);
    // The marks of a large record are not kept sixteen times over.
    for (size_t i = 0; i < ahead_count_; i++) {
        if (ahead_[i].size > kLargeRecord) ahead_[i].scan = JsonScan();
    }
    ahead_count_ = 0;
    handed_ = 0;
    Status status = Status::Record;
    std::string_view record;
    while (ahead_count_ < kMd5Batch && status == Status::Record) {
        status = cut(inbox, finished, record);
        if (status != Status::Record) break;
        Ahead& cut_out = ahead_[ahead_count_++];
        cut_out.begin = offset_ - record.size();
        cut_out.size = record.size();
        std::swap(cut_out.scan, scan_);
        if (record.size() > kLargeRecord) break;
    }
    if (ahead_count_ == 0) free_until(inbox, offset_);
    hash_ahead(inbox);
    return status;
}

void Decoder::hash_ahead(const net::Inbox& inbox) {
    std::string_view records[kMd5Batch];
    Md5Digest digests[kMd5Batch];
    for (size_t i = 0; i < ahead_count_; i++) {
        records[i] = inbox.view().substr(ahead_[i].begin - freed_, ahead_[i].size);
        // What is not hashed here is left to whoever reads the record.
        ahead_[i].hashed = without_.empty() || records[i].size() <= kLargeRecord;
        if (without_.empty() || !records[i].starts_with('{')) continue;
        if (ahead_[i].hashed) {
            ahead_[i].hashed = json_leave_out(records[i], ahead_[i].scan, without_, shortened_[i]);
        }
        records[i] = ahead_[i].hashed ? std::string_view(shortened_[i]) : std::string_view();
    }
    md5_batch(records, ahead_count_, digests);
    for (size_t i = 0; i < ahead_count_; i++) ahead_[i].digest = digests[i];
}

// What of the inbox has not been looked at.
std::string_view Decoder::rest(const net::Inbox& inbox) const {
    return inbox.view().substr(offset_ - freed_);
}

void Decoder::consume(net::Inbox& inbox, size_t count) {
    offset_ += count;
    if (!hashing_) free_until(inbox, offset_);
}

void Decoder::free_until(net::Inbox& inbox, uint64_t offset) {
    inbox.consume(offset - freed_);
    freed_ = offset;
}

// Whether something else than space is there.
bool Decoder::skip_space(net::Inbox& inbox) {
    const std::string_view bytes = rest(inbox);
    size_t spaces = 0;
    while (spaces < bytes.size() && is_space(bytes[spaces])) ++spaces;
    consume(inbox, spaces);
    return spaces < bytes.size();
}

Decoder::Step Decoder::step(net::Inbox& inbox, bool finished, std::string_view& record) {
    switch (phase_) {
        case Phase::Start:
            return begin_body(inbox);
        case Phase::Envelope:
            return read_envelope(inbox, finished);
        case Phase::FirstRecord:
        case Phase::NextRecord:
        case Phase::BehindRecord:
            return between_records(inbox);
        case Phase::Container:
        case Phase::String:
        case Phase::Scalar:
            return read_record(inbox, finished, record);
        case Phase::BehindBody:
            if (skip_space(inbox)) return fail(Error::Malformed);
            return finished ? finish() : Status::NeedMore;
        case Phase::Ended:
            return Status::End;
        case Phase::Failed:
            break;
    }
    return Status::Failed;
}

Decoder::Step Decoder::begin_body(net::Inbox& inbox) {
    if (offset_ == 0) {
        const std::string_view bytes = rest(inbox);
        if (bytes.starts_with(kByteOrderMark)) {
            consume(inbox, kByteOrderMark.size());
        } else if (kByteOrderMark.starts_with(bytes)) {
            return Status::NeedMore;
        }
    }
    if (!skip_space(inbox)) return Status::NeedMore;
    const char first = rest(inbox).front();
    if (whole_body_) return begin_record(first);
    if (!begins_value(first)) return fail(Error::Malformed);
    phase_ = Phase::Envelope;
    return {};
}

Decoder::Step Decoder::between_records(net::Inbox& inbox) {
    if (!skip_space(inbox)) return Status::NeedMore;
    const char c = rest(inbox).front();
    if (phase_ == Phase::BehindRecord) {
        if (c == ']') return end_records(inbox);
        if (c != ',') return fail(Error::Malformed);
        consume(inbox, 1);
        phase_ = Phase::NextRecord;
        return {};
    }
    if (phase_ == Phase::FirstRecord && c == ']') return end_records(inbox);
    return begin_record(c);
}

Decoder::Step Decoder::begin_record(char first) {
    if (!begins_value(first)) return fail(Error::Malformed);
    if (first == '{' || first == '[') {
        phase_ = Phase::Container;
    } else {
        phase_ = first == '"' ? Phase::String : Phase::Scalar;
    }
    scan_.start();
    looked_ = 1;
    escape_ = false;
    return {};
}

Decoder::Step Decoder::end_records(net::Inbox& inbox) {
    consume(inbox, 1);
    envelope_.push_back(']');
    phase_ = depth_ == 0 ? Phase::BehindBody : Phase::Envelope;
    return {};
}

// Size of the record that `bytes` begin with, or kNotYet.
size_t Decoder::record_end(std::string_view bytes, bool finished) {
    if (phase_ == Phase::Container) return scan_.find_end(bytes.data(), bytes.size());
    for (; looked_ < bytes.size(); ++looked_) {
        const char c = bytes[looked_];
        if (phase_ == Phase::Scalar) {
            if (is_space(c) || ends_scalar(c)) return looked_;
        } else if (escape_) {
            escape_ = false;
        } else if (c == '\\') {
            escape_ = true;
        } else if (c == '"') {
            return looked_ + 1;
        }
    }
    return finished && phase_ == Phase::Scalar ? bytes.size() : JsonScan::kNotYet;
}

Decoder::Step Decoder::read_record(net::Inbox& inbox, bool finished, std::string_view& record) {
    const std::string_view bytes = rest(inbox);
    const size_t end = record_end(bytes, finished);
    if (scan_.too_deep()) return fail(Error::TooDeep);
    if (std::min(end, bytes.size()) > limits_.max_record || scan_.too_many()) {
        return fail(Error::RecordTooLarge);
    }
    if (end == JsonScan::kNotYet) return Status::NeedMore;
    record = bytes.substr(0, end);
    consume(inbox, end);
    ++records_;
    if (whole_body_) rows_found_ = true;
    phase_ = whole_body_ ? Phase::BehindBody : Phase::BehindRecord;
    return Status::Record;
}

// What surrounds the records is kept as it is; of its grammar only as much is followed as it takes
// to find the path. finish() checks the rest.
Decoder::Step Decoder::read_envelope(net::Inbox& inbox, bool finished) {
    const std::string_view bytes = rest(inbox);
    size_t used = 0;
    while (used < bytes.size() && phase_ == Phase::Envelope) envelope_character(bytes[used++]);
    if (phase_ == Phase::Failed) --used;
    consume(inbox, used);
    if (phase_ == Phase::Failed) return Status::Failed;
    if (phase_ != Phase::Envelope) return {};
    // A body that is a bare string, number or literal has no closing bracket.
    if (finished && depth_ == 0 && !in_string_ && !envelope_.empty()) return finish();
    return Status::NeedMore;
}

Decoder::Status Decoder::finish() {
    if (!whole_body_) {
        const JsonError error = json_validate(envelope_);
        if (error == JsonError::TooDeep) return fail(Error::TooDeep);
        if (error != JsonError::None) return fail(Error::Malformed);
    }
    phase_ = Phase::Ended;
    return Status::End;
}

void Decoder::envelope_character(char c) {
    if (envelope_.size() >= limits_.max_envelope) {
        fail(Error::EnvelopeTooLarge);
        return;
    }
    envelope_.push_back(c);
    if (in_string_) {
        if (escape_) {
            escape_ = false;
        } else if (c == '\\') {
            escape_ = true;
        } else if (c == '"') {
            in_string_ = false;
            if (is_key_) end_key();
        }
        return;
    }
    if (is_space(c)) return;
    const bool wanted = value_wanted_;
    value_wanted_ = false;
    switch (c) {
        case '"':
            in_string_ = true;
            escape_ = false;
            is_key_ = on_path() && key_due_;
            key_due_ = false;
            string_begin_ = envelope_.size();
            break;
        case '{':
        case '[':
            open_bracket(c, wanted);
            break;
        case '}':
        case ']':
            close_bracket();
            break;
        case ',':
            key_due_ = on_path();
            key_matched_ = false;
            break;
        case ':':
            value_wanted_ = on_path() && key_matched_;
            key_matched_ = false;
            break;
        default:
            // Moodle says null for an optional list that is not there: no rows, but no fault.
            if (wanted && c == 'n' && path_depth_ == outer_.size()) rows_found_ = true;
            break;
    }
}

void Decoder::open_bracket(char c, bool wanted) {
    if (wanted && c == '[' && path_depth_ == outer_.size()) {
        rows_found_ = true;
        phase_ = Phase::FirstRecord;
        return;
    }
    if (++depth_ > kMaxJsonDepth) {
        fail(Error::TooDeep);
        return;
    }
    if (wanted && c == '{' && path_depth_ < outer_.size()) {
        ++path_depth_;
        key_due_ = true;
    }
}

void Decoder::close_bracket() {
    if (depth_ == 0) {
        fail(Error::Malformed);
        return;
    }
    --depth_;
    path_depth_ = std::min(path_depth_, depth_);
    if (depth_ == 0) phase_ = Phase::BehindBody;
}

void Decoder::end_key() {
    is_key_ = false;
    std::string_view key(envelope_);
    key = key.substr(string_begin_, key.size() - 1 - string_begin_);
    std::string unescaped;
    if (key.find('\\') != std::string_view::npos) {
        json_unescape(key, unescaped);
        key = unescaped;
    }
    const size_t step = path_depth_ - 1;
    if (key != outer_[step]) return;
    key_matched_ = true;
    // Which of the two would hold the rows? Neither choice is safe.
    if ((keys_seen_ >> step & 1) != 0) fail(Error::Malformed);
    keys_seen_ |= uint32_t{1} << step;
}

}  // namespace moodle_fdw::moodle
