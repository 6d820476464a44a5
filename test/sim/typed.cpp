#include "typed.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace sim {

namespace {

constexpr std::string_view kWords[] = {"Plain words",
                                       "R&amp;D \xE2\x80\x93 \"quoted\"",
                                       "\xD0\x9E\xD0\xBB\xD0\xB5\xD0\xB3 \xE4\xBC\x9F",
                                       "back\\slash / slash",
                                       "\xF0\x9F\x90\x98 elephant",
                                       "",
                                       "two\nlines\tand a tab",
                                       "it's 100%"};
constexpr std::string_view kNames[] = {"alpha", "beta", "gamma", "delta"};

bool is_time(const std::string& key) {
    if (key == "timelimit" || key == "timeduration" || key == "timezone") return false;
    return key.starts_with("time") || key.ends_with("date") || key.ends_with("access");
}

bool is_text(const std::string& type) {
    return type != "int" && type != "bool" && type != "float";
}

// What was said for the plain arguments: what a record says of itself under the same name is that.
using Given = std::map<std::string, std::string>;

class Maker {
  public:
    Maker(JsonOut& out, const Options& options, uint64_t state, const Given& given, bool past_end)
        : out_(out), options_(options), state_(state), given_(given), past_end_(past_end) {}

    void write(const Shape& shape) {
        if (shape.kind == Shape::Kind::List) return write_list(shape);
        if (shape.kind == Shape::Kind::Object) return write_object(shape);
        write_value(shape);
    }

  private:
    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15u;
        uint64_t x = state_;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        return x ^ (x >> 31);
    }
    bool one_in(uint64_t n) { return next() % n == 0; }

    // The outermost list has something in it, so that whoever reads it reads something. Moodle's
    // warnings mean that something went wrong.
    void write_list(const Shape& shape) {
        uint64_t count = lists_ == 0 ? 1 + next() % 3 : next() % (lists_ > 2 ? 2 : 4);
        if (shape.name == "warnings" || (lists_ == 0 && past_end_)) count = 0;
        lists_++;
        out_.open('[');
        const uint64_t first = 10 * (1 + next() % 100'000);
        for (uint64_t i = 0; i < count; i++) {
            own_id_ = static_cast<int64_t>(first + i);
            write(shape.inside.front());
        }
        out_.close(']');
        lists_--;
    }
    // PHP knows no empty object: where no key is there, an empty list is.
    void write_object(const Shape& shape) {
        std::vector<const Shape*> there;
        for (const Shape& key : shape.inside) {
            if (!key.optional || !one_in(4)) there.push_back(&key);
        }
        const int64_t id = own_id_;
        out_.open(there.empty() ? '[' : '{');
        for (const Shape* key : there) {
            out_.key(escape_json(key->name));
            own_id_ = id;
            write(*key);
        }
        out_.close(there.empty() ? ']' : '}');
    }

    void write_value(const Shape& shape) {
        const bool own = shape.name == "id";
        if (shape.type == "nothing") return void(out_.null());
        if (const auto given = given_.find(shape.name); given != given_.end()) {
            const bool number = given->second.find_first_not_of("0123456789") == std::string::npos;
            if (shape.type == "int" && number) return void(out_.raw(given->second));
            if (is_text(shape.type)) return void(out_.text(given->second));
        }
        if (shape.nullable && !own && !shape.name.empty() && one_in(6)) return void(out_.null());
        if (shape.type == "int") {
            write_int(shape.name);
        } else if (shape.type == "bool") {
            out_.flag(one_in(2));
        } else if (shape.type == "float") {
            static constexpr std::string_view kFloats[] = {"0", "7.5", "-0.25", "100", "33.33333"};
            out_.raw(kFloats[next() % 5]);
        } else if (shape.type == "raw" && one_in(8)) {
            out_.number(static_cast<int64_t>(next() % 1000));  // Moodle hands on what it has
        } else if (own) {
            out_.text(std::to_string(own_id_));
        } else {
            out_.text(text_of(shape.type));
        }
    }
    void write_int(const std::string& name) {
        if (name == "id") return void(out_.number(own_id_));
        const auto any = static_cast<int64_t>(next() >> 8);
        if (is_time(name)) {
            out_.number(any % 5 == 0 ? 0 : kEpoch + any % 30'000'000);
        } else if (name == "courseid" || name == "course") {
            out_.number(2 + any % options_.courses);
        } else if (name == "userid" || name == "user") {
            out_.number(3 + any % (options_.users - 2));
        } else {
            out_.number(any % 16 == 0 ? 3'000'000'000 + any % 1000 : any % 100);
        }
    }
    std::string text_of(const std::string& type) {
        const uint64_t any = next() >> 8;
        const std::string number = std::to_string(any % 1000), name(kNames[any % 4]);
        static const std::set<std::string> words = {"alpha", "alphaext",  "alphanum", "alphanumext",
                                                    "area",  "component", "plugin",   "safedir",
                                                    "tag",   "stringid"};
        if (type == "raw") {
            return any % 3 == 0 ? "<p>" + std::string(kWords[any % 8]) + "</p>"
                                : std::string(kWords[any % 8]);
        }
        if (type == "url") return options_.wwwroot + "/mod/" + name + "/view.php?id=" + number;
        if (type == "localurl" || type == "path" || type == "safepath") return "/" + name + "/";
        if (type == "file") return name + " " + number + ".txt";
        if (type == "lang") return "en";
        if (type == "theme") return "boost";
        if (type == "auth") return "manual";
        if (type == "timezone") return "Europe/Warsaw";
        if (type == "username") return "user000" + number;
        if (type == "email") return "user" + number + "@example.edu";
        if (type == "capability") return "mod/" + name + ":view";
        if (words.contains(type)) return name;
        return std::string(kWords[any % 8]);
    }

    JsonOut& out_;
    const Options& options_;
    uint64_t state_;
    const Given& given_;
    bool past_end_;
    int lists_ = 0;       // how many lists we are in
    int64_t own_id_ = 1;  // of the record that is being written
};

uint64_t mixed(uint64_t state, std::string_view text) {
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return state ^ state >> 29;
}

}  // namespace

Answer typed_answer(const Context& context, const std::string& function, const Shape& returns) {
    // 0 = none in particular.
    const int64_t course = context.arguments->number("courseid", 0);
    if (course != 0 && !context.site.find_course(course)) return no_record("course");
    auto asked = context.arguments->all();
    std::erase_if(asked, [](const auto& one) {
        return one.first.starts_with("moodlews") || one.first == "wstoken" ||
               one.first == "wsfunction";
    });
    std::sort(asked.begin(), asked.end());
    uint64_t state = mixed(0xcbf29ce484222325u ^ context.site.options().seed, function);
    Given given;
    bool past_end = false;  // what there is stands on the first page
    for (const auto& [name, value] : asked) {
        state = mixed(mixed(state, name), value);
        if (name.find('[') == std::string::npos && !value.empty()) given[name] = value;
        const bool pages = name == "page" || name == "limitfrom" || name == "offset";
        past_end = past_end || (pages && std::atoll(value.c_str()) > 0);
    }
    const Site& site = context.site;
    return answer(1, [&site, &returns, state, given, past_end](JsonOut& out) {
        Maker(out, site.options(), state, given, past_end).write(returns);
    });
}

}  // namespace sim
