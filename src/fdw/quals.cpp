#include "fdw/quals.h"

#include "pg/guard.h"

extern "C" {
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "mb/pg_wchar.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
}

namespace moodle_fdw::fdw {

namespace {

// Longer lists are found by listing; it also bounds what one statement makes a site do.
constexpr int kMostValues = 10000;

Expr* without_relabel(Expr* expression) {
    while (expression != nullptr && IsA(expression, RelabelType)) {
        expression = reinterpret_cast<RelabelType*>(expression)->arg;
    }
    return expression;
}

int column_of_var(Expr* expression, Index relid, const TableDefinition& definition) {
    expression = without_relabel(expression);
    if (expression == nullptr || !IsA(expression, Var)) return -1;
    auto* var = reinterpret_cast<Var*>(expression);
    if (static_cast<Index>(var->varno) != relid || var->varlevelsup != 0) return -1;
    for (size_t i = 0; i < definition.attributes.size(); i++) {
        if (definition.attributes[i] == var->varattno) return static_cast<int>(i);
    }
    return -1;
}

bool is_free_of(PlannerInfo* root, Expr* expression, Index relid) {
    auto* node = reinterpret_cast<Node*>(expression);
    if (contain_volatile_functions(node)) return false;
    Bitmapset* relids = moodle_pull_varnos(root, node);
    return !bms_is_member(static_cast<int>(relid), relids);
}

// The operator's name if it is one of PostgreSQL's own, else "".
const char* builtin_operator(Oid oid) {
    HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
    if (!HeapTupleIsValid(tuple)) return "";
    auto* form = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
    const char* name =
        form->oprnamespace == PG_CATALOG_NAMESPACE ? pstrdup(NameStr(form->oprname)) : "";
    ReleaseSysCache(tuple);
    return name;
}

bool shape_of(const char* name, bool any, PushedQual::Shape& shape) {
    if (strcmp(name, "=") == 0) {
        shape = any ? PushedQual::AnyOf : PushedQual::Equal;
        return true;
    }
    if (any) return false;
    if (strcmp(name, "~~") == 0) {
        shape = PushedQual::Like;
        return true;
    }
    if (strcmp(name, "~~*") == 0) {
        shape = PushedQual::ILike;
        return true;
    }
    // Bounds are sent as wide as they may be: what is too much is taken out here.
    if (strcmp(name, ">=") == 0 || strcmp(name, ">") == 0) {
        shape = PushedQual::AtLeast;
        return true;
    }
    if (strcmp(name, "<=") == 0 || strcmp(name, "<") == 0) {
        shape = PushedQual::AtMost;
        return true;
    }
    return false;
}

// What the condition says of its right side's column.
bool turned_round(PushedQual::Shape& shape) {
    switch (shape) {
        case PushedQual::Equal:
            return true;
        case PushedQual::AtLeast:
            shape = PushedQual::AtMost;
            return true;
        case PushedQual::AtMost:
            shape = PushedQual::AtLeast;
            return true;
        default:
            return false;
    }
}

moodle::Restriction::Kind kind_of(PushedQual::Shape shape) {
    switch (shape) {
        case PushedQual::Equal:
        case PushedQual::AnyOf:
            return moodle::Restriction::Kind::AnyOf;
        case PushedQual::Like:
        case PushedQual::ILike:
            return moodle::Restriction::Kind::Prefix;
        case PushedQual::AtLeast:
            return moodle::Restriction::Kind::AtLeast;
        case PushedQual::AtMost:
            return moodle::Restriction::Kind::AtMost;
    }
    return moodle::Restriction::Kind::AnyOf;
}

bool is_pushable(const TableDefinition& definition, const PushedQual& qual) {
    const moodle::Restriction::Kind kind = kind_of(qual.shape);
    bool pushable = false;
    pg::shield([&](pg::Report&) {
        const moodle::Column& column = definition.table.columns[qual.column];
        const bool bound = qual.shape == PushedQual::AtLeast || qual.shape == PushedQual::AtMost;
        pushable = (column.path == "@instance" && !bound) ||
                   moodle::can_push(definition.table, column.name, kind);
    });
    return pushable;
}

// Seconds since 1970 with six digits behind the point; of infinity nothing that Moodle could read.
char* moment_text(TimestampTz moment) {
    constexpr int64 kShift = int64{POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE} * SECS_PER_DAY;
    int64 seconds = moment / USECS_PER_SEC;
    int64 fraction = moment % USECS_PER_SEC;
    if (fraction < 0) {
        seconds--;
        fraction += USECS_PER_SEC;
    }
    seconds += kShift;
    return psprintf(INT64_FORMAT ".%06d", seconds, static_cast<int>(fraction));
}

// A day or a moment without zone begins where the session says it does.
char* text_of(Datum value, Oid type) {
    if (type == DATEOID || type == TIMESTAMPOID) {
        value =
            DirectFunctionCall1(type == DATEOID ? date_timestamptz : timestamp_timestamptz, value);
        type = TIMESTAMPTZOID;
    }
    if (type == TIMESTAMPTZOID && !TIMESTAMP_NOT_FINITE(DatumGetTimestampTz(value))) {
        return moment_text(DatumGetTimestampTz(value));
    }
    Oid output = InvalidOid;
    bool varlena = false;
    getTypeOutputInfo(type, &output, &varlena);
    char* text = OidOutputFunctionCall(output, value);
    return pg_server_to_any(text, static_cast<int>(strlen(text)), PG_UTF8);
}

// The literal beginning of a LIKE pattern: "a\%b%c" → "a%b".
char* literal_prefix(const char* pattern) {
    char* prefix = static_cast<char*>(palloc(strlen(pattern) + 1));
    size_t length = 0;
    for (const char* at = pattern; *at != '\0' && *at != '%' && *at != '_'; at++) {
        if (*at == '\\') {
            at++;
            if (*at == '\0') break;
        }
        prefix[length++] = *at;
    }
    prefix[length] = '\0';
    return prefix;
}

bool is_ascii(const char* text) {
    for (; *text != '\0'; text++) {
        if ((*text & 0x80) != 0) return false;
    }
    return true;
}

void list_values(Datum value, Oid array_type, QualValues& values) {
    const Oid element = get_element_type(array_type);
    int16 length = 0;
    bool by_value = false;
    char align = 0;
    get_typlenbyvalalign(element, &length, &by_value, &align);
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(value), element, length, by_value, align, &elements,
                      &nulls, &count);
    values.usable = count <= kMostValues;
    if (!values.usable) return;
    values.texts = static_cast<const char**>(palloc(sizeof(char*) * (count + 1)));
    for (int i = 0; i < count; i++) {
        if (!nulls[i]) values.texts[values.count++] = text_of(elements[i], element);
    }
}

// PostgreSQL writes "flag = true" as "flag", and "flag = false" as "NOT flag".
bool extract_flag(Expr* clause, Index relid, const TableDefinition& definition, PushedQual& qual) {
    bool wanted = true;
    if (IsA(clause, BoolExpr)) {
        auto* expression = reinterpret_cast<BoolExpr*>(clause);
        if (expression->boolop != NOT_EXPR) return false;
        wanted = false;
        clause = static_cast<Expr*>(linitial(expression->args));
    } else if (IsA(clause, BooleanTest)) {
        auto* test = reinterpret_cast<BooleanTest*>(clause);
        if (test->booltesttype != IS_TRUE && test->booltesttype != IS_FALSE) return false;
        wanted = test->booltesttype == IS_TRUE;
        clause = test->arg;
    }
    qual.column = column_of_var(clause, relid, definition);
    if (qual.column < 0 || exprType(reinterpret_cast<Node*>(clause)) != BOOLOID) return false;
    qual.shape = PushedQual::Equal;
    qual.value = reinterpret_cast<Expr*>(makeBoolConst(wanted, false));
    return is_pushable(definition, qual);
}

}  // namespace

bool extract_qual(PlannerInfo* root, Expr* clause, Index relid, const TableDefinition& definition,
                  PushedQual& qual) {
    if (IsA(clause, Var) || IsA(clause, BoolExpr) || IsA(clause, BooleanTest)) {
        return extract_flag(clause, relid, definition, qual);
    }
    Oid operator_oid = InvalidOid;
    List* arguments = NIL;
    bool any = false;
    if (IsA(clause, OpExpr)) {
        auto* expression = reinterpret_cast<OpExpr*>(clause);
        operator_oid = expression->opno;
        arguments = expression->args;
    } else if (IsA(clause, ScalarArrayOpExpr)) {
        auto* expression = reinterpret_cast<ScalarArrayOpExpr*>(clause);
        if (!expression->useOr) return false;
        operator_oid = expression->opno;
        arguments = expression->args;
        any = true;
    }
    if (list_length(arguments) != 2) return false;
    if (!shape_of(builtin_operator(operator_oid), any, qual.shape)) return false;
    auto* left = static_cast<Expr*>(linitial(arguments));
    auto* right = static_cast<Expr*>(lsecond(arguments));
    qual.column = column_of_var(left, relid, definition);
    qual.value = right;
    if (qual.column < 0 && turned_round(qual.shape)) {
        qual.column = column_of_var(right, relid, definition);
        qual.value = left;
    }
    return qual.column >= 0 && is_free_of(root, qual.value, relid) && is_pushable(definition, qual);
}

int joinable_column(PlannerInfo* root, Expr* clause, Index relid,
                    const TableDefinition& definition) {
    PushedQual qual;
    return extract_qual(root, clause, relid, definition, qual) ? qual.column : -1;
}

QualValues values_of(const PushedQual& qual, Datum value, bool isnull) {
    QualValues values = {qual.column, kind_of(qual.shape), true, 0, nullptr};
    if (isnull) return values;  // nothing equals NULL, nothing is like it
    const Oid type = exprType(reinterpret_cast<Node*>(qual.value));
    if (qual.shape == PushedQual::AnyOf) {
        list_values(value, type, values);
        return values;
    }
    const char* text = text_of(value, type);
    if (values.kind == moodle::Restriction::Kind::Prefix) {
        text = literal_prefix(text);
        // Which letters match regardless of case beyond ASCII is each database's own affair.
        values.usable = text[0] != '\0' && (qual.shape == PushedQual::Like || is_ascii(text));
    }
    values.texts = static_cast<const char**>(palloc(sizeof(char*)));
    values.texts[0] = text;
    values.count = 1;
    return values;
}

}  // namespace moodle_fdw::fdw
