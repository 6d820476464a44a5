#include <algorithm>

#include "pg/shared_gate.h"

#include "net/gate_book.h"
#include "pg/shared_memory.h"

extern "C" {
#include "port/atomics.h"
#include "postmaster/autovacuum.h"
#include "postmaster/bgworker_internals.h"
#include "replication/walsender.h"
#include "storage/proc.h"
}

namespace moodle_fdw::pg {

namespace {

using net::Clock;
using net::GateBook;

// Who waits for a place asks again so often, if nobody wakes him before.
constexpr net::Milliseconds kAskAgain{20};
constexpr net::Milliseconds kAskAgainForRate{50};
constexpr net::Milliseconds kAskAgainHeld{1000};
// Who has not asked for this long is at something else, and is not waited for.
constexpr net::Milliseconds kStale{250};
// Long enough for what a query does between two rows; what a client at rest holds is lent then.
constexpr net::Milliseconds kAbsent{15000};
// A place of the table is given to another instance when nobody has used it for this long; who has
// none looks for one so often.
constexpr net::Milliseconds kUnused{10000};
constexpr net::Milliseconds kSearchAgain{5000};

// What one backend has to do with one instance.
struct Cell {
    int held;
    uint64_t ticket;  // 0 = does not wait
    Clock::time_point asked_at;
};

struct Slot {
    Oid database;
    Oid server;  // InvalidOid = free
    TransactionId version;
    GateBook book;
    uint64_t last_ticket;
    int waiting;
    Clock::time_point used_at;
};

int slots_wanted = 100;
int slot_count = 0;
int backend_count = 0;
// When each backend was last seen, in nanoseconds of the steady clock, or one of these.
constexpr uint64 kServes = 0;  // it waits, and serves its transfers
constexpr uint64 kStuck = 1;   // it waits, and they wait for it
pg_atomic_uint64* seen = nullptr;
char* slot_memory = nullptr;
LWLockPadded* locks = nullptr;  // of each slot; the last is the table's
bool leaving = false;           // this backend ends: what it held is given back

Size slot_size() {
    return MAXALIGN(sizeof(Slot)) +
           MAXALIGN(sizeof(Cell) * static_cast<Size>(moodle_max_backends()));
}

Size seen_size() {
    return MAXALIGN(sizeof(pg_atomic_uint64) * static_cast<Size>(moodle_max_backends()));
}

Size memory_size() {
    return seen_size() + slot_size() * static_cast<Size>(slots_wanted);
}

Slot& slot_at(int index) {
    return *reinterpret_cast<Slot*>(slot_memory + slot_size() * static_cast<Size>(index));
}

Cell* cells_of(Slot& slot) {
    return reinterpret_cast<Cell*>(reinterpret_cast<char*>(&slot) + MAXALIGN(sizeof(Slot)));
}

LWLock* lock_of(int index) {
    return &locks[index].lock;
}

LWLock* table_lock() {
    return &locks[slot_count].lock;
}

void create(void* memory) {
    auto* at = static_cast<pg_atomic_uint64*>(memory);
    for (int i = 0; i < moodle_max_backends(); i++) pg_atomic_init_u64(&at[i], 0);
}

void attach(void* memory, LWLockPadded* own_locks) {
    slot_count = slots_wanted;
    backend_count = moodle_max_backends();
    seen = static_cast<pg_atomic_uint64*>(memory);
    slot_memory = static_cast<char*>(memory) + seen_size();
    locks = own_locks;
}

SharedPart part = {"moodle_fdw gates", 0, memory_size, create, attach};

bool available() {
    return slot_memory != nullptr && MyProc != nullptr && moodle_my_number() >= 0 &&
           moodle_my_number() < backend_count;
}

bool is_of(const Slot& slot, Oid server) {
    return slot.database == MyDatabaseId && slot.server == server;
}

void drop_ticket(Slot& slot, Cell& cell) {
    if (cell.ticket == 0) return;
    cell.ticket = 0;
    slot.waiting--;
}

// Forgets who no longer asks, and gives how many have asked before `mine`.
int count_ahead(Slot& slot, const Cell& mine, Clock::time_point now) {
    if (slot.waiting == 0) return 0;
    int ahead = 0;
    Cell* cells = cells_of(slot);
    for (int i = 0; i < backend_count; i++) {
        Cell& cell = cells[i];
        if (cell.ticket == 0 || &cell == &mine) continue;
        if (now - cell.asked_at > kStale) {
            drop_ticket(slot, cell);
        } else if (mine.ticket == 0 || cell.ticket < mine.ticket) {
            ahead++;
        }
    }
    return ahead;
}

// Whose turn is next, or -1.
int first_waiting(Slot& slot) {
    if (slot.waiting == 0) return -1;
    int first = -1;
    const Cell* cells = cells_of(slot);
    for (int i = 0; i < backend_count; i++) {
        if (cells[i].ticket == 0) continue;
        if (first < 0 || cells[i].ticket < cells[first].ticket) first = i;
    }
    return first;
}

void wake(int number) {
    if (number >= 0) SetLatch(moodle_latch_of(number));
}

// Places of backends that are elsewhere, or stuck.
int count_lent(Slot& slot, Clock::time_point now) {
    int lent = 0;
    const Cell* cells = cells_of(slot);
    const int64_t present = std::chrono::nanoseconds((now - kAbsent).time_since_epoch()).count();
    for (int i = 0; i < backend_count; i++) {
        if (cells[i].held == 0 || i == moodle_my_number()) continue;
        const uint64 last = pg_atomic_read_u64(&seen[i]);
        if (last != kServes && static_cast<int64_t>(last) < present) lent += cells[i].held;
    }
    return lent;
}

void give_back_all(int, Datum) {
    if (!available()) return;
    leaving = true;
    const Clock::time_point now = Clock::now();
    for (int i = 0; i < slot_count; i++) {
        LWLockAcquire(lock_of(i), LW_EXCLUSIVE);
        Slot& slot = slot_at(i);
        Cell& mine = cells_of(slot)[moodle_my_number()];
        drop_ticket(slot, mine);
        const int held = mine.held;
        for (; mine.held > 0; mine.held--) slot.book.give_back(now, {}, false);
        const int next = held > 0 ? first_waiting(slot) : -1;
        LWLockRelease(lock_of(i));
        wake(next);
    }
}

bool is_unused(Slot& slot, Clock::time_point now) {
    if (!OidIsValid(slot.server)) return true;
    return slot.book.taken() == 0 && !slot.book.is_held(now) && now - slot.used_at > kUnused;
}

// Under the table's lock. What nobody has goes first, then what nobody has used for the longest: an
// instance that loses its place has to find out anew how many requests help.
int find_or_make(Oid server) {
    int free_slot = -1;
    Clock::time_point unused_since = Clock::time_point::max();
    const Clock::time_point now = Clock::now();
    for (int i = 0; i < slot_count; i++) {
        LWLockAcquire(lock_of(i), LW_SHARED);
        Slot& slot = slot_at(i);
        const bool found = is_of(slot, server);
        const bool unused = slot.used_at < unused_since && is_unused(slot, now);
        if (unused) unused_since = slot.used_at;
        LWLockRelease(lock_of(i));
        if (found) return i;
        if (unused) free_slot = i;
    }
    if (free_slot < 0) return -1;
    LWLockAcquire(lock_of(free_slot), LW_EXCLUSIVE);
    Slot& slot = slot_at(free_slot);
    const bool still = is_unused(slot, now);
    if (still) {
        memset(static_cast<void*>(&slot), 0, slot_size());
        slot.database = MyDatabaseId;
        slot.server = server;
        slot.used_at = now;
    }
    LWLockRelease(lock_of(free_slot));
    return still ? free_slot : -1;
}

bool is_newer(const Slot& slot, const GateSettings& settings) {
    if (slot.book.limit() == 0) return true;
    if (!settings.committed) return false;
    return !TransactionIdIsValid(slot.version) ||
           TransactionIdFollowsOrEquals(settings.version, slot.version);
}

int claim(Oid server, const GateSettings& settings) {
    static bool watching = false;
    if (!watching) {
        on_shmem_exit(give_back_all, Datum{0});
        watching = true;
    }
    LWLockAcquire(table_lock(), LW_EXCLUSIVE);
    const int index = find_or_make(server);
    if (index >= 0) {
        LWLockAcquire(lock_of(index), LW_EXCLUSIVE);
        Slot& slot = slot_at(index);
        if (is_newer(slot, settings)) {
            slot.book.set_limits(settings.limits);
            slot.version = settings.committed ? settings.version : InvalidTransactionId;
        }
        LWLockRelease(lock_of(index));
    }
    LWLockRelease(table_lock());
    return index;
}

// What is called here of PostgreSQL's raises no error: a backend holds no more than two of these
// locks at a time.
class SharedGate final : public net::Gate {
  public:
    SharedGate(int slot, Oid server, const net::GateLimits& limits)
        : index_(slot),
          server_(server),
          limits_(limits),
          alone_(net::make_local_gate(limits)),
          search_at_(Clock::now() + kSearchAgain) {}

    Answer enter(Clock::time_point now) override {
        if (leaving) return {false, now + kAskAgainHeld, false};
        note_working();
        if (index_ < 0) search(now);
        if (index_ < 0) return enter_alone(now);
        LWLockAcquire(lock_of(index_), LW_EXCLUSIVE);
        const bool ours = is_of(slot_at(index_), server_);
        const Answer answer = ours ? enter_locked(slot_at(index_), now) : Answer{};
        LWLockRelease(lock_of(index_));
        if (ours) return answer;
        // It went to another instance, since nobody had used it: so no place is taken there.
        index_ = -1;
        search_at_ = now;
        return enter(now);
    }

    void leave(Clock::time_point now, Clock::duration took, bool good) override {
        if (leaving) return;
        if (index_ < 0) return leave_alone(now, took, good);
        int next = -1;
        LWLockAcquire(lock_of(index_), LW_EXCLUSIVE);
        Slot& slot = slot_at(index_);
        Cell& mine = cells_of(slot)[moodle_my_number()];
        if (is_of(slot, server_) && mine.held > 0) {
            mine.held--;
            slot.book.give_back(now, took, good);
            slot.used_at = now;
            next = first_waiting(slot);
        }
        LWLockRelease(lock_of(index_));
        wake(next);
    }

    void hold_until(Clock::time_point moment) override {
        if (index_ < 0) return alone_->hold_until(moment);
        LWLockAcquire(lock_of(index_), LW_EXCLUSIVE);
        if (is_of(slot_at(index_), server_)) slot_at(index_).book.hold_until(moment);
        LWLockRelease(lock_of(index_));
    }

    int limit() const override {
        return index_ < 0 ? alone_->limit() : shared_gate_limit(server_).value_or(0);
    }

  private:
    static Answer enter_locked(Slot& slot, Clock::time_point now) {
        Cell& mine = cells_of(slot)[moodle_my_number()];
        const int ahead = count_ahead(slot, mine, now);
        GateBook::Verdict verdict = slot.book.look(now, ahead);
        if (verdict.why == GateBook::Why::NoPlace && mine.held < slot.book.taken()) {
            verdict = slot.book.look(now, ahead, count_lent(slot, now));
        }
        slot.used_at = now;
        if (verdict.why == GateBook::Why::Enter) {
            drop_ticket(slot, mine);
            slot.book.take(now);
            mine.held++;
            return {true, {}, false};
        }
        mine.asked_at = now;
        if (verdict.why == GateBook::Why::NoPlace) {
            if (slot.book.taken() >= slot.book.limit()) slot.book.note_refusal();
            // Whoever holds all of them is told by his own answers.
            if (ahead == 0 && mine.held == slot.book.taken() && mine.held > 0) {
                drop_ticket(slot, mine);
                return {false, {}, true};
            }
            take_ticket(slot, mine);
            return {false, now + kAskAgain, mine.held > 0};
        }
        if (!slot.book.has_rate())
            return {false, std::min(verdict.ask_again, now + kAskAgainHeld), false};
        take_ticket(slot, mine);
        return {false, std::min(verdict.ask_again, now + kAskAgainForRate), false};
    }

    static void take_ticket(Slot& slot, Cell& mine) {
        if (mine.ticket != 0) return;
        mine.ticket = ++slot.last_ticket;
        slot.waiting++;
    }

    // Not while places are taken that would have to be given back here.
    void search(Clock::time_point now) {
        if (held_alone_ > 0 || now < search_at_) return;
        search_at_ = now + kSearchAgain;
        index_ = claim(server_, {limits_, InvalidTransactionId, false});
    }

    Answer enter_alone(Clock::time_point now) {
        const Answer answer = alone_->enter(now);
        if (answer.entered) held_alone_++;
        return answer;
    }

    void leave_alone(Clock::time_point now, Clock::duration took, bool good) {
        held_alone_ = std::max(0, held_alone_ - 1);
        alone_->leave(now, took, good);
    }

    int index_;  // -1 = it has no place in the table
    const Oid server_;
    const net::GateLimits limits_;
    const std::unique_ptr<net::Gate> alone_;  // meanwhile
    int held_alone_ = 0;
    Clock::time_point search_at_;
};

}  // namespace

void setup_shared_gates() {
    if (!is_preloaded()) return;
    DefineCustomIntVariable("moodle_fdw.max_shared_instances",
                            "Instances whose limits hold over all backends.",
                            "Of further ones each backend keeps its own.", &slots_wanted, 100, 1,
                            10000, PGC_POSTMASTER, 0, nullptr, nullptr, nullptr);
    part.locks = slots_wanted + 1;
    add_shared_part(&part);
}

int claim_shared_gate(Oid server, const GateSettings& settings) {
    if (!available()) return -1;
    const int index = claim(server, settings);
    static bool told = false;
    if (index < 0 && !told) {
        told = true;
        ereport(LOG, (errmsg("moodle_fdw shares the limits of no more than %d instances; those of "
                             "\"%s\" hold within each backend",
                             slot_count, GetForeignServer(server)->servername),
                      errhint("Raise moodle_fdw.max_shared_instances and restart.")));
    }
    return index;
}

std::shared_ptr<net::Gate> make_gate(int slot, Oid server, const net::GateLimits& limits) {
    if (!available()) return net::make_local_gate(limits);
    return std::make_shared<SharedGate>(slot, server, limits);
}

std::optional<int> shared_gate_limit(Oid server) {
    if (!available()) return {};
    for (int i = 0; i < slot_count; i++) {
        LWLockAcquire(lock_of(i), LW_SHARED);
        const bool found = is_of(slot_at(i), server);
        const int limit = slot_at(i).book.limit();
        LWLockRelease(lock_of(i));
        if (found) return limit;
    }
    return {};
}

void note_waiting(bool stuck) {
    if (available()) pg_atomic_write_u64(&seen[moodle_my_number()], stuck ? kStuck : kServes);
}

void note_working() {
    if (!available()) return;
    const auto now = std::chrono::nanoseconds(Clock::now().time_since_epoch()).count();
    pg_atomic_write_u64(&seen[moodle_my_number()], static_cast<uint64>(now));
}

}  // namespace moodle_fdw::pg
