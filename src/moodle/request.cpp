#include "moodle/request.h"

#include <algorithm>
#include <array>
#include <set>

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

// The deepest parameter tree of Moodle's own functions has 6 levels.
constexpr int kMaxArgumentDepth = 8;
// PHP's own bound on a variable's nested name is 64 levels; Moodle's keys are short words.
constexpr size_t kMaxKeyBytes = 100;

// Written by encode_form itself; an argument of the same name would win in PHP, since the last
// does.
constexpr std::array<std::string_view, 3> kReserved = {"wstoken", "wsfunction",
                                                       "moodlewsrestformat"};

bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_reserved(std::string_view name) {
    const std::string_view head = name.substr(0, name.find('['));
    return std::find(kReserved.begin(), kReserved.end(), head) != kReserved.end();
}

// What may stand as one step of an argument's name: PHP would take other characters for something
// else (a dot for an underscore, a bracket for a level).
bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= kMaxKeyBytes &&
           std::all_of(key.begin(), key.end(), [](char c) { return is_word_char(c) || c == '-'; });
}

void append_encoded(std::string_view text, std::string& out) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_word_char(c) || c == '-' || c == '.' || c == '~') {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
}

// Gives each scalar its PHP name as the text is read.
class ArgumentReader {
  public:
    explicit ArgumentReader(Arguments& arguments) : arguments_(arguments) {}

    // What RapidJSON calls; false stops the parser.
    bool Null() { return begin_value(); }
    bool Bool(bool value) { return scalar(value ? "1" : "0"); }
    bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
        return scalar({text, length});
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view value(text, length);
        if (value.find('\0') != std::string_view::npos) {
            return stop("a text holds a NUL character, which Moodle does not take");
        }
        return scalar(value);
    }
    // Never called: numbers keep their text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }

    bool StartObject() { return begin_container(false); }
    bool StartArray() { return begin_container(true); }
    bool EndObject(rapidjson::SizeType) { return end_container(); }
    bool EndArray(rapidjson::SizeType) { return end_container(); }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        const std::string_view key(text, length);
        if (!is_key(key)) {
            return stop("argument names are words of letters, digits, underscores and hyphens");
        }
        if (levels_.size() == 1 && is_reserved(key)) {
            return stop("\"" + std::string(key) + "\" is set by moodle_fdw itself");
        }
        Level& level = levels_.back();
        if (!level.keys.insert(std::string(key)).second) {
            return stop("the key \"" + std::string(key) + "\" stands twice in one object");
        }
        level.step = key;
        return true;
    }

    const std::string& problem() const { return problem_; }

  private:
    struct Level {
        bool is_array = false;
        size_t next = 0;   // of an array
        std::string step;  // the key or index that is being read
        std::set<std::string, std::less<>> keys;
    };

    bool stop(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    bool begin_value() {
        if (levels_.empty()) return stop("the arguments must be a JSON object");
        Level& level = levels_.back();
        if (level.is_array) level.step = std::to_string(level.next++);
        return true;
    }

    bool begin_container(bool is_array) {
        if (levels_.empty()) {
            if (is_array) return stop("the arguments must be a JSON object");
        } else if (!begin_value()) {
            return false;
        }
        if (levels_.size() == kMaxArgumentDepth) {
            return stop("the arguments are nested more than " + std::to_string(kMaxArgumentDepth) +
                        " levels deep");
        }
        levels_.push_back({is_array, 0, {}, {}});
        return true;
    }

    bool end_container() {
        levels_.pop_back();
        return true;
    }

    bool scalar(std::string_view value) {
        if (!begin_value()) return false;
        if (arguments_.size() == kMaxArguments) {
            return stop("there are more than " + std::to_string(kMaxArguments) +
                        " arguments, and PHP drops what is past its max_input_vars");
        }
        std::string name = levels_.front().step;
        for (size_t i = 1; i < levels_.size(); i++) name += "[" + levels_[i].step + "]";
        if (!valid_argument_name(name)) return stop("the name of an argument is too long");
        arguments_.push_back({std::move(name), std::string(value)});
        return true;
    }

    Arguments& arguments_;
    std::vector<Level> levels_;
    std::string problem_;
};

}  // namespace

std::string encode_form(std::string_view token, const Call& call) {
    std::string form = "wstoken=";
    append_encoded(token, form);
    form += '&';
    form += encode_request(call);
    return form;
}

std::string encode_request(const Call& call) {
    std::string form = "wsfunction=";
    append_encoded(call.function, form);
    form += "&moodlewsrestformat=json";
    for (const Argument& argument : call.arguments) {
        if (is_reserved(argument.name)) continue;
        form += '&';
        append_encoded(argument.name, form);
        form += '=';
        append_encoded(argument.value, form);
    }
    return form;
}

bool arguments_from_json(std::string_view json, Arguments& arguments, std::string& problem) {
    constexpr unsigned kFlags = rapidjson::kParseNumbersAsStringsFlag |
                                rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseIterativeFlag;
    Arguments read;
    ArgumentReader handler(read);
    rapidjson::MemoryStream bytes(json.data(), json.size());
    rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> input(bytes);
    rapidjson::Reader reader;
    const rapidjson::ParseResult result = reader.Parse<kFlags>(input, handler);
    if (!result) {
        if (result.Code() == rapidjson::kParseErrorTermination) {
            problem = handler.problem();
        } else {
            problem = "the arguments are not valid JSON (byte " + std::to_string(result.Offset()) +
                      "): " + rapidjson::GetParseError_En(result.Code());
        }
        return false;
    }
    arguments = std::move(read);
    return true;
}

void set_argument(Arguments& arguments, std::string_view name, std::string value) {
    for (Argument& argument : arguments) {
        if (argument.name == name) {
            argument.value = std::move(value);
            return;
        }
    }
    arguments.push_back({std::string(name), std::move(value)});
}

void add_option(Arguments& arguments, std::string name, std::string value) {
    size_t given = 0;
    for (const Argument& argument : arguments) {
        if (argument.name.starts_with("options[") && argument.name.ends_with("[name]")) given++;
    }
    const std::string prefix = "options[" + std::to_string(given) + "]";
    arguments.push_back({prefix + "[name]", std::move(name)});
    arguments.push_back({prefix + "[value]", std::move(value)});
}

std::string call_text(const Call& call, size_t max_bytes) {
    static constexpr std::string_view kCut = "...)";
    std::string text = call.function + "(";
    bool first = true;
    for (const Argument& argument : call.arguments) {
        if (text.size() > max_bytes) break;
        if (!first) text += ", ";
        first = false;
        text += argument.name + "=" + argument.value;
    }
    text += ")";
    // One line, whatever a value holds.
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    if (text.size() <= max_bytes) return text;
    size_t end = max_bytes > kCut.size() ? max_bytes - kCut.size() : 0;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;
    text.resize(end);
    return text.append(kCut);
}

bool valid_argument_name(std::string_view name) {
    if (name.size() > 200) return false;
    const size_t bracket = name.find('[');
    if (!is_key(name.substr(0, bracket)) || is_reserved(name)) return false;
    if (bracket == std::string_view::npos) return true;
    name.remove_prefix(bracket);
    for (int depth = 1; !name.empty(); depth++) {
        const size_t close = name.find(']');
        if (depth >= kMaxArgumentDepth || name[0] != '[' || close == std::string_view::npos) {
            return false;
        }
        const std::string_view step = name.substr(1, close - 1);
        name.remove_prefix(close + 1);
        const bool is_open_list = step.empty() && name.empty();  // values[]
        if (!is_open_list && !is_key(step)) return false;
    }
    return true;
}

bool valid_function_name(std::string_view name) {
    return !name.empty() && name.size() <= 200 &&
           std::all_of(name.begin(), name.end(), is_word_char);
}

std::string escape_like(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        if (c == '\\' || c == '%' || c == '_') escaped += '\\';
        escaped += c;
    }
    return escaped;
}

}  // namespace moodle_fdw::moodle
