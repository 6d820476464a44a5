// Cuts a body into records as its bytes arrive, so that memory does not grow with the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/json.h"
#include "moodle/json_scan.h"
#include "moodle/md5.h"
#include "net/inbox.h"

namespace moodle_fdw::moodle {

// Where the rows of a body are: a JSON pointer with `*` over arrays. "" = the body is the record,
// and so it is for a path without `*`, whose steps are all inner ones. "/*" = the body is a list,
// "/users/*", "/usergrades/*/gradeitems/*", "/statuses/*". A number is a position in an array, and
// stands only within a record.
class RowsPath {
  public:
    // False with a sentence in `problem` when the text is no such path (at most 8 steps).
    static bool parse(std::string_view text, RowsPath& path, std::string& problem);
    // Steps before the first `*`: how the decoder finds the array whose elements are records.
    const std::vector<std::string>& outer() const { return outer_; }
    // Steps after the first `*`: how rows are found within a record ("*" stands for every element).
    const std::vector<std::string>& inner() const { return inner_; }
    bool has_array() const { return has_array_; }

  private:
    std::vector<std::string> outer_;
    std::vector<std::string> inner_;
    bool has_array_ = false;
};

struct DecoderLimits {
    // One record: the largest seen on real sites is a course of 6 MB; 64 MiB leaves room and keeps
    // a flooding server from filling memory.
    size_t max_record = size_t{64} << 20;
    // What surrounds the records (warnings, paging counts, an error object).
    size_t max_envelope = size_t{4} << 20;
};

class Decoder {
  public:
    enum class Status {
        Record,    // `record` holds one checked-for-balance record; parse it with Tape
        NeedMore,  // give more bytes
        End,       // the body is whole and well-formed around the records
        Failed,    // see error()
    };
    enum class Error { None, Malformed, Truncated, RecordTooLarge, EnvelopeTooLarge, TooDeep };

    explicit Decoder(const RowsPath& path, const DecoderLimits& limits = {});

    // `finished`: no more bytes will come. A record's view is valid until the next call or append.
    Status next(net::Inbox& inbox, bool finished, std::string_view& record);

    // Call before the first next(): each record is to come with its digest. Several records of the
    // inbox are cut out ahead then, and hashed side by side. They stay in the inbox until next()
    // hands them out, so more bytes may arrive in between.
    // `without`: names of members of the record that its digest leaves out, as they stand between
    // their quotes.
    void hash_records(std::vector<std::string> without = {}) {
        hashing_ = true;
        without_ = std::move(without);
    }
    // Of the last record, if these are wanted and it was hashed ahead.
    const Md5Digest* digest() const {
        return hashing_ && ahead_[handed_ - 1].hashed ? &ahead_[handed_ - 1].digest : nullptr;
    }

    Error error() const { return error_; }
    // Whether the array (or, for "", the value) that the path names was met.
    bool rows_found() const { return rows_found_; }
    // The body with the record array emptied: `{"users":[],"warnings":[]}`; when the rows were not
    // found, the body itself (an exception object). Complete and grammatically checked after End.
    const std::string& envelope() const { return envelope_; }
    uint64_t offset() const { return freed_; }  // of the first byte not yet consumed, for messages
    uint64_t records() const { return records_; }
    // The marks made while the last record was cut out: give them to Tape::parse or json_validate
    // with the record and it need not be scanned again. Valid as long as the record is.
    const JsonScan& scan() const { return hashing_ ? ahead_[handed_ - 1].scan : scan_; }

  private:
    enum class Phase : uint8_t {
        Start,         // white space and byte order mark before the body
        Envelope,      // around the records
        FirstRecord,   // behind the bracket that opens the records
        NextRecord,    // behind a comma
        Container,     // within a record that is an object or array
        String,        // within one that is a string
        Scalar,        // within one that is a number or literal
        BehindRecord,  // a comma or the closing bracket is due
        BehindBody,    // only white space is due
        Ended,
        Failed,
    };

    // A step's result; nothing = go on with the next step.
    using Step = std::optional<Status>;

    // A record that was cut out and not yet handed out.
    struct Ahead {
        uint64_t begin = 0;  // in the body
        size_t size = 0;
        JsonScan scan;
        Md5Digest digest;
        bool hashed = false;
    };

    Status fail(Error error);
    Status cut(net::Inbox& inbox, bool finished, std::string_view& record);
    Status look_ahead(net::Inbox& inbox, bool finished);
    void hash_ahead(const net::Inbox& inbox);
    std::string_view rest(const net::Inbox& inbox) const;
    void consume(net::Inbox& inbox, size_t count);
    void free_until(net::Inbox& inbox, uint64_t offset);
    bool skip_space(net::Inbox& inbox);
    Step step(net::Inbox& inbox, bool finished, std::string_view& record);
    Step begin_body(net::Inbox& inbox);
    Step between_records(net::Inbox& inbox);
    Step begin_record(char first);
    Step end_records(net::Inbox& inbox);
    size_t record_end(std::string_view bytes, bool finished);
    Step read_record(net::Inbox& inbox, bool finished, std::string_view& record);
    Step read_envelope(net::Inbox& inbox, bool finished);
    Status finish();

    void envelope_character(char c);
    void open_bracket(char c, bool wanted);
    void close_bracket();
    void end_key();
    bool on_path() const { return path_depth_ != 0 && depth_ == path_depth_; }

    std::vector<std::string> outer_;
    bool whole_body_;
    DecoderLimits limits_;
    JsonScan scan_;
    Phase phase_ = Phase::Start;
    size_t looked_ = 0;  // bytes of a string or scalar record already looked at
    bool escape_ = false;

    // The envelope's reader: how many containers are open, and how many of them (the outermost)
    // are objects on the way to the records.
    size_t depth_ = 0;
    size_t path_depth_ = 0;
    uint32_t keys_seen_ = 0;  // a bit for each step of the path
    size_t string_begin_ = 0;
    bool in_string_ = false;
    bool is_key_ = false;        // the string being read is a key of an object on the path
    bool key_due_ = false;       // the next string of an object on the path is a key
    bool key_matched_ = false;   // the last key was the path's next step
    bool value_wanted_ = false;  // the next value is on the path

    Error error_ = Error::None;
    bool rows_found_ = false;
    std::string envelope_;
    uint64_t offset_ = 0;  // of the first byte not yet looked at by a finished step
    uint64_t freed_ = 0;   // of the inbox's first byte: before offset_ only while records are ahead
    uint64_t records_ = 0;

    bool hashing_ = false;
    std::vector<std::string> without_;
    std::string shortened_[kMd5Batch];  // the records without these
    std::vector<Ahead> ahead_;
    size_t ahead_count_ = 0;
    size_t handed_ = 0;  // how many of them next() has handed out
};

}  // namespace moodle_fdw::moodle
