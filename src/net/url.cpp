#include "net/url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "net/utf8.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

constexpr size_t kMaxLength = 2000;
constexpr size_t kMaxHost = 253;  // what DNS allows
constexpr std::string_view kServer = "/webservice/rest/server.php";

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string lower_case(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    return lowered;
}

// Empty when every character may stand in an address.
std::string bad_character(std::string_view text) {
    if (text.size() > kMaxLength) {
        return "the address is longer than " + std::to_string(kMaxLength) + " bytes";
    }
    for (size_t at = 0; at < text.size();) {
        const Utf8Step step = utf8_step(text, at);
        if (!step.valid) return "the address is not valid UTF-8";
        if (step.code == ' ' || step.code == 0xa0 || step.code == 0x3000) {
            return "the address contains a space";
        }
        if (unfit_for_messages(step.code)) return "the address contains a control character";
        if (std::string_view("\\\"<>^`{|}").find(text[at]) != std::string_view::npos) {
            return std::string("the address contains the character ") + text[at];
        }
        at += step.length;
    }
    return {};
}

bool valid_name(std::string_view host) {
    if (host.empty() || host.size() > kMaxHost || host.front() == '.' || host.front() == '-') {
        return false;
    }
    if (host.find("..") != std::string_view::npos) return false;
    return std::all_of(host.begin(), host.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return std::isalnum(byte) || byte >= 0x80 || c == '.' || c == '-' || c == '_';
    });
}

bool valid_ipv6(std::string_view host) {
    if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
    const std::string_view inside = host.substr(1, host.size() - 2);
    return inside.find(':') != std::string_view::npos &&
           inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool split_port(std::string_view authority, std::string_view& host, std::string& port) {
    const size_t bracket = authority.rfind(']');
    const size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
        host = authority;
        return true;
    }
    host = authority.substr(0, colon);
    const std::string_view digits = authority.substr(colon + 1);
    int number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return false;
    if (number < 1 || number > 65535) return false;
    port = ":" + std::to_string(number);
    return true;
}

// Moodle may live in a folder with any name; an address on the wire is ASCII.
std::string encode_path(std::string_view path) {
    constexpr char kHex[] = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            encoded += c;
        } else {
            encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return encoded;
}

void strip_path(std::string& path) {
    const auto drop_slashes = [&path] {
        while (!path.empty() && path.back() == '/') path.pop_back();
    };
    drop_slashes();
    if (path.ends_with(kServer)) path.resize(path.size() - kServer.size());
    drop_slashes();
}

bool read_scheme(std::string_view text, std::string& scheme, std::string& problem) {
    const size_t end = text.find("://");
    if (end == std::string_view::npos) {
        problem = "the address must begin with https:// (or http://)";
        return false;
    }
    scheme = lower_case(text.substr(0, end));
    if (scheme == "https" || scheme == "http") return true;
    problem = "only https and http addresses are possible";
    return false;
}

bool read_authority(std::string_view authority, BaseUrl& url, std::string& port,
                    std::string& problem) {
    std::string_view host;
    if (authority.find('@') != std::string_view::npos) {
        problem = "the address must not contain a user name or password";
    } else if (!split_port(authority, host, port)) {
        problem = "the port in the address is not a number from 1 to 65535";
    } else if (host.empty()) {
        problem = "the address has no host name";
    } else if (!valid_name(host) && !valid_ipv6(host)) {
        problem = "the host name in the address is not valid";
    } else {
        url.host = lower_case(host);
        return true;
    }
    return false;
}

}  // namespace

bool parse_base_url(std::string_view text, BaseUrl& url, std::string& problem) {
    problem = bad_character(text);
    if (!problem.empty()) return false;
    BaseUrl parsed;
    if (!read_scheme(text, parsed.scheme, problem)) return false;
    if (text.find_first_of("?#") != std::string_view::npos) {
        problem = "the address must not contain a query (?) or a fragment (#)";
        return false;
    }
    const std::string_view rest = text.substr(parsed.scheme.size() + 3);
    const size_t slash = std::min(rest.find('/'), rest.size());
    std::string port;
    if (!read_authority(rest.substr(0, slash), parsed, port, problem)) return false;
    std::string path = encode_path(rest.substr(slash));
    strip_path(path);
    if (path.ends_with(".php")) {
        problem = "the address must be that of the site itself, not of one of its pages";
        return false;
    }
    parsed.text = parsed.scheme + "://" + parsed.host + port + path;
    parsed.endpoint = parsed.text + std::string(kServer);
    url = std::move(parsed);
    return true;
}

}  // namespace moodle_fdw::net
