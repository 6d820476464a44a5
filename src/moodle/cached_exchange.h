// An answer that was kept, as if it came from the network.
#pragma once

#include <memory>
#include <utility>

#include "moodle/answer_store.h"
#include "net/transport.h"

namespace moodle_fdw::moodle {

class CachedExchange final : public net::Exchange {
  public:
    explicit CachedExchange(std::unique_ptr<KeptAnswer> answer);

    net::Inbox& inbox() override { return inbox_; }
    bool headers_complete() const override { return true; }
    int http_status() const override { return outcome_.http_status; }
    bool done() const override { return answer_->at_end(); }
    // No byte came over the wire.
    const net::Outcome& outcome() const override { return outcome_; }
    // Nothing waits for the end of what is already there.
    void when_done(std::function<void()> hook) override { hook(); }
    void set_high_water(size_t bytes) override { high_water_ = bytes; }
    bool refill() override;

  private:
    std::unique_ptr<KeptAnswer> answer_;
    net::Inbox inbox_;
    net::Outcome outcome_;
    size_t high_water_ = size_t{1} << 20;
};

}  // namespace moodle_fdw::moodle
