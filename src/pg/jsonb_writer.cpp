#include "pg/jsonb_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "pg/json_number.h"
#include "pg/characters.h"

extern "C" {
#include "mb/pg_wchar.h"
#include "utils/jsonb.h"
}

namespace moodle_fdw::pg {

namespace {

using moodle::JsonType;
using moodle::Token;

// One key of an object that is being written.
struct Pair {
    uint64_t order;  // length and first bytes, so that most comparisons are of one integer
    const char* key;
    uint32_t length;
    uint32_t value;     // token
    uint32_t position;  // among the keys as served
};

// Buffers that outlive a call, of TopMemoryContext; a large one is given back after its use.
template <class T>
struct Reserve {
    T* items = nullptr;
    size_t capacity = 0;

    // What is in it is kept only by grow().
    bool ensure(size_t count) { return count <= capacity || resize(count, false); }
    bool grow(size_t count) { return count <= capacity || resize(count, true); }
    void release_above(size_t count) {
        if (capacity <= count) return;
        pfree(items);
        items = nullptr;
        capacity = 0;
    }

  private:
    bool resize(size_t count, bool keep) {
        count = std::bit_ceil(std::max(count, size_t{1024}));
        auto* larger = static_cast<T*>(MemoryContextAllocExtended(
            TopMemoryContext, count * sizeof(T), MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM));
        if (larger == nullptr) return false;
        if (items != nullptr) {
            if (keep) memcpy(larger, items, capacity * sizeof(T));
            pfree(items);
        }
        items = larger;
        capacity = count;
        return true;
    }
};

constexpr size_t kKeptBytes = size_t{1} << 20;
constexpr size_t kKeptPairs = 8192;
Reserve<char> output_reserve;
Reserve<Pair> pair_reserve;

// jsonb sorts keys by length, then bytes. Moodle's records have the same keys in the same order row
// after row, so the order found for such a sequence once is tried first the next time. It is only a
// guess, checked for being strictly ascending: a clash of hashes costs a sort, no more.
constexpr uint32_t kOrderKeys = 56;
constexpr size_t kOrders = 512;
struct KnownOrder {
    uint64_t hash;
    uint8_t count;
    uint8_t position[kOrderKeys];
};
KnownOrder known_orders[kOrders];

int compare(const Pair& a, const Pair& b) {
    if (a.order != b.order) return a.order < b.order ? -1 : 1;
    if (a.length != b.length) return a.length < b.length ? -1 : 1;
    return memcmp(a.key, b.key, a.length);
}

bool strictly_before(const Pair& a, const Pair& b) {
    return a.order != b.order ? a.order < b.order : compare(a, b) < 0;
}

uint64_t order_of(const char* key, uint32_t length) {
    constexpr uint32_t kBytes = 7;
    uint64_t start;
    memcpy(&start, key, sizeof start);
    if (std::endian::native == std::endian::little) start = __builtin_bswap64(start);
    if (length < kBytes) start &= ~(~uint64_t{0} >> (8 * length));
    if (length >= 255) return ~uint64_t{0};  // the length itself must decide
    return static_cast<uint64_t>(length) << 56 | start >> 8;
}

class Writer {
  public:
    Writer(const moodle::Tape& tape, bool takes_utf8, DatumProblem& problem)
        : tokens_(tape.tokens().data()),
          text_(tape.text(tokens_[0]).data() - tokens_[0].begin),
          takes_utf8_(takes_utf8),
          problem_(problem) {}

    // The whole jsonb with its varlena header at `begin`; its size, 0 when there is a problem.
    size_t write(uint32_t root, char* begin) {
        begin_ = begin;
        out_ = begin + VARHDRSZ;
        if (tokens_[root].type == JsonType::Object || tokens_[root].type == JsonType::Array) {
            value(root, 0);
        } else {
            put32(out_, 1 | JB_FARRAY | JB_FSCALAR);
            char* const entry = out_ + sizeof(uint32);
            out_ = entry + sizeof(JEntry);
            const JEntry child = value(root, 0);
            put32(entry, child | JENTRY_HAS_OFF);
        }
        return failed_ ? 0 : static_cast<size_t>(out_ - begin_);
    }

  private:
    static void put32(char* at, uint32_t word) { memcpy(at, &word, sizeof word); }

    JEntry fail(const char* sqlstate, const char* text) {
        if (!failed_) refuse(problem_, sqlstate, "%s", text);
        failed_ = true;
        return 0;
    }

    void pad() {
        // Sources are written with room behind them, so three bytes at once do no harm.
        put32(out_, 0);
        out_ += -(out_ - begin_) & (sizeof(uint32) - 1);
    }

    JEntry value(uint32_t index, int depth) {
        const Token& token = tokens_[index];
        switch (token.type) {
            case JsonType::Null:
                return JENTRY_ISNULL;
            case JsonType::False:
                return JENTRY_ISBOOL_FALSE;
            case JsonType::True:
                return JENTRY_ISBOOL_TRUE;
            case JsonType::Integer:
            case JsonType::Real:
                return number(token);
            case JsonType::String:
                return string(token);
            case JsonType::Object:
            case JsonType::Array:
                break;
        }
        if (depth >= moodle::kMaxJsonDepth) return fail(kTooLarge, "JSON is nested too deeply");
        char* const begin = out_;
        pad();
        if (token.type == JsonType::Object)
            object(index, depth);
        else
            array(index, depth);
        const size_t length = static_cast<size_t>(out_ - begin);
        if (length > JENTRY_OFFLENMASK) return fail(kTooLarge, "JSON is too large for jsonb");
        return JENTRY_ISCONTAINER | static_cast<uint32_t>(length);
    }

    JEntry number(const Token& token) {
        char* const begin = out_;
        pad();
        const size_t size = numeric_bytes({text_ + token.begin, token.length}, out_);
        if (size == 0) return fail(kOutOfRange, "a number is outside of the range of numeric");
        out_ += size;
        return JENTRY_ISNUMERIC | static_cast<uint32_t>(out_ - begin);
    }

    JEntry string(const Token& token) {
        char* const begin = out_;
        const std::string_view text{text_ + token.begin, token.length};
        if (!token.escaped) {
            copy_short(out_, text.data(), text.size());
            out_ += text.size();
        } else {
            bool has_nul = false;
            out_ = unescape(text, out_, has_nul);
            if (has_nul) return fail(kNoSuchCharacter, "a string holds the character \\u0000");
        }
        if (!takes_utf8_) convert_since(begin);
        const size_t length = static_cast<size_t>(out_ - begin);
        if (length > JENTRY_OFFLENMASK) return fail(kTooLarge, "a string is too long for jsonb");
        return JENTRY_ISSTRING | static_cast<uint32_t>(length);
    }

    void convert_since(char* begin) {
        const std::string_view text =
            to_database_encoding({begin, static_cast<size_t>(out_ - begin)});
        if (text.data() == begin) return;
        memcpy(begin, text.data(), text.size());
        out_ = begin + text.size();
    }

    // The characters of a key that is not simply in the record.
    bool decode(const Token& token, Pair& pair) {
        std::string_view text{text_ + token.begin, token.length};
        if (token.escaped) {
            auto* decoded = static_cast<char*>(palloc_extended(
                token.length + kSlack, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM | MCXT_ALLOC_ZERO));
            if (decoded == nullptr) return fail(kOutOfMemory, "out of memory");
            bool has_nul = false;
            const char* end = unescape(text, decoded, has_nul);
            if (has_nul) return fail(kNoSuchCharacter, "a key holds the character \\u0000");
            text = {decoded, static_cast<size_t>(end - decoded)};
        }
        if (!takes_utf8_) text = to_database_encoding(text);
        pair.key = text.data();
        pair.length = static_cast<uint32_t>(text.size());
        return true;
    }

    // Collects the keys of an object from the pair stack's top on; returns how many, and a hash of
    // their sequence.
    uint32_t collect(uint32_t index, uint64_t& hash) {
        const uint32_t end = tokens_[index].next;
        Pair* pairs = pair_reserve.items + pair_top_;
        size_t room = pair_reserve.capacity - pair_top_;
        uint32_t count = 0;
        hash = 0;
        for (uint32_t child = index + 1; child != end; count++) {
            if (count == room) {
                if (!pair_reserve.grow(pair_top_ + count + size_t{1})) {
                    fail(kOutOfMemory, "out of memory");
                    return 0;
                }
                pairs = pair_reserve.items + pair_top_;
                room = pair_reserve.capacity - pair_top_;
            }
            const Token& key = tokens_[child];
            Pair& pair = pairs[count];
            pair.key = text_ + key.begin;
            pair.length = key.length;
            if ((key.escaped || !takes_utf8_) && !decode(key, pair)) return 0;
            if (pair.length > JENTRY_OFFLENMASK) {
                fail(kTooLarge, "a key is too long for jsonb");
                return 0;
            }
            pair.order = order_of(pair.key, pair.length);
            pair.value = child + 1;
            pair.position = count;
            hash = (std::rotl(hash, 23) ^ pair.order) * 0x9E3779B97F4A7C15u;
            child = tokens_[child + 1].next;
        }
        return count;
    }

    // jsonb's order of the collected pairs: places in the stack from `base` on.
    struct Order {
        size_t base;
        bool known;  // otherwise the pairs stand in their order
        uint8_t position[kOrderKeys];

        const Pair& pair(uint32_t i) const {
            return pair_reserve.items[base + (known ? position[i] : i)];
        }
    };

    // Whether the order that was found for this sequence before is right for it.
    static bool guess(const KnownOrder& known, uint32_t count, Order& order) {
        memcpy(order.position, known.position, count);
        order.known = true;
        const Pair* before = &order.pair(0);
        for (uint32_t i = 1; i < count; i++) {
            const Pair* pair = &order.pair(i);
            if (!strictly_before(*before, *pair)) return false;
            before = pair;
        }
        return true;
    }

    // Brings the collected pairs into jsonb's order, the last of equal keys staying, and sets their
    // count.
    void sort(uint32_t& count, uint64_t hash, Order& order) {
        order.base = pair_top_;
        KnownOrder& known = known_orders[hash >> 32 & (kOrders - 1)];
        const bool seen = count >= 2 && known.hash == hash && known.count == count;
        if (seen && guess(known, count, order)) return;
        order.known = false;
        if (count < 2) return;
        Pair* const pairs = pair_reserve.items + pair_top_;
        std::sort(pairs, pairs + count, [](const Pair& a, const Pair& b) {
            const int difference = compare(a, b);
            return difference != 0 ? difference < 0 : a.position > b.position;
        });
        const auto* end = std::unique(
            pairs, pairs + count, [](const Pair& a, const Pair& b) { return compare(a, b) == 0; });
        if (end == pairs + count && count <= kOrderKeys) {
            known.hash = hash;
            known.count = static_cast<uint8_t>(count);
            for (uint32_t i = 0; i < count; i++)
                known.position[i] = static_cast<uint8_t>(pairs[i].position);
        }
        count = static_cast<uint32_t>(end - pairs);
    }

    // Every JB_OFFSET_STRIDE-th entry has the end of its data instead of the length.
    struct Entries {
        char* at;
        uint32_t number = 0;
        size_t total = 0;

        void add(JEntry entry) {
            total += JBE_OFFLENFLD(entry);
            if (number++ % JB_OFFSET_STRIDE == 0)
                entry = (entry & JENTRY_TYPEMASK) |
                        (static_cast<uint32_t>(total) & JENTRY_OFFLENMASK) | JENTRY_HAS_OFF;
            put32(at, entry);
            at += sizeof(JEntry);
        }
    };

    void object(uint32_t index, int depth) {
        uint64_t hash;
        uint32_t count = collect(index, hash);
        if (failed_) return;
        Order order;
        sort(count, hash, order);
        pair_top_ += count;

        put32(out_, count | JB_FOBJECT);
        Entries entries{out_ + sizeof(uint32)};
        out_ = entries.at + 2 * sizeof(JEntry) * count;
        for (uint32_t i = 0; i < count; i++) {
            const Pair& pair = order.pair(i);
            copy_short(out_, pair.key, pair.length);
            out_ += pair.length;
            entries.add(JENTRY_ISSTRING | pair.length);
        }
        // The stack may move while a value is written.
        for (uint32_t i = 0; i < count && !failed_; i++)
            entries.add(value(order.pair(i).value, depth + 1));
        check(entries.total);
        pair_top_ = order.base;
    }

    void array(uint32_t index, int depth) {
        const uint32_t end = tokens_[index].next;
        uint32_t count = 0;
        for (uint32_t child = index + 1; child != end; child = tokens_[child].next) count++;
        if (count > JB_CMASK) {
            fail(kTooLarge, "JSON is too large for jsonb");
            return;
        }
        put32(out_, count | JB_FARRAY);
        Entries entries{out_ + sizeof(uint32)};
        out_ = entries.at + sizeof(JEntry) * count;
        for (uint32_t child = index + 1; child != end && !failed_; child = tokens_[child].next)
            entries.add(value(child, depth + 1));
        check(entries.total);
    }

    void check(size_t total) {
        if (total > JENTRY_OFFLENMASK) fail(kTooLarge, "JSON is too large for jsonb");
    }

    const Token* tokens_;
    const char* text_;
    char* begin_ = nullptr;
    char* out_ = nullptr;
    size_t pair_top_ = 0;
    bool takes_utf8_;
    bool failed_ = false;
    DatumProblem& problem_;
};

// What the jsonb can take at most, with slack for copies: the characters (another encoding may
// want more bytes than UTF-8), and a token's entry, header and padding beyond its own text.
size_t output_bound(const Token& token, uint32_t index, bool takes_utf8) {
    constexpr size_t kPerToken = sizeof(JEntry) + 3 + numeric_bound(0);
    constexpr size_t kAround = 64 + kSlack;
    return size_t{token.length} * (takes_utf8 ? 1 : MAX_CONVERSION_GROWTH) +
           (token.next - index) * kPerToken + kAround;
}

}  // namespace

bool make_jsonb(const moodle::Value& value, Datum& datum, DatumProblem& problem) {
    const bool takes_utf8 = database_takes_utf8();
    const size_t bound = output_bound(value.token(), value.index(), takes_utf8);
    if (!output_reserve.ensure(bound)) return refuse(problem, kOutOfMemory, "out of memory");

    Writer writer(value.tape(), takes_utf8, problem);
    const size_t size = writer.write(value.index(), output_reserve.items);
    void* jsonb = nullptr;
    if (size != 0) {
        jsonb = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
        if (jsonb == nullptr) {
            refuse(problem, kOutOfMemory, "out of memory");
        } else {
            SET_VARSIZE(output_reserve.items, size);
            memcpy(jsonb, output_reserve.items, size);
            datum = PointerGetDatum(jsonb);
        }
    }
    output_reserve.release_above(kKeptBytes);
    pair_reserve.release_above(kKeptPairs);
    return jsonb != nullptr;
}

}  // namespace moodle_fdw::pg
