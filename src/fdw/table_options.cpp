#include "fdw/table_options.h"

#include <string>

#include "moodle/read_functions.h"
#include "moodle/units.h"
#include "pg/guard.h"
#include "pg/memory.h"
#include "pg/options.h"

extern "C" {
#include "access/reloptions.h"
#include "utils/catcache.h"
}

namespace moodle_fdw::fdw {

namespace {

// The definition in plain memory, as far as PostgreSQL must be asked for it.
struct RawColumn {
    const char* name;
    int attribute;
    Oid type;
    const char* path;
    const char* param;
    const char* kind;
    const char* without;
};

struct RawTable {
    const char* entity;
    const char* function;
    const char* rows;
    const char* params;
    const char* fan_out;
    const char* users_by;
    const char* relation;
    const char* instance;
    RawColumn* columns;
    int column_count;
};

// The options of all columns at once, by attribute number less one: a union over fifty sites reads
// those of thousands, and a look-up of each takes longer than the rest of planning.
List** column_options(Oid relation_oid, int width) {
    auto** options = static_cast<List**>(palloc0(sizeof(List*) * (width + 1)));
    CatCList* attributes = SearchSysCacheList1(ATTNUM, ObjectIdGetDatum(relation_oid));
    for (int i = 0; i < attributes->n_members; i++) {
        HeapTuple tuple = &attributes->members[i]->tuple;
        auto* form = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple));
        if (form->attnum < 1 || form->attnum > width) continue;
        bool isnull = true;
        const Datum stored =
            SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attfdwoptions, &isnull);
        if (!isnull) options[form->attnum - 1] = untransformRelOptions(stored);
    }
    ReleaseSysCacheList(attributes);
    return options;
}

void read_columns(Oid relation_oid, RawTable& raw) {
    Relation relation = RelationIdGetRelation(relation_oid);
    TupleDesc descriptor = RelationGetDescr(relation);
    List** all_options = column_options(relation_oid, descriptor->natts);
    raw.columns = static_cast<RawColumn*>(palloc0(sizeof(RawColumn) * (descriptor->natts + 1)));
    for (int i = 0; i < descriptor->natts; i++) {
        Form_pg_attribute attribute = TupleDescAttr(descriptor, i);
        if (attribute->attisdropped) continue;
        List* options = all_options[i];
        RawColumn& column = raw.columns[raw.column_count++];
        column.name = pstrdup(NameStr(attribute->attname));
        column.attribute = attribute->attnum;
        column.type = attribute->atttypid;
        column.path = pg::find_option(options, "path");
        column.param = pg::find_option(options, "param");
        column.kind = pg::find_option(options, "type");
        column.without = pg::find_option(options, "without");
    }
    raw.relation = pstrdup(RelationGetRelationName(relation));
    RelationClose(relation);
}

moodle::ColumnType natural_type(Oid type) {
    switch (type) {
        case INT2OID:
        case INT4OID:
        case INT8OID:
            return moodle::ColumnType::Bigint;
        case FLOAT4OID:
        case FLOAT8OID:
        case NUMERICOID:
            return moodle::ColumnType::Numeric;
        case BOOLOID:
            return moodle::ColumnType::Boolean;
        case TIMESTAMPTZOID:
        case TIMESTAMPOID:
        case DATEOID:
            return moodle::ColumnType::Timestamp;
        case JSONBOID:
        case JSONOID:
            return moodle::ColumnType::Jsonb;
        case TEXTARRAYOID:
            return moodle::ColumnType::TextArray;
        case INT8ARRAYOID:
            return moodle::ColumnType::BigintArray;
        default:
            return moodle::ColumnType::Text;
    }
}

moodle::FanOut fan_out_named(const char* name) {
    const std::string_view text = name != nullptr ? name : "";
    if (text == "courses") return moodle::FanOut::Courses;
    if (text == "users") return moodle::FanOut::Users;
    if (text == "enrolments") return moodle::FanOut::Enrolments;
    return moodle::FanOut::None;
}

const moodle::ColumnDef* entity_column(const moodle::EntityDef* entity, std::string_view name) {
    if (entity == nullptr) return nullptr;
    for (const moodle::ColumnDef& def : entity->columns) {
        if (name == def.name) return &def;
    }
    return nullptr;
}

// "lastaccess, profileimageurl" → its names.
std::vector<std::string> names_in(const char* list) {
    std::vector<std::string> names;
    std::string name;
    for (const char* c = list; c != nullptr; c++) {
        if (*c != ',' && *c != ' ' && *c != '\0') {
            name += *c;
            continue;
        }
        if (!name.empty()) names.push_back(std::move(name));
        name.clear();
        if (*c == '\0') break;
    }
    return names;
}

moodle::Column column_of(const RawColumn& raw, const moodle::EntityDef* entity) {
    moodle::Column column;
    column.name = raw.name;
    column.type = natural_type(raw.type);
    const moodle::ColumnDef* def = entity_column(entity, raw.name);
    if (def != nullptr && raw.path == nullptr) {
        column.path = def->path;
        if (def->argument != nullptr) column.argument = def->argument;
        if (column.type != def->type && column.type == moodle::ColumnType::Text) {
            column.type = def->type;
        }
    } else if (raw.path != nullptr) {
        column.path = raw.path;
    } else if (column.name == "instance") {
        column.path = "@instance";
    } else if (column.name == "raw") {
        column.path = "";
    } else if (raw.param != nullptr) {
        column.path = std::string("=") + raw.param;
    } else {
        column.path = raw.name;
    }
    if (raw.param != nullptr) column.argument = raw.param;
    const std::string_view kind = raw.kind != nullptr ? raw.kind : "";
    if (kind == "epoch") column.type = moodle::ColumnType::Timestamp;
    if (kind == "bool01") column.type = moodle::ColumnType::Boolean;
    if (kind == "md5") column.type = moodle::ColumnType::Md5;
    column.without = names_in(raw.without);
    return column;
}

bool lists_users(const moodle::Table& table) {
    if (table.entity == nullptr || table.entity->name == std::string_view("users")) return true;
    const moodle::UnitsDef* units = moodle::units_def(table);
    return units != nullptr && units->entity == std::string_view("users");
}

void build(const RawTable& raw, TableDefinition& definition, pg::Report& report) {
    moodle::Table& table = definition.table;
    if (raw.entity != nullptr) {
        const moodle::EntityDef* entity = moodle::find_entity(raw.entity);
        if (entity == nullptr) {
            report.fill("HV024", std::string("unknown entity \"") + raw.entity + "\"");
            return;
        }
        table = moodle::table_without_columns(*entity);
    } else {
        table.function = raw.function != nullptr ? raw.function : "";
        table.rows = raw.rows != nullptr ? raw.rows : "";
        table.fan_out = fan_out_named(raw.fan_out);
        std::string problem;
        if (raw.params != nullptr &&
            !moodle::arguments_from_json(raw.params, table.fixed, problem)) {
            report.fill("HV024", "invalid value for option \"params\": " + problem);
            return;
        }
        if (!moodle::is_read_function(table.function)) {
            report.fill("HV024", "\"" + table.function + "\" is not a read function");
            return;
        }
    }
    table.name = raw.relation;
    if (raw.users_by != nullptr && lists_users(table)) table.users_by = raw.users_by;
    definition.instance = raw.instance;
    for (int i = 0; i < raw.column_count; i++) {
        table.columns.push_back(column_of(raw.columns[i], table.entity));
        definition.attributes.push_back(raw.columns[i].attribute);
    }
    if (table.entity == nullptr) moodle::mark_required(table);
}

}  // namespace

TableDefinition* load_table(Oid relation, MemoryContext context) {
    ForeignTable* foreign = GetForeignTable(relation);
    ForeignServer* server = GetForeignServer(foreign->serverid);
    const pg::ServerSettings settings = pg::server_settings(foreign->serverid);
    RawTable raw = {};
    raw.entity = pg::find_option(foreign->options, "entity");
    raw.function = pg::find_option(foreign->options, "wsfunction");
    raw.rows = pg::find_option(foreign->options, "rows");
    raw.params = pg::find_option(foreign->options, "params");
    raw.fan_out = pg::find_option(foreign->options, "fan_out");
    raw.users_by = pg::find_option(foreign->options, "users_by");
    if (raw.users_by == nullptr) raw.users_by = settings.users_by;
    raw.instance = server->servername;
    read_columns(relation, raw);
    const char* on_error = pg::find_option(foreign->options, "on_unit_error");

    auto* definition = pg::make_owned<TableDefinition>(context);
    pg::shield([&](pg::Report& report) { build(raw, *definition, report); });
    definition->server = foreign->serverid;
    definition->cache_ttl = net::Milliseconds(static_cast<int64_t>(pg::option_number(
        foreign->options, "cache_ttl", static_cast<double>(settings.cache_ttl.count()))));
    definition->skip_failed_units =
        on_error != nullptr ? strcmp(on_error, "skip") == 0 : settings.skip_failed_units;
    return definition;
}

}  // namespace moodle_fdw::fdw
