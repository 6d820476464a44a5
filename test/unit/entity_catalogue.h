// Where the columns of the entities stand in Moodle's own catalogue of return trees.
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "moodle/entity.h"
#include "moodle/rows.h"
#include "recordings.h"

namespace moodle_fdw::moodle {

// Functions of plugins, and of later releases than the catalogue's.
inline const std::set<std::string> kUncatalogued = {
    "core_role_get_all_roles", "local_wsgetroles_get_roles", "mod_quiz_get_user_quiz_attempts"};

inline bool is_served(const ColumnDef& column) {
    return column.path[0] != '=' && column.path[0] != '@';
}

inline RowsPath rows_path(const char* text) {
    RowsPath path;
    std::string problem;
    EXPECT_TRUE(RowsPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

inline ColumnPath column_path(const char* text) {
    ColumnPath path;
    std::string problem;
    EXPECT_TRUE(ColumnPath::parse(text, path, problem)) << text << ": " << problem;
    return path;
}

inline std::vector<std::string> steps_of(const char* rows) {
    std::vector<std::string> steps;
    std::istringstream in(rows);
    std::string step;
    while (std::getline(in, step, '/')) {
        if (!step.empty()) steps.push_back(step);
    }
    return steps;
}

inline const rapidjson::Document& catalogue() {
    static const rapidjson::Document document = [] {
        rapidjson::Document parsed;
        for (const auto& entry :
             std::filesystem::directory_iterator(recordings::data_directory())) {
            if (entry.path().filename().string().find("catalogue") == std::string::npos) continue;
            parsed.Parse(recordings::read_file(entry.path()).c_str());
        }
        return parsed;
    }();
    EXPECT_TRUE(document.IsObject()) << "no catalogue in " << recordings::data_directory();
    return document;
}

using Node = rapidjson::Value;

inline const Node* catalogued(const std::string& function) {
    for (const Node& one : catalogue()["functions"].GetArray()) {
        if (one["name"].GetString() == function) return &one;
    }
    return nullptr;
}

inline const Node* child(const Node* node, const std::string& step) {
    if (node == nullptr) return nullptr;
    const std::string kind = (*node)["kind"].GetString();
    if (step == "*") return kind == "list" ? &(*node)["items"] : nullptr;
    if (kind != "object" || !(*node)["keys"].HasMember(step.c_str())) return nullptr;
    return &(*node)["keys"][step.c_str()];
}

// The nodes that a column path can start from: the row last, before it the element of each `*`.
struct Anchor {
    const Node* node;
    std::string path;
};
inline std::vector<Anchor> anchors_of(const EntityDef& entity) {
    const Node* function = catalogued(entity.function);
    if (function == nullptr) return {};
    Anchor at{&(*function)["returns"], ""};
    std::vector<Anchor> anchors;
    for (const std::string& step : steps_of(entity.rows)) {
        at = {child(at.node, step), at.path + "/" + step};
        if (step == "*") anchors.push_back(at);
    }
    if (anchors.empty()) anchors.push_back(at);
    return anchors;
}

// The path in the answer that a column reads, and its node (nullptr: not in the catalogue).
inline Anchor place_of(const EntityDef& entity, const ColumnDef& column) {
    const ColumnPath path = column_path(column.path);
    const std::vector<Anchor> anchors = anchors_of(entity);
    const size_t up = static_cast<size_t>(path.levels_up());
    if (up >= anchors.size()) return {nullptr, ""};
    Anchor at = anchors[anchors.size() - 1 - up];
    for (const std::string& key : path.keys()) at = {child(at.node, key), at.path + "/" + key};
    return at;
}

inline std::string qualified(const EntityDef& entity, const ColumnDef& column) {
    return std::string(entity.name) + "." + column.name;
}

}  // namespace moodle_fdw::moodle
