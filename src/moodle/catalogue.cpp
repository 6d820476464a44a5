#include "moodle/catalogue.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

#include "moodle/catalogue_reads.inc"
#include "moodle/catalogue_shapes.inc"
#include "moodle/catalogue_writes.inc"

// The catalogue's deepest answer has 11 levels.
constexpr int kMaxDepth = 32;

const KnownFunction* find_in(std::span<const KnownFunction> all, std::string_view name) {
    const auto found = std::lower_bound(
        all.begin(), all.end(), name,
        [](const KnownFunction& one, std::string_view wanted) { return one.name < wanted; });
    return found != all.end() && found->name == name ? &*found : nullptr;
}

// Reads a shape's text from the front.
class ShapeReader {
  public:
    explicit ShapeReader(std::string_view text) : rest_(text) {}

    bool read(Shape& shape, int depth = 0) {
        if (rest_.empty() || depth > kMaxDepth) return false;
        const char first = take();
        bool fine = true;
        switch (first) {
            case '{':
                fine = read_members(shape, depth);
                break;
            case '[':
                shape.kind = Shape::Kind::List;
                fine = read(shape.below.emplace_back(), depth + 1) && skip(']');
                break;
            case '$':
                fine = read_shared(shape, depth);
                break;
            case '-':
                shape.kind = Shape::Kind::Nothing;
                break;
            default:
                fine = read_value(first, shape);
        }
        return fine && read_mark(shape);
    }
    bool at_end() const { return rest_.empty(); }

  private:
    char take() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    static bool read_value(char letter, Shape& shape) {
        shape.kind = Shape::Kind::Value;
        switch (letter) {
            case 'i':
                shape.type = ColumnType::Bigint;
                return true;
            case 'f':
                shape.type = ColumnType::Numeric;
                return true;
            case 'b':
                shape.type = ColumnType::Boolean;
                return true;
            case 't':
                shape.type = ColumnType::Text;
                return true;
            default:
                return false;
        }
    }

    bool read_members(Shape& shape, int depth) {
        shape.kind = Shape::Kind::Object;
        if (skip('}')) return true;
        do {
            const size_t colon = rest_.find(':');
            if (colon == std::string_view::npos) return false;
            Shape& member = shape.below.emplace_back();
            member.name = rest_.substr(0, colon);
            rest_.remove_prefix(colon + 1);
            if (!read(member, depth + 1)) return false;
        } while (skip(','));
        return skip('}');
    }

    bool read_shared(Shape& shape, int depth) {
        size_t place = 0;
        const char* end = rest_.data() + rest_.size();
        const auto [stop, error] = std::from_chars(rest_.data(), end, place);
        if (error != std::errc() || place >= std::size(kShapes)) return false;
        rest_.remove_prefix(stop - rest_.data());
        return ShapeReader(kShapes[place]).read(shape, depth);
    }

    bool read_mark(Shape& shape) {
        shape.required = true;
        if (skip('?')) {
            shape.required = false;
        } else if (skip('=')) {
            shape.required = false;
            const bool quoted = !rest_.empty() && rest_.front() == '"';
            size_t end = quoted ? rest_.find('"', 1) : rest_.find_first_of(",}]");
            if (end == std::string_view::npos) end = rest_.size();
            if (quoted && end != rest_.size()) end++;
            shape.fallback = rest_.substr(0, end);
            rest_.remove_prefix(end);
        }
        return true;
    }

    std::string_view rest_;
};

bool needs_a_member(const Shape& object) {
    return std::none_of(object.below.begin(), object.below.end(),
                        [](const Shape& member) { return member.required; });
}

void collect_arguments(const Shape& object, const std::string& prefix, bool required,
                       std::vector<KnownArgument>& arguments) {
    const std::string any_of = required && !prefix.empty() && needs_a_member(object) ? prefix : "";
    for (const Shape& shape : object.below) {
        const std::string name = prefix.empty() ? shape.name : prefix + "[" + shape.name + "]";
        const bool needed = required && shape.required;
        if (shape.kind == Shape::Kind::Object) {
            collect_arguments(shape, name, needed, arguments);
        } else if (shape.kind == Shape::Kind::Value) {
            arguments.push_back({name, shape.type, needed, any_of, shape.fallback, shape});
        } else if (shape.kind == Shape::Kind::List) {
            const Shape& item = shape.below.front();
            const bool plain = item.kind == Shape::Kind::Value;
            const ColumnType list =
                item.type == ColumnType::Bigint ? ColumnType::BigintArray : ColumnType::TextArray;
            arguments.push_back({plain ? name + "[]" : name, plain ? list : ColumnType::Jsonb,
                                 needed, any_of, shape.fallback, shape});
        }
    }
}

// JSON of this shape with values that only show where a value goes.
std::string example_json(const Shape& shape) {
    std::string text;
    switch (shape.kind) {
        case Shape::Kind::List:
            return "[" + example_json(shape.below.front()) + "]";
        case Shape::Kind::Object:
            for (const Shape& member : shape.below) {
                if (!member.required) continue;
                text +=
                    (text.empty() ? "\"" : ", \"") + member.name + "\": " + example_json(member);
            }
            return "{" + text + "}";
        default:
            break;
    }
    return shape.type == ColumnType::Text ? "\"…\"" : "1";
}

size_t letters_apart(std::string_view one, std::string_view other) {
    std::vector<size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < one.size(); i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < other.size(); j++) {
            const size_t changed = corner + (one[i] == other[j] ? 0 : 1);
            corner = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, corner + 1});
        }
    }
    return row.back();
}

}  // namespace

std::span<const KnownFunction> known_reads() {
    return kReads;
}

std::span<const KnownFunction> known_writes() {
    return kWrites;
}

const KnownFunction* find_known_read(std::string_view name) {
    return find_in(kReads, name);
}

const KnownFunction* find_known_write(std::string_view name) {
    return find_in(kWrites, name);
}

std::string_view catalogue_release() {
    return kCatalogueRelease;
}

const Shape* Shape::member(std::string_view key) const {
    if (kind != Kind::Object) return nullptr;
    for (const Shape& one : below) {
        if (one.name == key) return &one;
    }
    return nullptr;
}

bool read_shape(std::string_view text, Shape& shape) {
    shape = {};
    ShapeReader reader(text);
    return reader.read(shape) && reader.at_end();
}

std::vector<KnownArgument> arguments_of(std::string_view function) {
    std::vector<KnownArgument> arguments;
    const KnownFunction* known = find_known_read(function);
    Shape shape;
    if (known == nullptr || !read_shape(known->parameters, shape)) return arguments;
    collect_arguments(shape, "", true, arguments);
    return arguments;
}

bool may_be_missing(std::string_view function, const std::vector<std::string>& steps) {
    const KnownFunction* known = find_known_read(function);
    Shape answer;
    if (known == nullptr || !read_shape(known->returns, answer)) return false;
    const Shape* at = &answer;
    for (const std::string& step : steps) {
        at = at->member(step);
        if (at == nullptr) return false;
        if (!at->required) return true;
    }
    return false;
}

std::string example_of(const KnownArgument& argument) {
    switch (argument.type) {
        case ColumnType::Bigint:
            if (argument.shape.name == "page") return "0";
            return is_moment(argument.shape.name) ? "'2026-01-31'" : "14";
        case ColumnType::Numeric:
            return "1.5";
        case ColumnType::Boolean:
            return "true";
        case ColumnType::BigintArray:
            return "'{14,15}'";
        case ColumnType::TextArray:
            return "'{one,two}'";
        case ColumnType::Jsonb:
            return "'" + example_json(argument.shape) + "'";
        default:
            return "'…'";
    }
}

bool is_moment(std::string_view name) {
    // Spans of time, and yes or no, by their names of the same family.
    static constexpr std::string_view kNoMoments[] = {"timeduration", "timelimit", "timeremaining",
                                                      "timetotake", "timezone"};
    static constexpr std::string_view kMoments[] = {
        "added",
        "assesstimefinish",
        "assesstimestart",
        "assessmentend",
        "assessmentstart",
        "available",
        "before",
        "chatlasttime",
        "chatnewlasttime",
        "chattime",
        "closingtime",
        "completionexpected",
        "created",
        "dateexpire",
        "dateissued",
        "deadline",
        "editbegin",
        "editend",
        "endtime",
        "eventsfrom",
        "eventsto",
        "firstaccess",
        "lastaccess",
        "lastactiontime",
        "lastcourseaccess",
        "lastmodified",
        "lessontime",
        "modified",
        "nextcron",
        "openingtime",
        "sessionend",
        "sessionstart",
        "since",
        "startedat",
        "starttime",
        "submissionend",
        "submissionmodified",
        "submissionstart",
        "gradednotificationsenttime",
        "gradedategraded",
        "gradedatesubmitted",
        "allowsubmissionsfromdate",
    };
    const auto is = [&](std::string_view one) { return one == name; };
    if (std::any_of(std::begin(kNoMoments), std::end(kNoMoments), is)) return false;
    if (std::any_of(std::begin(kMoments), std::end(kMoments), is)) return true;
    return (name.starts_with("time") && name != "time") || name.ends_with("date") ||
           name.ends_with("timestamp");
}

std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string_view>& among) {
    // A third of the letters wrong, or a piece of the name missing, still tells what was meant.
    constexpr size_t kMost = 5;
    std::vector<std::pair<size_t, std::string_view>> found;
    for (const std::string_view one : among) {
        const bool within = name.size() >= 4 && (one.find(name) != std::string_view::npos ||
                                                 name.find(one) != std::string_view::npos);
        const size_t apart = letters_apart(name, one);
        if (within || apart <= std::max<size_t>(2, name.size() / 3)) found.push_back({apart, one});
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min(kMost, found.size()); i++) {
        names.emplace_back(found[i].second);
    }
    return names;
}

}  // namespace moodle_fdw::moodle
