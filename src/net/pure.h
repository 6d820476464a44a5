// Included last by every .cpp under src/net and src/moodle: these rooms know nothing of PostgreSQL,
// so that they can be unit-tested, fuzzed and sanitized on their own.
#if defined(POSTGRES_H) || defined(PG_VERSION_NUM) || defined(FMGR_H)
#error "src/net and src/moodle are pure C++: postgres.h must not reach them"
#endif
