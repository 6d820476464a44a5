#include "moodle/catalogue_table.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// Where the records are, for the answers of which the rule would choose otherwise.
struct RowsChoice {
    std::string_view function;
    std::string_view list;  // "" = the answer itself is the record
};
constexpr RowsChoice kRowsChoices[] = {
    {"core_files_get_files", "files"},
    {"core_reportbuilder_reports_get", ""},
    {"mod_lesson_get_lesson_access_information", ""},
    {"mod_lti_get_tool_launch_data", ""},
    {"mod_quiz_get_quiz_feedback_for_grade", ""},
    {"mod_scorm_get_scorms_by_courses", "scorms"},
    {"tool_mobile_get_public_config", ""},
};

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lowered;
}

bool is_list(const Shape& shape) {
    return shape.kind == Shape::Kind::List;
}

bool is_list_of_records(const Shape& shape) {
    return is_list(shape) && shape.below.front().kind == Shape::Kind::Object;
}

// Where the rows are, and the shape of one.
struct Place {
    std::string rows;
    const Shape* row;
};

Place into_list(const Place& from, const Shape& list) {
    std::string rows = from.rows;
    if (!list.name.empty()) rows += "/" + list.name;
    return {rows + "/*", &list.below.front()};
}

// The list in an object that carries the records: the only list besides what goes with any answer,
// or the only list of records.
const Shape* carrying_list(std::string_view function, const Shape& answer) {
    for (const RowsChoice& choice : kRowsChoices) {
        if (choice.function == function) return answer.member(choice.list);
    }
    const Shape* records = nullptr;
    int lists_of_records = 0;
    size_t others = 0;
    const Shape* only = nullptr;
    for (const Shape& member : answer.below) {
        if (member.name == "warnings") continue;
        others++;
        only = &member;
        if (!is_list_of_records(member)) continue;
        records = &member;
        lists_of_records++;
    }
    if (others == 1 && is_list(*only)) return only;
    return lists_of_records == 1 ? records : nullptr;
}

// An object whose one member, besides warnings, is an object: {completionstatus: {…}, warnings:
// []}.
const Shape* only_object(const Shape& answer) {
    const Shape* only = nullptr;
    for (const Shape& member : answer.below) {
        if (member.name == "warnings") continue;
        if (only != nullptr || member.kind != Shape::Kind::Object) return nullptr;
        only = &member;
    }
    return only;
}

Place place_of_rows(std::string_view function, const Shape& answer) {
    Place whole = {"", &answer};
    if (is_list(answer)) return into_list(whole, answer);
    if (answer.kind != Shape::Kind::Object) return whole;
    if (const Shape* list = carrying_list(function, answer)) return into_list(whole, *list);
    if (const Shape* object = only_object(answer)) return {"/" + object->name, object};
    return whole;
}

// Arguments and values share no name: see docs/catalogue.md.
class ColumnMaker {
  public:
    explicit ColumnMaker(ImportedTable& table) : table_(table) {}

    void add(std::string name, ColumnType type, std::string path, std::string param,
             bool whole_row) {
        if (name.size() > kMaxNameBytes) name.resize(kMaxNameBytes);
        std::string unique = name;
        for (int again = 2; !taken_.insert(unique).second; again++) {
            const std::string tail = "_" + std::to_string(again);
            unique = name.substr(0, kMaxNameBytes - tail.size()) + tail;
        }
        table_.columns.push_back({unique, type, std::move(path), std::move(param), whole_row});
    }

    void reserve(const std::string& name) { taken_.insert(name); }

  private:
    ImportedTable& table_;
    std::set<std::string> taken_;
};

// How a value is served, and so read: lists of plain values are arrays, other lists jsonb.
ColumnType column_type(const Shape& shape) {
    if (shape.kind == Shape::Kind::Value) {
        const bool moment = shape.type == ColumnType::Bigint && is_moment(shape.name);
        return moment ? ColumnType::Timestamp : shape.type;
    }
    if (is_list(shape) && shape.below.front().kind == Shape::Kind::Value) {
        if (shape.below.front().type == ColumnType::Bigint) return ColumnType::BigintArray;
        if (shape.below.front().type == ColumnType::Text) return ColumnType::TextArray;
    }
    return ColumnType::Jsonb;
}

// A value of the row, by name and path; an object's values one by one.
struct FlatValue {
    std::string name;
    std::string path;
    const Shape* shape;
};

void flatten(const Shape& object, const std::string& name, const std::string& path,
             std::vector<FlatValue>& values) {
    for (const Shape& member : object.below) {
        std::string below_name = name.empty() ? "" : name + "_";
        below_name += lower(member.name);
        std::string below_path = path.empty() ? "" : path + "/";
        below_path += member.name;
        if (member.kind == Shape::Kind::Object && !member.below.empty()) {
            flatten(member, below_name, below_path, values);
        } else {
            values.push_back({below_name, below_path, &member});
        }
    }
}

// "options[ids][]" → options_ids.
std::string argument_column(const std::string& argument) {
    std::string name;
    for (const char c : argument) {
        if (c == '[') {
            name += '_';
        } else if (c != ']') {
            name += c;
        }
    }
    if (name.ends_with('_')) name.pop_back();
    return lower(name);
}

void add_arguments(const std::vector<KnownArgument>& arguments, const std::set<std::string>& values,
                   ColumnMaker& columns) {
    for (const KnownArgument& argument : arguments) {
        std::string name = argument_column(argument.name);
        if (values.contains(name)) name.insert(0, "arg_");
        const bool moment = argument.type == ColumnType::Bigint && is_moment(argument.shape.name);
        columns.add(name, moment ? ColumnType::Timestamp : argument.type, "", argument.name, false);
    }
}

// What says which row above a row belongs to.
struct Above {
    std::string list;  // the list's name, or "record" of a nameless one
    const Shape* row;
};

// courses_id, courses_courseid: the whole numbers of the rows above that are called id or end so.
void add_ids_above(const std::vector<Above>& above, ColumnMaker& columns) {
    std::string up;
    for (size_t i = above.size(); i-- > 0;) {
        up += "../";
        if (above[i].row->kind != Shape::Kind::Object) continue;
        for (const Shape& member : above[i].row->below) {
            const bool id = member.kind == Shape::Kind::Value && member.name.ends_with("id");
            if (!id || column_type(member) == ColumnType::Timestamp) continue;
            columns.add(above[i].list + "_" + lower(member.name), member.type, up + member.name, "",
                        false);
        }
    }
}

ImportedTable make_table(const KnownFunction& function, std::string name, const Place& place,
                         const std::vector<Above>& above) {
    ImportedTable table{std::move(name), function.name, place.rows, {}};
    ColumnMaker columns(table);
    std::vector<FlatValue> values;
    const bool plain = place.row->kind != Shape::Kind::Object;
    if (plain) {
        values.push_back({"value", "", place.row});
    } else {
        flatten(*place.row, "", "", values);
    }
    std::set<std::string> value_names = {"instance", "raw"};
    for (const FlatValue& value : values) value_names.insert(value.name);
    columns.add("instance", ColumnType::Text, "", "", false);
    columns.reserve("raw");
    add_arguments(arguments_of(function.name), value_names, columns);
    add_ids_above(above, columns);
    for (FlatValue& value : values) {
        const bool fixed = value.name == "instance" || value.name == "raw";
        columns.add(fixed ? "value_" + value.name : value.name, column_type(*value.shape),
                    value.path, "", plain);
    }
    table.columns.push_back({"raw", ColumnType::Jsonb, "", "", true});
    return table;
}

// The lists of records below a row, however deep in its objects.
void collect_lists(const Shape& object, const std::string& path, std::vector<FlatValue>& lists) {
    for (const Shape& member : object.below) {
        const std::string below = path + "/" + member.name;
        if (member.kind == Shape::Kind::Object) collect_lists(member, below, lists);
        if (is_list_of_records(member)) lists.push_back({lower(member.name), below, &member});
    }
}

// Four letters that tell functions apart whose names are cut at the same place.
std::string mark_of(std::string_view text) {
    uint32_t hash = 2166136261;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    std::string mark;
    for (int i = 0; i < 4; i++) mark += "0123456789abcdef"[(hash >> (4 * i)) & 15];
    return mark;
}

// function__lists, within PostgreSQL's bound on names.
std::string name_below(std::string_view function, const std::string& lists) {
    const std::string tail = "__" + lists;
    if (function.size() + tail.size() <= kMaxNameBytes) return std::string(function) + tail;
    const std::string cut = mark_of(function) + tail;
    if (cut.size() >= kMaxNameBytes)
        return (mark_of(std::string(function) + tail) + cut).substr(0, kMaxNameBytes);
    return std::string(function.substr(0, kMaxNameBytes - cut.size())) + cut;
}

// RowsPath takes 8 steps; what is deeper stays within the jsonb of the list above it.
bool is_reachable(const std::string& rows) {
    return std::count(rows.begin(), rows.end(), '/') <= 8;
}

class NestedTables {
  public:
    NestedTables(const KnownFunction& function, std::vector<ImportedTable>& tables)
        : function_(function), tables_(tables) {}

    // The lists below a row. `lists`: the names of those that it is in itself.
    void add_below(const Place& place, const std::string& lists, const std::vector<Above>& above) {
        if (place.row->kind != Shape::Kind::Object) return;
        std::vector<FlatValue> below;
        collect_lists(*place.row, "", below);
        for (const FlatValue& list : below) add_list(place, list, lists, above);
    }

    // The lists that stand beside the records, such as what Moodle warns of.
    void add_beside(const Shape& answer, const std::string& records) {
        std::vector<FlatValue> beside;
        collect_lists(answer, "", beside);
        for (const FlatValue& list : beside) {
            if (!list.path.starts_with(records.substr(0, records.find("/*")))) {
                add_list({"", &answer}, list, "", {});
            }
        }
    }

  private:
    void add_list(const Place& from, const FlatValue& list, const std::string& lists,
                  const std::vector<Above>& above) {
        const Place rows = {from.rows + list.path + "/*", &list.shape->below.front()};
        if (!is_reachable(rows.rows)) return;
        const std::string name = (lists.empty() ? "" : lists + "_") + list.name;
        tables_.push_back(
            make_table(function_, unique(name_below(function_.name, name)), rows, above));
        std::vector<Above> deeper = above;
        deeper.push_back({name, rows.row});
        add_below(rows, name, deeper);
    }

    std::string unique(const std::string& name) const {
        std::string free = name;
        const auto is_taken = [&](const ImportedTable& one) { return one.name == free; };
        for (int again = 2; std::any_of(tables_.begin(), tables_.end(), is_taken); again++) {
            const std::string tail = "_" + std::to_string(again);
            free = name.substr(0, kMaxNameBytes - tail.size()) + tail;
        }
        return free;
    }

    const KnownFunction& function_;
    std::vector<ImportedTable>& tables_;
};

std::string quoted(std::string_view text, char quote) {
    std::string quoted(1, quote);
    for (const char c : text) quoted.append(c == quote ? 2 : 1, c);
    return quoted + quote;
}

// Only what does not follow from the column's name and type.
std::string column_options(const ImportedColumn& column) {
    if (!column.param.empty()) return " OPTIONS (param " + quoted(column.param, '\'') + ")";
    const bool by_name = column.name == "instance" || column.name == "raw";
    if (by_name || (column.path == column.name && !column.whole_row)) return "";
    return " OPTIONS (path " + quoted(column.path, '\'') + ")";
}

}  // namespace

std::vector<ImportedTable> tables_of(const KnownFunction& function, Nested nested) {
    std::vector<ImportedTable> tables;
    Shape answer;
    if (!read_shape(function.returns, answer)) return tables;
    const Place place = place_of_rows(function.name, answer);
    std::string name(function.name.substr(0, kMaxNameBytes));
    tables.push_back(make_table(function, std::move(name), place, {}));
    if (nested == Nested::Jsonb) return tables;
    // Only rows that come from a list have an element of that list above what is below them.
    std::vector<Above> above;
    if (place.rows.find('*') != std::string::npos) {
        const size_t last = place.rows.rfind('/');
        const size_t begin = last == 0 ? std::string::npos : place.rows.rfind('/', last - 1);
        above.push_back({begin == std::string::npos
                             ? "record"
                             : lower(place.rows.substr(begin + 1, last - begin - 1)),
                         place.row});
    }
    NestedTables nested_tables(function, tables);
    nested_tables.add_below(place, "", above);
    if (!place.rows.empty() && answer.kind == Shape::Kind::Object) {
        nested_tables.add_beside(answer, place.rows);
    }
    return tables;
}

std::string create_statement(const ImportedTable& table, std::string_view server) {
    std::string text = "CREATE FOREIGN TABLE " + quoted(table.name, '"') + " (";
    const char* between = "";
    for (const ImportedColumn& column : table.columns) {
        text += between;
        text += "\n  " + quoted(column.name, '"') + " " + sql_type_name(column.type);
        text += column_options(column);
        between = ",";
    }
    return text + "\n) SERVER " + quoted(server, '"') + " OPTIONS (wsfunction " +
           quoted(table.function, '\'') + ", rows " + quoted(table.rows, '\'') + ")";
}

PageBound page_bound_of(const KnownFunction& function) {
    for (const KnownArgument& argument : arguments_of(function.name)) {
        for (const std::string_view bound : {"perpage", "limitnum", "limit", "pagesize"}) {
            const bool none = argument.fallback.empty() || argument.fallback == "0";
            if (argument.name == bound && !none) return {argument.name, argument.fallback};
        }
    }
    return {};
}

}  // namespace moodle_fdw::moodle
