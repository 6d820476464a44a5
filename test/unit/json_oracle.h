// What RapidJSON says of a text, to hold our reader against. Known differences, all answered here:
// - a NUL byte ends RapidJSON's input; for JSON it is an error wherever it stands unescaped,
// - RapidJSON refuses numbers beyond a double's range even where it only keeps their text,
// - RapidJSON 1.1 lets the second half of a surrogate pair stand alone; it shows in what it
// decodes,
// - ours refuses more than kMaxJsonDepth containers within each other.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

// RapidJSON 1.1 computes with null pointers; our sanitizer runs are about our code.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#endif
#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

#include "moodle/json.h"

namespace moodle_fdw::oracle {

class Oracle {
  public:
    // Whether the text is JSON; nothing when RapidJSON cannot tell.
    std::optional<bool> parse(std::string_view text) {
        if (text.find('\0') != std::string_view::npos) return false;
        // An empty vector's data may be null, which RapidJSON asserts against.
        rapidjson::MemoryStream stream(text.empty() ? "" : text.data(), text.size());
        constexpr unsigned kFlags = rapidjson::kParseValidateEncodingFlag |
                                    rapidjson::kParseNumbersAsStringsFlag |
                                    rapidjson::kParseIterativeFlag;
        document_.ParseStream<kFlags, rapidjson::UTF8<>>(stream);
        if (!document_.HasParseError()) return true;
        if (document_.GetParseError() == rapidjson::kParseErrorNumberTooBig) return std::nullopt;
        return false;
    }
    bool failed() const { return document_.HasParseError(); }
    const rapidjson::Value& root() const { return document_; }

  private:
    rapidjson::Document document_;
};

inline std::string_view text_of(const rapidjson::Value& value) {
    return {value.GetString(), value.GetStringLength()};
}

inline bool holds_surrogate(const rapidjson::Value& value) {
    if (value.IsString()) {
        const std::string_view text = text_of(value);
        for (size_t at = text.find('\xed'); at < text.size(); at = text.find('\xed', at + 1)) {
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0)
                return true;
        }
    } else if (value.IsArray()) {
        for (const rapidjson::Value& element : value.GetArray()) {
            if (holds_surrogate(element)) return true;
        }
    } else if (value.IsObject()) {
        for (const auto& member : value.GetObject()) {
            if (holds_surrogate(member.name) || holds_surrogate(member.value)) return true;
        }
    }
    return false;
}

// As RapidJSON's ==, but right for keys that come twice: members in the same order.
inline bool equal(const rapidjson::Value& a, const rapidjson::Value& b) {
    if (a.GetType() != b.GetType()) return false;
    if (a.IsString()) return text_of(a) == text_of(b);
    if (a.IsArray()) {
        return std::equal(a.Begin(), a.End(), b.Begin(), b.End(), equal);
    }
    if (!a.IsObject()) return true;
    return std::equal(a.MemberBegin(), a.MemberEnd(), b.MemberBegin(), b.MemberEnd(),
                      [](const auto& left, const auto& right) {
                          return equal(left.name, right.name) && equal(left.value, right.value);
                      });
}

// Whether both hold the same value, members in the same order, numbers by their text.
inline bool same(const moodle::Value& ours, const rapidjson::Value& theirs) {
    using moodle::JsonType;
    std::string scratch;
    switch (ours.type()) {
        case JsonType::Null:
            return theirs.IsNull() && ours.text() == "null";
        case JsonType::True:
            return theirs.IsTrue() && ours.text() == "true";
        case JsonType::False:
            return theirs.IsFalse() && ours.text() == "false";
        case JsonType::Integer:
            // RapidJSON gives numbers as strings here.
            return theirs.IsString() && ours.text() == text_of(theirs) &&
                   ours.text().find_first_of(".eE") == std::string_view::npos;
        case JsonType::Real:
            return theirs.IsString() && ours.text() == text_of(theirs) &&
                   ours.text().find_first_of(".eE") != std::string_view::npos;
        case JsonType::String:
            return theirs.IsString() && ours.string(scratch) == text_of(theirs) &&
                   ours.token().escaped == (ours.text().find('\\') != std::string_view::npos);
        case JsonType::Array: {
            if (!theirs.IsArray() || ours.count() != theirs.Size()) return false;
            uint32_t at = ours.index() + 1;
            for (const rapidjson::Value& element : theirs.GetArray()) {
                if (!same(moodle::Value(ours.tape(), at), element)) return false;
                at = ours.tape().tokens()[at].next;
            }
            return at == ours.token().next;
        }
        case JsonType::Object: {
            if (!theirs.IsObject() || ours.count() != theirs.MemberCount()) return false;
            uint32_t at = ours.index() + 1;
            for (const auto& member : theirs.GetObject()) {
                if (!same(moodle::Value(ours.tape(), at), member.name)) return false;
                if (!same(moodle::Value(ours.tape(), at + 1), member.value)) return false;
                at = ours.tape().tokens()[at + 1].next;
            }
            return at == ours.token().next;
        }
    }
    return false;
}

// What is wrong with our answer to `text`, or "" when RapidJSON agrees.
inline std::string disagreement(std::string_view text) {
    using moodle::JsonError;
    moodle::Tape tape;
    const JsonError error = tape.parse(text);
    if (moodle::json_validate(text) != error) return "json_validate and Tape::parse differ";
    Oracle oracle;
    std::optional<bool> accepted = oracle.parse(text);
    if (!accepted || error == JsonError::TooDeep) return "";
    if (*accepted && holds_surrogate(oracle.root())) accepted = false;
    if (*accepted != (error == JsonError::None)) {
        return *accepted ? std::string("refused: ") + moodle::json_error_text(error)
                         : std::string("accepted");
    }
    if (!*accepted) return tape.error_offset() <= text.size() ? "" : "offset beyond the end";
    return same(moodle::Value(tape, 0), oracle.root()) ? "" : "values differ";
}

}  // namespace moodle_fdw::oracle
