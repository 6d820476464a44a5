// Answers kept for a while, so that the same question is put to a site once. Whose answers they are
// is fixed when a store is made: one store, one user mapping as it is now.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/transport.h"

namespace moodle_fdw::moodle {

// An answer found. It stays readable while this lives, whatever the store forgets meanwhile.
class KeptAnswer {
  public:
    virtual ~KeptAnswer() = default;
    // Copies the next bytes of the body; fewer than `most` only at its end.
    virtual size_t read(char* into, size_t most) noexcept = 0;
    virtual bool at_end() const noexcept = 0;
};

// The right to put a question, and the answer as it comes in. Whoever asks the same meanwhile waits
// for it. When this goes without keep(), what was gathered is dropped, and another may ask.
class Recording {
  public:
    virtual ~Recording() = default;
    virtual void add(std::string_view bytes) noexcept = 0;
    // Still at it; those who wait give up on who is not heard of.
    virtual void touch(net::Clock::time_point now) noexcept = 0;
    // The answer is whole, valid and no error.
    virtual void keep() noexcept = 0;
};

// What a store knows of a question.
struct Finding {
    enum Kind {
        Answer,      // `answer` is set
        BeingAsked,  // by another: look again
        Nothing,     // ask; with `recording`, unless its answer cannot be kept
    };
    Kind kind = Nothing;
    std::unique_ptr<KeptAnswer> answer;
    std::unique_ptr<Recording> recording;
};

class AnswerStore {
  public:
    virtual ~AnswerStore() = default;
    // `request` is all that is asked but for the token; an answer older than `most_age` is none.
    // `anew`: what is kept is not wanted any more, and nobody is waited for.
    virtual Finding look(std::string_view request, net::Milliseconds most_age,
                         net::Clock::time_point now, bool anew) = 0;
};

}  // namespace moodle_fdw::moodle
