// Ties a C++ object to a memory context: it dies with the context, on success, error and abort
// alike, so no catch block and no End callback is needed for it.
#pragma once

#include <utility>

#include "pg/guard.h"

namespace moodle_fdw::pg {

template <class T, class... Arguments>
T* make_owned(MemoryContext context, Arguments&&... arguments) {
    auto* callback = static_cast<MemoryContextCallback*>(
        MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
    T* object = nullptr;
    shield([&](Report&) { object = new T(std::forward<Arguments>(arguments)...); });
    callback->func = [](void* held) { delete static_cast<T*>(held); };
    callback->arg = object;
    MemoryContextRegisterResetCallback(context, callback);
    return object;
}

}  // namespace moodle_fdw::pg
