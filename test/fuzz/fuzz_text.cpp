// Remote text on its way into a message: bounded, without markup's secrets or control characters.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/redact.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string plain = moodle_fdw::net::plain_text(text, 300);
    if (plain.size() > 310) abort();
    for (const char c : plain) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) abort();
    }
    const std::string secret = "0123456789abcdef";
    const std::string clean = moodle_fdw::net::redact(text + secret + text, secret);
    if (clean.find(secret) != std::string::npos) abort();
    return 0;
}
