// The C functions behind moodle_fdw.catalogue and describe().
#include <cstdlib>
#include <string>

#include "moodle/catalogue.h"
#include "moodle/read_functions.h"
#include "pg/guard.h"

extern "C" {
#include "utils/array.h"

PG_FUNCTION_INFO_V1(moodle_fdw_known_functions);
PG_FUNCTION_INFO_V1(moodle_fdw_may_call);
PG_FUNCTION_INFO_V1(moodle_fdw_catalogue_release);
}

namespace {

namespace moodle = moodle_fdw::moodle;
namespace pg = moodle_fdw::pg;

// "courseid bigint, userid bigint = 0, filters jsonb optional".
std::string arguments_text(std::string_view function) {
    std::string text;
    for (const moodle::KnownArgument& argument : moodle::arguments_of(function)) {
        const bool moment =
            argument.type == moodle::ColumnType::Bigint && moodle::is_moment(argument.shape.name);
        text += (text.empty() ? "" : ", ") + argument.name + " ";
        text += moment ? "timestamptz" : moodle::sql_type_name(argument.type);
        if (!argument.fallback.empty()) {
            text += " = " + argument.fallback;
        } else if (!argument.required) {
            text += " optional";
        }
    }
    return text;
}

bool uses(const moodle::EntityDef& entity, std::string_view function) {
    if (function == entity.function) return true;
    for (const moodle::LookupDef& lookup : entity.lookups) {
        if (function == lookup.function) return true;
    }
    for (const moodle::Alternative& alternative : entity.alternatives) {
        if (function == alternative.entity->function) return true;
    }
    return false;
}

// "users,courses": the entities that call the function.
std::string used_by(std::string_view function) {
    std::string list;
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        bool used = uses(entity, function);
        if (entity.name == std::string_view("users")) {
            for (const moodle::UsersBy& way : moodle::all_users_by()) {
                used = used || function == way.function;
            }
        }
        if (used) list += (list.empty() ? "" : ",") + std::string(entity.name);
    }
    return list;
}

// A text that outlives shield(): C++ makes it, PostgreSQL owns it.
template <class Body>
char* kept_text(Body&& body) {
    char* made = nullptr;
    pg::shield([&](pg::Report&) { made = strdup(body().c_str()); });
    char* kept = pstrdup(made);
    free(made);
    return kept;
}

// "one,two" → {one,two}.
Datum text_array(char* list) {
    Datum items[64];
    int count = 0;
    for (char* at = list; *at != '\0' && count < 64;) {
        char* comma = strchr(at, ',');
        if (comma != nullptr) *comma = '\0';
        items[count++] = CStringGetTextDatum(at);
        at = comma != nullptr ? comma + 1 : at + strlen(at);
    }
    return PointerGetDatum(construct_array(items, count, TEXTOID, -1, false, TYPALIGN_INT));
}

void store_function(ReturnSetInfo* result, const moodle::KnownFunction& function, bool reads) {
    Datum values[6];
    bool nulls[6] = {};
    values[0] = CStringGetTextDatum(kept_text([&] { return std::string(function.name); }));
    values[1] = BoolGetDatum(reads);
    values[2] = BoolGetDatum(function.deprecated);
    values[3] = CStringGetTextDatum(kept_text([&] { return arguments_text(function.name); }));
    values[4] = text_array(kept_text([&] { return std::string(function.capabilities); }));
    values[5] = text_array(kept_text([&] { return used_by(function.name); }));
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

}  // namespace

extern "C" {

PGDLLEXPORT Datum moodle_fdw_known_functions(PG_FUNCTION_ARGS) {
    moodle_init_set(fcinfo);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    for (const moodle::KnownFunction& function : moodle::known_reads()) {
        store_function(result, function, true);
    }
    for (const moodle::KnownFunction& function : moodle::known_writes()) {
        store_function(result, function, false);
    }
    return Datum{0};
}

PGDLLEXPORT Datum moodle_fdw_may_call(PG_FUNCTION_ARGS) {
    const char* name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    bool may = false;
    pg::shield([&](pg::Report&) { may = moodle::is_read_function(name); });
    PG_RETURN_BOOL(may);
}

PGDLLEXPORT Datum moodle_fdw_catalogue_release(PG_FUNCTION_ARGS) {
    (void)fcinfo;
    PG_RETURN_DATUM(
        CStringGetTextDatum(kept_text([] { return std::string(moodle::catalogue_release()); })));
}
}
