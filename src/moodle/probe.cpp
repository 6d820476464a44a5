#include "moodle/probe.h"

#include <algorithm>
#include <string>
#include <utility>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// A probe looks at samples; the answer is held whole and becomes one jsonb value.
constexpr size_t kLargestAnswer = size_t{64} << 20;
// What is shown of a body that is no JSON is cut from its beginning.
constexpr size_t kHeadBytes = 512;

}  // namespace

Probe::Probe(std::shared_ptr<Site> site, Call call, std::optional<net::Milliseconds> at_most)
    : site_(std::move(site)), call_(std::move(call)), reach_(site_->reach) {
    if (!at_most) return;
    reach_.connect_timeout = std::min(reach_.connect_timeout, *at_most);
    reach_.stall_timeout = std::min(reach_.stall_timeout, *at_most);
    reach_.request_timeout = std::min(reach_.request_timeout, *at_most);
}

std::string_view Probe::body() const {
    return exchange_ == nullptr ? std::string_view() : exchange_->inbox().view();
}

bool Probe::done() {
    if (done_) return true;
    if (exchange_ == nullptr && !start()) return false;
    if (exchange_->done()) {
        latency_ = net::Clock::now() - began_;
        conclude();
    } else if (exchange_->inbox().size() >= kLargestAnswer) {
        outcome_ = exchange_->outcome();
        net::Traffic traffic = net::traffic_of(*exchange_, began_);
        traffic.errors = 1;
        site_->count(call_.function, traffic);
        exchange_.reset();
        place_.reset();
        Fault fault;
        fault.kind = FaultKind::RecordTooLarge;
        fault.detail = "more than " + std::to_string(kLargestAnswer >> 20) + " MiB came";
        finish(std::move(fault));
    }
    return done_;
}

bool Probe::start() {
    const net::Clock::time_point now = net::Clock::now();
    const net::Gate::Answer answer = site_->gate->enter(now);
    // Scans of this backend may hold every place with answers that nobody reads before we are done.
    const bool must_pass = answer.holds_places && site_->transport->running() > 0 &&
                           site_->transport->all_wait_for_reader();
    asks_again_ = answer.ask_again;
    if (!answer.entered && !must_pass) {
        if (!refused_since_) refused_since_ = now;
        return false;
    }
    if (answer.entered) place_ = std::make_shared<net::GatePlace>(site_->gate);
    began_ = now;
    if (refused_since_) {
        net::Traffic traffic;
        traffic.waited = net::microseconds_of(now - *refused_since_);
        site_->count(call_.function, traffic);
    }
    exchange_ = site_->transport->post(reach_, encode_form(site_->token.reveal(), call_));
    exchange_->set_high_water(kLargestAnswer);
    net::give_back_when_done(*exchange_, place_);
    return true;
}

void Probe::conclude() {
    outcome_ = exchange_->outcome();
    net::Traffic traffic = net::traffic_of(*exchange_, began_);
    const std::string_view body = exchange_->inbox().view();
    const std::string& token = site_->token.reveal();
    Fault fault = classify_outcome(outcome_, body, token);
    if (!fault) {
        const JsonError error = tape_.parse(body);
        fault = error == JsonError::None
                    ? classify_answer(Value(tape_, 0), token)
                    : classify_unreadable(body.substr(0, kHeadBytes), error, token);
    }
    if (is_overload(fault)) {
        const auto pause =
            std::min(fault.retry_after.value_or(net::Milliseconds{1000}), site_->retry.max_delay);
        site_->gate->hold_until(net::Clock::now() + pause);
    }
    if (fault) traffic.errors = 1;
    site_->count(call_.function, traffic);
    finish(std::move(fault));
}

void Probe::finish(Fault fault) {
    fault_ = std::move(fault);
    done_ = true;
}

}  // namespace moodle_fdw::moodle
