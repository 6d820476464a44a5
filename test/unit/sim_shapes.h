// What answers look like, and what the catalogue and the recordings say they should.
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../sim/sim_process.h"
#include "recordings.h"

namespace sim_test {

namespace recordings = moodle_fdw::recordings;
using rapidjson::Value;

// ---- shapes: what keys an object has, in what order, and of what types

struct ObjectShape {
    std::map<std::string, std::set<std::string>> types;  // of a key
    std::set<std::pair<std::string, std::string>> before;
    std::vector<std::set<std::string>> rows;
};
using Shape = std::map<std::string, ObjectShape>;  // by path, as in "/users[]/customfields[]"

inline std::string type_of(const Value& value) {
    if (value.IsNull()) return "null";
    if (value.IsBool()) return "bool";
    if (value.IsString()) return "string";
    if (value.IsArray()) return "list";
    if (value.IsObject()) return "object";
    return value.IsInt64() ? "int" : "float";
}

inline void walk(const Value& value, const std::string& path, Shape& shape) {
    if (value.IsArray()) {
        for (const Value& item : value.GetArray()) walk(item, path + "[]", shape);
    }
    if (!value.IsObject()) return;
    ObjectShape& object = shape[path];
    std::vector<std::string> keys;
    for (const auto& member : value.GetObject()) {
        const std::string key = member.name.GetString();
        object.types[key].insert(type_of(member.value));
        for (const std::string& earlier : keys) object.before.emplace(earlier, key);
        keys.push_back(key);
        walk(member.value, path + "/" + key, shape);
    }
    object.rows.emplace_back(keys.begin(), keys.end());
}

inline std::set<std::string> keys_of(const ObjectShape& object) {
    std::set<std::string> keys;
    for (const auto& [key, types] : object.types) keys.insert(key);
    return keys;
}

inline Shape recorded_shape(const std::string& function) {
    Shape shape;
    for (const recordings::Recording& one : recordings::read_all()) {
        if (one.function != function || !one.name.ends_with(".json")) continue;
        if (one.name.find("http_json_body_token_query") != std::string::npos) continue;
        if (one.name.find("http_multipart") != std::string::npos) continue;
        rapidjson::Document body;
        body.Parse(one.body.c_str());
        if (body.HasParseError()) continue;
        if (body.IsObject() && body.HasMember("exception")) continue;
        walk(body, "", shape);
    }
    return shape;
}

// ---- the catalogue

inline const rapidjson::Document& catalogue() {
    static const rapidjson::Document* document = [] {
        auto* read = new rapidjson::Document;
        read->Parse(recordings::read_file(recordings::data_directory() / "catalogue.json").c_str());
        return read;
    }();
    return *document;
}

inline const Value* catalogue_entry(const std::string& function) {
    for (const Value& one : catalogue()["functions"].GetArray()) {
        if (one["name"].GetString() == function) return &one;
    }
    return nullptr;
}

inline const Value* catalogue_returns(const std::string& function) {
    const Value* entry = catalogue_entry(function);
    return entry == nullptr ? nullptr : &(*entry)["returns"];
}

// Something that fits a place of a parameter tree; `way` chooses among values.
inline void fill(const Value& wanted, const std::string& name, int way, bool optional, Form& form) {
    const std::string kind = wanted["kind"].GetString();
    if (kind == "value") {
        const std::string type = wanted["type"].GetString();
        const bool number = type == "int" || type == "float" || type == "bool";
        const std::string url = "http://moodle.example.edu/" + std::to_string(way);
        form.emplace_back(name, number          ? std::to_string(type == "bool" ? way % 2 : way)
                                : type == "url" ? url
                                                : std::string(1, static_cast<char>('a' + way)));
    } else if (kind == "list") {
        fill(wanted["items"], name + "[0]", way, optional, form);
    } else {
        const size_t before = form.size();
        for (const auto& key : wanted["keys"].GetObject()) {
            const std::string said = key.value["required"].GetString();
            const std::string inner = key.name.GetString();
            if (!optional && said != "required") continue;
            fill(key.value, name.empty() ? inner : name + "[" + inner + "]", way, optional, form);
        }
        // A form cannot say that an object is there and empty.
        const bool nothing = form.size() == before && !name.empty() && !optional;
        if (nothing) fill(wanted, name, way, true, form);
    }
}

inline bool is_of(const Value& wanted, const Value& value) {
    const std::string type = wanted["type"].GetString();
    if (value.IsNull()) return !wanted.HasMember("null");
    if (type == "int") return value.IsInt64();
    if (type == "float") return value.IsNumber();
    if (type == "bool") return value.IsBool() || value.IsInt();
    if (type == "raw") return value.IsString() || value.IsNumber() || value.IsBool();
    return value.IsString();
}

// PHP knows no empty object, and writes an empty list.
inline bool may_be_empty(const Value& wanted) {
    const auto keys = wanted["keys"].GetObject();
    return std::all_of(keys.begin(), keys.end(),
                       [](const auto& key) { return key.value.HasMember("optional"); });
}

inline void hold_to(const Value& wanted, const Value& served, const std::string& path) {
    const std::string kind = wanted["kind"].GetString();
    if (kind == "list") {
        ASSERT_TRUE(served.IsArray()) << path;
        for (const Value& item : served.GetArray()) hold_to(wanted["items"], item, path + "[]");
    } else if (kind == "object") {
        if (served.IsArray() && served.Empty() && may_be_empty(wanted)) return;
        ASSERT_TRUE(served.IsObject()) << path;
        for (const auto& member : served.GetObject()) {
            const std::string key = path + "/" + member.name.GetString();
            ASSERT_TRUE(wanted["keys"].HasMember(member.name)) << key << " is not in the catalogue";
            hold_to(wanted["keys"][member.name], member.value, key);
        }
        for (const auto& member : wanted["keys"].GetObject()) {
            const bool optional = member.value.HasMember("optional");
            EXPECT_TRUE(optional || served.HasMember(member.name))
                << path << " lacks " << member.name.GetString();
        }
    } else {
        EXPECT_TRUE(is_of(wanted, served)) << path << " is no " << wanted["type"].GetString();
    }
}

// `unrecorded`: what the recordings show nothing of, held to the catalogue alone.
inline void compare_keys(const Shape& served, const Shape& recorded,
                         const std::set<std::string>& unrecorded) {
    for (const auto& [path, object] : recorded) {
        if (path.ends_with("/tabledata[]/leader")) continue;  // covered by its parent's keys
        const auto mine = served.find(path);
        ASSERT_TRUE(mine != served.end()) << "nothing is served at " << path;
        EXPECT_EQ(keys_of(mine->second), keys_of(object)) << "at " << path;
    }
    for (const auto& [path, object] : served) {
        if (unrecorded.contains(path)) continue;
        const auto real = recorded.find(path);
        ASSERT_TRUE(real != recorded.end()) << "no recording has an object at " << path;
        for (const auto& [key, types] : object.types) {
            if (unrecorded.contains(path + "/" + key)) continue;
            for (const std::string& type : types) {
                const auto& known = real->second.types.at(key);
                const bool number = type == "int" && known.contains("float");
                EXPECT_TRUE(known.contains(type) || number)
                    << path << "/" << key << " was never recorded as " << type;
            }
        }
        for (const auto& [first, second] : object.before) {
            const auto& pairs = real->second.before;
            EXPECT_TRUE(!pairs.contains({second, first}) || pairs.contains({first, second}))
                << path << ": " << first << " stands before " << second;
        }
    }
}

}  // namespace sim_test
