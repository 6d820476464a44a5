#include "moodle/entity_data.h"

#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

using enum ColumnType;

constexpr ColumnDef kForumColumns[] = {
    kInstanceColumn,
    {"forum_id", Bigint, "id", nullptr, "Moodle's id of the forum"},
    {"course_id", Bigint, "course", "courseids[]", "its course"},
    {"module_id", Bigint, "cmid", nullptr, "id of the activity in its course (cmid)"},
    {"type", Text, "type", nullptr, "general, news, qanda, eachuser, single, blog"},
    {"name", Text, "name", nullptr, "name; & and < escaped as served"},
    {"intro", Text, "intro", nullptr, "description, HTML as served"},
    {"introformat", Bigint, "introformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"introfiles", Jsonb, "introfiles", nullptr, "files in it"},
    {"lang", Text, "lang", nullptr, "forced language"},
    {"duedate", Timestamp, "duedate", nullptr, "when posts are due; NULL = none set"},
    {"cutoffdate", Timestamp, "cutoffdate", nullptr, "posts are taken until then; NULL = always"},
    {"numdiscussions", Bigint, "numdiscussions", nullptr, "discussions"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when its settings were last changed"},
    {"assessed", Bigint, "assessed", nullptr,
     "how ratings add up: 0 = no ratings, 1 = mean, 2 = count, 3 = greatest, 4 = least, 5 = sum"},
    {"assesstimestart", Timestamp, "assesstimestart", nullptr, "posts from then on can be rated"},
    {"assesstimefinish", Timestamp, "assesstimefinish", nullptr, "posts until then can be rated"},
    {"scale", Bigint, "scale", nullptr, "greatest rating; negative = a scale, by its id"},
    {"grade_forum", Bigint, "grade_forum", nullptr, "greatest grade for the whole forum; 0 = none"},
    {"grade_forum_notify", Boolean, "grade_forum_notify", nullptr,
     "whether students are told of it"},
    {"maxbytes", Bigint, "maxbytes", nullptr, "largest attachment; 0 = the site's limit"},
    {"maxattachments", Bigint, "maxattachments", nullptr, "attachments to a post"},
    {"forcesubscribe", Bigint, "forcesubscribe", nullptr,
     "0 = optional, 1 = all, 2 = all at first, 3 = nobody"},
    {"trackingtype", Bigint, "trackingtype", nullptr,
     "read tracking: 0 = off, 1 = optional, 2 = forced"},
    {"rsstype", Bigint, "rsstype", nullptr, "feed: 0 = none, 1 = discussions, 2 = posts"},
    {"rssarticles", Bigint, "rssarticles", nullptr, "entries in it"},
    {"warnafter", Bigint, "warnafter", nullptr, "posts before a warning; 0 = none"},
    {"blockafter", Bigint, "blockafter", nullptr, "posts before a block; 0 = none"},
    {"blockperiod", Bigint, "blockperiod", nullptr, "seconds in which these are counted"},
    {"completiondiscussions", Bigint, "completiondiscussions", nullptr,
     "discussions that complete it"},
    {"completionreplies", Bigint, "completionreplies", nullptr, "replies that complete it"},
    {"completionposts", Bigint, "completionposts", nullptr, "posts that complete it"},
    {"cancreatediscussions", Boolean, "cancreatediscussions", nullptr,
     "whether the token's user may start one"},
    {"lockdiscussionafter", Bigint, "lockdiscussionafter", nullptr,
     "seconds of silence that lock a discussion; 0 = never"},
    {"istracked", Boolean, "istracked", nullptr, "whether the token's user tracks it"},
    {"unreadpostscount", Bigint, "unreadpostscount", nullptr, "posts that he has not read"},
    raw_column(""),
};

constexpr const char* kForumKey[] = {"forum_id"};

constexpr int kCoursesInBatch = 50;
constexpr UnitColumn kOfCourses[] = {{"course_id", "courseids[]"}};
constexpr UnitsDef kCourseUnits = {
    .entity = "courses", .columns = kOfCourses, .noun = "course", .batch = kCoursesInBatch};

constexpr ColumnDef kDiscussionColumns[] = {
    kInstanceColumn,
    {"discussion_id", Bigint, "discussion", nullptr, "Moodle's id of the discussion"},
    {"forum_id", Bigint, "=forumid", "forumid", "the forum"},
    {"post_id", Bigint, "id", nullptr, "its first post"},
    {"name", Text, "name", nullptr, "name"},
    {"group_id", Bigint, "groupid", nullptr, "group that it is for; -1 = all"},
    {"user_id", Bigint, "userid", nullptr, "who began it"},
    {"userfullname", Text, "userfullname", nullptr, "that person's name"},
    {"created", Timestamp, "created", nullptr, "when it was begun"},
    {"modified", Timestamp, "modified", nullptr, "when its first post was last changed"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last posted in"},
    {"usermodified", Bigint, "usermodified", nullptr, "who last posted in it"},
    {"usermodifiedfullname", Text, "usermodifiedfullname", nullptr, "that person's name"},
    {"timestart", Timestamp, "timestart", nullptr, "shown from then on; NULL = always"},
    {"timeend", Timestamp, "timeend", nullptr, "shown until then; NULL = always"},
    {"numreplies", Bigint, "numreplies", nullptr, "replies"},
    {"numunread", Bigint, "numunread", nullptr, "posts that the token's user has not read"},
    {"pinned", Boolean, "pinned", nullptr, "whether it stands on top"},
    {"locked", Boolean, "locked", nullptr, "whether it is closed"},
    {"starred", Boolean, "starred", nullptr, "whether the token's user has starred it"},
    {"subject", Text, "subject", nullptr, "subject of its first post"},
    {"message", Text, "message", nullptr, "text of its first post, HTML as served"},
    {"messageformat", Bigint, "messageformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"messagetrust", Bigint, "messagetrust", nullptr, "whether that text is trusted"},
    {"messageinlinefiles", Jsonb, "messageinlinefiles", nullptr, "files in it"},
    {"attachment", Text, "attachment", nullptr, "whether it has attachments"},
    {"attachments", Jsonb, "attachments", nullptr, "these"},
    {"totalscore", Bigint, "totalscore", nullptr, "a total of its ratings"},
    {"mailed", Bigint, "mailed", nullptr,
     "whether it was sent out: 0 = not yet, 1 = yes, 2 = failed"},
    {"mailnow", Bigint, "mailnow", nullptr, "whether it was to be sent out at once"},
    {"parent", Bigint, "parent", nullptr, "0: the first post answers none"},
    {"userpictureurl", Text, "userpictureurl", nullptr, "picture of who began it"},
    {"usermodifiedpictureurl", Text, "usermodifiedpictureurl", nullptr,
     "picture of who last posted"},
    {"canreply", Boolean, "canreply", nullptr, "whether the token's user may reply"},
    {"canlock", Boolean, "canlock", nullptr, "whether he may close it"},
    {"canfavourite", Boolean, "canfavourite", nullptr, "whether he may star it"},
    raw_column(""),
};

constexpr const char* kDiscussionKey[] = {"discussion_id"};

constexpr UnitColumn kOfForums[] = {{"forum_id", "forumid"}};
constexpr UnitsDef kForumUnits = {.entity = "forums", .columns = kOfForums, .noun = "forum"};

constexpr ColumnDef kPostColumns[] = {
    kInstanceColumn,
    {"post_id", Bigint, "id", nullptr, "Moodle's id of the post"},
    {"discussion_id", Bigint, "discussionid", "discussionid", "the discussion"},
    {"parent_id", Bigint, "parentid", nullptr,
     "the post that it answers; NULL = it begins the discussion"},
    {"hasparent", Boolean, "hasparent", nullptr, "whether it answers one"},
    {"user_id", Bigint, "author/id", nullptr, "who wrote it"},
    {"userfullname", Text, "author/fullname", nullptr, "that person's name"},
    {"subject", Text, "subject", nullptr, "subject"},
    {"replysubject", Text, "replysubject", nullptr, "subject of an answer"},
    {"message", Text, "message", nullptr, "text, HTML as served"},
    {"messageformat", Bigint, "messageformat", nullptr,
     "1 = HTML, 0 = Moodle, 2 = plain, 4 = Markdown"},
    {"timecreated", Timestamp, "timecreated", nullptr, "when it was written"},
    {"timemodified", Timestamp, "timemodified", nullptr, "when it was last changed"},
    {"unread", Boolean, "unread", nullptr, "whether the token's user has yet to read it"},
    {"isdeleted", Boolean, "isdeleted", nullptr,
     "whether it was deleted; then subject and text say so"},
    {"isprivatereply", Boolean, "isprivatereply", nullptr, "whether it is for one person alone"},
    {"haswordcount", Boolean, "haswordcount", nullptr, "whether words are counted"},
    {"wordcount", Bigint, "wordcount", nullptr, "words"},
    {"charcount", Bigint, "charcount", nullptr, "characters"},
    {"attachments", Jsonb, "attachments", nullptr, "files beside it"},
    {"messageinlinefiles", Jsonb, "messageinlinefiles", nullptr, "files in it"},
    {"tags", Jsonb, "tags", nullptr, "tags: [{id, tagid, displayname, ...}]"},
    {"author", Jsonb, "author", nullptr, "who wrote it, with groups and pictures"},
    {"capabilities", Jsonb, "capabilities", nullptr, "what the token's user may do with it"},
    {"urls", Jsonb, "urls", nullptr, "addresses"},
    {"html", Jsonb, "html", nullptr, "parts of its page"},
    raw_column(""),
};

constexpr const char* kPostKey[] = {"post_id"};

constexpr UnitColumn kOfDiscussions[] = {{"discussion_id", "discussionid"}};
constexpr UnitsDef kDiscussionUnits = {
    .entity = "discussions", .columns = kOfDiscussions, .noun = "discussion"};

}  // namespace

const EntityDef kForums = {
    .name = "forums",
    .comment = "forums of the courses",
    .function = "mod_forum_get_forums_by_courses",
    .rows = "/*",
    .fan_out = FanOut::Listed,
    .columns = kForumColumns,
    .key = kForumKey,
    .rows_estimate = "forums",
    .needs =
        "mod/forum:viewdiscussion, moodle/course:view (courses that the token's user is not "
        "enrolled in), moodle/course:viewhiddenactivities (hidden ones)",
    .cannot_see = "forums that the token's user may not see: Moodle leaves them out without a word",
    .units = &kCourseUnits,
};

const EntityDef kDiscussions = {
    .name = "discussions",
    .comment = "discussions in the forums, each with its first post",
    .function = "mod_forum_get_forum_discussions",
    .rows = "/discussions/*",
    .fan_out = FanOut::Listed,
    .columns = kDiscussionColumns,
    .key = kDiscussionKey,
    .rows_estimate = "discussions",
    .needs =
        "mod/forum:viewdiscussion, moodle/site:accessallgroups (without it only those of the "
        "user's own groups are listed, in silence); the function mod_forum_get_forums_by_courses "
        "lists the forums",
    .cannot_see =
        "which course it is in: join forums; discussions of groups that the token's user may not "
        "see",
    .units = &kForumUnits,
};

const EntityDef kPosts = {
    .name = "posts",
    .comment = "posts in the discussions",
    .function = "mod_forum_get_discussion_posts",
    .rows = "/posts/*",
    .fan_out = FanOut::Listed,
    .columns = kPostColumns,
    .key = kPostKey,
    .rows_estimate = "posts",
    .needs =
        "as discussions; the functions mod_forum_get_forums_by_courses and "
        "mod_forum_get_forum_discussions list the discussions",
    .cannot_see =
        "ratings; files within the text; which forum and course it is in: join discussions and "
        "forums. One call is made for each discussion: join discussions with a condition, or name "
        "them in WHERE.",
    .units = &kDiscussionUnits,
};

}  // namespace moodle_fdw::moodle
