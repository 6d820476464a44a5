// Whatever a site answers, its fault is plain, bounded, valid text and never holds the token.
// Input: one byte that chooses the way the answer came, then the answer. The byte 0x01 in it stands
// for the token, so that the fuzzer finds places to play it back from.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "moodle/fault.h"
#include "net/inbox.h"

namespace {

using namespace moodle_fdw;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";
constexpr int kStatuses[] = {200, 204, 301, 400, 403, 404, 407, 408, 429, 500, 502, 503, 504, 524};

[[noreturn]] void fail(const char* what, const std::string& text) {
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

bool is_utf8(const std::string& text) {
    for (size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int more = lead < 0x80       ? 0
                         : lead >> 5 == 6  ? 1
                         : lead >> 4 == 14 ? 2
                         : lead >> 3 == 30 ? 3
                                           : -1;
        if (more < 0) return false;
        for (int k = 1; k <= more; k++) {
            if (i + k >= text.size() || (static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) {
                return false;
            }
        }
        i += more + 1;
    }
    return true;
}

void check_text(const std::string& text, size_t bound) {
    if (text.size() > bound) fail("too long", text);
    if (!is_utf8(text)) fail("not UTF-8", text);
    if (text.find(kToken) != std::string::npos) fail("holds the token", text);
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) fail("control character", text);
    }
}

void check(const moodle::Fault& fault) {
    check_text(fault.detail, 400);
    check_text(fault.errorcode, 100);
    const moodle::FaultText text = moodle::describe(fault, {"moodle1", "f", "course 1", 2});
    check_text(text.message, 1000);
    check_text(text.detail, 1000);
    check_text(text.hint, 1000);
    if (std::string_view(text.sqlstate).size() != 5) fail("no SQLSTATE", text.sqlstate);
    if (fault.kind != moodle::FaultKind::None && text.hint.empty()) fail("no hint", text.message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const uint8_t choice = data[0];
    std::string body;
    for (size_t i = 1; i < size; i++) {
        if (data[i] == 1) {
            body += kToken;
        } else {
            body += static_cast<char>(data[i]);
        }
    }
    net::Outcome outcome;
    outcome.phase = static_cast<net::Phase>(choice % 6);
    if (choice >= 200) {
        outcome.failure = static_cast<net::Failure>(choice % 13);
        outcome.detail = body;
    } else {
        outcome.http_status = kStatuses[choice % std::size(kStatuses)];
        outcome.redirect_to = choice % 2 == 0 ? body : "";
    }
    check(moodle::classify_outcome(outcome, body, kToken));

    const std::string padded = body + std::string(net::Inbox::kPadding, '\0');
    moodle::Tape tape;
    const moodle::JsonError error = tape.parse(std::string_view(padded).substr(0, body.size()));
    if (error == moodle::JsonError::None) {
        check(moodle::classify_answer(moodle::Value(tape, 0), kToken));
    } else {
        const moodle::Fault fault = moodle::classify_unreadable(body, error, kToken);
        if (!fault) fail("an unreadable answer without a fault", body);
        check(fault);
    }
    return 0;
}
