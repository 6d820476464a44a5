// Reading an answer out of an AnswerTable, and writing one into it. Neither holds the lock while it
// copies: blocks of an entry that is held are nobody else's.
#include <algorithm>
#include <cstring>

#include "moodle/answer_table_parts.h"
#include "net/pure.h"

namespace moodle_fdw::moodle {

void AnswerTable::Reader::open(uint32_t number) {
    hold(number);
    const Entry& kept = table_.entry(number);
    left_ = kept.body_size;
    block_ = kept.first_block;
    for (size_t passed = 0; passed < kept.request_size; passed += kBlockBytes) {
        block_ = table_.next_block(block_);
    }
}

size_t AnswerTable::Reader::read(char* into, size_t most) noexcept {
    if (number_ == 0) return 0;
    size_t done = 0;
    while (done < most && left_ > 0) {
        if (offset_ == kBlockBytes) {
            block_ = table_.next_block(block_);
            offset_ = 0;
        }
        const size_t count = std::min<uint64_t>({most - done, kBlockBytes - offset_, left_});
        std::memcpy(into + done, table_.block(block_) + offset_, count);
        done += count;
        offset_ += count;
        left_ -= count;
    }
    return done;
}

void AnswerTable::Reader::let_go() noexcept {
    if (number_ == 0) return;
    const Guard guard(table_.lock_);
    release();
}

AnswerTable::Writer::Writer(AnswerTable& table, uint64_t max_answer, std::string_view secret)
    : Handle(table),
      max_answer_(max_answer),
      secret_(secret.size() < kShortestSecret ? std::string_view() : secret) {
    border_.reserve(2 * secret_.size());
}

void AnswerTable::Writer::open(uint32_t number) {
    hold(number);
    const Entry& asked = table_.entry(number);
    block_ = asked.first_block;
    while (table_.next_block(block_) != 0) block_ = table_.next_block(block_);
    request_end_ = block_;
    offset_ = kBlockBytes;
}

// Also one that came in two pieces.
bool AnswerTable::Writer::shows_secret(std::string_view bytes) {
    if (secret_.empty()) return false;
    if (holds_secret(bytes, secret_)) return true;
    const size_t most = secret_.size() - 1;
    border_.append(bytes.substr(0, most));
    if (border_.find(secret_) != std::string::npos) return true;
    if (bytes.size() >= most) {
        border_.assign(bytes.substr(bytes.size() - most));
    } else if (border_.size() > most) {
        border_.erase(0, border_.size() - most);
    }
    return false;
}

// The secret's beginning may have been written already.
void AnswerTable::Writer::wipe() {
    for (uint32_t at = table_.next_block(request_end_); at != 0; at = table_.next_block(at)) {
        std::memset(table_.block(at), 0, kBlockBytes);
    }
}

bool AnswerTable::Writer::make_room(size_t bytes) {
    if (room_ >= bytes) return true;
    const size_t count = (bytes - room_ + kBlockBytes - 1) / kBlockBytes;
    const Guard guard(table_.lock_);
    const uint32_t first = table_.take_blocks(static_cast<uint32_t>(count));
    if (first == 0) return false;
    // What is left of the present block is the last of the chain, since room is made only as
    // needed.
    table_.next_block(block_) = first;
    room_ += count * kBlockBytes;
    return true;
}

void AnswerTable::Writer::add(std::string_view bytes) noexcept {
    if (number_ == 0) return;
    if (answered_ == 0) answered_ = ticks(net::Clock::now());
    if (shows_secret(bytes)) {
        wipe();
        return let_go();
    }
    if (bytes.size() > max_answer_ - written_) return note_too_large();
    if (!make_room(bytes.size())) return let_go();
    written_ += bytes.size();
    while (!bytes.empty()) {
        if (offset_ == kBlockBytes) {
            block_ = table_.next_block(block_);
            offset_ = 0;
        }
        const size_t count = std::min(bytes.size(), kBlockBytes - offset_);
        std::memcpy(table_.block(block_) + offset_, bytes.data(), count);
        bytes.remove_prefix(count);
        offset_ += count;
        room_ -= count;
    }
}

void AnswerTable::Writer::touch(net::Clock::time_point now) noexcept {
    if (number_ == 0) return;
    table_.entry(number_).touched.store(ticks(now), std::memory_order_relaxed);
}

void AnswerTable::Writer::keep() noexcept {
    if (number_ == 0) return;
    const Guard guard(table_.lock_);
    Entry& answered = table_.entry(number_);
    answered.state = State::Kept;
    answered.answered = answered_;
    answered.body_size = written_;
    if (answered.linked) table_.make_newest(number_);
    release();
}

void AnswerTable::Writer::note_too_large() {
    const Guard guard(table_.lock_);
    Entry& answered = table_.entry(number_);
    table_.free_blocks(table_.next_block(request_end_));
    table_.next_block(request_end_) = 0;
    answered.state = State::TooLarge;
    answered.answered = answered_;
    if (answered.linked) table_.make_newest(number_);
    release();
}

void AnswerTable::Writer::let_go() noexcept {
    if (number_ == 0) return;
    const Guard guard(table_.lock_);
    if (table_.entry(number_).linked) table_.unlink(number_);
    release();
}

}  // namespace moodle_fdw::moodle
