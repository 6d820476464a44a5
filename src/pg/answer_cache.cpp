#include <algorithm>
#include <climits>
#include <new>
#include <vector>

#include "pg/answer_cache.h"

#include "pg/memory.h"
#include "pg/shared_memory.h"

extern "C" {
#include "lib/stringinfo.h"
}

namespace moodle_fdw::pg {

namespace {

// Settings, in kB.
int cache_size = 64 * 1024;
int max_answer = 8 * 1024;
bool use_cache = true;

// A backend's own cache is for it alone, and there may be hundreds of them.
constexpr Size kOwnShare = 4;

// What is in front of the table.
struct Start {
    // Mixed into the prints of tokens, so that a print says nothing outside of this server's run.
    uint8_t salt[32];
};
constexpr Size kTableAt = MAXALIGN(sizeof(Start));

class OwnLock : public moodle::AnswerTable::Lock {
  public:
    void acquire() noexcept override {}
    void release() noexcept override {}
};

// Within shield(), against its rule: these two raise nothing but for a backend that holds hundreds
// of locks, and what runs between them calls nothing of PostgreSQL.
class SharedLock : public moodle::AnswerTable::Lock {
  public:
    explicit SharedLock(LWLock* lock) : lock_(lock) {}
    void acquire() noexcept override { LWLockAcquire(lock_, LW_EXCLUSIVE); }
    void release() noexcept override { LWLockRelease(lock_); }

  private:
    LWLock* lock_;
};

// In the postmaster, inherited by backends.
char* memory = nullptr;
LWLock* shared_lock = nullptr;
bool usable = false;

moodle::AnswerTable* table = nullptr;
uint64_t table_bytes = 0;

Size shared_size() {
    return kTableAt + Size(cache_size) * 1024;
}

void create(void* fresh) {
    auto* start = static_cast<Start*>(fresh);
    if (!pg_strong_random(start->salt, sizeof start->salt)) {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no random numbers were had")));
    }
    table_bytes = Size(cache_size) * 1024;
    usable = moodle::AnswerTable::format(static_cast<char*>(fresh) + kTableAt, table_bytes);
}

void attach(void* fresh, LWLockPadded* locks) {
    memory = static_cast<char*>(fresh);
    shared_lock = &locks->lock;
}

const SharedPart kPart = {"moodle_fdw cache", 1, shared_size, create, attach, false};

// A backend without shared memory makes its own; untouched, it takes up nothing.
void make_own_memory() {
    table_bytes = Size(cache_size) * 1024 / kOwnShare;
    char* own = nullptr;
    shield([&](Report&) { own = new char[kTableAt + table_bytes]; });
    if (!pg_strong_random(own, sizeof(Start))) {
        shield([&](Report&) { delete[] own; });
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no random numbers were had")));
    }
    usable = moodle::AnswerTable::format(own + kTableAt, table_bytes);
    memory = own;
}

// Whatever way this backend ends, it leaves no answer held and no question reserved.
void at_exit(int, Datum) {
    table->let_go();
}

void make_ready() {
    if (table != nullptr) return;
    if (memory == nullptr) make_own_memory();
    if (!usable) return;
    static OwnLock own_lock;
    static SharedLock lock(shared_lock);
    shield([](Report&) {
        moodle::AnswerTable::Lock& chosen =
            shared_lock != nullptr ? static_cast<moodle::AnswerTable::Lock&>(lock) : own_lock;
        table =
            new moodle::AnswerTable(memory + kTableAt, chosen, static_cast<uint32_t>(MyProcPid));
    });
    before_shmem_exit(at_exit, Datum{0});
}

// A site's way into the table.
class SiteAnswers : public moodle::AnswerStore {
  public:
    SiteAnswers(const moodle::AnswerOwner& owner, const moodle::Secret& token)
        : owner_(owner), token_(token) {}
    moodle::Finding look(std::string_view request, net::Milliseconds most_age,
                         net::Clock::time_point now, bool anew) override {
        if (table == nullptr) return {};
        moodle::Question question;
        question.owner = owner_;
        question.request = request;
        question.most_age = most_age;
        question.anew = anew;
        // One answer never drives out more than half of the others.
        question.max_answer = std::min(uint64_t(max_answer) * 1024, table_bytes / 2);
        question.secret = token_.reveal();
        return table->look(question, now);
    }

  private:
    const moodle::AnswerOwner owner_;
    const moodle::Secret& token_;  // of the site that has this
};

void add_options(StringInfo text, List* options) {
    ListCell* cell = nullptr;
    foreach (cell, options) {
        auto* def = static_cast<DefElem*>(lfirst(cell));
        const char* value = defGetString(def);
        // With their closing zero bytes, so that nothing runs into the next.
        appendBinaryStringInfo(text, def->defname, static_cast<int>(strlen(def->defname) + 1));
        appendBinaryStringInfo(text, value, static_cast<int>(strlen(value) + 1));
    }
    appendStringInfoChar(text, '\0');
}

// Which version of a row this is. A row made anew under the same number is another.
TransactionId made_by(HeapTuple tuple) {
    return HeapTupleHeaderGetRawXmin(tuple->t_data);
}

bool is_outdated(const moodle::AnswerOwner& owner) {
    HeapTuple tuple = SearchSysCache1(USERMAPPINGOID, ObjectIdGetDatum(owner.mapping));
    if (!HeapTupleIsValid(tuple)) return true;
    const auto* form = reinterpret_cast<Form_pg_user_mapping>(GETSTRUCT(tuple));
    const Oid user = form->umuser;
    const Oid server = form->umserver;
    ReleaseSysCache(tuple);
    if (server != owner.server) return true;
    return !(answer_owner(GetForeignServer(server), GetUserMapping(user, server)) == owner);
}

}  // namespace

void announce_answer_cache() {
    // Fixed when the server starts, or else when a backend first uses it.
    DefineCustomIntVariable("moodle_fdw.cache_size", "Memory for answers that are kept.",
                            "Shared by all backends where moodle_fdw is in "
                            "shared_preload_libraries; else each has a quarter of it.",
                            &cache_size, cache_size, 0, INT_MAX / 1024,
                            is_preloaded() ? PGC_POSTMASTER : PGC_SUSET, GUC_UNIT_KB, nullptr,
                            nullptr, nullptr);
    DefineCustomIntVariable("moodle_fdw.cache_max_answer", "The largest answer that is kept.",
                            nullptr, &max_answer, max_answer, 1, INT_MAX / 1024, PGC_SUSET,
                            GUC_UNIT_KB, nullptr, nullptr, nullptr);
    DefineCustomBoolVariable("moodle_fdw.use_cache", "Take answers from the cache, and keep them.",
                             "Off: every question is put to the site.", &use_cache, true,
                             PGC_USERSET, 0, nullptr, nullptr, nullptr);
    if (is_preloaded()) add_shared_part(&kPart);
}

net::Milliseconds usable_cache_ttl(net::Milliseconds ttl) {
    if (!use_cache || ttl.count() <= 0) return net::Milliseconds{0};
    return answer_table() != nullptr ? ttl : net::Milliseconds{0};
}

moodle::AnswerTable* answer_table() {
    make_ready();
    return table;
}

moodle::AnswerOwner answer_owner(const ForeignServer* server, const UserMapping* mapping) {
    make_ready();
    moodle::AnswerOwner owner;
    owner.database = MyDatabaseId;
    owner.server = server->serverid;
    owner.mapping = mapping->umid;
    StringInfoData text;
    initStringInfo(&text);
    HeapTuple tuple = SearchSysCache1(FOREIGNSERVEROID, ObjectIdGetDatum(server->serverid));
    if (HeapTupleIsValid(tuple)) {
        appendStringInfo(&text, "%u ", made_by(tuple));
        ReleaseSysCache(tuple);
    }
    tuple = SearchSysCache1(USERMAPPINGOID, ObjectIdGetDatum(mapping->umid));
    if (HeapTupleIsValid(tuple)) {
        appendStringInfo(&text, "%u ", made_by(tuple));
        owner.role = reinterpret_cast<Form_pg_user_mapping>(GETSTRUCT(tuple))->umuser;
        ReleaseSysCache(tuple);
    }
    add_options(&text, server->options);
    add_options(&text, mapping->options);
    shield([&](Report&) {
        const std::string_view options(text.data, static_cast<size_t>(text.len));
        owner.print = moodle::sha256({{memory, sizeof(Start)}, options});
    });
    explicit_bzero(text.data, text.len);
    return owner;
}

std::unique_ptr<moodle::AnswerStore> answers_of(const moodle::AnswerOwner& owner,
                                                const moodle::Secret& token) {
    return std::make_unique<SiteAnswers>(owner, token);
}

int64 forget_answers_if(bool (*is_meant)(const moodle::AnswerOwner&, const void*),
                        const void* context) {
    if (answer_table() == nullptr) return 0;
    auto* owners = make_owned<std::vector<moodle::AnswerOwner>>(CurrentMemoryContext);
    shield([&](Report&) { *owners = table->owners(MyDatabaseId); });
    size_t meant = 0;
    for (const moodle::AnswerOwner& owner : *owners) {
        if (is_meant(owner, context)) (*owners)[meant++] = owner;
    }
    size_t forgotten = 0;
    shield([&](Report&) {
        const auto end = owners->begin() + static_cast<ptrdiff_t>(meant);
        forgotten = meant == 0 ? 0 : table->forget([&](const moodle::AnswerOwner& one) {
            return std::find(owners->begin(), end, one) != end;
        });
    });
    return static_cast<int64>(forgotten);
}

void forget_outdated_answers() {
    if (table == nullptr) return;
    forget_answers_if(
        [](const moodle::AnswerOwner& owner, const void*) { return is_outdated(owner); }, nullptr);
}

}  // namespace moodle_fdw::pg
