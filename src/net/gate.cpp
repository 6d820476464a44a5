#include "net/gate.h"

#include "net/gate_book.h"
#include "net/pure.h"

namespace moodle_fdw::net {
namespace {

class LocalGate final : public Gate {
  public:
    explicit LocalGate(const GateLimits& limits) { book_.set_limits(limits); }

    Answer enter(Clock::time_point now) override {
        const GateBook::Verdict verdict = book_.look(now);
        switch (verdict.why) {
            case GateBook::Why::Enter:
                book_.take(now);
                return {true, {}, false};
            case GateBook::Why::NoPlace:
                book_.note_refusal();
                return {false, {}, true};
            case GateBook::Why::NotYet:
                break;
        }
        return {false, verdict.ask_again, false};
    }

    void leave(Clock::time_point now, Clock::duration took, bool good) override {
        book_.give_back(now, took, good);
    }

    void hold_until(Clock::time_point moment) override { book_.hold_until(moment); }

    int limit() const override { return book_.limit(); }

  private:
    GateBook book_{};
};

}  // namespace

void give_back_when_done(Exchange& exchange, std::shared_ptr<GatePlace> place) {
    if (place == nullptr) return;
    exchange.when_done([place = std::move(place), &exchange] {
        const Outcome& outcome = exchange.outcome();
        place->give_back(outcome.failure == Failure::None && outcome.http_status / 100 == 2);
    });
}

std::unique_ptr<Gate> make_local_gate(const GateLimits& limits) {
    return std::make_unique<LocalGate>(limits);
}

}  // namespace moodle_fdw::net
