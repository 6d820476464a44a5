// From one record to its rows, and from a row to the values that the columns want.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "moodle/decoder.h"
#include "moodle/json.h"

namespace moodle_fdw::moodle {

// A column's place relative to its row: "id", "grade/raw", "../userid" (one `..` a `*` level up),
// "" (the row itself). A key that holds `/` or `~` is written as in JSON pointers (~1, ~0).
class ColumnPath {
  public:
    static bool parse(std::string_view text, ColumnPath& path, std::string& problem);
    int levels_up() const { return levels_up_; }
    const std::vector<std::string>& keys() const { return keys_; }

  private:
    int levels_up_ = 0;
    std::vector<std::string> keys_;
};

// Walks the rows of a parsed record; a record that is itself the row gives one.
class RowWalker {
  public:
    // With `childless` a record whose inner array is missing or empty still gives one row: row() is
    // not found, the record is ancestor(1).
    explicit RowWalker(const RowsPath& path, bool childless = false)
        : inner_(path.inner()), childless_(childless) {}
    void start(const Tape& tape);
    // Sets the current row; false at the end. A missing or null inner array has no rows; anything
    // else than an array there sets wrong_shape().
    bool next();
    Value row() const;
    Value ancestor(int levels_up) const;  // 0 = the row, 1 = the element of the `*` above, ...
    bool wrong_shape() const { return wrong_shape_; }

  private:
    // The members below are the implementer's; keep the public part.
    // Where one `*` of the path stands: `element` of the array that ends before `end`.
    struct Level {
        uint32_t element;
        uint32_t end;
    };

    bool descend(Value from, size_t step);
    bool advance();

    const std::vector<std::string>& inner_;
    const bool childless_;
    bool without_child_ = false;
    const Tape* tape_ = nullptr;
    std::vector<Level> levels_;       // one for each `*` that is entered, the innermost last
    std::vector<size_t> next_steps_;  // the step of inner_ that follows each of these
    Value row_;
    bool started_ = false;
    bool wrong_shape_ = false;
};

// Reads several columns of a row in one pass over its keys. Moodle serves keys in the same order
// row after row, so the place where a key stood last time is tried first.
class Picker {
  public:
    explicit Picker(std::vector<ColumnPath> columns);
    void pick(const RowWalker& walker, std::vector<Value>& values);

  private:
    static constexpr uint32_t kNone = UINT32_MAX;

    // One key that some column wants, and where it leads.
    struct Key {
        std::string name;
        std::vector<uint32_t> columns;  // those whose path ends here
        uint32_t below = kNone;         // the node of those whose path goes on
        uint32_t found = kNone;         // index of the value in the row at hand
    };
    // The keys that are wanted of one object.
    struct Node {
        std::vector<Key> keys;
        uint64_t lengths = 0;  // a bit for each length (63 = and more) that a wanted key has
        uint32_t expected = 0;
    };
    struct Root {
        int levels_up;
        std::vector<uint32_t> columns;  // those that want the row itself
        uint32_t node;
    };

    uint32_t add_node();
    void add_column(uint32_t column, const ColumnPath& path);
    Key& wanted_key(uint32_t node, const std::string& name);
    Key* match(Node& node, std::string_view name);
    void pick_from(uint32_t node, Value object, std::vector<Value>& values);
    void pick_members(Node& node, Value object);
    void pick_elements(Node& node, Value array);

    size_t column_count_;
    std::vector<Root> roots_;
    std::vector<Node> nodes_;
    std::string scratch_;
};

}  // namespace moodle_fdw::moodle
