// The decoder: however a body is cut into pieces, records and verdict are the same; what it calls
// well-formed is JSON, and records and envelope put together again are the body.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/json_oracle.h"
#include "moodle/decoder.h"

#include "net/pure.h"

namespace {

using namespace moodle_fdw;
using Error = moodle::Decoder::Error;
using Status = moodle::Decoder::Status;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

struct Outcome {
    std::vector<std::string> records;
    std::string envelope;
    Error error = Error::None;
    bool rows_found = false;
    bool valid = true;  // every record by itself

    bool operator==(const Outcome&) const = default;
};

// `pieces` says how many bytes come at a time, over and over; none of them = all at once.
Outcome decode(const moodle::RowsPath& path, std::string_view body, std::string_view pieces) {
    moodle::DecoderLimits limits;
    limits.max_record = 4096;
    limits.max_envelope = 4096;
    moodle::Decoder decoder(path, limits);
    net::Inbox inbox;
    Outcome outcome;
    moodle::Tape tape;
    size_t given = 0;
    for (size_t turn = 0;;) {
        std::string_view record;
        const Status status = decoder.next(inbox, given == body.size(), record);
        if (status == Status::Record) {
            outcome.records.emplace_back(record);
            const moodle::JsonError error = tape.parse(record, decoder.scan());
            require(error == moodle::json_validate(std::string(record)), "the marks are wrong");
            require(error == moodle::json_validate(record, decoder.scan()), "validate differs");
            outcome.valid = outcome.valid && error == moodle::JsonError::None;
        } else if (status == Status::NeedMore) {
            require(given < body.size(), "asks for more than there is");
            size_t count = body.size() - given;
            if (!pieces.empty()) {
                const auto wanted = static_cast<unsigned char>(pieces[turn++ % pieces.size()]);
                count = std::min<size_t>(count, wanted + 1u);
            }
            inbox.append(body.data() + given, count);
            given += count;
        } else {
            require((status == Status::End) == (decoder.error() == Error::None), "no error is set");
            require(status == Status::Failed || decoder.offset() == body.size(), "bytes are left");
            break;
        }
    }
    require(decoder.records() == outcome.records.size(), "records are counted wrong");
    outcome.error = decoder.error();
    outcome.rows_found = decoder.rows_found();
    if (outcome.error == Error::None) outcome.envelope = decoder.envelope();
    return outcome;
}

const rapidjson::Value* value_at(const rapidjson::Value& root, const moodle::RowsPath& path) {
    const rapidjson::Value* value = &root;
    for (const std::string& step : path.outer()) {
        if (!value->IsObject()) return nullptr;
        const auto member = value->FindMember(step.c_str());
        if (member == value->MemberEnd()) return nullptr;
        value = &member->value;
    }
    return value;
}

// RapidJSON's view of the whole against ours of the parts.
void check_whole(const moodle::RowsPath& path, std::string_view body, const Outcome& outcome) {
    if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
    oracle::Oracle whole;
    if (!whole.parse(body).value_or(true)) {
        require(outcome.error != Error::None || !outcome.valid, "accepted what is not JSON");
        return;
    }
    if (outcome.error != Error::None || !outcome.valid || whole.failed()) return;
    if (!path.has_array()) {
        require(outcome.records.size() == 1 && outcome.envelope.empty(), "not one record");
        return;
    }
    oracle::Oracle envelope;
    require(envelope.parse(outcome.envelope).value_or(true), "the envelope is not JSON");
    if (envelope.failed()) return;
    const rapidjson::Value* const rows = value_at(whole.root(), path);
    require(outcome.rows_found == (rows != nullptr && (rows->IsArray() || rows->IsNull())),
            "rows found or not");
    if (rows == nullptr || !rows->IsArray()) {
        require(outcome.records.empty() && oracle::equal(envelope.root(), whole.root()),
                "envelope differs");
        return;
    }
    require(rows->Size() == outcome.records.size(), "another number of records");
    for (rapidjson::SizeType i = 0; i < rows->Size(); ++i) {
        oracle::Oracle record;
        require(record.parse(outcome.records[i]).value_or(true), "a record is not JSON");
        require(record.failed() || oracle::equal(record.root(), (*rows)[i]), "a record differs");
    }
    const_cast<rapidjson::Value*>(rows)->Clear();
    require(oracle::equal(envelope.root(), whole.root()), "the envelope differs");
}

}  // namespace

// The first byte chooses path and scan kernel, the second how many bytes of piece sizes follow.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    static const char* const kPaths[] = {"", "/*", "/users/*", "/a/b/*", "/users/*/groups/*", "/a"};
    moodle::RowsPath path;
    std::string problem;
    require(moodle::RowsPath::parse(kPaths[(data[0] & 15) % std::size(kPaths)], path, problem),
            "a path is wrong");
    const auto kernel = static_cast<moodle::ScanKernel>(data[0] >> 4 & 3);
    if (!moodle::select_scan_kernel(kernel)) return 0;
    std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::string_view pieces = rest.substr(0, data[1] % 8u);
    rest.remove_prefix(pieces.size());
    const Outcome whole = decode(path, rest, {});
    const Outcome cut = decode(path, rest, pieces);
    require(whole == cut, "the pieces make a difference");
    require(decode(path, rest, std::string_view("\0", 1)) == whole, "single bytes differ");
    check_whole(path, rest, whole);
    return 0;
}
