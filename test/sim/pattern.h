// A record as JSON with places to fill, for functions whose records hold much that never changes.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "json_out.h"

namespace sim {

// What goes to a place: texts as the inside of a JSON string, all else as it stands in JSON.
struct Fill {
    Fill(std::string_view place, const std::string& text) : name(place), json(escape_json(text)) {}
    Fill(std::string_view place, const char* text) : name(place), json(escape_json(text)) {}
    Fill(std::string_view place, bool value) : name(place), json(value ? "true" : "false") {}
    template <std::integral Number>
    Fill(std::string_view place, Number value) : name(place), json(std::to_string(value)) {}

    std::string_view name;
    std::string json;
};
// JSON as it is.
Fill as_json(std::string_view place, std::string json);
// A number, or null for 0.
Fill or_null(std::string_view place, int64_t value);

class Pattern {
  public:
    // Places are written @name@.
    explicit Pattern(std::string_view text);
    void write(JsonOut& out, std::initializer_list<Fill> fills) const;
    std::string filled(std::initializer_list<Fill> fills) const;

  private:
    struct Piece {
        std::string_view before, name;
    };
    std::vector<Piece> pieces_;
};

}  // namespace sim
