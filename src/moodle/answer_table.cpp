#include "moodle/answer_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

#include "moodle/answer_table_parts.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

namespace {

Sha256Digest digest_of(const AnswerOwner& owner, std::string_view request) {
    const uint32_t numbers[] = {owner.database, owner.server, owner.mapping, owner.role};
    return sha256({{reinterpret_cast<const char*>(numbers), sizeof numbers},
                   {reinterpret_cast<const char*>(owner.print.data()), owner.print.size()},
                   request});
}

net::Milliseconds milliseconds(int64_t ticks) {
    return std::chrono::duration_cast<net::Milliseconds>(std::chrono::nanoseconds(ticks));
}

// Where the parts of a table lie.
struct Layout {
    uint32_t places;
    size_t entries, buckets, next_blocks, blocks;

    template <class Head, class Entry>
    static Layout of(size_t bytes) {
        constexpr size_t kEach = sizeof(Entry) + 2 * sizeof(uint32_t) + kBlockBytes;
        Layout layout{};
        if (bytes < sizeof(Head) + kEach) return layout;
        // Numbers are 32 bits wide, and 0 is none.
        layout.places =
            static_cast<uint32_t>(std::min<size_t>((bytes - sizeof(Head)) / kEach, UINT32_MAX - 1));
        layout.entries = sizeof(Head);
        layout.buckets = layout.entries + layout.places * sizeof(Entry);
        layout.next_blocks = layout.buckets + layout.places * sizeof(uint32_t);
        layout.blocks = layout.next_blocks + layout.places * sizeof(uint32_t);
        return layout;
    }
};

uint32_t blocks_for(size_t bytes) {
    return static_cast<uint32_t>((bytes + kBlockBytes - 1) / kBlockBytes);
}

}  // namespace

bool AnswerTable::format(void* memory, size_t bytes) noexcept {
    const Layout layout = Layout::of<Head, Entry>(bytes);
    if (layout.places < kFewestPlaces) return false;
    Head* head = new (memory) Head;
    head->places = layout.places;
    head->entries_at = layout.entries;
    head->buckets_at = layout.buckets;
    head->next_blocks_at = layout.next_blocks;
    head->blocks_at = layout.blocks;
    // Entries and blocks are not touched before they are used: what is never used costs no memory.
    std::memset(static_cast<char*>(memory) + layout.buckets, 0, layout.places * sizeof(uint32_t));
    return true;
}

AnswerTable::AnswerTable(void* memory, Lock& lock, uint32_t process, Hash hash)
    : memory_(static_cast<char*>(memory)),
      head_(*static_cast<Head*>(memory)),
      lock_(lock),
      process_(process),
      hash_(hash != nullptr ? hash : digest_of) {}

AnswerTable::~AnswerTable() {
    let_go();
}

void AnswerTable::let_go() noexcept {
    while (handles_ != nullptr) handles_->let_go();
}

AnswerTable::Entry& AnswerTable::entry(uint32_t number) const {
    return reinterpret_cast<Entry*>(memory_ + head_.entries_at)[number - 1];
}

uint32_t& AnswerTable::next_block(uint32_t block) const {
    return reinterpret_cast<uint32_t*>(memory_ + head_.next_blocks_at)[block - 1];
}

char* AnswerTable::block(uint32_t number) const {
    return memory_ + head_.blocks_at + size_t{number - 1} * kBlockBytes;
}

uint32_t& AnswerTable::bucket_of(const Sha256Digest& digest) const {
    uint64_t word = 0;
    std::memcpy(&word, digest.data(), sizeof word);
    return reinterpret_cast<uint32_t*>(memory_ + head_.buckets_at)[word % head_.places];
}

Finding AnswerTable::look(const Question& question, net::Clock::time_point now) {
    Finding finding;
    if (question.request.empty() || question.request.size() > kMaxRequest) return finding;
    if (holds_secret(question.request, question.secret)) return finding;
    const Sha256Digest digest = hash_(question.owner, question.request);
    auto reader = std::make_unique<Reader>(*this);
    auto writer = std::make_unique<Writer>(*this, question.max_answer, question.secret);
    const Guard guard(lock_);
    if (const uint32_t found = find(question, digest)) {
        Entry& known = entry(found);
        const bool asked = known.state == State::Asked;
        if (asked && question.anew) return finding;
        if (asked && !is_silent(known, now)) {
            finding.kind = Finding::BeingAsked;
            return finding;
        }
        const int64_t most_age = std::min(known.most_age, ticks(question.most_age));
        const bool young = !asked && ticks(now) - known.answered < most_age;
        if (young && !question.anew) {
            if (known.state == State::TooLarge) return finding;
            take_from_order(found);
            make_newest(found);
            known.hits++;
            reader->open(found);
            finding.kind = Finding::Answer;
            finding.answer = std::move(reader);
            return finding;
        }
        unlink(found);
    }
    if (const uint32_t claimed = claim(question, digest, now)) {
        writer->open(claimed);
        finding.recording = std::move(writer);
    }
    return finding;
}

uint32_t AnswerTable::find(const Question& question, const Sha256Digest& digest) const {
    for (uint32_t at = bucket_of(digest); at != 0; at = entry(at).next_in_bucket) {
        const Entry& candidate = entry(at);
        // The digest only makes it quick: what counts is that owner and request are the same.
        if (candidate.digest == digest && candidate.owner == question.owner &&
            same_request(candidate, question.request)) {
            return at;
        }
    }
    return 0;
}

bool AnswerTable::same_request(const Entry& candidate, std::string_view request) const {
    if (candidate.request_size != request.size()) return false;
    uint32_t at = candidate.first_block;
    while (!request.empty()) {
        const size_t count = std::min(request.size(), kBlockBytes);
        if (std::memcmp(block(at), request.data(), count) != 0) return false;
        request.remove_prefix(count);
        at = next_block(at);
    }
    return true;
}

bool AnswerTable::is_silent(const Entry& asked, net::Clock::time_point now) const {
    const net::Milliseconds limit = asked.process == process_ ? kSilenceHere : kSilence;
    return ticks(now) - asked.touched.load(std::memory_order_relaxed) > ticks(limit);
}

uint32_t AnswerTable::claim(const Question& question, const Sha256Digest& digest,
                            net::Clock::time_point now) {
    const uint32_t first = take_blocks(blocks_for(question.request.size()));
    if (first == 0) return 0;
    // Every entry has a block, so where there was a block there is an entry.
    uint32_t number = head_.free_entry;
    if (number != 0) {
        head_.free_entry = entry(number).next_in_bucket;
    } else {
        number = ++head_.entries_used;
    }
    Entry& made = *new (&entry(number)) Entry;
    made.owner = question.owner;
    made.digest = digest;
    made.touched = ticks(now);
    made.most_age = ticks(question.most_age);
    made.request_size = static_cast<uint32_t>(question.request.size());
    made.process = process_;
    made.first_block = first;
    write_request(made, question.request);
    link(number);
    return number;
}

void AnswerTable::write_request(const Entry& claimed, std::string_view request) {
    for (uint32_t at = claimed.first_block; !request.empty(); at = next_block(at)) {
        const size_t count = std::min(request.size(), kBlockBytes);
        std::memcpy(block(at), request.data(), count);
        request.remove_prefix(count);
    }
}

void AnswerTable::link(uint32_t number) {
    Entry& linked = entry(number);
    uint32_t& bucket = bucket_of(linked.digest);
    linked.next_in_bucket = bucket;
    linked.linked = true;
    bucket = number;
}

void AnswerTable::unlink(uint32_t number) {
    Entry& gone = entry(number);
    uint32_t* from = &bucket_of(gone.digest);
    while (*from != number) from = &entry(*from).next_in_bucket;
    *from = gone.next_in_bucket;
    gone.linked = false;
    if (gone.state != State::Asked) take_from_order(number);
    gone.references++;  // dropping it frees what nobody else holds
    drop_reference(number);
}

void AnswerTable::make_newest(uint32_t number) {
    Entry& newest = entry(number);
    newest.newer = 0;
    newest.older = head_.newest;
    if (head_.newest != 0) entry(head_.newest).newer = number;
    head_.newest = number;
    if (head_.oldest == 0) head_.oldest = number;
}

void AnswerTable::take_from_order(uint32_t number) {
    const Entry& taken = entry(number);
    (taken.older != 0 ? entry(taken.older).newer : head_.oldest) = taken.newer;
    (taken.newer != 0 ? entry(taken.newer).older : head_.newest) = taken.older;
}

void AnswerTable::drop_reference(uint32_t number) {
    Entry& held = entry(number);
    if (--held.references > 0 || held.linked) return;
    free_blocks(held.first_block);
    held.next_in_bucket = head_.free_entry;
    head_.free_entry = number;
}

bool AnswerTable::evict_one() {
    uint32_t at = head_.oldest;
    while (at != 0 && entry(at).references > 0) at = entry(at).newer;
    if (at == 0) return false;
    unlink(at);
    return true;
}

uint32_t AnswerTable::blocks_left() const {
    return head_.free_block_count + head_.places - head_.blocks_used;
}

// A chain of so many, or 0.
uint32_t AnswerTable::take_blocks(uint32_t count) {
    while (blocks_left() < count) {
        if (!evict_one()) return 0;
    }
    uint32_t first = 0;
    for (; count > 0; count--) {
        uint32_t taken = head_.free_block;
        if (taken != 0) {
            head_.free_block = next_block(taken);
            head_.free_block_count--;
        } else {
            taken = ++head_.blocks_used;
        }
        next_block(taken) = first;
        first = taken;
    }
    return first;
}

void AnswerTable::free_blocks(uint32_t first) {
    while (first != 0) {
        const uint32_t next = next_block(first);
        next_block(first) = head_.free_block;
        head_.free_block = first;
        head_.free_block_count++;
        first = next;
    }
}

std::vector<KeptSummary> AnswerTable::list(uint32_t database, net::Clock::time_point now) {
    std::vector<KeptSummary> kept;
    const Guard guard(lock_);
    for (uint32_t at = head_.newest; at != 0; at = entry(at).older) {
        const Entry& one = entry(at);
        const int64_t age = ticks(now) - one.answered;
        if (one.owner.database != database || one.state != State::Kept || age >= one.most_age) {
            continue;
        }
        const size_t shown = std::min<size_t>({one.request_size, kBlockBytes, kShownRequest});
        kept.push_back({one.owner, std::string(block(one.first_block), shown), one.body_size,
                        one.hits, milliseconds(age), milliseconds(one.most_age)});
    }
    return kept;
}

std::vector<AnswerOwner> AnswerTable::owners(uint32_t database) {
    std::vector<AnswerOwner> found;
    const Guard guard(lock_);
    for (uint32_t number = 1; number <= head_.entries_used; number++) {
        const AnswerOwner& owner = entry(number).owner;
        if (entry(number).linked && owner.database == database &&
            std::find(found.begin(), found.end(), owner) == found.end()) {
            found.push_back(owner);
        }
    }
    return found;
}

size_t AnswerTable::forget(const std::function<bool(const AnswerOwner&)>& whose) {
    size_t count = 0;
    const Guard guard(lock_);
    for (uint32_t number = 1; number <= head_.entries_used; number++) {
        const Entry& one = entry(number);
        // A free entry is not linked.
        if (!one.linked || !whose(one.owner)) continue;
        count += one.state == State::Kept;
        unlink(number);
    }
    return count;
}

}  // namespace moodle_fdw::moodle
