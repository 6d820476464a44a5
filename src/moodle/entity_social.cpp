#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kEventColumns[] = {
    kInstanceColumn,
    {"event_id", Bigint, "id", nullptr, "Moodle's id of the event"},
    {"course_id", Bigint, "courseid", "events[courseids][]", "its course; 1 = the whole site"},
    {"name", Text, "name", nullptr, "name"},
    {"eventtype", Text, "eventtype", nullptr, "site, course, due, open, close, gradingdue, ..."},
    {"modulename", Text, "modulename", nullptr, "kind of activity that made it; NULL = none"},
    {"instance_id", Bigint, "instance", nullptr,
     "which one of its kind: assignment_id, quiz_id, ..."},
    {"timestart", Timestamp, "timestart", nullptr, "begins"},
    {"timeduration", Bigint, "timeduration", nullptr, "seconds that it takes"},
    {"description", Text, "description", nullptr, "description, HTML as served"},
    {"format", Bigint, "format", nullptr, "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"categoryid", Bigint, "categoryid", nullptr, "its category"},
    {"groupid", Bigint, "groupid", nullptr, "its group"},
    {"userid", Bigint, "userid", nullptr, "who made it"},
    {"repeatid", Bigint, "repeatid", nullptr, "the event that it repeats"},
    {"visible", Boolean, "visible", nullptr, "whether it is shown"},
    {"uuid", Text, "uuid", nullptr, "id in the calendar that it was taken from"},
    {"sequence", Bigint, "sequence", nullptr, "changes since it was made"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    {"subscriptionid", Bigint, "subscriptionid", nullptr, "subscription that it came by"},
    raw_column(""),
};

constexpr const char* kEventKey[] = {"event_id"};

constexpr int kCoursesInBatch = 100;
constexpr UnitColumn kOfCourses[] = {{"course_id", "events[courseids][]"}};
constexpr UnitsDef kEventUnits = {.entity = "courses",
                                  .columns = kOfCourses,
                                  .noun = "course",
                                  .batch = kCoursesInBatch,
                                  .front_page = true};
constexpr BoundDef kEventBounds[] = {
    {"timestart", BoundKind::AtLeast, "options[timestart]"},
    {"timestart", BoundKind::AtMost, "options[timeend]"},
};

constexpr ColumnDef kBadgeColumns[] = {
    kInstanceColumn,
    {"user_id", Bigint, "=userid", "userid", "whose badges were asked for"},
    {"badge_id", Bigint, "id", nullptr, "Moodle's id of the badge"},
    {"issued_id", Bigint, "issuedid", nullptr, "id of its award; to who may configure badges"},
    {"name", Text, "name", nullptr, "name"},
    {"description", Text, "description", nullptr, "description"},
    {"dateissued", Timestamp, "dateissued", nullptr, "when it was awarded"},
    {"dateexpire", Timestamp, "dateexpire", nullptr, "when it expires; NULL = never"},
    {"uniquehash", Text, "uniquehash", nullptr, "the award's address ends with it"},
    {"course_id", Bigint, "courseid", nullptr, "its course; NULL = the site's, or not to be seen"},
    {"type", Bigint, "type", nullptr, "1 = of the site, 2 = of a course"},
    {"status", Bigint, "status", nullptr,
     "0 = inactive, 1 = active, 2 = inactive and locked, 3 = active and locked, 4 = archived"},
    {"visible", Boolean, "visible", nullptr, "whether the person shows it"},
    {"recipientid", Bigint, "recipientid", nullptr, "who got it, as Moodle tells it"},
    {"recipientfullname", Text, "recipientfullname", nullptr, "that person's name"},
    {"email", Text, "email", nullptr, "address that it was awarded to"},
    {"issuername", Text, "issuername", nullptr, "who awards it"},
    {"issuerurl", Text, "issuerurl", nullptr, "that one's address"},
    {"issuercontact", Text, "issuercontact", nullptr, "how to reach him"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when the badge was made"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    {"usercreated", Bigint, "usercreated", nullptr, "who made it"},
    {"usermodified", Bigint, "usermodified", nullptr, "who last changed it"},
    {"expiredate", Timestamp, "expiredate", nullptr, "when all its awards expire; NULL = never"},
    {"expireperiod", Bigint, "expireperiod", nullptr, "seconds after which an award expires"},
    {"message", Text, "message", nullptr, "message to who gets it"},
    {"messagesubject", Text, "messagesubject", nullptr, "its subject"},
    {"attachment", Bigint, "attachment", nullptr, "whether the badge is attached to it"},
    {"notification", Bigint, "notification", nullptr,
     "how its maker is told: 0 = not, 1 = each, 2 = daily, 3 = weekly, 4 = monthly"},
    {"nextcron", Timestamp, "nextcron", nullptr, "when that is next done"},
    {"version", Text, "version", nullptr, "version"},
    {"language", Text, "language", nullptr, "language"},
    {"imageauthorname", Text, "imageauthorname", nullptr, "who drew it"},
    {"imageauthoremail", Text, "imageauthoremail", nullptr, "his address"},
    {"imageauthorurl", Text, "imageauthorurl", nullptr, "his page"},
    {"imagecaption", Text, "imagecaption", nullptr, "caption"},
    {"badgeurl", Text, "badgeurl", nullptr, "its picture"},
    {"endorsement", Jsonb, "endorsement", nullptr, "who vouches for it"},
    {"alignment", Jsonb, "alignment", nullptr, "what it stands for elsewhere"},
    {"relatedbadges", Jsonb, "relatedbadges", nullptr,
     "related ones: [{id, name, version, language, type}]"},
    raw_column(""),
};

constexpr const char* kBadgeKey[] = {"user_id", "badge_id"};

constexpr ExpectedFault kBadgeExpected[] = {
    {"badgesdisabled", ""},      {"userdeleted", ""}, {"invaliduser", ""},
    {"guestsarenotallowed", ""}, {"noguest", ""},     {"usernotconfirmed", ""},
};

constexpr ColumnDef kNoteColumns[] = {
    kInstanceColumn,
    {"note_id", Bigint, "id", nullptr, "Moodle's id of the note"},
    {"course_id", Bigint, "=courseid", "courseid", "the course that was asked"},
    {"user_id", Bigint, "userid", nullptr, "whom it is about"},
    {"content", Text, "content", nullptr, "text, HTML as served"},
    {"format", Bigint, "format", nullptr, "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"created", Timestamp, "created", nullptr, "when it was written"},
    {"lastmodified", Timestamp, "lastmodified", nullptr, "when it was last changed"},
    {"usermodified", Bigint, "usermodified", nullptr, "who wrote or changed it"},
    {"publishstate", Text, "publishstate", nullptr, "public: for the course's teachers"},
    raw_column(""),
};

constexpr const char* kNoteKey[] = {"note_id"};

constexpr ExpectedFault kNoteExpected[] = {{"notesdisabled", ""}};
constexpr RawOnly kNoteLeftToRaw[] = {{"/coursenotes/*/courseid", "is course_id"}};

constexpr ColumnDef kTagColumns[] = {
    kInstanceColumn,
    {"tag_id", Bigint, "id", "tags[][id]", "Moodle's id of the tag"},
    {"tagcollid", Bigint, "tagcollid", nullptr, "its collection"},
    {"name", Text, "name", nullptr, "name, lower case"},
    {"rawname", Text, "rawname", nullptr, "name as it was written"},
    {"description", Text, "description", nullptr, "description, HTML as served"},
    {"descriptionformat", Bigint, "descriptionformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"flag", Bigint, "flag", nullptr, "how often it was reported"},
    {"official", Boolean, "official", nullptr, "as isstandard, by its old name"},
    {"isstandard", Boolean, "isstandard", nullptr,
     "whether the site keeps it though nothing has it"},
    {"viewurl", Text, "viewurl", nullptr, "its page"},
    raw_column(""),
};

constexpr const char* kTagKey[] = {"tag_id"};

constexpr int kTagsInBatch = 100;
constexpr UnitColumn kTagIds[] = {{"tag_id", "tags[][id]"}};
constexpr UnitsDef kTagUnits = {
    .entity = "", .columns = kTagIds, .noun = "tag", .batch = kTagsInBatch};
constexpr ExpectedFault kTagExpected[] = {{"tagsaredisabled", ""}};

constexpr ColumnDef kCloudColumns[] = {
    kInstanceColumn,
    {"name", Text, "name", nullptr, "name"},
    {"count", Bigint, "count", nullptr, "things that have it"},
    {"size", Bigint, "size", nullptr, "size in which it is shown, 1 to 20"},
    {"flag", Boolean, "flag", nullptr, "whether it was reported"},
    {"isstandard", Boolean, "isstandard", nullptr,
     "whether the site keeps it though nothing has it"},
    {"viewurl", Text, "viewurl", nullptr, "its page"},
    raw_column(""),
};

constexpr const char* kCloudKey[] = {"viewurl"};

}  // namespace

const EntityDef kCalendarEvents = {
    .name = "calendar_events",
    .comment = "events of the courses, of their activities and of the whole site",
    .function = "core_calendar_get_calendar_events",
    .rows = "/events/*",
    .fixed = R"({"options":{"userevents":0,"siteevents":1,"timestart":0,"timeend":0}})",
    .fan_out = FanOut::Listed,
    .distinct = Distinct::Scan,
    .columns = kEventColumns,
    .key = kEventKey,
    .rows_estimate = "calendar_events",
    .needs =
        "moodle/calendar:manageentries in the system (without it only courses that the token's "
        "user may enter), moodle/course:viewhiddenactivities (events of hidden activities)",
    .cannot_see =
        "events of groups and of categories; people's own events; dates that hold for one person "
        "or group alone",
    .units = &kEventUnits,
    .bounds = kEventBounds,
};

const EntityDef kBadges = {
    .name = "badges",
    .comment = "badges that people were awarded",
    .function = "core_badges_get_user_badges",
    .rows = "/badges/*",
    .fan_out = FanOut::Users,
    .user_argument = "userid",
    .columns = kBadgeColumns,
    .key = kBadgeKey,
    .expected = kBadgeExpected,
    .rows_estimate = "badges",
    .needs =
        "moodle/badges:viewotherbadges, moodle/badges:configuredetails (course_id, issued_id and "
        "further columns), and what users needs to list the people",
    .cannot_see =
        "badges that a person hides; badges that nobody has. One call is made for each person: "
        "name them in WHERE, or join.",
};

const EntityDef kNotes = {
    .name = "notes",
    .comment = "notes of teachers about participants",
    .function = "core_notes_get_course_notes",
    .rows = "/coursenotes/*",
    .fan_out = FanOut::Courses,
    .course_argument = "courseid",
    .columns = kNoteColumns,
    .key = kNoteKey,
    .expected = kNoteExpected,
    .rows_estimate = "notes",
    .needs =
        "moodle/notes:view, moodle/course:view (courses that the token's user is not enrolled in)",
    .cannot_see =
        "notes for the whole site, and personal ones, which Moodle shows to their author alone",
    .left_to_raw = kNoteLeftToRaw,
};

const EntityDef kTags = {
    .name = "tags",
    .comment = "tags by their ids, which activities, posts and reports tell",
    .function = "core_tag_get_tags",
    .rows = "/tags/*",
    .fan_out = FanOut::Listed,
    .columns = kTagColumns,
    .key = kTagKey,
    .expected = kTagExpected,
    .rows_estimate = "tags",
    .needs = "nothing more (moodle/tag:manage for flag and official)",
    .cannot_see =
        "which tags there are: a condition on tag_id must name them, or a join; tag_cloud lists "
        "all by name",
    .units = &kTagUnits,
};

const EntityDef kTagCloud = {
    .name = "tag_cloud",
    .comment = "all tags that something has, and how many things",
    .function = "core_tag_get_tag_cloud",
    .rows = "/tags/*",
    .fixed = R"({"limit":0})",
    .columns = kCloudColumns,
    .key = kCloudKey,
    .expected = kTagExpected,
    .rows_estimate = "tag_cloud",
    .needs = "nothing more",
    .cannot_see = "ids; tags that nothing has",
};

}  // namespace moodle_fdw::moodle
