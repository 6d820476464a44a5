#include "pg/guard.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace moodle_fdw::pg {

namespace {

template <size_t N>
void copy(char (&target)[N], std::string_view text) {
    size_t length = text.size() < N - 1 ? text.size() : N - 1;
    // Not within a character.
    while (length > 0 && length < text.size() && (text[length] & 0xc0) == 0x80) length--;
    text.copy(target, length);  // an empty view may be of nothing, which memcpy must not be given
    target[length] = '\0';
}

// Messages are made as UTF-8; the server may speak something else.
const char* in_server_encoding(const char* text) {
    return pg_any_to_server(text, static_cast<int>(strlen(text)), PG_UTF8);
}

}  // namespace

void Report::fill(const char* state, std::string_view text, std::string_view more,
                  std::string_view advice) {
    copy(sqlstate, state);
    copy(message, text);
    copy(detail, more);
    copy(hint, advice);
}

void Report::fill(const moodle::FaultText& text) {
    fill(text.sqlstate, text.message, text.detail, text.hint);
}

void raise(const Report& report) {
    const char* state = report.sqlstate;
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
             errmsg("%s", in_server_encoding(report.message)),
             report.detail[0] != '\0' ? errdetail("%s", in_server_encoding(report.detail)) : 0,
             report.hint[0] != '\0' ? errhint("%s", in_server_encoding(report.hint)) : 0));
    pg_unreachable();
}

}  // namespace moodle_fdw::pg
