// Writes the answer of core_user_get_users for a site of any size, as a real Moodle words it: keys
// in Moodle's order, empty values missing, \uXXXX for all but ASCII, \/ for slashes, emoji as
// surrogate pairs. The same numbers give the same bytes.
//
//   generate_users --users 100000 --body FILE [--lines FILE]
//   generate_users --bytes 1073741824 --body FILE
//
// --lines gets one record a line, byte for byte as in the body: the references start from it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

namespace {

// A sequence that depends on the user's number alone, so that sizes do not shift the data.
class Dice {
  public:
    explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}

    uint64_t roll() {
        state_ += 0x9E3779B97F4A7C15ULL;
        uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    uint64_t below(uint64_t bound) { return roll() % bound; }
    bool percent(unsigned chance) { return below(100) < chance; }

    template <size_t N>
    std::string_view pick(const std::string_view (&choices)[N]) {
        return choices[below(N)];
    }

  private:
    uint64_t state_;
};

constexpr std::string_view kFirstNames[] = {
    "Mary Ann", "José",         "Søren",  "Иван",   "Анастасия", "محمد",     "فاطمة",
    "伟",       "さくら",       "지훈",   "Ngọc",   "D'Arcy",    "François", "Test \"Q\"",
    "Sinéad",   "Renée",        "Zoë",    "João",   "Łukasz",    "שרה",      "Ayşe",
    "प्रिया",    "Δημήτρης",     "Ana",    "Carlos", "Elizabeth", "Wilhelm",  "Noah",
    "Olivia",   "Ana Carolina", "Thiago", "Beatriz"};
constexpr std::string_view kLastNames[] = {
    "Smith",       "O'Neill",   "Müller",       "Кузнецов",     "Лебедева",   "الهاشمي",
    "כהן",         "김",        "东方",         "Dupont-Ågren", "de la Cruz", "Yıldız",
    "Back\\slash", "Nowak",     "Ünal",         "Петров",       "Silva",      "dos Santos",
    "Pereira",     "Ferreira",  "van den Berg", "Παπαδόπουλος", "शर्मा",       "Nguyễn",
    "Jones 🎓",     "Rodríguez", "Almeida",      "Costa",        "Tab\tb",     "Lima"};
constexpr std::string_view kCities[] = {"Perth",     "東京",     "Łódź",
                                        "São Paulo", "القاهرة",  "Warszawa",
                                        "Göteborg",  "New York", "Florianópolis"};
constexpr std::string_view kCountries[] = {"AU", "JP", "PL", "BR", "EG", "PL", "SE", "US", "BR"};
constexpr std::string_view kDomains[] = {"example.edu", "uni.example.org", "school.example"};
constexpr std::string_view kInstitutions[] = {"Example University", "Universidade de Exemplo",
                                              "Высшая школа экономики", "École normale"};
constexpr std::string_view kDepartments[] = {"Mathematics", "Ciências da Computação",
                                             "Law & Economics", "文学部"};
constexpr std::string_view kAuth[] = {"manual", "manual", "ldap", "oauth2", "manual"};
constexpr std::string_view kZones[] = {"99", "99", "99", "America/Sao_Paulo", "Europe/Warsaw"};
constexpr std::string_view kLanguages[] = {"en", "pt_br", "en", "es", "pl"};
constexpr std::string_view kSizes[] = {"S", "M", "L", "No"};
constexpr std::string_view kProgrammes[] = {"Bacharelado em Ciências Sociais",
                                            "MSc Computer Science", "Licenciatura em Matemática",
                                            "История искусств"};
constexpr std::string_view kDescriptions[] = {
    "<p>Hello <b>world</b> &amp; \"friends\" 🎉</p>",
    "<p>I teach statistics and the history of science. Office hours: Tuesday 14–16.</p>\r\n"
    "<p>See <a href=\"https://example.edu/~me\">my page</a>.</p>",
    "<p dir=\"rtl\">مرحبا بالعالم</p>", "Estudante de graduação; gosto de música e de bicicleta."};

void append_utf16(std::string& out, unsigned unit) {
    constexpr char kHex[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

// One code point of valid UTF-8, as PHP's json_encode writes it.
size_t append_escaped(std::string& out, std::string_view text) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    if (byte(0) >= 0xF0) {
        const unsigned point = ((byte(0) & 7u) << 18 | (byte(1) & 63u) << 12 |
                                (byte(2) & 63u) << 6 | (byte(3) & 63u)) -
                               0x10000;
        append_utf16(out, 0xD800 | point >> 10);
        append_utf16(out, 0xDC00 | (point & 0x3FF));
        return 4;
    }
    if (byte(0) >= 0xE0) {
        append_utf16(out, (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u));
        return 3;
    }
    append_utf16(out, (byte(0) & 31u) << 6 | (byte(1) & 63u));
    return 2;
}

void append_string(std::string& out, std::string_view text) {
    out += '"';
    for (size_t at = 0; at < text.size();) {
        const char byte = text[at];
        if (static_cast<unsigned char>(byte) >= 0x80) {
            at += append_escaped(out, text.substr(at));
            continue;
        }
        switch (byte) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '/':
                out += "\\/";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += byte;
        }
        ++at;
    }
    out += '"';
}

class Record {
  public:
    explicit Record(std::string& out) : out_(out) {}

    void text(std::string_view name, std::string_view value) {
        key(name);
        append_string(out_, value);
    }
    void number(std::string_view name, uint64_t value) {
        key(name);
        out_ += std::to_string(value);
    }
    void flag(std::string_view name, bool value) {
        key(name);
        out_ += value ? "true" : "false";
    }
    void key(std::string_view name) {
        out_ += first_ ? '{' : ',';
        first_ = false;
        append_string(out_, name);
        out_ += ':';
    }
    void close() { out_ += '}'; }

  private:
    std::string& out_;
    bool first_ = true;
};

void append_custom_field(std::string& out, std::string_view type, std::string_view value,
                         std::string_view shown, std::string_view name,
                         std::string_view shortname) {
    Record field(out);
    field.text("type", type);
    field.text("value", value);
    field.text("displayvalue", shown);
    field.text("name", name);
    field.text("shortname", shortname);
    field.close();
}

void append_custom_fields(std::string& out, Dice& dice, bool has_department) {
    out += '[';
    if (has_department) {
        const std::string code = "D" + std::to_string(dice.below(40));
        append_custom_field(out, "text", code, code, "Department code", "dept");
        out += ',';
    }
    const bool agreed = dice.percent(60);
    append_custom_field(out, "checkbox", agreed ? "1" : "0", agreed ? "Yes" : "No", "GDPR agreed",
                        "gdpr");
    out += ',';
    const std::string_view size = dice.pick(kSizes);
    append_custom_field(out, "menu", size, size, "T-shirt", "tshirt");
    out += ',';
    const std::string_view programme = dice.pick(kProgrammes);
    append_custom_field(out, "text", programme, programme, "Study programme", "programme");
    out += ']';
}

// Times of a site in use: within five years, 0 = never.
uint64_t moment(Dice& dice, unsigned never_percent) {
    return dice.percent(never_percent) ? 0 : 1630000000 + dice.below(160000000);
}

void append_user(std::string& out, uint64_t number) {
    Dice dice(number);
    const uint64_t id = number + 2;
    const std::string padded = std::to_string(1000000 + number).substr(1);
    const std::string first(dice.pick(kFirstNames));
    const std::string last = std::string(dice.pick(kLastNames)) + " " + padded;
    const bool has_institution = dice.percent(60);
    const size_t place = dice.below(std::size(kCities));
    const std::string picture =
        "https://ead.example.edu/pluginfile.php/" + std::to_string(20 + id) + "/user/icon/boost/";

    Record user(out);
    user.number("id", id);
    user.text("username", "user" + padded);
    user.text("firstname", first);
    user.text("lastname", last);
    user.text("fullname", first + " " + last);
    user.text("email", "user" + padded + "@" + std::string(dice.pick(kDomains)));
    if (dice.percent(2)) user.text("address", "1 Main St\nFlat " + std::to_string(dice.below(90)));
    if (dice.percent(10)) user.text("phone1", "+55 48 3721-" + padded.substr(2));
    user.text("department", dice.percent(40) ? dice.pick(kDepartments) : "");
    if (has_institution) user.text("institution", dice.pick(kInstitutions));
    if (dice.percent(92)) user.text("idnumber", "ID-" + padded);
    if (dice.percent(3)) user.text("interests", "sql, postgres");
    const uint64_t first_access = moment(dice, 15);
    user.number("firstaccess", first_access);
    user.number("lastaccess", first_access == 0 ? 0 : first_access + dice.below(9000000));
    user.text("auth", dice.pick(kAuth));
    user.flag("suspended", dice.percent(4));
    user.flag("confirmed", !dice.percent(1));
    user.text("lang", dice.pick(kLanguages));
    user.text("theme", "");
    user.text("timezone", dice.pick(kZones));
    user.number("mailformat", 1);
    user.number("trackforums", dice.below(2));
    if (dice.percent(55)) {
        user.text("description", dice.percent(75) ? dice.pick(kDescriptions) : "");
        user.number("descriptionformat", 1);
    }
    if (dice.percent(91)) {
        user.text("city", kCities[place]);
        user.text("country", kCountries[place]);
    }
    user.text("profileimageurlsmall", picture + "f2?rev=" + std::to_string(dice.below(900000)));
    user.text("profileimageurl", picture + "f1?rev=" + std::to_string(dice.below(900000)));
    user.key("customfields");
    append_custom_fields(out, dice, has_institution);
    user.close();
}

constexpr std::string_view kHead = R"({"users":[)";
// What Moodle says of a search key that it does not know, and therefore ignores: everyone is
// listed.
constexpr std::string_view kTail =
    R"(],"warnings":[{"item":"everyone","warningcode":"invalidfieldparameter","message":)"
    R"("The search key 'everyone' is not supported, look at the web service documentation"}]})";

class Output {
  public:
    explicit Output(const char* path) : file_(path == nullptr ? nullptr : fopen(path, "wb")) {
        if (path != nullptr && file_ == nullptr) fail(path);
    }
    void write(std::string_view bytes) {
        written_ += bytes.size();
        if (file_ == nullptr) return;
        if (fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("write");
    }
    void close() {
        if (file_ != nullptr && fclose(file_) != 0) fail("close");
    }
    uint64_t written() const { return written_; }

  private:
    [[noreturn]] static void fail(const char* what) {
        perror(what);
        exit(1);
    }

    FILE* file_;
    uint64_t written_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    uint64_t users = UINT64_MAX;
    uint64_t bytes = UINT64_MAX;
    const char* body_path = nullptr;
    const char* lines_path = nullptr;
    for (int at = 1; at + 1 < argc; at += 2) {
        const std::string_view name = argv[at];
        const char* value = argv[at + 1];
        if (name == "--users") users = strtoull(value, nullptr, 10);
        if (name == "--bytes") bytes = strtoull(value, nullptr, 10);
        if (name == "--body") body_path = value;
        if (name == "--lines") lines_path = value;
    }
    if (body_path == nullptr || (users == UINT64_MAX && bytes == UINT64_MAX)) {
        fprintf(stderr, "usage: generate_users --users N | --bytes N --body FILE [--lines FILE]\n");
        return 2;
    }
    Output body(body_path);
    Output lines(lines_path);
    body.write(kHead);
    std::string record;
    uint64_t number = 0;
    for (; number < users && body.written() < bytes; ++number) {
        record.clear();
        append_user(record, number);
        if (number > 0) body.write(",");
        body.write(record);
        record += '\n';
        lines.write(record);
    }
    body.write(kTail);
    body.close();
    lines.close();
    printf("%llu users, %llu bytes\n", static_cast<unsigned long long>(number),
           static_cast<unsigned long long>(body.written()));
    return 0;
}
