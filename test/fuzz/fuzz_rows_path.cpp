// Paths of rows and columns, and the walk they direct over a record: never a step outside the tape,
// and each value is the one that following the path by hand gives.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/rows.h"

#include "net/pure.h"

namespace {

using namespace moodle_fdw;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", what);
    std::abort();
}

bool is_number(const std::string& step) {
    return step.find_first_not_of("0123456789") == std::string::npos && step.size() < 10 &&
           (step == "0" || !step.starts_with('0'));
}

moodle::Value by_hand(moodle::Value value, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        if (!value.found()) break;
        if (value.type() == moodle::JsonType::Array) {
            value = is_number(key) ? value.element(static_cast<uint32_t>(std::stoul(key)))
                                   : moodle::Value();
        } else {
            value = value.find(key);
        }
    }
    return value;
}

void walk(const moodle::RowsPath& path, const std::vector<moodle::ColumnPath>& columns,
          const moodle::Tape& tape, moodle::Picker& picker) {
    moodle::RowWalker walker(path);
    walker.start(tape);
    std::vector<moodle::Value> values;
    while (walker.next()) {
        picker.pick(walker, values);
        require(values.size() == columns.size(), "another number of values");
        for (size_t i = 0; i < columns.size(); ++i) {
            const moodle::Value expected =
                by_hand(walker.ancestor(columns[i].levels_up()), columns[i].keys());
            require(values[i].found() == expected.found(), "found or not");
            require(!expected.found() || values[i].index() == expected.index(), "another value");
        }
    }
    require(!walker.row().found() && !walker.next(), "goes on behind the end");
}

}  // namespace

// Lines: the path of the rows, paths of columns, an empty line, records.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = [&text] {
        const std::string_view result = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), result.size() + 1));
        return result;
    };
    moodle::RowsPath path;
    std::string problem;
    const bool has_path = moodle::RowsPath::parse(line(), path, problem);
    require(has_path == problem.empty(), "refused without a word");
    std::vector<moodle::ColumnPath> columns;
    for (std::string_view column = line(); !column.empty(); column = line()) {
        moodle::ColumnPath parsed;
        problem.clear();
        const bool right = moodle::ColumnPath::parse(column, parsed, problem);
        require(right == problem.empty(), "refused without a word");
        if (right) columns.push_back(parsed);
    }
    if (!has_path) return 0;
    moodle::Picker picker(columns);
    moodle::Tape tape;
    while (!text.empty()) {
        if (tape.parse(line()) == moodle::JsonError::None) walk(path, columns, tape, picker);
    }
    return 0;
}
