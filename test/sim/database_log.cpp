// The event log: every deed as Moodle's standard log has it.
#include <algorithm>

#include "database.h"

namespace sim {

namespace {

using What = Deed::What;

// What an event is, apart from who, when and where.
struct Kind {
    const char *name, *component, *action, *target;
    const char* table;  // nothing where there is no record
    char crud;
    int level;  // of education: 1 teaching, 2 participating, 0 other
};

Kind kind_of(const Deed& deed) {
    switch (deed.what) {
        case What::LogIn:
            return {"\\core\\event\\user_loggedin", "core", "loggedin", "user", "user", 'r', 0};
        case What::SeeCourse:
            return {"\\core\\event\\course_viewed", "core", "viewed", "course", nullptr, 'r', 2};
        case What::SeeDiscussion:
            return {"\\mod_forum\\event\\discussion_viewed",
                    "mod_forum",
                    "viewed",
                    "discussion",
                    "forum_discussions",
                    'r',
                    2};
        case What::HandIn:
            return {"\\mod_assign\\event\\assessable_submitted",
                    "mod_assign",
                    "submitted",
                    "assessable",
                    "assign_submission",
                    'u',
                    2};
        case What::Begin:
            return {"\\mod_quiz\\event\\attempt_started",
                    "mod_quiz",
                    "started",
                    "attempt",
                    "quiz_attempts",
                    'c',
                    2};
        case What::Finish:
            return {"\\mod_quiz\\event\\attempt_submitted",
                    "mod_quiz",
                    "submitted",
                    "attempt",
                    "quiz_attempts",
                    'u',
                    2};
        case What::Discuss:
            return {"\\mod_forum\\event\\discussion_created",
                    "mod_forum",
                    "created",
                    "discussion",
                    "forum_discussions",
                    'c',
                    2};
        case What::Reply:
            return {"\\mod_forum\\event\\post_created",
                    "mod_forum",
                    "created",
                    "post",
                    "forum_posts",
                    'c',
                    2};
        case What::Grade:
            return {"\\core\\event\\user_graded", "core", "graded", "user", "grade_grades", 'u', 1};
        case What::CompleteModule:
            return {"\\core\\event\\course_module_completion_updated",
                    "core",
                    "updated",
                    "course_module_completion",
                    "course_modules_completion",
                    'u',
                    2};
        case What::CompleteCourse:
            return {"\\core\\event\\course_completed",
                    "core",
                    "completed",
                    "course",
                    "course_completions",
                    'u',
                    2};
        default:
            return {"\\core\\event\\role_assigned", "core", "assigned", "role", "role", 'c', 0};
    }
}

// A number of the addresses that are kept for documentation.
std::string address_of(int64_t user) {
    return (user % 2 == 0 ? "192.0.2." : "198.51.100.") + std::to_string(1 + user * 37 % 254);
}

class Log {
  public:
    Log(std::ostream& out, const Site& site, const std::string& schema)
        : site_(site),
          table_(
              out, schema, "logstore_standard_log",
              "id bigint, eventname varchar(255), component varchar(100), action varchar(100), "
              "target varchar(100), objecttable varchar(50), objectid bigint, crud varchar(1), "
              "edulevel smallint, contextid bigint, contextlevel bigint, contextinstanceid "
              "bigint, userid bigint, courseid bigint, relateduserid bigint, anonymous smallint, "
              "other text, timecreated bigint, origin varchar(10), ip varchar(45), realuserid "
              "bigint") {}

    void write(const Deed& deed) {
        if (deed.what == What::SeeModule) return write_view(deed);
        if (deed.what == What::Enrol) return write_enrolment(deed);
        const Kind kind = kind_of(deed);
        const bool on_site = deed.what == What::LogIn;
        const bool in_course = deed.what == What::SeeCourse || deed.what == What::Grade ||
                               deed.what == What::CompleteCourse;
        const bool tried = deed.what == What::Begin || deed.what == What::Finish;
        const Where where = on_site     ? Where{kSystemContext, 10, 0}
                            : in_course ? in(deed.course)
                                        : at(module_id(deed.course, deed.number));
        const int64_t object = on_site ? deed.user : deed.object;
        const int64_t about = tried ? deed.user : deed.about;
        put(deed, kind, where, object, about, other_of(deed));
    }

    // The programs that read the site every night.
    void write_night(int64_t time) {
        const Deed deed{time, 2, 0, What::LogIn};
        put(deed,
            {"\\core\\event\\webservice_function_called", "core", "called", "webservice_function",
             nullptr, 'r', 0},
            {kSystemContext, 10, 0}, 0, 0, R"({"function":"core_course_get_courses_by_field"})",
            "ws");
    }

  private:
    struct Where {
        int64_t context;
        int level;
        int64_t instance;
    };

    static Where in(int64_t course) { return {course_context(course), 50, course}; }
    static Where at(int64_t module) { return {module_context(module), 70, module}; }

    void write_view(const Deed& deed) {
        const Module module = module_of(deed);
        const std::string component = std::string("mod_") + module.type();
        const std::string name = "\\" + component + "\\event\\course_module_viewed";
        put(deed,
            {name.c_str(), component.c_str(), "viewed", "course_module", module.type(), 'r', 2},
            at(module.id), module.instance, 0, std::nullopt);
    }

    void write_enrolment(const Deed& deed) {
        const Taker& taker = *site_.story()->taker(deed.course, deed.about);
        const std::string way = taker.by_self ? "self" : "manual";
        Deed by = deed;
        if (taker.by_self) by.user = deed.about;
        put(by,
            {"\\core\\event\\user_enrolment_created", "core", "created", "user_enrolment",
             "user_enrolments", 'c', 0},
            in(deed.course), record_of(deed.course, deed.about), deed.about,
            R"({"enrol":")" + way + "\"}");
        put(by, kind_of(deed), in(deed.course), taker.role, deed.about,
            R"({"id":)" + std::to_string(record_of(deed.course, deed.about)) +
                R"(,"component":"","itemid":0})");
    }

    std::optional<std::string> other_of(const Deed& deed) const {
        const auto number = [](int64_t value) { return std::to_string(value); };
        switch (deed.what) {
            case What::LogIn:
                return R"({"username":")" +
                       std::string(std::string_view(site_.person(deed.user).username)) + "\"}";
            case What::Begin:
            case What::Finish:
                return R"({"quizid":)" + number(module_id(deed.course, deed.number)) + "}";
            case What::Discuss:
                return R"({"forumid":)" + number(module_id(deed.course, kForum)) + "}";
            case What::Reply:
                return R"({"discussionid":)" + number(deed.object / 10) + R"(,"forumid":)" +
                       number(module_id(deed.course, kForum)) + R"(,"forumtype":"general"})";
            case What::Grade:
                return R"({"itemid":)" + number(deed.course * 1000 + deed.number) +
                       R"(,"overridden":false})";
            case What::CompleteModule:
                return R"({"relateduserid":)" + number(deed.about) + R"(,"completionstate":1})";
            default:
                return std::nullopt;
        }
    }

    Module module_of(const Deed& deed) {
        if (deed.course != course_) {
            course_ = deed.course;
            modules_ = site_.story()->modules(course_);
        }
        return *std::find_if(modules_.begin(), modules_.end(), [&](const Module& one) {
            return one.id == module_id(deed.course, deed.number);
        });
    }

    void put(const Deed& deed, const Kind& kind, const Where& where, int64_t object, int64_t about,
             const std::optional<std::string>& other, const char* origin = "web") {
        const bool by_cron = deed.what == What::CompleteCourse;
        const auto ip = by_cron ? std::nullopt : std::optional(address_of(deed.user));
        table_.row(++id_, kind.name, kind.component, kind.action, kind.target,
                   kind.table == nullptr ? std::nullopt : std::optional(kind.table),
                   OrNull{kind.table == nullptr ? 0 : object}, std::string(1, kind.crud),
                   kind.level, where.context, where.level, where.instance, deed.user,
                   where.level == 10 ? 0 : deed.course, OrNull{about}, 0, other, deed.at,
                   by_cron ? "cli" : origin, ip, std::nullopt);
    }

    const Site& site_;
    Table table_;
    int64_t id_ = 0, course_ = 0;
    std::vector<Module> modules_;
};

}  // namespace

void write_log(std::ostream& out, const Site& site, const std::string& schema) {
    std::vector<Deed> all;
    for (int64_t course = 2; course <= site.last_course(); course++) {
        const std::vector<Deed> deeds = site.story()->deeds(course);
        all.insert(all.end(), deeds.begin(), deeds.end());
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Deed& a, const Deed& b) { return a.at < b.at; });
    Log log(out, site, schema);
    int64_t night = site.story()->now() - 30 * kDay + 2 * 3600;
    for (const Deed& deed : all) {
        for (; night <= deed.at; night += kDay) log.write_night(night);
        log.write(deed);
    }
}

}  // namespace sim
