// One unit under way: its requests, attempts and pages. Internal to Fetch.
#pragma once

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "moodle/fetch.h"

namespace moodle_fdw::moodle {

// A running fingerprint of the records handed out, so that after a cut the same answer can be asked
// again and continued behind what was delivered. Not cryptographic: it guards against a changed
// listing, not against a forger, who could as well have forged the first answer.
class Fingerprint {
  public:
    void add(std::string_view bytes) {
        const char* at = bytes.data();
        size_t left = bytes.size();
        for (; left >= 32; at += 32, left -= 32) {
            for (int lane = 0; lane < 4; lane++) mix(lane, load(at + lane * 8, 8));
        }
        for (; left >= 8; at += 8, left -= 8) mix(0, load(at, 8));
        mix(1, load(at, left) ^ (uint64_t{bytes.size()} << 56));
    }
    bool operator==(const Fingerprint&) const = default;

  private:
    static uint64_t load(const char* at, size_t count) {
        uint64_t word = 0;
        std::memcpy(&word, at, count);
        return word;
    }
    void mix(int lane, uint64_t word) {
        uint64_t& state = lanes_[lane];
        state = (state ^ word) * 0x9e3779b97f4a7c15u;
        state ^= state >> 32;
    }
    uint64_t lanes_[4] = {1, 2, 3, 4};
};

// Unread bytes of one answer at which its transfer pauses; a larger record raises it.
inline constexpr size_t kHighWater = size_t{1} << 20;

// The whole site is at fault, not one unit: passing over units would turn it into an empty answer.
bool concerns_whole_site(FaultKind kind);

// What a task asks for.
enum class Purpose {
    Unit,
    ListUsers,   // by whom a unit that was too much at once can be asked piecewise
    OneUser,     // such a piece
    VerifyUser,  // whether a person whom a lookup showed is deleted
};

struct Fetch::Task {
    Task(Unit asked, const FetchPlan& plan, const Site& site)
        : unit(std::move(asked)),
          decoder(plan.rows),
          retry(site.retry),
          seen(std::make_shared<std::unordered_set<std::string>>()) {}

    Unit unit;
    std::unique_ptr<Recording> recording;  // hears what the exchange brings, so it goes after it
    std::unique_ptr<net::Exchange> exchange;
    std::shared_ptr<net::GatePlace> place;  // free again as soon as the answer has come
    Decoder decoder;
    size_t high_water = kHighWater;
    std::string head;  // the body's beginning, for a message when it is no JSON
    net::RetryState retry;
    int attempts = 0;
    net::Clock::time_point first_asked{};
    net::Clock::time_point asked{};
    std::string asked_function;
    net::Clock::time_point not_before{};

    bool from_cache = false;       // the present answer
    bool anew = false;             // no kept answer will do
    std::optional<Fault> refusal;  // what the answer is, while its end has not come
    // Since when another is waited for who asks the same, and how long until the next look.
    std::optional<net::Clock::time_point> waits_since;
    net::Milliseconds pause{0};

    // Of the present page: records handed out, and how many a repeated answer has shown again.
    uint64_t delivered = 0;
    uint64_t to_replay = 0;
    uint64_t replayed = 0;
    Fingerprint delivered_print;
    Fingerprint replayed_print;

    // Paging. Each further page begins with the last record of the one before: if it does not, the
    // listing moved under us and the unit starts over, leaving out what was handed out already.
    uint64_t page_from = 0;
    uint64_t page = 0;
    std::optional<uint64_t> total;  // rows over all pages, as the first one says
    uint64_t page_records = 0;
    bool page_border_seen = false;
    int restarts = 0;
    std::string last_id;
    std::unordered_set<std::string> page_ids;

    Purpose purpose = Purpose::Unit;
    std::vector<std::string> split_ids;  // what ListUsers found

    // Distinct::Unit; shared by the pieces of a split unit.
    std::shared_ptr<std::unordered_set<std::string>> seen;

    // Not the plan's own call, but one that answers with {"users": […]}.
    bool asks_for_users() const {
        return purpose == Purpose::ListUsers || purpose == Purpose::VerifyUser;
    }
};

}  // namespace moodle_fdw::moodle
