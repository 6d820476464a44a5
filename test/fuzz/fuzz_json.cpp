// The JSON reader against RapidJSON, and its versions for each instruction set against each other.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../unit/json_oracle.h"
#include "moodle/json.h"

#include "net/pure.h"

namespace {

using namespace moodle_fdw;

[[noreturn]] void wrong(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

void require(bool holds, const char* what) {
    if (!holds) wrong(what);
}

void check_strings(const moodle::Tape& tape) {
    std::string once;
    std::string quoted;
    for (uint32_t i = 0; i < tape.tokens().size(); ++i) {
        const moodle::Value value(tape, i);
        if (value.type() != moodle::JsonType::String) continue;
        const std::string text(value.string(once));
        quoted.clear();
        moodle::json_quote(text, quoted);
        moodle::Tape again;
        std::string scratch;
        require(again.parse(quoted) == moodle::JsonError::None, "a quoted string is not JSON");
        require(moodle::Value(again, 0).string(scratch) == text, "quoting changes a string");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    bool first = true;
    moodle::JsonError error{};
    size_t offset = 0;
    for (const moodle::ScanKernel kernel :
         {moodle::ScanKernel::Avx512, moodle::ScanKernel::Avx2, moodle::ScanKernel::Baseline}) {
        if (!moodle::select_scan_kernel(kernel)) continue;
        if (const std::string what = oracle::disagreement(text); !what.empty()) wrong(what);
        moodle::Tape tape;
        const moodle::JsonError here = tape.parse(text);
        if (here == moodle::JsonError::None && first) check_strings(tape);
        require(first || (here == error && tape.error_offset() == offset), "kernels differ");
        error = here;
        offset = tape.error_offset();
        first = false;
    }
    // Must stand anything, checked or not.
    std::string out;
    moodle::json_unescape(text, out);
    require(out.size() <= text.size(), "unescaping made it longer");
    return 0;
}
