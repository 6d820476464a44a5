#include <cstdlib>
#include <new>

#include "pg/instance_stats.h"

#include "pg/guard.h"
#include "pg/shared_memory.h"

namespace moodle_fdw::pg {

namespace {

// A backend rarely asks for more than that many functions of all its instances.
constexpr int kRowsOfOneBackend = 500;

int rows_wanted = 2000;
net::TrafficTable* shared_table = nullptr;
LWLock* shared_lock = nullptr;

Size memory_size() {
    return net::TrafficTable::bytes(rows_wanted);
}

void create(void* memory) {
    net::TrafficTable::create(memory, rows_wanted, GetCurrentTimestamp());
}

void attach(void* memory, LWLockPadded* locks) {
    shared_table = static_cast<net::TrafficTable*>(memory);
    shared_lock = &locks[0].lock;
}

const SharedPart part = {"moodle_fdw instance stats", 1, memory_size, create, attach};

net::TrafficTable& table() {
    if (shared_table != nullptr) return *shared_table;
    static net::TrafficTable* own = nullptr;
    if (own == nullptr) {
        void* memory = calloc(1, net::TrafficTable::bytes(kRowsOfOneBackend));
        if (memory == nullptr) throw std::bad_alloc();
        own = net::TrafficTable::create(memory, kRowsOfOneBackend, GetCurrentTimestamp());
    }
    return *own;
}

class Held {
  public:
    explicit Held(LWLockMode mode) {
        if (shared_lock != nullptr) LWLockAcquire(shared_lock, mode);
    }
    ~Held() {
        if (shared_lock != nullptr) LWLockRelease(shared_lock);
    }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
};

// What is called here of PostgreSQL's raises no error.
class Counter final : public net::TrafficCounter {
  public:
    explicit Counter(Oid server) : server_(server), table_(table()) {}
    void add(std::string_view function, const net::Traffic& traffic) noexcept override {
        // A backend that ends closes what is under way when its locks are no more.
        if (MyProc == nullptr) return;
        const TimestampTz now = GetCurrentTimestamp();
        const Held held(LW_EXCLUSIVE);
        table_.add(MyDatabaseId, server_, function, traffic, now);
    }

  private:
    const Oid server_;
    net::TrafficTable& table_;
};

}  // namespace

void setup_instance_stats() {
    if (!is_preloaded()) return;
    DefineCustomIntVariable("moodle_fdw.max_instance_stats",
                            "Pairs of instance and function that instance_stats tells apart.",
                            "What is asked beyond them is added up in one row.", &rows_wanted, 2000,
                            10, 1000000, PGC_POSTMASTER, 0, nullptr, nullptr, nullptr);
    add_shared_part(&part);
}

std::shared_ptr<net::TrafficCounter> make_traffic_counter(Oid server) {
    return std::make_shared<Counter>(server);
}

std::vector<net::TrafficTable::Row> read_instance_stats(net::TrafficTable::Rest& rest) {
    net::TrafficTable& counted = table();
    std::vector<net::TrafficTable::Row> rows;
    // What grows while the lock is held would be an exception to release it for: Held does.
    const Held held(LW_SHARED);
    counted.each([&rows](const net::TrafficTable::Row& row) { rows.push_back(row); });
    rest = counted.rest();
    return rows;
}

void forget_instance_stats(Oid database, Oid server) {
    shield([&](Report&) {
        net::TrafficTable& counted = table();
        const Held held(LW_EXCLUSIVE);
        counted.forget(database, server);
    });
}

void forget_rest_of_stats() {
    const TimestampTz now = GetCurrentTimestamp();
    shield([&](Report&) {
        net::TrafficTable& counted = table();
        const Held held(LW_EXCLUSIVE);
        counted.forget_rest(now);
    });
}

}  // namespace moodle_fdw::pg
