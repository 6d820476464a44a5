// How a course goes: week by week, what its people do and what comes of it.
#include <algorithm>
#include <cmath>
#include <map>

#include "story.h"

namespace sim {

namespace {

using What = Deed::What;

// How much somebody has to do with a course, from 0 to 1, week by week.
std::array<double, kWeeks> zeal(const Taker& taker, Chance& chance) {
    std::array<double, kWeeks> weeks{};
    const auto turn = static_cast<int>(chance.between(int64_t{2}, int64_t{8}));
    for (int week = 0; week < kWeeks; week++) {
        double zeal = 0;
        switch (taker.habit) {
            case Habit::Thrives:
                zeal = chance.between(0.8, 1.0);
                break;
            case Habit::KeepsUp:
                zeal = chance.between(0.5, 0.8);
                break;
            case Habit::Drifts:
                zeal = 0.75 - 0.11 * std::max(0, week - turn) + chance.between(-0.05, 0.05);
                break;
            case Habit::DropsOut:
                zeal = week <= turn ? chance.between(0.4, 0.7) : 0;
                break;
            case Habit::NeverComes:
                break;
        }
        if (week == 8) zeal *= 0.6;  // half-term
        weeks[static_cast<size_t>(week)] = std::clamp(zeal, 0.0, 1.0);
    }
    return weeks;
}

// Within a day, when people sit down: seldom at night, often in the evening.
int64_t some_moment(Chance& chance) {
    constexpr int kHours[] = {7,  8,  9,  9,  10, 10, 11, 11, 12, 13, 14, 14, 15, 15,
                              16, 17, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23, 0};
    return kHours[chance.next() % std::size(kHours)] * 3600 +
           chance.between(int64_t{0}, int64_t{3599});
}

// Monday to Friday more than at the weekend.
int64_t some_day(Chance& chance) {
    constexpr int kDays[] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6};
    return kDays[chance.next() % std::size(kDays)];
}

int64_t at_daytime(int64_t time, Chance& chance) {
    return time - time % kDay + some_moment(chance);
}

class Telling {
  public:
    Telling(Class& one, int64_t now, uint64_t seed) : one_(one), now_(now), seed_(seed) {}

    std::vector<Deed> tell() {
        for (Taker& taker : one_.takers) {
            Chance chance(
                Chance(seed_ ^ static_cast<uint64_t>(record_of(one_.course.id, taker.user)))
                    .next());
            add({taker.enrolled, 2, one_.course.id, What::Enrol, 0, 0, taker.user});
            if (taker.is_student()) {
                learn(taker, chance);
            } else {
                teach(taker, chance);
            }
        }
        discuss();
        std::stable_sort(deeds_.begin(), deeds_.end(),
                         [](const Deed& a, const Deed& b) { return a.at < b.at; });
        for (Taker& taker : one_.takers) taker.first = taker.last = 0;
        std::map<int64_t, Taker*> by_user;
        for (Taker& taker : one_.takers) by_user[taker.user] = &taker;
        for (const Deed& deed : deeds_) note_visit(deed, by_user);
        return std::move(deeds_);
    }

  private:
    // Nothing happens after today, nor before somebody is there.
    bool add(Deed deed) {
        if (deed.at >= now_) return false;
        deeds_.push_back(deed);
        return true;
    }

    static void note_visit(const Deed& deed, const std::map<int64_t, Taker*>& by_user) {
        if (deed.what == What::Enrol || deed.what == What::CompleteCourse) return;
        const auto found = by_user.find(deed.user);
        if (found == by_user.end()) return;
        if (found->second->first == 0) found->second->first = deed.at;
        found->second->last = deed.at;
    }

    void learn(Taker& taker, Chance& chance) {
        const auto zeals = zeal(taker, chance);
        for (int week = 0; week < kWeeks; week++) {
            const double zeal = zeals[static_cast<size_t>(week)];
            const int64_t monday = one_.course.startdate + week * kWeek;
            if (monday >= now_) break;
            const auto visits = static_cast<int>(zeal * 1.4 + chance.part());
            for (int i = 0; zeal > 0 && i < visits; i++) {
                const int64_t at = monday + some_day(chance) * kDay + some_moment(chance);
                if (at > taker.enrolled) visit(taker, week, at, zeal, chance);
            }
            for (int number = 1; number <= kWorks; number++) {
                if (section_of(number) == week + 1) work(taker, number, zeal, chance);
            }
        }
        judge(taker);
    }

    void visit(Taker& taker, int week, int64_t at, double zeal, Chance& chance) {
        const int64_t course = one_.course.id;
        if (chance.happens(0.6)) add({at - 20, taker.user, course, What::LogIn});
        add({at, taker.user, course, What::SeeCourse});
        const int64_t looks = chance.between(int64_t{1}, int64_t{3});
        for (int64_t i = 0; i < looks; i++) {
            at += chance.between(int64_t{40}, int64_t{600});
            const int number = choose(week, chance);
            see(taker, number, at);
            if (number == kForum && chance.happens(0.3 * zeal)) {
                wishes_.push_back({at + 60, taker.user});
                finish(taker, kForum, at + 60);
            }
        }
    }

    // This week's above all.
    static int choose(int week, Chance& chance) {
        std::array<double, kLastModule + 1> weights{};
        double sum = 0;
        for (int number = 0; number <= kLastModule; number++) {
            const int64_t section = section_of(number);
            double weight = 0.15;
            if (number >= 1 && number <= kWorks && section == week + 2) weight = 1;
            if (section > week + 1 && weight < 1) weight = 0;
            if (section == week + 1) weight = 5;
            if (number == kForum) weight = 2;
            sum += weights[static_cast<size_t>(number)] = weight;
        }
        double left = chance.part() * sum;
        for (int number = 0; number < kLastModule; number++) {
            left -= weights[static_cast<size_t>(number)];
            if (left < 0) return number;
        }
        return kLastModule;
    }

    void see(Taker& taker, int number, int64_t at) {
        const int64_t id = module_id(one_.course.id, number);
        if (!add({at, taker.user, one_.course.id, What::SeeModule, number, id})) return;
        if (number >= kForum && number != kForum) finish(taker, number, at);
    }

    // What is to be seen is done once it is seen; what is to be handed in, then.
    void finish(Taker& taker, int number, int64_t at) {
        int64_t& done = taker.done[static_cast<size_t>(number)];
        if (done != 0 || !taker.is_student() || at >= now_) return;
        done = at;
        const int64_t id = record_of(module_id(one_.course.id, number), taker.user);
        add({at, taker.user, one_.course.id, What::CompleteModule, number, id, taker.user});
    }

    void work(Taker& taker, int number, double zeal, Chance& chance) {
        const double how = zeal < 0.05 ? 0 : std::min(0.98, zeal * 1.3);
        const bool does = chance.happens(how);
        const int64_t due = due_of(one_.course, number);
        // The good ones early, the others late, and some too late.
        const double ahead = taker.habit == Habit::Thrives   ? chance.between(1.0, 5.0)
                             : taker.habit == Habit::KeepsUp ? chance.between(0.1, 3.5)
                                                             : chance.between(-2.0, 1.5);
        const auto days = static_cast<int64_t>(std::floor(ahead));
        const int64_t at = at_daytime(due - days * kDay, chance);
        if (!does || at >= now_ || at <= taker.enrolled) return;
        Work one{number};
        one.handed_in = at;
        one.begun = at;
        if (one.is_quiz()) {
            hand_in_quiz(taker, one, chance);
        } else {
            hand_in_assignment(taker, one, chance);
        }
        finish(taker, number, at);
        grade(taker, one, zeal, chance);
        taker.works.push_back(one);
    }

    void hand_in_assignment(Taker& taker, Work& one, Chance& chance) {
        const int64_t id = module_id(one_.course.id, one.number), at = one.handed_in;
        one.begun = at - chance.between(int64_t{300}, int64_t{5400});
        add({at - 120, taker.user, one_.course.id, What::SeeCourse});
        see(taker, one.number, at - 60);
        add({at, taker.user, one_.course.id, What::HandIn, one.number, record_of(id, taker.user)});
    }

    void hand_in_quiz(Taker& taker, Work& one, Chance& chance) {
        const int64_t id = record_of(module_id(one_.course.id, one.number), taker.user);
        one.tries = chance.happens(0.3) ? 2 : 1;
        one.begun = one.handed_in - chance.between(int64_t{480}, int64_t{2400});
        for (int number = 1; number <= one.tries; number++) {
            const int64_t earlier = number == one.tries ? 0 : kDay;
            const int64_t begun = one.begun - earlier, course = one_.course.id;
            add({begun - 60, taker.user, course, What::SeeCourse});
            see(taker, one.number, begun - 20);
            add({begun, taker.user, course, What::Begin, one.number, id * 10 + number});
            add({one.handed_in - earlier, taker.user, course, What::Finish, one.number,
                 id * 10 + number});
        }
    }

    void grade(Taker& taker, Work& one, double zeal, Chance& chance) {
        const double share = 0.2 + 0.6 * taker.talent + 0.2 * (zeal - 0.5) - one_.difficulty +
                             chance.between(-0.12, 0.12);
        // A test has twenty half points, an essay a hundred.
        const int64_t step = one.is_quiz() ? 500 : 100;
        one.value = std::clamp<int64_t>(std::llround(share * 10'000 / static_cast<double>(step)), 0,
                                        10'000 / step) *
                    step;
        const int64_t item = one_.course.id * 1000 + one.number;
        const int64_t grader =
            one.is_quiz() || one_.tutor == 0 || chance.happens(0.6) ? one_.teacher : one_.tutor;
        // Tests grade themselves; for the rest somebody has to sit down, some sooner than others.
        const int64_t slow = 1 + grader % 4;
        const int64_t waits = chance.between(int64_t{1}, 3 * slow);
        const int64_t due = due_of(one_.course, one.number);
        const int64_t at = one.is_quiz()
                               ? one.handed_in + 1
                               : at_daytime(std::max(due, one.handed_in) + waits * kDay, chance);
        const bool again = chance.happens(0.03);
        const int64_t later = at_daytime(at + 3 * kDay, chance);
        if (!add({at, one.is_quiz() ? taker.user : grader, one_.course.id, What::Grade, one.number,
                  record_of(item, taker.user), taker.user})) {
            return;
        }
        if (!one.is_quiz()) one.grader = grader;
        one.graded = at;
        if (!again || later >= now_) return;
        one.first_value = one.value;
        one.first_graded = at;
        one.value = std::min<int64_t>(10'000, one.value + 2 * step);
        one.graded = later;
        add({later, one_.teacher, one_.course.id, What::Grade, one.number,
             record_of(item, taker.user), taker.user});
    }

    // The second assignment handed in, the third test passed, six works of 60 in the mean.
    void judge(Taker& taker) {
        const Work *essay = taker.work(2), *test = taker.work(kFirstQuiz + 2);
        taker.criteria = {};
        taker.completed = 0;
        if (essay != nullptr) taker.criteria[0] = essay->handed_in;
        if (test != nullptr && test->graded != 0 && test->value >= kPass) {
            taker.criteria[1] = test->graded;
        }
        std::vector<const Work*> graded;
        for (const Work& one : taker.works) {
            if (one.graded != 0) graded.push_back(&one);
        }
        std::sort(graded.begin(), graded.end(),
                  [](const Work* a, const Work* b) { return a->graded < b->graded; });
        int64_t sum = 0, count = 0;
        for (const Work* one : graded) {
            sum += one->value;
            count++;
            if (taker.criteria[2] == 0 && count >= 6 && sum >= 6000 * count) {
                taker.criteria[2] = one->graded;
            }
        }
        if (std::count(taker.criteria.begin(), taker.criteria.end(), 0) > 0) return;
        const int64_t last = *std::max_element(taker.criteria.begin(), taker.criteria.end());
        const int64_t at = last - last % 600 + 660;  // by the next cron
        if (add({at, 0, one_.course.id, What::CompleteCourse, 0,
                 record_of(one_.course.id, taker.user), taker.user})) {
            taker.completed = at;
        }
    }

    void teach(Taker& taker, Chance& chance) {
        for (int week = -1; week <= kWeeks; week++) {
            const int64_t monday = one_.course.startdate + week * kWeek;
            if (monday >= now_) break;
            const int64_t visits =
                chance.between(int64_t{1}, taker.role == 3 ? int64_t{4} : int64_t{2});
            for (int64_t i = 0; i < visits; i++) {
                int64_t at = monday + some_day(chance) * kDay + some_moment(chance);
                if (chance.happens(0.6)) add({at - 20, taker.user, one_.course.id, What::LogIn});
                add({at, taker.user, one_.course.id, What::SeeCourse});
                at += chance.between(int64_t{40}, int64_t{600});
                see(taker, choose(std::clamp(week, 0, kWeeks - 1), chance), at);
            }
        }
    }

    struct Wish {
        int64_t at, user;
    };

    // Who wants to say something opens a discussion or joins the last one; teachers answer some.
    void discuss() {
        std::stable_sort(wishes_.begin(), wishes_.end(),
                         [](const Wish& a, const Wish& b) { return a.at < b.at; });
        Chance chance(Chance(seed_ ^ static_cast<uint64_t>(one_.course.id) << 20).next());
        for (const Wish& wish : wishes_) {
            if (wish.at >= now_) break;
            auto& all = one_.discussions;
            if (all.size() < 60 && (all.empty() || chance.happens(0.4))) {
                open_discussion(wish, chance);
                continue;
            }
            Discussion& one = all[all.size() - 1 - chance.next() % std::min<size_t>(all.size(), 3)];
            add({wish.at - 30, wish.user, one_.course.id, What::SeeDiscussion, kForum, one.id});
            reply(one, wish);
        }
        for (Discussion& one : one_.discussions) {
            std::stable_sort(one.posts.begin() + 1, one.posts.end(),
                             [](const Post& a, const Post& b) { return a.created < b.created; });
        }
    }

    void open_discussion(const Wish& wish, Chance& chance) {
        const int64_t forum = module_id(one_.course.id, kForum);
        const auto number = static_cast<int64_t>(one_.discussions.size()) + 1;
        Discussion one{forum * 100 + number, forum, one_.course.id, {}, ""};
        one.title = topic(chance.next());
        one.posts.push_back({one.id * 10, 0, wish.user, wish.at});
        add({wish.at, wish.user, one_.course.id, What::Discuss, kForum, one.id});
        one_.discussions.push_back(std::move(one));
        const int64_t answer =
            at_daytime(wish.at + chance.between(int64_t{1}, int64_t{3}) * kDay, chance);
        const bool answers = chance.happens(0.45);
        if (!answers || answer >= now_ || one_.teacher == 0) return;
        const int64_t user = one_.tutor != 0 && chance.happens(0.4) ? one_.tutor : one_.teacher;
        Discussion& opened = one_.discussions.back();
        add({answer - 90, user, one_.course.id, What::SeeDiscussion, kForum, opened.id});
        reply(opened, {answer, user});
    }

    void reply(Discussion& one, const Wish& wish) {
        const auto number = static_cast<int64_t>(one.posts.size());
        if (number > 9) return;
        const int64_t id = one.id * 10 + number;
        one.posts.push_back({id, one.id * 10, wish.user, wish.at});
        add({wish.at, wish.user, one_.course.id, What::Reply, kForum, id, 0});
    }

    Class& one_;
    const int64_t now_;
    const uint64_t seed_;
    std::vector<Deed> deeds_;
    std::vector<Wish> wishes_;
};

}  // namespace

std::vector<Deed> tell(Class& one, int64_t now, uint64_t seed) {
    return Telling(one, now, seed).tell();
}

}  // namespace sim
