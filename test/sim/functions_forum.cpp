// mod_forum_*.
#include <algorithm>

#include "activities.h"
#include "functions.h"
#include "pattern.h"

namespace sim {

namespace {

const Pattern kForum(
    R"({"id":@id@,"course":@course@,"type":"@type@","name":"@name@","intro":"@intro@",)"
    R"("introformat":1,"introfiles":[],"lang":"","duedate":0,"cutoffdate":0,"assessed":@assessed@,)"
    R"("assesstimestart":0,"assesstimefinish":0,"scale":@scale@,"grade_forum":0,)"
    R"("grade_forum_notify":0,"maxbytes":0,"maxattachments":1,"forcesubscribe":@subscribe@,)"
    R"("trackingtype":1,"rsstype":0,"rssarticles":0,"timemodified":@modified@,"warnafter":0,)"
    R"("blockafter":0,"blockperiod":0,"completiondiscussions":0,"completionreplies":0,)"
    R"("completionposts":@posts@,"cmid":@cmid@,"numdiscussions":@discussions@,)"
    R"("cancreatediscussions":true,"lockdiscussionafter":0,"istracked":false})");
const Pattern kDiscussion(
    R"({"id":@post@,"name":"@name@","groupid":-1,"timemodified":@modified@,)"
    R"("usermodified":@modifier@,"timestart":0,"timeend":0,"discussion":@id@,"parent":0,)"
    R"("userid":@user@,"created":@created@,"modified":@created@,"mailed":0,"subject":"@name@",)"
    R"("message":"<p>Question &lt;x&gt; @id@<\/p>","messageformat":1,"messagetrust":0,)"
    R"("attachment":false,"totalscore":0,"mailnow":0,"userfullname":"@fullname@",)"
    R"("usermodifiedfullname":"@modifiername@","userpictureurl":"@www@\/theme\/u\/f2",)"
    R"("usermodifiedpictureurl":"@www@\/theme\/u\/f2","numreplies":@replies@,"numunread":0,)"
    R"("pinned":false,"locked":false,"starred":false,"canreply":true,"canlock":true,)"
    R"("canfavourite":true})");
const Pattern kPost(
    R"({"id":@id@,"subject":"@subject@","replysubject":"Re: @subject@",)"
    R"("message":"<p>Post @id@ \u0645\u0631\u062d\u0628\u0627<\/p>","messageformat":1,)"
    R"("author":{"id":@user@,"fullname":"@fullname@","isdeleted":false,"groups":[@groups@],)"
    R"("urls":{"profile":"@www@\/user\/view.php?id=@user@&course=@course@",)"
    R"("profileimage":"@www@\/theme\/u\/f1"}},"discussionid":@discussion@,"hasparent":@reply@,)"
    R"("parentid":@parent@,"timecreated":@created@,"timemodified":@created@,"unread":null,)"
    R"("isdeleted":false,"isprivatereply":false,"haswordcount":false,"wordcount":null,)"
    R"("charcount":null,"capabilities":{"view":true,"edit":true,"delete":true,"split":@reply@,)"
    R"("reply":true,"selfenrol":false,"export":false,"controlreadstatus":false,)"
    R"("canreplyprivately":true},"urls":{"view":"@page@#p@id@",)"
    R"("viewisolated":"@page@&parent=@id@","viewparent":@viewparent@,)"
    R"("edit":"@www@\/mod\/forum\/post.php?edit=@id@",)"
    R"("delete":"@www@\/mod\/forum\/post.php?delete=@id@","split":@split@,)"
    R"("reply":"@www@\/mod\/forum\/post.php?reply=@id@#mformforum","export":null,)"
    R"("markasread":null,"markasunread":null,"discuss":"@page@"},"attachments":[],)"
    R"("messageinlinefiles":[],"tags":[],"html":{)"
    R"("rating":"<form id=\"postrating@id@\" class=\"postratingform\"><\/form>","taglist":null,)"
    R"("authorsubheading":"by @fullname@ - @date@"}})");
const Pattern kRating(
    R"({"itemid":@id@,"scaleid":null,"userid":null,"aggregate":null,"aggregatestr":"",)"
    R"("aggregatelabel":"Average of ratings: ","count":0,"rating":null,"canrate":true,)"
    R"("canviewaggregate":true})");
const Pattern kRatings(
    R"({"contextid":@context@,"component":"mod_forum","ratingarea":"post","canviewall":true,)"
    R"("canviewany":true,"scales":[{"id":100,"courseid":null,"name":null,"max":100,)"
    R"("isnumeric":true}],"ratings":[@ratings@]})");
const Pattern kGroup(R"({"id":@id@,"name":"@name@","urls":{"image":null}})");

std::string fullname(const Site& site, int64_t user) {
    return site.person(user).fullname_json();
}

void write_discussion(JsonOut& out, const Site& site, const Discussion& one) {
    const Post &first = one.posts.front(), &last = one.posts.back();
    kDiscussion.write(out, {{"id", one.id},
                            {"post", first.id},
                            {"name", one.name()},
                            {"modified", last.created},
                            {"modifier", last.user},
                            {"user", first.user},
                            {"created", first.created},
                            as_json("fullname", fullname(site, first.user)),
                            as_json("modifiername", fullname(site, last.user)),
                            {"www", site.options().wwwroot},
                            {"replies", one.posts.size() - 1}});
}

void write_post(JsonOut& out, const Site& site, const Discussion& discussion, const Post& post) {
    const std::string www = site.options().wwwroot;
    const std::string page = www + "/mod/forum/discuss.php?d=" + std::to_string(discussion.id);
    const auto text = [](const std::string& plain) { return "\"" + escape_json(plain) + "\""; };
    const bool reply = post.parent != 0;
    const auto group = site.find_group(Site::group_of(discussion.course, post.user));
    const std::string of_group =
        group ? kGroup.filled({{"id", group->id}, {"name", group->name}}) : "";
    const std::string split = www + "/mod/forum/post.php?prune=" + std::to_string(post.id);
    kPost.write(out, {{"id", post.id},
                      {"subject", discussion.name()},
                      {"user", post.user},
                      as_json("fullname", fullname(site, post.user)),
                      as_json("groups", of_group),
                      {"www", www},
                      {"course", discussion.course},
                      {"discussion", discussion.id},
                      {"reply", reply},
                      or_null("parent", post.parent),
                      {"created", post.created},
                      {"page", page},
                      as_json("viewparent", reply ? text(page + "#p" + std::to_string(post.parent))
                                                  : std::string("null")),
                      as_json("split", reply ? text(split) : std::string("null")),
                      {"date", long_date(post.created)}});
}

}  // namespace

Answer get_forums(const Context& context) {
    std::string warnings;  // nobody gets to see them
    const Site& site = context.site;
    const std::vector<int64_t> courses = asked_courses(context, warnings);
    return answer(static_cast<int64_t>(courses.size()), [&site, courses](JsonOut& out) {
        out.open('[');
        for (const int64_t course : courses) {
            for (const Module& one : modules(site, course)) {
                if (!one.is_forum()) continue;
                const bool news = one.kind == Module::Kind::News;
                kForum.write(out,
                             {{"id", one.instance},
                              {"course", course},
                              {"type", news ? "news" : "general"},
                              {"name", one.name},
                              {"intro", news ? "General news and announcements" : "Test forum"},
                              {"assessed", news ? 0 : 1},
                              {"scale", news ? 0 : 100},
                              {"subscribe", news ? 1 : 0},
                              {"modified", one.timemodified},
                              {"posts", news ? 0 : 1},
                              {"cmid", one.id},
                              {"discussions", discussions(site, one).size()}});
            }
        }
        out.close(']');
    });
}

Answer get_discussions(const Context& context) {
    const Arguments& arguments = *context.arguments;
    const Site& site = context.site;
    const int64_t id = arguments.number("forumid", 0);
    auto forum = find_module(site, Module::Kind::Forum, id);
    if (!forum) forum = find_module(site, Module::Kind::News, id);
    if (!forum) {
        const std::string text = "Unable to find forum with id " + std::to_string(id);
        return moodle_exception(text, "error/" + text);
    }
    if (!context.caller.enters(*site.find_course(forum->course))) {
        return no_course_context(forum->course);
    }
    std::vector<Discussion> all = discussions(site, *forum);
    std::stable_sort(all.begin(), all.end(), [](const Discussion& a, const Discussion& b) {
        return a.posts.back().created > b.posts.back().created;
    });
    const int64_t page = arguments.number("page", -1), size = arguments.number("perpage", 0);
    if (page >= 0 && size > 0) {
        const auto total = static_cast<int64_t>(all.size());
        const int64_t from = std::min(total, page > total ? total : page * size);
        all.erase(all.begin() + std::min(total, from + size), all.end());
        all.erase(all.begin(), all.begin() + from);
    }
    return answer(static_cast<int64_t>(all.size()), [&site, all](JsonOut& out) {
        out.open('{').key("discussions").open('[');
        for (const Discussion& one : all) write_discussion(out, site, one);
        out.close(']');
        empty_warnings(out);
        out.close('}');
    });
}

Answer get_posts(const Context& context) {
    const Site& site = context.site;
    const int64_t id = context.arguments->number("discussionid", 0);
    const auto found = find_discussion(site, id);
    if (!found) {
        const std::string text = "Unable to find discussion with id " + std::to_string(id);
        return moodle_exception(text, "error/" + text);
    }
    if (!context.caller.enters(*site.find_course(found->course))) {
        return no_course_context(found->course);
    }
    std::vector<Post> posts = found->posts;
    const std::string direction = context.arguments->get("sortdirection", "DESC");
    if (direction == "DESC") std::reverse(posts.begin(), posts.end());
    return answer(static_cast<int64_t>(posts.size()), [&site, posts, one = *found](JsonOut& out) {
        std::string ratings;
        out.open('{').key("posts").open('[');
        for (const Post& post : posts) {
            write_post(out, site, one, post);
            ratings += (ratings.empty() ? "" : ",") + kRating.filled({{"id", post.id}});
        }
        out.close(']').key("forumid").number(one.forum).key("courseid").number(one.course);
        out.key("ratinginfo");
        kRatings.write(out, {{"context", one.forum + 1000}, as_json("ratings", ratings)});
        empty_warnings(out);
        out.close('}');
    });
}

}  // namespace sim
