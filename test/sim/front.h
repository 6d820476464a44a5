// HTTP: what comes in, and how it is answered, rightly or wrongly.
#pragma once

#include <httplib.h>

#include <map>
#include <memory>
#include <mutex>

#include "faults.h"
#include "functions.h"
#include "latency.h"
#include "replay.h"
#include "stats.h"

namespace sim {

class Front {
  public:
    explicit Front(const Options& options);
    // Serves until the process ends; prints the port once it listens.
    int run();

  private:
    void serve(const httplib::Request& request, httplib::Response& response);
    void add_control();
    Answer answer_to(const std::string& function, const Arguments& arguments);
    std::optional<Answer> refuse_token(const std::string& token, Caller& caller);
    bool serve_recording(const Arguments& arguments, httplib::Response& response);
    bool serve_fault(const Fault& fault, const httplib::Request& request,
                     httplib::Response& response);

    Options options_;
    Site site_;
    Faults faults_;
    Stats stats_;
    Latency latency_;
    std::unique_ptr<Replay> replay_;
    std::mutex tokens_mutex_;
    bool expired_said_ = false;
    httplib::Server server_;
};

}  // namespace sim
