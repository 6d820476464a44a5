// Chance that is always the same for the same beginning.
#pragma once

#include <cstdint>

namespace sim {

class Chance {
  public:
    explicit Chance(uint64_t beginning) : state_(beginning) {}

    uint64_t next() {
        uint64_t x = state_ += 0x9e3779b97f4a7c15u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }
    // 0 to 1, without 1.
    double part() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    double between(double low, double high) { return low + (high - low) * part(); }
    int64_t between(int64_t low, int64_t high) {  // both included
        return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
    }
    bool happens(double probability) { return part() < probability; }

  private:
    uint64_t state_;
};

}  // namespace sim
