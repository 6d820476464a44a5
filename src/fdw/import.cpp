// IMPORT FOREIGN SCHEMA moodle: a foreign table for each entity.
#include "fdw/callbacks.h"
#include "moodle/entity.h"
#include "pg/guard.h"

namespace moodle_fdw::fdw {

namespace {

char* create_statement(const moodle::EntityDef& entity, const char* server) {
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

// LIMIT TO a name that does not exist would import nothing in silence.
void check_names(ImportForeignSchemaStmt* stmt) {
    ListCell* cell = nullptr;
    foreach (cell, stmt->table_list) {
        const char* name = static_cast<RangeVar*>(lfirst(cell))->relname;
        if (moodle::find_entity(name) != nullptr) continue;
        StringInfoData known;
        initStringInfo(&known);
        for (const moodle::EntityDef& entity : moodle::all_entities()) {
            appendStringInfo(&known, "%s%s", known.len > 0 ? ", " : "", entity.name);
        }
        ereport(ERROR, (errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
                        errmsg("there is no moodle entity \"%s\"", name),
                        errhint("The entities are: %s.", known.data)));
    }
}

}  // namespace

List* import_schema(ImportForeignSchemaStmt* stmt, Oid server_oid) {
    if (strcmp(stmt->remote_schema, "moodle") != 0) {
        ereport(ERROR, (errcode(ERRCODE_FDW_SCHEMA_NOT_FOUND),
                        errmsg("there is no remote schema \"%s\"", stmt->remote_schema),
                        errhint("The only one is moodle: IMPORT FOREIGN SCHEMA moodle FROM SERVER "
                                "%s INTO … .",
                                quote_identifier(stmt->server_name))));
    }
    if (stmt->options != NIL) {
        auto* option = static_cast<DefElem*>(linitial(stmt->options));
        ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
                        errmsg("invalid option \"%s\"", option->defname),
                        errhint("IMPORT FOREIGN SCHEMA takes no options here.")));
    }
    if (stmt->list_type != FDW_IMPORT_SCHEMA_ALL) check_names(stmt);
    const char* server = GetForeignServer(server_oid)->servername;
    List* statements = NIL;
    for (const moodle::EntityDef& entity : moodle::all_entities()) {
        const bool listed = is_listed(stmt->table_list, entity.name);
        if (stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO && !listed) continue;
        if (stmt->list_type == FDW_IMPORT_SCHEMA_EXCEPT && listed) continue;
        statements = lappend(statements, create_statement(entity, server));
    }
    return statements;
}

}  // namespace moodle_fdw::fdw
