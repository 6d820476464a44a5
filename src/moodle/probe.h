// One request asked for its own sake: what came back, and how. No retry, no rows, no cache; a fault
// is a result.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "moodle/fault.h"
#include "moodle/json.h"
#include "moodle/request.h"
#include "moodle/site.h"

namespace moodle_fdw::moodle {

class Probe {
  public:
    // `at_most` bounds the whole request below what the site's own limits allow.
    Probe(std::shared_ptr<Site> site, Call call, std::optional<net::Milliseconds> at_most);
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    // Moves on as far as that needs no waiting. False: wait for the transport or until wake_at().
    bool done();
    std::optional<net::Clock::time_point> wake_at() const { return asks_again_; }

    // Once done.
    const Fault& fault() const { return fault_; }
    const net::Outcome& outcome() const { return outcome_; }
    net::Clock::duration latency() const { return latency_; }
    // Without a fault: the answer, and the bytes that it was parsed from.
    Value answer() const { return {tape_, 0}; }
    std::string_view body() const;

  private:
    bool start();
    void conclude();
    void finish(Fault fault);

    std::shared_ptr<Site> site_;
    Call call_;
    net::Reach reach_;
    // The place outlives the exchange, whose end gives it back.
    std::shared_ptr<net::GatePlace> place_;
    std::unique_ptr<net::Exchange> exchange_;
    std::optional<net::Clock::time_point> asks_again_;
    std::optional<net::Clock::time_point> refused_since_;
    net::Clock::time_point began_;
    net::Clock::duration latency_{0};
    bool done_ = false;
    Fault fault_;
    net::Outcome outcome_;
    Tape tape_;
};

}  // namespace moodle_fdw::moodle
