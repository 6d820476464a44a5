// What a careful C++ programmer writes to fetch every course's grades: libcurl's multi interface
// with a number of connections, each answer parsed by RapidJSON's SAX reader once it is whole. The
// yardstick of the measure `grades`, and by --function a probe of how fast the server itself is.
//
//   ref_grades --url http://127.0.0.1:8000 --token T --connections 8
//              [--function NAME --arguments "&a=b"]
//
// Prints rows, sum of user ids, sum of item ids, rows with a grade, greatest grade, latest date;
// with --function: calls and bytes.
#include <curl/curl.h>

#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr char kGradesFunction[] = "gradereport_user_get_grade_items";

[[noreturn]] void die(const std::string& what) {
    fprintf(stderr, "ref_grades: %s\n", what.c_str());
    exit(1);
}

struct Grade {
    int64_t course_id = 0;
    int64_t user_id = 0;
    int64_t item_id = 0;
    std::optional<double> grade;
    int64_t graded_at = 0;
};

struct Totals {
    uint64_t rows = 0;
    uint64_t user_ids = 0;
    uint64_t item_ids = 0;
    uint64_t graded = 0;
    double greatest = 0;
    int64_t latest = 0;

    void add(const Grade& grade) {
        ++rows;
        user_ids += static_cast<uint64_t>(grade.user_id);
        item_ids += static_cast<uint64_t>(grade.item_id);
        if (grade.grade) {
            ++graded;
            if (*grade.grade > greatest) greatest = *grade.grade;
        }
        if (grade.graded_at > latest) latest = grade.graded_at;
    }
};

// {"usergrades":[{"courseid":..,"userid":..,"gradeitems":[{"id":..,"graderaw":..},..]},..]}
class GradeHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, GradeHandler> {
  public:
    explicit GradeHandler(Totals& totals) : totals_(totals) {}

    bool Default() {
        field_ = Field::Other;
        return true;
    }
    bool Null() { return Default(); }
    bool Int(int value) { return whole(value); }
    bool Uint(unsigned value) { return whole(value); }
    bool Int64(int64_t value) { return whole(value); }
    bool Uint64(uint64_t value) { return whole(static_cast<int64_t>(value)); }
    bool Double(double value) {
        if (field_ == Field::Grade) grade_.grade = value;
        return Default();
    }
    bool Key(const char* text, rapidjson::SizeType size, bool) {
        const std::string_view key(text, size);
        field_ = Field::Other;
        if (depth_ == kUserDepth) {
            if (key == "courseid") field_ = Field::Course;
            if (key == "userid") field_ = Field::User;
        } else if (depth_ == kItemDepth) {
            if (key == "id") field_ = Field::Item;
            if (key == "graderaw") field_ = Field::Grade;
            if (key == "gradedategraded") field_ = Field::Date;
        } else if (depth_ == 1 && key == "usergrades") {
            complete_ = true;
        } else if (depth_ == 1 && key == "exception") {
            return false;
        }
        return true;
    }
    bool StartObject() {
        ++depth_;
        if (depth_ == kItemDepth) {
            grade_.grade.reset();
            grade_.graded_at = 0;
        }
        return true;
    }
    bool EndObject(rapidjson::SizeType) {
        if (depth_ == kItemDepth) totals_.add(grade_);
        --depth_;
        return true;
    }
    bool StartArray() {
        ++depth_;
        return true;
    }
    bool EndArray(rapidjson::SizeType) {
        --depth_;
        return true;
    }
    bool complete() const { return complete_; }

  private:
    enum class Field { Other, Course, User, Item, Grade, Date };
    static constexpr int kUserDepth = 3;  // object, usergrades, user
    static constexpr int kItemDepth = 5;  // .., gradeitems, item

    bool whole(int64_t value) {
        switch (field_) {
            case Field::Course:
                grade_.course_id = value;
                break;
            case Field::User:
                grade_.user_id = value;
                break;
            case Field::Item:
                grade_.item_id = value;
                break;
            case Field::Grade:
                grade_.grade = static_cast<double>(value);
                break;
            case Field::Date:
                grade_.graded_at = value;
                break;
            case Field::Other:
                break;
        }
        return Default();
    }

    Totals& totals_;
    Grade grade_;
    Field field_ = Field::Other;
    int depth_ = 0;
    bool complete_ = false;
};

size_t append_body(char* bytes, size_t size, size_t count, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * count);
    return size * count;
}

struct Options {
    std::string url;
    std::string token;
    std::string function = kGradesFunction;
    std::string arguments = "&userid=0";  // besides the course
    int connections = 8;
};

class Connection {
  public:
    explicit Connection(const Options& options) : options_(options), easy_(curl_easy_init()) {
        const std::string url = options.url + "/webservice/rest/server.php";
        curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, append_body);
        curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &body_);
        curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
        curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, 256L * 1024);
    }
    ~Connection() { curl_easy_cleanup(easy_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void ask(const std::string& function, const std::string& arguments) {
        body_.clear();
        post_ = "wstoken=" + options_.token + "&wsfunction=" + function +
                "&moodlewsrestformat=json" + arguments;
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(post_.size()));
        curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, post_.c_str());
    }
    void check(CURLcode result) const {
        if (result != CURLE_OK) die(curl_easy_strerror(result));
        long status = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200) die("HTTP status " + std::to_string(status));
    }
    CURL* easy() const { return easy_; }
    std::string& body() { return body_; }

  private:
    const Options& options_;
    CURL* easy_;
    std::string body_;
    std::string post_;
};

std::vector<int64_t> list_courses(const Options& options) {
    Connection connection(options);
    connection.ask("core_course_get_courses_by_field", "");
    connection.check(curl_easy_perform(connection.easy()));
    rapidjson::Document document;
    document.ParseInsitu(connection.body().data());
    if (document.HasParseError() || !document.IsObject() || !document.HasMember("courses")) {
        die("no list of courses");
    }
    std::vector<int64_t> ids;
    for (const auto& course : document["courses"].GetArray()) {
        const int64_t id = course["id"].GetInt64();
        if (id != 1) ids.push_back(id);  // the front page
    }
    return ids;
}

class Crawl {
  public:
    explicit Crawl(const Options& options)
        : options_(options), courses_(list_courses(options)), multi_(curl_multi_init()) {
        for (int i = 0; i < options.connections; ++i) {
            connections_.push_back(std::make_unique<Connection>(options));
        }
    }
    ~Crawl() { curl_multi_cleanup(multi_); }
    Crawl(const Crawl&) = delete;
    Crawl& operator=(const Crawl&) = delete;

    void run() {
        for (auto& connection : connections_) start(*connection);
        while (active_ > 0) {
            int running = 0;
            curl_multi_perform(multi_, &running);
            int left = 0;
            bool moved = false;
            while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
                if (message->msg != CURLMSG_DONE) continue;
                finish(message);
                moved = true;
            }
            if (!moved) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        }
    }
    void print() const {
        if (options_.function == kGradesFunction) {
            printf("%llu|%llu|%llu|%llu|%.5f|%lld\n", static_cast<unsigned long long>(totals_.rows),
                   static_cast<unsigned long long>(totals_.user_ids),
                   static_cast<unsigned long long>(totals_.item_ids),
                   static_cast<unsigned long long>(totals_.graded), totals_.greatest,
                   static_cast<long long>(totals_.latest));
        } else {
            printf("%zu calls, %llu bytes\n", courses_.size(),
                   static_cast<unsigned long long>(bytes_));
        }
    }

  private:
    void start(Connection& connection) {
        if (next_ == courses_.size()) return;
        const std::string course = "&courseid=" + std::to_string(courses_[next_++]);
        connection.ask(options_.function, course + options_.arguments);
        curl_multi_add_handle(multi_, connection.easy());
        ++active_;
    }
    void finish(const CURLMsg* message) {
        CURL* easy = message->easy_handle;
        const CURLcode result = message->data.result;
        char* pointer = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &pointer);
        Connection& connection = *reinterpret_cast<Connection*>(pointer);
        curl_multi_remove_handle(multi_, easy);
        --active_;
        connection.check(result);
        bytes_ += connection.body().size();
        if (options_.function == kGradesFunction) parse(connection.body());
        start(connection);
    }
    void parse(std::string& body) {
        GradeHandler handler(totals_);
        rapidjson::InsituStringStream stream(body.data());
        rapidjson::Reader reader;
        reader.Parse<rapidjson::kParseInsituFlag>(stream, handler);
        if (reader.HasParseError() || !handler.complete()) die("not a list of grades");
    }

    const Options& options_;
    std::vector<int64_t> courses_;
    CURLM* multi_;
    std::vector<std::unique_ptr<Connection>> connections_;
    size_t next_ = 0;
    size_t active_ = 0;
    uint64_t bytes_ = 0;
    Totals totals_;
};

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int at = 1; at + 1 < argc; at += 2) {
        const std::string_view name = argv[at];
        if (name == "--url") options.url = argv[at + 1];
        if (name == "--token") options.token = argv[at + 1];
        if (name == "--function") options.function = argv[at + 1];
        if (name == "--arguments") options.arguments = argv[at + 1];
        if (name == "--connections") options.connections = atoi(argv[at + 1]);
    }
    if (options.url.empty() || options.connections < 1) die("needs --url and --token");
    curl_global_init(CURL_GLOBAL_DEFAULT);
    Crawl crawl(options);
    crawl.run();
    crawl.print();
    return 0;
}
