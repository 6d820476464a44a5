// The cache of answers as PostgreSQL has it: in shared memory where the library is preloaded, else
// in this backend's own. What is in it, and who finds what, is moodle/answer_table.
#pragma once

#include <memory>

#include "moodle/answer_table.h"
#include "moodle/site.h"
#include "pg/pg.h"

namespace moodle_fdw::pg {

// In _PG_init: settings, and the part of shared memory.
void announce_answer_cache();

// How old an answer may be for a scan that would have it no older than `ttl`; 0 = it must be asked
// for. Makes the cache ready.
net::Milliseconds usable_cache_ttl(net::Milliseconds ttl);

// Who a mapping is as it stands in the catalogs now. Another token, another option, another row:
// another owner.
moodle::AnswerOwner answer_owner(const ForeignServer* server, const UserMapping* mapping);

// What this owner was answered. Calls nothing of PostgreSQL.
std::unique_ptr<moodle::AnswerStore> answers_of(const moodle::AnswerOwner& owner,
                                                const moodle::Secret& token);

// After a change of catalogs: what mappings of this database were answered that are gone or not
// what they were.
void forget_outdated_answers();

// The table, or nullptr where `moodle_fdw.cache_size` leaves none.
moodle::AnswerTable* answer_table();

// Forgets what those owners of this database were answered that are meant; how many answers that
// were. `is_meant` may ask PostgreSQL.
int64 forget_answers_if(bool (*is_meant)(const moodle::AnswerOwner&, const void* context),
                        const void* context);

}  // namespace moodle_fdw::pg
