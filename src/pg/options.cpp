#include <cmath>
#include <cstring>
#include <string>

#include "moodle/decoder.h"
#include "moodle/entity.h"
#include "moodle/quiet_hours.h"
#include "moodle/read_functions.h"
#include "moodle/request.h"
#include "moodle/rows.h"
#include "net/url.h"
#include "pg/guard.h"
#include "pg/options.h"
#include "pg/quiet_hours.h"

extern "C" {
#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_foreign_data_wrapper.h"
}

namespace moodle_fdw::pg {

namespace {

enum class Kind {
    Text,
    Url,
    Duration,
    Count,
    Rate,
    Size,
    Flag,
    Choice,
    Function,
    Rows,
    Json,
    Path,
    Hours
};
// What lets a user reach files of the server or weaken TLS is not for everyone.
enum class Privilege { Anyone, ReadServerFiles, Superuser };

struct Option {
    const char* name;
    Oid catalog;
    Kind kind;
    double least = 0;
    double most = 0;
    const char* choices = nullptr;  // "a|b|c"
    Privilege privilege = Privilege::Anyone;
};

constexpr double kHour = 3600.0 * 1000;
constexpr double kTebibyte = 1024.0 * 1024 * 1024 * 1024;
constexpr const char* kUsersBy = "everyone|email|lastname|firstname|participants|report:ID";

const Option kOptions[] = {
    {"url", ForeignServerRelationId, Kind::Url},
    {"connect_timeout", ForeignServerRelationId, Kind::Duration, 1, kHour},
    {"stall_timeout", ForeignServerRelationId, Kind::Duration, 1, 24 * kHour},
    {"request_timeout", ForeignServerRelationId, Kind::Duration, 1, 24 * kHour},
    {"max_connections", ForeignServerRelationId, Kind::Count, 1, 256},
    {"requests_per_second", ForeignServerRelationId, Kind::Rate, 0.001, 10000},
    {"adaptive_concurrency", ForeignServerRelationId, Kind::Flag},
    {"quiet_hours", ForeignServerRelationId, Kind::Hours},
    {"retries", ForeignServerRelationId, Kind::Count, 0, 100},
    {"retry_max_delay", ForeignServerRelationId, Kind::Duration, 1, kHour},
    {"max_response_size", ForeignServerRelationId, Kind::Size, 1024, kTebibyte},
    {"on_unit_error", ForeignServerRelationId, Kind::Choice, 0, 0, "fail|skip"},
    {"users_by", ForeignServerRelationId, Kind::Choice, 0, 0, kUsersBy},
    {"cache_ttl", ForeignServerRelationId, Kind::Duration, 0, 24 * kHour},
    {"ca_file", ForeignServerRelationId, Kind::Text, 0, 0, nullptr, Privilege::ReadServerFiles},
    {"verify_tls", ForeignServerRelationId, Kind::Flag, 0, 0, nullptr, Privilege::Superuser},
    {"proxy", ForeignServerRelationId, Kind::Text, 0, 0, nullptr, Privilege::Superuser},
    {"http_version", ForeignServerRelationId, Kind::Choice, 0, 0, "auto|1.1|2"},
    {"compression", ForeignServerRelationId, Kind::Flag},
    {"entity", ForeignTableRelationId, Kind::Text},
    {"wsfunction", ForeignTableRelationId, Kind::Function},
    {"rows", ForeignTableRelationId, Kind::Rows},
    {"params", ForeignTableRelationId, Kind::Json},
    {"fan_out", ForeignTableRelationId, Kind::Choice, 0, 0, "courses|users|enrolments"},
    {"on_unit_error", ForeignTableRelationId, Kind::Choice, 0, 0, "fail|skip"},
    {"users_by", ForeignTableRelationId, Kind::Choice, 0, 0, kUsersBy},
    {"cache_ttl", ForeignTableRelationId, Kind::Duration, 0, 24 * kHour},
    {"path", AttributeRelationId, Kind::Path},
    {"param", AttributeRelationId, Kind::Text},
    {"type", AttributeRelationId, Kind::Choice, 0, 0, "epoch|bool01|md5"},
    {"without", AttributeRelationId, Kind::Text},
    {"token", UserMappingRelationId, Kind::Text},
};

const char* catalog_noun(Oid catalog) {
    switch (catalog) {
        case ForeignServerRelationId:
            return "server";
        case ForeignTableRelationId:
            return "foreign table";
        case AttributeRelationId:
            return "column";
        case UserMappingRelationId:
            return "user mapping";
        default:
            return "foreign data wrapper";
    }
}

const Option* find(const char* name, Oid catalog) {
    for (const Option& option : kOptions) {
        if (option.catalog == catalog && strcmp(option.name, name) == 0) return &option;
    }
    return nullptr;
}

// The refused statement may hold a token: then it is not logged.
int hide_statement_of(Oid catalog) {
    return catalog == UserMappingRelationId ? errhidestmt(true) : 0;
}

[[noreturn]] void refuse_unknown(const char* name, Oid catalog) {
    if (strcmp(name, "token") == 0) {
        ereport(ERROR,
                (errhidestmt(true), errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                 errmsg("a token does not belong in the options of a %s", catalog_noun(catalog)),
                 errhint("Everyone can read those. Give it to CREATE USER MAPPING … OPTIONS "
                         "(token '…').")));
    }
    StringInfoData valid;
    initStringInfo(&valid);
    for (const Option& option : kOptions) {
        if (option.catalog != catalog) continue;
        appendStringInfo(&valid, "%s%s", valid.len > 0 ? ", " : "", option.name);
    }
    ereport(ERROR, (hide_statement_of(catalog), errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                    errmsg("invalid option \"%s\"", name),
                    valid.len > 0 ? errhint("Valid options of a %s are: %s.", catalog_noun(catalog),
                                            valid.data)
                                  : errhint("A %s has no options here.", catalog_noun(catalog))));
    pg_unreachable();
}

[[noreturn]] void refuse_value(const Option& option, const char* what, const char* hint) {
    ereport(ERROR, (hide_statement_of(option.catalog), errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
                    errmsg("invalid value for option \"%s\": %s", option.name, what),
                    errhint("%s", hint)));
    pg_unreachable();
}

char* in_words(const Option& option, double value) {
    switch (option.kind) {
        case Kind::Duration:
            if (value >= kHour) return psprintf("%gh", value / kHour);
            return psprintf("%gms", value);
        case Kind::Size:
            return value >= kTebibyte ? psprintf("%gTB", value / kTebibyte)
                                      : psprintf("%gkB", value / 1024);
        default:
            return psprintf("%g", value);
    }
}

const char* unit_advice(Kind kind) {
    switch (kind) {
        case Kind::Duration:
            return ", a number of ms or with a unit (ms, s, min, h)";
        case Kind::Size:
            return ", a number of bytes or with a unit (kB, MB, GB, TB)";
        case Kind::Count:
            return ", a whole number";
        default:
            return "";
    }
}

int guc_unit(Kind kind) {
    if (kind == Kind::Duration) return GUC_UNIT_MS;
    return kind == Kind::Size ? GUC_UNIT_BYTE : 0;
}

void check_number(const Option& option, const char* value) {
    double number = 0;
    const char* ignored = nullptr;
    const bool parsed = parse_real(value, &number, guc_unit(option.kind), &ignored);
    const bool whole = option.kind != Kind::Count || number == std::floor(number);
    if (parsed && whole && number >= option.least && number <= option.most) return;
    refuse_value(option, psprintf("\"%s\"", value),
                 psprintf("It ranges from %s to %s%s.", in_words(option, option.least),
                          in_words(option, option.most), unit_advice(option.kind)));
}

// "report:ID" stands for report:7 and the like.
bool is_pattern(const char* choice, size_t size) {
    return size > 3 && strncmp(choice + size - 3, ":ID", 3) == 0;
}

bool fits_pattern(const char* choice, size_t size, const char* value) {
    const size_t stem = size - 2;
    if (strncmp(choice, value, stem) != 0) return false;
    const char* id = value + stem;
    return *id >= '1' && *id <= '9' && strspn(id, "0123456789") == strlen(id) && strlen(id) <= 18;
}

void check_choice(const Option& option, const char* value) {
    const size_t length = strlen(value);
    for (const char* at = option.choices; at != nullptr;) {
        const char* bar = strchr(at, '|');
        const size_t size = bar != nullptr ? static_cast<size_t>(bar - at) : strlen(at);
        if (size == length && strncmp(at, value, size) == 0 && !is_pattern(at, size)) return;
        if (is_pattern(at, size) && fits_pattern(at, size, value)) return;
        at = bar != nullptr ? bar + 1 : nullptr;
    }
    StringInfoData valid;
    initStringInfo(&valid);
    for (const char* at = option.choices; at != nullptr && *at != '\0'; at++) {
        if (*at == '|') {
            appendStringInfoString(&valid, ", ");
        } else {
            appendStringInfoChar(&valid, *at);
        }
    }
    refuse_value(option, psprintf("\"%s\"", value), psprintf("Valid values are: %s.", valid.data));
}

// Checks that pure C++ makes; its sentence becomes the message.
void check_meaning(const Option& option, const char* value) {
    const char* hint = "";
    shield([&](Report& report) {
        std::string problem;
        switch (option.kind) {
            case Kind::Url: {
                net::BaseUrl url;
                if (net::parse_base_url(value, url, problem)) return;
                hint = "Give the address of the site as in the browser: https://ead.example.edu.";
                break;
            }
            case Kind::Rows: {
                moodle::RowsPath path;
                if (moodle::RowsPath::parse(value, path, problem)) return;
                hint =
                    "Write the way to the rows as \"/users/*\", \"/*\", or \"\" for the whole "
                    "answer.";
                break;
            }
            case Kind::Path: {
                moodle::ColumnPath path;
                if (value[0] == '=' || value[0] == '@') return;
                if (moodle::ColumnPath::parse(value, path, problem)) return;
                hint = "Write it as \"id\", \"grade/raw\" or \"../userid\".";
                break;
            }
            case Kind::Json: {
                moodle::Arguments arguments;
                if (moodle::arguments_from_json(value, arguments, problem)) return;
                hint = "Write the arguments as a JSON object: {\"courseid\": 14}.";
                break;
            }
            case Kind::Hours: {
                moodle::QuietHours hours;
                if (moodle::parse_quiet_hours(value, hours, problem)) return;
                hint = "For example 08:00-12:00,13:00-18:00 Europe/Berlin.";
                break;
            }
            case Kind::Function:
                if (moodle::is_read_function(value)) return;
                problem = std::string("\"") + value + "\" is not a read function";
                hint =
                    "Only functions that read are called; see the site's API documentation "
                    "under Site administration > Server > Web services.";
                break;
            default:
                return;
        }
        report.fill("HV024",
                    std::string("invalid value for option \"") + option.name + "\": " + problem, {},
                    hint);
    });
}

void check_privilege(const Option& option) {
    if (option.privilege == Privilege::Anyone || superuser()) return;
    if (option.privilege == Privilege::ReadServerFiles &&
        has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES)) {
        return;
    }
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("permission denied to set option \"%s\"", option.name),
                    option.privilege == Privilege::Superuser
                        ? errhint("Only a superuser may set it.")
                        : errhint("Only a superuser or a member of pg_read_server_files may set "
                                  "it.")));
}

void check_value(const Option& option, DefElem* def) {
    const char* value = defGetString(def);
    check_privilege(option);
    switch (option.kind) {
        case Kind::Duration:
        case Kind::Count:
        case Kind::Rate:
        case Kind::Size:
            check_number(option, value);
            break;
        case Kind::Flag: {
            bool flag = false;
            if (!parse_bool(value, &flag)) {
                refuse_value(option, psprintf("\"%s\"", value), "Valid values are: true, false.");
            }
            break;
        }
        case Kind::Choice:
            check_choice(option, value);
            break;
        case Kind::Text:
            // The value stays out of the message: it may be a secret.
            if (value[0] == '\0')
                refuse_value(option, "it is empty", "Leave the option out instead.");
            if (strpbrk(value, "\r\n\t ") != nullptr && strcmp(option.name, "token") == 0) {
                refuse_value(option, "it holds white space",
                             "A token is 32 letters and digits, as Moodle shows it once under "
                             "Site administration > Server > Web services > Manage tokens.");
            }
            break;
        default:
            check_meaning(option, value);
            if (option.kind == Kind::Hours) check_quiet_zone(value);
            break;
    }
}

void check_entity(const char* name) {
    if (moodle::find_entity(name) != nullptr) return;
    StringInfoData valid;
    initStringInfo(&valid);
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        appendStringInfo(&valid, "%s%s", valid.len > 0 ? ", " : "", entity.name);
    }
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
                    errmsg("invalid value for option \"entity\": \"%s\"", name),
                    errhint("Valid values are: %s.", valid.data)));
}

void check_together(List* options, Oid catalog) {
    if (catalog == ForeignServerRelationId && find_option(options, "url") == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
                        errmsg("a moodle_fdw server needs option \"url\""),
                        errhint("CREATE SERVER … OPTIONS (url 'https://ead.example.edu').")));
    }
    if (catalog == UserMappingRelationId && find_option(options, "token") == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
                        errmsg("a moodle_fdw user mapping needs option \"token\""),
                        errhint("A Moodle administrator makes one under Site administration > "
                                "Server > Web services > Manage tokens.")));
    }
    if (catalog != ForeignTableRelationId) return;
    const char* entity = find_option(options, "entity");
    const char* function = find_option(options, "wsfunction");
    if ((entity == nullptr) == (function == nullptr)) {
        ereport(ERROR,
                (errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
                 errmsg("a moodle_fdw table needs either option \"entity\" or \"wsfunction\""),
                 errhint("OPTIONS (entity 'users'), or OPTIONS (wsfunction "
                         "'core_course_get_courses', rows '/*').")));
    }
    if (entity != nullptr) check_entity(entity);
    for (const char* only : {"rows", "params", "fan_out"}) {
        if (entity != nullptr && find_option(options, only) != nullptr) {
            ereport(ERROR,
                    (errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                     errmsg("option \"%s\" goes with \"wsfunction\", not with \"entity\"", only)));
        }
    }
}

}  // namespace

const char* find_option(List* options, const char* name) {
    ListCell* cell = nullptr;
    foreach (cell, options) {
        auto* def = static_cast<DefElem*>(lfirst(cell));
        if (strcmp(def->defname, name) == 0) return defGetString(def);
    }
    return nullptr;
}

double option_number(List* options, const char* name, double otherwise) {
    const char* value = find_option(options, name);
    if (value == nullptr) return otherwise;
    double number = otherwise;
    const char* ignored = nullptr;
    Kind kind = Kind::Count;
    for (const Option& option : kOptions) {
        if (strcmp(option.name, name) == 0) kind = option.kind;
    }
    return parse_real(value, &number, guc_unit(kind), &ignored) ? number : otherwise;
}

bool option_flag(List* options, const char* name, bool otherwise) {
    const char* value = find_option(options, name);
    bool flag = otherwise;
    return value != nullptr && parse_bool(value, &flag) ? flag : otherwise;
}

void validate_options(List* options, Oid catalog) {
    ListCell* cell = nullptr;
    foreach (cell, options) {
        auto* def = static_cast<DefElem*>(lfirst(cell));
        const Option* option = find(def->defname, catalog);
        if (option == nullptr) refuse_unknown(def->defname, catalog);
        check_value(*option, def);
    }
    check_together(options, catalog);
}

}  // namespace moodle_fdw::pg
