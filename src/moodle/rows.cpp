#include "moodle/rows.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// More than any function of the catalogue needs; a limit keeps mistakes readable.
constexpr size_t kMaxSteps = 8;

// One step as written in a JSON pointer. False when a `~` is not followed by 0 or 1.
bool unescape_step(std::string_view text, std::string& step) {
    step.clear();
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '~') {
            step.push_back(text[i]);
        } else if (++i < text.size() && (text[i] == '0' || text[i] == '1')) {
            step.push_back(text[i] == '0' ? '~' : '/');
        } else {
            return false;
        }
    }
    return true;
}

bool split_steps(std::string_view text, std::vector<std::string>& steps, std::string& problem) {
    for (;;) {
        const size_t slash = text.find('/');
        std::string step;
        if (!unescape_step(text.substr(0, slash), step)) {
            problem = "\"~\" must be written as \"~0\", and \"/\" within a name as \"~1\"";
            return false;
        }
        if (step.empty()) {
            problem = "it has an empty step";
            return false;
        }
        steps.push_back(std::move(step));
        if (steps.size() > kMaxSteps) {
            problem = "it has more than " + std::to_string(kMaxSteps) + " steps";
            return false;
        }
        if (slash == std::string_view::npos) return true;
        text.remove_prefix(slash + 1);
    }
}

// Whether the step is a position in an array, as JSON pointers have it: without leading zeros.
bool is_position(std::string_view step, uint32_t& position) {
    if (step.size() > 1 && step.front() == '0') return false;
    const char* const end = step.data() + step.size();
    const auto [stop, error] = std::from_chars(step.data(), end, position);
    return error == std::errc() && stop == end;
}

Value child(Value value, const std::string& step) {
    if (value.found() && value.type() == JsonType::Object) return value.find(step);
    uint32_t position;
    if (value.found() && is_position(step, position)) return value.element(position);
    return {};
}

}  // namespace

bool RowsPath::parse(std::string_view text, RowsPath& path, std::string& problem) {
    path = RowsPath();
    if (text.empty()) return true;
    if (text.front() != '/') {
        problem = "it must be empty or begin with \"/\"";
        return false;
    }
    std::vector<std::string> steps;
    if (!split_steps(text.substr(1), steps, problem)) return false;
    const auto star = std::find(steps.begin(), steps.end(), "*");
    path.has_array_ = star != steps.end();
    if (!path.has_array_) {
        path.inner_ = std::move(steps);
        return true;
    }
    path.outer_.assign(steps.begin(), star);
    path.inner_.assign(star + 1, steps.end());
    for (const std::string& step : path.outer_) {
        if (uint32_t position; is_position(step, position)) {
            problem = "a position in an array (" + step + ") can stand only after the first \"*\"";
            return false;
        }
    }
    return true;
}

bool ColumnPath::parse(std::string_view text, ColumnPath& path, std::string& problem) {
    path = ColumnPath();
    while (text == ".." || text.starts_with("../")) {
        ++path.levels_up_;
        text.remove_prefix(std::min<size_t>(text.size(), 3));
        if (static_cast<size_t>(path.levels_up_) > kMaxSteps) {
            problem = "it goes up more than " + std::to_string(kMaxSteps) + " levels";
            return false;
        }
    }
    if (text.empty()) return true;
    if (!split_steps(text, path.keys_, problem)) return false;
    for (const std::string& key : path.keys_) {
        if (key == ".." || key == "*") {
            problem = key == "*" ? "\"*\" can stand only in the path of the rows"
                                 : "\"..\" can stand only at the beginning";
            return false;
        }
    }
    return true;
}

void RowWalker::start(const Tape& tape) {
    tape_ = &tape;
    levels_.clear();
    next_steps_.clear();
    row_ = {};
    started_ = false;
    without_child_ = false;
    wrong_shape_ = false;
}

bool RowWalker::next() {
    if (tape_ == nullptr || tape_->tokens().empty()) return false;
    bool found = false;
    if (!started_) {
        started_ = true;
        found = descend(Value(*tape_, 0), 0);
        without_child_ = childless_ && !found && !wrong_shape_ && levels_.empty();
        if (without_child_) return true;
    }
    without_child_ = false;
    while (!found) {
        if (!advance()) {
            row_ = {};
            return false;
        }
        found = descend(Value(*tape_, levels_.back().element), next_steps_.back());
    }
    return true;
}

// Follows the path from `step` on to the first row below `from`; every `*` met on the way opens a
// level. False when there is none.
bool RowWalker::descend(Value from, size_t step) {
    for (; step < inner_.size(); ++step) {
        if (inner_[step] != "*") {
            from = child(from, inner_[step]);
            if (!from.found() || from.is_null()) return false;
            continue;
        }
        if (from.type() != JsonType::Array) {
            wrong_shape_ |= !from.is_null();
            return false;
        }
        const uint32_t first = from.index() + 1;
        const uint32_t end = from.token().next;
        if (first >= end) return false;
        levels_.push_back({first, end});
        next_steps_.push_back(step + 1);
        from = Value(*tape_, first);
    }
    row_ = from;
    return true;
}

// To the next element of the innermost array that has one.
bool RowWalker::advance() {
    while (!levels_.empty()) {
        Level& level = levels_.back();
        level.element = tape_->tokens()[level.element].next;
        if (level.element < level.end) return true;
        levels_.pop_back();
        next_steps_.pop_back();
    }
    return false;
}

Value RowWalker::row() const {
    return row_;
}

Value RowWalker::ancestor(int levels_up) const {
    if (without_child_ && levels_up == 1) return {*tape_, 0};
    if (levels_up < 0 || tape_ == nullptr || !row_.found()) return {};
    if (levels_up == 0) return row_;
    // The elements above the row, the innermost first: those of the open levels but the row's own,
    // then the record.
    auto up = static_cast<size_t>(levels_up);
    size_t above = levels_.size();
    const bool row_is_element = above != 0 && levels_.back().element == row_.index();
    if (row_is_element) --above;
    if (up <= above) return {*tape_, levels_[above - up].element};
    up -= above;
    return up == 1 && row_.index() != 0 ? Value(*tape_, 0) : Value();
}

Picker::Picker(std::vector<ColumnPath> columns) : column_count_(columns.size()) {
    for (uint32_t i = 0; i < columns.size(); ++i) add_column(i, columns[i]);
}

uint32_t Picker::add_node() {
    nodes_.emplace_back();
    return static_cast<uint32_t>(nodes_.size() - 1);
}

Picker::Key& Picker::wanted_key(uint32_t node, const std::string& name) {
    std::vector<Key>& keys = nodes_[node].keys;
    for (Key& key : keys) {
        if (key.name == name) return key;
    }
    nodes_[node].lengths |= uint64_t{1} << std::min<size_t>(name.size(), 63);
    keys.emplace_back().name = name;
    return keys.back();
}

void Picker::add_column(uint32_t column, const ColumnPath& path) {
    auto root = std::find_if(roots_.begin(), roots_.end(), [&](const Root& candidate) {
        return candidate.levels_up == path.levels_up();
    });
    if (root == roots_.end()) {
        roots_.push_back({path.levels_up(), {}, add_node()});
        root = roots_.end() - 1;
    }
    if (path.keys().empty()) {
        root->columns.push_back(column);
        return;
    }
    uint32_t node = root->node;
    for (size_t i = 0; i + 1 < path.keys().size(); ++i) {
        if (wanted_key(node, path.keys()[i]).below == kNone) {
            const uint32_t below = add_node();
            wanted_key(node, path.keys()[i]).below = below;
        }
        node = wanted_key(node, path.keys()[i]).below;
    }
    wanted_key(node, path.keys().back()).columns.push_back(column);
}

void Picker::pick(const RowWalker& walker, std::vector<Value>& values) {
    values.assign(column_count_, Value());
    for (const Root& root : roots_) {
        const Value value = walker.ancestor(root.levels_up);
        if (!value.found()) continue;
        for (const uint32_t column : root.columns) values[column] = value;
        pick_from(root.node, value, values);
    }
}

void Picker::pick_from(uint32_t index, Value container, std::vector<Value>& values) {
    Node& node = nodes_[index];
    if (node.keys.empty() || !container.is_container()) return;
    for (Key& key : node.keys) key.found = kNone;
    if (container.type() == JsonType::Object) {
        pick_members(node, container);
    } else {
        pick_elements(node, container);
    }
    // Only now, since a key that comes twice counts where it comes last.
    for (const Key& key : node.keys) {
        if (key.found == kNone) continue;
        const Value value(container.tape(), key.found);
        for (const uint32_t column : key.columns) values[column] = value;
        if (key.below != kNone) pick_from(key.below, value, values);
    }
}

void Picker::pick_members(Node& node, Value object) {
    const Tape& tape = object.tape();
    const std::vector<Token>& tokens = tape.tokens();
    const uint32_t end = object.token().next;
    for (uint32_t at = object.index() + 1; at < end; at = tokens[at + 1].next) {
        const Token& token = tokens[at];
        if (!token.escaped && (node.lengths >> std::min<uint32_t>(token.length, 63) & 1) == 0) {
            continue;
        }
        Key* const key = match(node, Value(tape, at).string(scratch_));
        if (key != nullptr) key->found = at + 1;
    }
}

void Picker::pick_elements(Node& node, Value array) {
    for (Key& key : node.keys) {
        const Value element = child(array, key.name);
        if (element.found()) key.found = element.index();
    }
}

// Moodle's keys come in the same order row after row, so the key that followed last time is asked
// first.
Picker::Key* Picker::match(Node& node, std::string_view name) {
    const auto count = static_cast<uint32_t>(node.keys.size());
    uint32_t at = node.expected;
    for (uint32_t tried = 0; tried < count; ++tried) {
        if (node.keys[at].name == name) {
            node.expected = at + 1 == count ? 0 : at + 1;
            return &node.keys[at];
        }
        if (++at == count) at = 0;
    }
    return nullptr;
}

}  // namespace moodle_fdw::moodle
