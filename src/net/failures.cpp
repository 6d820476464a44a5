#include "net/failures.h"

#include <memory>
#include <string_view>

#include "net/redact.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

struct CloseUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
    void operator()(char* text) const { curl_free(text); }
};

Failure broken_connection(const FailureContext& context) {
    if (context.phase >= Phase::Send) return Failure::Cut;
    // A connection that ends before anything was sent over it: the proxy's tunnel or the handshake.
    if (context.by_proxy) return Failure::Proxy;
    return context.phase == Phase::Tls ? Failure::Tls : Failure::Connect;
}

}  // namespace

Failure classify(CURLcode code, const FailureContext& context) {
    switch (code) {
        case CURLE_OK:
            return Failure::None;
        case CURLE_COULDNT_RESOLVE_HOST:
            return Failure::Resolve;
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
            return context.by_proxy ? Failure::Proxy : Failure::Connect;
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
            return Failure::Proxy;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return Failure::Certificate;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_SHUTDOWN_FAILED:
        case CURLE_USE_SSL_FAILED:
            return Failure::Tls;
        case CURLE_OPERATION_TIMEDOUT:
            return Failure::Timeout;
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return broken_connection(context);
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return context.head_complete ? Failure::Cut : Failure::Protocol;
        case CURLE_BAD_CONTENT_ENCODING:
            return Failure::Encoding;
        case CURLE_WRITE_ERROR:
            // Our own callbacks note why they stop; what is left comes from a decompressor.
            return context.encoded ? Failure::Encoding : Failure::Other;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_HTTP_RETURNED_ERROR:
            return Failure::Protocol;
        case CURLE_FILESIZE_EXCEEDED:
            return Failure::TooLarge;
        case CURLE_OUT_OF_MEMORY:
            // libcurl says so of a single header line beyond its own bound.
            return context.phase == Phase::Body && !context.head_complete ? Failure::TooLarge
                                                                          : Failure::Other;
        default:
            return Failure::Other;
    }
}

std::string bare_location(const char* url) {
    const std::unique_ptr<CURLU, CloseUrl> parsed(curl_url());
    if (parsed == nullptr) return {};
    if (curl_url_set(parsed.get(), CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return {};
    }
    for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
                                 CURLUPART_QUERY, CURLUPART_FRAGMENT}) {
        curl_url_set(parsed.get(), part, nullptr, 0);
    }
    char* text = nullptr;
    curl_url_get(parsed.get(), CURLUPART_URL, &text, 0);
    const std::unique_ptr<char, FreeText> owned(text);
    return text == nullptr ? std::string() : plain_text(text);
}

std::string redact_user_info(const std::string& text, const std::string& proxy) {
    const size_t at = proxy.rfind('@');
    if (at == std::string::npos) return text;
    const size_t scheme = proxy.find("://");
    const size_t begin = scheme == std::string::npos || scheme > at ? 0 : scheme + 3;
    const std::string_view user_info = std::string_view(proxy).substr(begin, at - begin);
    const size_t colon = user_info.find(':');
    std::string cleaned = redact(text, user_info);
    if (colon != std::string_view::npos) cleaned = redact(cleaned, user_info.substr(colon + 1));
    return cleaned;
}

}  // namespace moodle_fdw::net
