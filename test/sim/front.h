// HTTP: what comes in, and how it is answered, rightly or wrongly.
#pragma once

#include <httplib.h>

#include <memory>
#include <string>

#include "body.h"
#include "faults.h"
#include "functions.h"
#include "latency.h"
#include "replay.h"
#include "stats.h"
#include "tokens.h"

namespace sim {

class Front {
  public:
    explicit Front(const Options& options);
    // Serves until the process ends; prints the port once it listens.
    int run();

  private:
    // The library, without two of its habits.
    class Server : public httplib::Server {
      public:
        // Its own is 5: of 64 connections at once most would wait a second for a second try.
        void lengthen_backlog();
    };

    void add_endpoint();
    void add_control();
    void add_changes();
    void serve(const httplib::Request& request, const std::string& form,
               httplib::Response& response);
    Reply reply_to(const std::shared_ptr<const Arguments>& arguments,
                   const std::optional<Fault>& fault);
    Reply recorded(const Arguments& arguments);
    Answer answer_to(const std::shared_ptr<const Arguments>& arguments);

    Options options_;
    Site site_;
    Tokens tokens_;
    Faults faults_;
    Stats stats_;
    Latency latency_;
    std::unique_ptr<Replay> replay_;
    Server server_;
};

}  // namespace sim
