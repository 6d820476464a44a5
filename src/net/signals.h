// Threads that libcurl starts inherit the signal mask: with every signal blocked while it may start
// one, none of them can ever run the host program's handlers.
#pragma once

#include <csignal>
#include <ctime>

namespace moodle_fdw::net {

class SignalBlock {
  public:
    SignalBlock() {
        sigset_t all;
        sigfillset(&all);
        // A crash must still be reported by whoever watches for it.
        for (const int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigdelset(&all, fatal);
        pthread_sigmask(SIG_BLOCK, &all, &before_);
    }
    ~SignalBlock() {
        // CURLOPT_NOSIGNAL leaves the SIGPIPE of a TLS library's write() to us.
        if (!sigismember(&before_, SIGPIPE)) {
            sigset_t pipe;
            sigemptyset(&pipe);
            sigaddset(&pipe, SIGPIPE);
            const timespec at_once{};
            sigtimedwait(&pipe, nullptr, &at_once);
        }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    SignalBlock(const SignalBlock&) = delete;
    SignalBlock& operator=(const SignalBlock&) = delete;

  private:
    sigset_t before_;
};

}  // namespace moodle_fdw::net
