// How quickly the JSON core reads a body, without network and database, next to RapidJSON's SAX
// reader. Usage: micro_json FILE [ROWS] [MEGABYTES]; ROWS is the path of the rows ("/users/*").
// With MEGABYTES the file's records are repeated up to that size first.
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "moodle/decoder.h"
#include "moodle/json.h"
#include "moodle/rows.h"

#include "net/pure.h"

namespace {

using namespace moodle_fdw;

// As much as curl hands over at a time.
constexpr size_t kPiece = 16 * 1024;

// Cuts the body into records and gives each to `use`; how many there were.
template <class Use>
uint64_t cut(const std::string& body, const moodle::RowsPath& path, Use use) {
    moodle::Decoder decoder(path);
    net::Inbox inbox;
    size_t given = 0;
    for (;;) {
        std::string_view record;
        switch (decoder.next(inbox, given == body.size(), record)) {
            case moodle::Decoder::Status::Record:
                use(record, decoder.scan());
                break;
            case moodle::Decoder::Status::NeedMore: {
                const size_t count = std::min(kPiece, body.size() - given);
                inbox.append(body.data() + given, count);
                given += count;
                break;
            }
            case moodle::Decoder::Status::End:
                return decoder.records();
            case moodle::Decoder::Status::Failed:
                std::fprintf(stderr, "the body is wrong at byte %llu\n",
                             static_cast<unsigned long long>(decoder.offset()));
                std::exit(1);
        }
    }
}

std::string repeated(const std::string& body, const moodle::RowsPath& path, size_t size) {
    std::vector<std::string> records;
    cut(body, path, [&](std::string_view record, const auto&) { records.emplace_back(record); });
    std::string list;
    list.reserve(size + (size >> 4));
    for (size_t i = 0; list.size() < size && !records.empty(); ++i) {
        list += list.empty() ? "" : ",";
        list += records[i % records.size()];
    }
    std::string result;
    for (const std::string& step : path.outer()) result += "{\"" + step + "\":";
    return result + "[" + list + "]" + std::string(path.outer().size(), '}');
}

void require(moodle::JsonError error) {
    if (error == moodle::JsonError::None) return;
    std::fprintf(stderr, "a record is wrong: %s\n", moodle::json_error_text(error));
    std::exit(1);
}

void measure(const char* name, const std::string& body, const std::function<uint64_t()>& work) {
    std::vector<double> seconds;
    uint64_t result = 0;
    for (int round = 0; round < 5; ++round) {
        // Time of this process, so that others on the machine count less.
        const std::clock_t begin = std::clock();
        result = work();
        seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf("%-34s %7.0f MB/s   %.1f ms   (%llu)\n", name,
                static_cast<double>(body.size()) / 1e6 / seconds[2], seconds[2] * 1e3,
                static_cast<unsigned long long>(result));
    std::fflush(stdout);
}

uint64_t pick_columns(const std::string& body, const moodle::RowsPath& path,
                      const std::vector<std::string>& names, bool unescape) {
    std::vector<moodle::ColumnPath> columns;
    std::string problem;
    for (const std::string& name : names) {
        if (!moodle::ColumnPath::parse(name, columns.emplace_back(), problem)) std::exit(1);
    }
    moodle::Picker picker(std::move(columns));
    moodle::RowWalker walker(path);
    moodle::Tape tape;
    std::vector<moodle::Value> values;
    std::string scratch;
    uint64_t bytes = 0;
    cut(body, path, [&](std::string_view record, const moodle::JsonScan& scan) {
        require(tape.parse(record, scan));
        walker.start(tape);
        while (walker.next()) {
            picker.pick(walker, values);
            for (const moodle::Value& value : values) {
                if (value.found()) {
                    bytes += (unescape ? value.string(scratch) : value.text()).size();
                }
            }
        }
    });
    return bytes;
}

struct CountTokens : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, CountTokens> {
    uint64_t tokens = 0;
    bool Default() {
        ++tokens;
        return true;
    }
};

std::string first_record(const std::string& body, const moodle::RowsPath& path) {
    std::string first;
    cut(body, path, [&](std::string_view record, const auto&) {
        if (first.empty()) first = record;
    });
    return first;
}

void run(const std::string& body, const moodle::RowsPath& path) {
    measure("copy through the inbox", body, [&] {
        net::Inbox inbox;
        uint64_t sum = 0;
        for (size_t at = 0; at < body.size(); at += kPiece) {
            inbox.append(body.data() + at, std::min(kPiece, body.size() - at));
            sum += inbox.size();
            inbox.consume(inbox.size());
        }
        return sum;
    });
    measure("cut", body, [&] { return cut(body, path, [](std::string_view, const auto&) {}); });
    measure("cut + validate", body, [&] {
        return cut(body, path, [](std::string_view record, const moodle::JsonScan& scan) {
            require(moodle::json_validate(record, scan));
        });
    });
    measure("cut + validate, scanned again", body, [&] {
        return cut(body, path, [](std::string_view record, const auto&) {
            require(moodle::json_validate(record));
        });
    });
    moodle::Tape tape;
    measure("cut + tape", body, [&] {
        uint64_t tokens = 0;
        cut(body, path, [&](std::string_view record, const moodle::JsonScan& scan) {
            require(tape.parse(record, scan));
            tokens += tape.tokens().size();
        });
        return tokens;
    });
    measure("cut + tape, scanned again", body, [&] {
        uint64_t tokens = 0;
        cut(body, path, [&](std::string_view record, const auto&) {
            require(tape.parse(record));
            tokens += tape.tokens().size();
        });
        return tokens;
    });
    measure("cut + tape + pick id, email", body, [&] {
        return pick_columns(body, path, {"id", "email"}, false);
    });
    std::vector<std::string> keys;
    const std::string first = first_record(body, path);
    require(tape.parse(first));
    if (!first.empty() && first[0] == '{') {
        for (uint32_t at = 1; at < tape.tokens()[0].next; at = tape.tokens()[at + 1].next) {
            keys.emplace_back(tape.text(tape.tokens()[at]));
        }
    }
    measure("cut + tape + pick all", body, [&] { return pick_columns(body, path, keys, false); });
    measure("cut + tape + pick all, unescaped", body,
            [&] { return pick_columns(body, path, keys, true); });
    measure("RapidJSON SAX, whole body", body, [&] {
        rapidjson::MemoryStream stream(body.data(), body.size());
        rapidjson::Reader reader;
        CountTokens handler;
        constexpr unsigned kFlags =
            rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
        if (reader.Parse<kFlags>(stream, handler).IsError()) std::exit(1);
        return handler.tokens;
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s FILE [ROWS] [MEGABYTES]\n", argv[0]);
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    std::string body{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || body.empty()) {
        std::fprintf(stderr, "cannot read %s\n", argv[1]);
        return 2;
    }
    moodle::RowsPath path;
    std::string problem;
    if (!moodle::RowsPath::parse(argc > 2 ? argv[2] : "/users/*", path, problem)) {
        std::fprintf(stderr, "%s\n", problem.c_str());
        return 2;
    }
    if (argc > 3) body = repeated(body, path, std::strtoul(argv[3], nullptr, 10) * 1000000);
    run(body, path);
    return 0;
}
