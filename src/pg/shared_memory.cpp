#include "pg/shared_memory.h"

extern "C" {
#include "storage/shmem.h"
}

namespace moodle_fdw::pg {

namespace {

constexpr int kMostParts = 8;
const SharedPart* parts[kMostParts];
int part_count = 0;
bool preloaded = false;

#ifdef MOODLE_HAS_SHMEM_REQUEST_HOOK
shmem_request_hook_type earlier_request = nullptr;
#endif
shmem_startup_hook_type earlier_startup = nullptr;

void request_memory() {
    for (int i = 0; i < part_count; i++) {
        RequestAddinShmemSpace(parts[i]->size());
        if (parts[i]->locks > 0) RequestNamedLWLockTranche(parts[i]->name, parts[i]->locks);
    }
}

void on_request() {
#ifdef MOODLE_HAS_SHMEM_REQUEST_HOOK
    if (earlier_request != nullptr) earlier_request();
#endif
    request_memory();
}

void on_startup() {
    if (earlier_startup != nullptr) earlier_startup();
    LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
    for (int i = 0; i < part_count; i++) {
        const SharedPart& part = *parts[i];
        bool found = false;
        const Size size = part.size();
        void* memory = ShmemInitStruct(part.name, size, &found);
        if (!found) {
            if (part.zeroed) memset(memory, 0, size);
            part.create(memory);
        }
        part.attach(memory, part.locks > 0 ? GetNamedLWLockTranche(part.name) : nullptr);
    }
    LWLockRelease(AddinShmemInitLock);
}

}  // namespace

bool is_preloaded() {
    if (process_shared_preload_libraries_in_progress) preloaded = true;
    return preloaded;
}

void add_shared_part(const SharedPart* part) {
    if (part_count == kMostParts) elog(ERROR, "moodle_fdw has too many parts of shared memory");
    parts[part_count++] = part;
}

void setup_shared_memory() {
    if (!is_preloaded() || part_count == 0) return;
#ifdef MOODLE_HAS_SHMEM_REQUEST_HOOK
    earlier_request = shmem_request_hook;
    shmem_request_hook = on_request;
#else
    on_request();
#endif
    earlier_startup = shmem_startup_hook;
    shmem_startup_hook = on_startup;
}

}  // namespace moodle_fdw::pg
