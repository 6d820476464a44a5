#include "catalogue.h"

#include <rapidjson/document.h>

#include <cstring>
#include <stdexcept>
#include <string_view>

// The file itself within the program, so that a simulator needs nothing beside it.
__asm__(
    ".pushsection .rodata\n"
    ".global moodle_sim_catalogue, moodle_sim_catalogue_end\n"
    "moodle_sim_catalogue:\n"
    ".incbin \"" MOODLE_SIM_CATALOGUE
    "\"\n"
    "moodle_sim_catalogue_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" const char moodle_sim_catalogue[], moodle_sim_catalogue_end[];

namespace sim {

namespace {

using rapidjson::Value;

bool is(const Value& node, const char* attribute, const char* text) {
    const auto found = node.FindMember(attribute);
    return found != node.MemberEnd() && found->value.IsString() &&
           std::strcmp(found->value.GetString(), text) == 0;
}

bool is(const Value& node, const char* attribute, bool value) {
    const auto found = node.FindMember(attribute);
    return found != node.MemberEnd() && found->value.IsBool() && found->value.GetBool() == value;
}

Parameter parameter(const Value& node, const std::string& name) {
    Parameter read;
    read.name = name;
    read.required = is(node, "required", "required");
    if (is(node, "kind", "value")) {
        read.kind = Parameter::Kind::Value;
        read.type = node["type"].GetString();
    } else if (is(node, "kind", "list")) {
        read.kind = Parameter::Kind::List;
        read.inside.push_back(parameter(node["items"], name));
    } else {
        for (const auto& key : node["keys"].GetObject()) {
            read.inside.push_back(parameter(key.value, key.name.GetString()));
        }
    }
    return read;
}

Shape shape(const Value& node, const std::string& name) {
    Shape read;
    read.name = name;
    if (!node.IsObject()) {  // returns nothing
        read.kind = Shape::Kind::Value;
        read.type = "nothing";
        return read;
    }
    read.optional = is(node, "optional", true);
    if (is(node, "kind", "value")) {
        read.kind = Shape::Kind::Value;
        read.type = node["type"].GetString();
        read.nullable = !is(node, "null", false);
    } else if (is(node, "kind", "list")) {
        read.kind = Shape::Kind::List;
        read.inside.push_back(shape(node["items"], name));
    } else {
        for (const auto& key : node["keys"].GetObject()) {
            read.inside.push_back(shape(key.value, key.name.GetString()));
        }
    }
    return read;
}

std::map<std::string, Declared> read_catalogue() {
    rapidjson::Document document;
    document.Parse(moodle_sim_catalogue,
                   static_cast<size_t>(moodle_sim_catalogue_end - moodle_sim_catalogue));
    if (document.HasParseError()) throw std::logic_error("the catalogue is no JSON");
    std::map<std::string, Declared> known;
    for (const Value& one : document["functions"].GetArray()) {
        known[one["name"].GetString()] = {is(one, "type", "read"), parameter(one["parameters"], ""),
                                          shape(one["returns"], "")};
    }
    return known;
}

}  // namespace

const std::map<std::string, Declared>& catalogue() {
    static const std::map<std::string, Declared> known = read_catalogue();
    return known;
}

}  // namespace sim
