// IMPORT FOREIGN SCHEMA moodle: a foreign table for each entity, and for any function that reads.
#include <cstdlib>
#include <set>

#include "fdw/callbacks.h"
#include "moodle/catalogue_table.h"
#include "moodle/entity.h"
#include "moodle/read_functions.h"
#include "pg/guard.h"
#include "pg/memory.h"

extern "C" {
#include "mb/pg_wchar.h"
}

namespace moodle_fdw::fdw {

namespace {

// What the statement asks for, as far as it is not in LIMIT TO or EXCEPT.
struct ImportOptions {
    bool all_functions = false;
    moodle::Nested nested = moodle::Nested::Jsonb;
};

// The tables of functions that were chosen; owned by the statement's memory context.
struct FunctionTables {
    std::vector<std::string> names;
    std::vector<std::string> statements;
    std::vector<std::string> notices;
};

char* create_entity(const moodle::EntityDef& entity, const char* server) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE FOREIGN TABLE %s (", quote_identifier(entity.name));
    const char* between = "";
    for (const moodle::ColumnDef& column : entity.columns) {
        appendStringInfo(&text, "%s\n  %s %s", between, quote_identifier(column.name),
                         moodle::sql_type_name(column.type));
        between = ",";
    }
    appendStringInfo(&text, "\n) SERVER %s OPTIONS (entity %s)", quote_identifier(server),
                     quote_literal_cstr(entity.name));
    return text.data;
}

bool is_listed(List* tables, const char* name) {
    ListCell* cell = nullptr;
    foreach (cell, tables) {
        if (strcmp(static_cast<RangeVar*>(lfirst(cell))->relname, name) == 0) return true;
    }
    return false;
}

bool read_choice(DefElem* option, const char* one, const char* other) {
    const char* value = defGetString(option);
    if (strcmp(value, one) == 0) return false;
    if (strcmp(value, other) == 0) return true;
    ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
                    errmsg("invalid value for option \"%s\": \"%s\"", option->defname, value),
                    errhint("Valid values are: %s, %s.", one, other)));
    pg_unreachable();
}

ImportOptions read_options(List* options) {
    ImportOptions read;
    ListCell* cell = nullptr;
    foreach (cell, options) {
        auto* option = static_cast<DefElem*>(lfirst(cell));
        if (strcmp(option->defname, "functions") == 0) {
            read.all_functions = read_choice(option, "listed", "all");
        } else if (strcmp(option->defname, "nested") == 0) {
            read.nested = read_choice(option, "jsonb", "tables") ? moodle::Nested::Tables
                                                                 : moodle::Nested::Jsonb;
        } else {
            ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                            errmsg("invalid option \"%s\"", option->defname),
                            errhint("Valid options of IMPORT FOREIGN SCHEMA are: functions, "
                                    "nested.")));
        }
    }
    return read;
}

std::string table_name(const moodle::KnownFunction& function) {
    return std::string(function.name.substr(0, moodle::kMaxNameBytes));
}

std::string entity_names() {
    std::string names;
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        names += (names.empty() ? "" : ", ") + std::string(entity.name);
    }
    return names;
}

std::string advice_on(const std::string& name) {
    std::vector<std::string_view> known;
    for (const moodle::EntityDef& entity : moodle::all_entities()) known.push_back(entity.name);
    for (const moodle::KnownFunction& one : moodle::known_reads()) known.push_back(one.name);
    std::string alike;
    for (const std::string& one : moodle::similar_names(name, known)) {
        alike += (alike.empty() ? "" : ", ") + one;
    }
    if (!alike.empty()) return "Did you mean: " + alike + "?";
    if (name.find('_') != std::string::npos && moodle::is_read_function(name)) {
        return "What is not of Moodle's own catalogue becomes a table by CREATE FOREIGN TABLE … "
               "OPTIONS (wsfunction '" +
               name + "', rows '/*').";
    }
    return "The entities are: " + entity_names() +
           ". SELECT function FROM moodle_fdw.catalogue lists the functions.";
}

void refuse_name(const std::string& name, pg::Report& report) {
    if (moodle::find_known_write(name) != nullptr) {
        report.fill("HV00R", "\"" + name + "\" is a function that writes", {},
                    "Only functions that read become tables.");
    } else {
        report.fill("HV00R", "there is no moodle entity or known function \"" + name + "\"", {},
                    advice_on(name));
    }
}

void add_table(const moodle::ImportedTable& table, const char* server, FunctionTables& tables) {
    tables.names.push_back(table.name);
    tables.statements.push_back(moodle::create_statement(table, server));
}

void add_function(const moodle::KnownFunction& function, const ImportOptions& options,
                  const char* server, FunctionTables& tables) {
    for (const moodle::ImportedTable& table : moodle::tables_of(function, options.nested)) {
        add_table(table, server, tables);
    }
    const moodle::PageBound bound = moodle::page_bound_of(function);
    if (bound.argument.empty()) return;
    tables.notices.push_back("\"" + table_name(function) + "\" shows the first " + bound.fallback +
                             " records unless " + bound.argument + " is given in WHERE");
}

// A function's own table, or one of a list below it.
bool add_named(const std::string& name, const ImportOptions& options, const char* server,
               FunctionTables& tables) {
    for (const moodle::KnownFunction& function : moodle::known_reads()) {
        if (table_name(function) == name) {
            add_function(function, options, server, tables);
            return true;
        }
    }
    if (options.nested == moodle::Nested::Jsonb) return false;
    for (const moodle::KnownFunction& function : moodle::known_reads()) {
        if (!name.starts_with(function.name)) continue;
        for (const moodle::ImportedTable& table : moodle::tables_of(function, options.nested)) {
            if (table.name != name) continue;
            add_table(table, server, tables);
            return true;
        }
    }
    return false;
}

// LIMIT TO or EXCEPT a name that does not exist would do nothing in silence.
void choose_functions(ImportForeignSchemaStmt* stmt, const ImportOptions& options,
                      const char* server, FunctionTables& tables, pg::Report& report) {
    std::set<std::string> listed;
    ListCell* cell = nullptr;
    foreach (cell, stmt->table_list) {
        listed.insert(static_cast<RangeVar*>(lfirst(cell))->relname);
    }
    FunctionTables named;
    for (const std::string& name : listed) {
        if (moodle::find_entity(name) != nullptr) continue;
        if (!add_named(name, options, server, named)) return refuse_name(name, report);
    }
    if (stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO) {
        tables = std::move(named);
        return;
    }
    if (!options.all_functions) return;
    for (const moodle::KnownFunction& function : moodle::known_reads()) {
        if (!listed.contains(table_name(function))) {
            add_function(function, options, server, tables);
        }
    }
    tables.notices.clear();  // one for each of hundreds tells nobody anything
}

// PostgreSQL drops statements whose table is not in LIMIT TO: those of lists below a function are
// in it with the function. The statement's own memory holds the names, since it may be run again.
void widen_limit(ImportForeignSchemaStmt* stmt, const FunctionTables& tables) {
    MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(stmt));
    for (const std::string& name : tables.names) {
        if (is_listed(stmt->table_list, name.c_str())) continue;
        stmt->table_list =
            lappend(stmt->table_list, makeRangeVar(nullptr, pstrdup(name.c_str()), -1));
    }
    MemoryContextSwitchTo(caller);
}

void check_schema(const ImportForeignSchemaStmt* stmt) {
    if (strcmp(stmt->remote_schema, "moodle") == 0) return;
    ereport(ERROR, (errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND),
                    errmsg("there is no remote schema \"%s\"", stmt->remote_schema),
                    errhint("The only one is moodle: IMPORT FOREIGN SCHEMA moodle FROM SERVER "
                            "%s INTO … .",
                            quote_identifier(stmt->server_name))));
}

}  // namespace

List* import_schema(ImportForeignSchemaStmt* stmt, Oid server_oid) {
    check_schema(stmt);
    const ImportOptions options = read_options(stmt->options);
    const char* server = GetForeignServer(server_oid)->servername;
    auto* tables = pg::make_owned<FunctionTables>(CurrentMemoryContext);
    pg::shield(
        [&](pg::Report& report) { choose_functions(stmt, options, server, *tables, report); });
    List* statements = NIL;
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        const bool listed = is_listed(stmt->table_list, entity.name);
        if (stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO && !listed) continue;
        if (stmt->list_type == FDW_IMPORT_SCHEMA_EXCEPT && listed) continue;
        statements = lappend(statements, create_entity(entity, server));
    }
    for (const std::string& statement : tables->statements) {
        statements = lappend(statements, pstrdup(statement.c_str()));
    }
    for (const std::string& notice : tables->notices)
        ereport(NOTICE, (errmsg("%s", notice.c_str())));
    if (stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO) widen_limit(stmt, *tables);
    return statements;
}

}  // namespace moodle_fdw::fdw
