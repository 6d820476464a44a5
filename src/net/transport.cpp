#include "net/transport.h"

#include <curl/curl.h>

#include <stdexcept>
#include <utility>

#include "net/engine.h"
#include "net/exchange.h"

#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

class CurlTransport final : public Transport {
  public:
    explicit CurlTransport(const std::string& user_agent)
        : engine_(std::make_shared<Engine>(user_agent)) {}

    std::unique_ptr<Exchange> post(const Reach& reach, std::string form_body) override {
        return std::make_unique<CurlExchange>(engine_, reach, std::move(form_body));
    }
    int wait_fd() const override { return engine_->wait_fd(); }
    void drive() override { engine_->drive(); }
    void close_idle() override { engine_->close_idle(); }
    size_t running() const override { return engine_->running(); }
    bool all_wait_for_reader() const override { return engine_->all_wait_for_reader(); }

  private:
    std::shared_ptr<Engine> engine_;
};

}  // namespace

const char* phase_name(Phase phase) {
    switch (phase) {
        case Phase::Resolve:
            return "resolving the host name";
        case Phase::Connect:
            return "connecting";
        case Phase::Tls:
            return "negotiating TLS";
        case Phase::Send:
            return "sending the request";
        case Phase::FirstByte:
            return "waiting for the first byte";
        case Phase::Body:
            return "receiving the answer";
    }
    return "transferring";
}

std::unique_ptr<Transport> Transport::create(const std::string& user_agent) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK) {
        throw std::runtime_error(std::string("curl_global_init: ") + curl_easy_strerror(ready));
    }
    return std::make_unique<CurlTransport>(user_agent);
}

}  // namespace moodle_fdw::net
