// User mappings made from C: a secret must stand in no statement's text.
#pragma once

#include "pg/pg.h"

namespace moodle_fdw::fdw {

struct MappingOption {
    const char* name;
    char* value;
};

// For the current role.
void create_user_mapping(const char* server, const MappingOption* options, int count);

// Runs `work`; of an error the statement and the context are hidden, where the secret may stand
// too.
template <class Work>
void hide_secrets(Work work) {
    MemoryContext caller = CurrentMemoryContext;
    PG_TRY();
    { work(); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(caller);
        ErrorData* error = CopyErrorData();
        FlushErrorState();
        error->hide_stmt = true;
        error->hide_ctx = true;
        ReThrowError(error);
    }
    PG_END_TRY();
}

}  // namespace moodle_fdw::fdw
