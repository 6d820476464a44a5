#include "pattern.h"

#include <algorithm>
#include <stdexcept>

namespace sim {

Fill as_json(std::string_view place, std::string json) {
    Fill fill(place, false);
    fill.json = std::move(json);
    return fill;
}

Fill or_null(std::string_view place, int64_t value) {
    return as_json(place, value == 0 ? "null" : std::to_string(value));
}

Pattern::Pattern(std::string_view text) {
    while (!text.empty()) {
        const size_t start = std::min(text.find('@'), text.size());
        const size_t end = std::min(text.find('@', std::min(start + 1, text.size())), text.size());
        const size_t name = std::min(start + 1, text.size());
        pieces_.push_back({text.substr(0, start), text.substr(name, end - name)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::string Pattern::filled(std::initializer_list<Fill> fills) const {
    std::string json;
    for (const Piece& piece : pieces_) {
        json += piece.before;
        if (piece.name.empty()) continue;
        const auto* const fill = std::find_if(
            fills.begin(), fills.end(), [&](const Fill& one) { return one.name == piece.name; });
        if (fill == fills.end()) throw std::logic_error("no fill for " + std::string(piece.name));
        json += fill->json;
    }
    return json;
}

void Pattern::write(JsonOut& out, std::initializer_list<Fill> fills) const {
    out.raw(filled(fills));
}

}  // namespace sim
