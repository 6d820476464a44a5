// One Moodle as one user mapping reaches it, shared by all scans of a backend.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "moodle/answer_store.h"
#include "net/gate.h"
#include "net/retry.h"
#include "net/traffic.h"
#include "net/transport.h"

namespace moodle_fdw::moodle {

// Wiped when it goes.
class Secret {
  public:
    explicit Secret(std::string_view text) : text_(text) {}
    ~Secret() { explicit_bzero(text_.data(), text_.size()); }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    const std::string& reveal() const { return text_; }

  private:
    std::string text_;
};

struct Site {
    Site(std::string name, std::string_view token_text)
        : instance(std::move(name)), token(token_text) {}

    std::string instance;
    Secret token;
    net::Reach reach;
    net::RetryPolicy retry;
    std::shared_ptr<net::Gate> gate;
    net::Transport* transport = nullptr;           // the backend's, outlives every site
    std::shared_ptr<net::TrafficCounter> traffic;  // nullptr: nobody counts
    std::unique_ptr<AnswerStore> answers;  // what this mapping was answered; nullptr = none is kept

    // Functions that this site or token turned out not to have, so that each is tried once.
    bool lacks(const std::string& function) const { return lacking_.contains(function); }
    void note_lacking(const std::string& function) { lacking_.insert(function); }

    void count(std::string_view function, const net::Traffic& more) const {
        if (traffic != nullptr) traffic->add(function, more);
    }

  private:
    std::set<std::string> lacking_;
};

}  // namespace moodle_fdw::moodle
