// A simulated Moodle as a process of a C++ test.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace sim_test {

using Form = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    bool arrived = false;  // whole, as far as HTTP can tell
    int status = 0;
    std::string content_type, body;
};

class Sim {
  public:
    explicit Sim(const std::vector<std::string>& options) {
        int pipe_ends[2];
        EXPECT_EQ(pipe(pipe_ends), 0);
        process_ = fork();
        if (process_ == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves nothing behind
            dup2(pipe_ends[1], STDOUT_FILENO);
            close(pipe_ends[0]);
            close(pipe_ends[1]);
            std::vector<std::string> words = {binary(), "--port", "0"};
            words.insert(words.end(), options.begin(), options.end());
            std::vector<char*> raw;
            for (std::string& word : words) raw.push_back(word.data());
            raw.push_back(nullptr);
            execv(raw[0], raw.data());
            _exit(127);
        }
        close(pipe_ends[1]);
        std::string said;
        char c = 0;
        while (read(pipe_ends[0], &c, 1) == 1 && c != '\n') said += c;
        close(pipe_ends[0]);
        if (said.starts_with("listening on ")) port_ = std::atoi(said.c_str() + 13);
        EXPECT_GT(port_, 0) << "moodle_sim did not start: " << said;
    }
    ~Sim() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Sim(const Sim&) = delete;
    Sim& operator=(const Sim&) = delete;

    int port() const { return port_; }
    httplib::Client client() const {
        httplib::Client client("127.0.0.1", port_);
        client.set_read_timeout(20);
        return client;
    }
    // As Moodle's clients ask: token, function and format first.
    Answer call(const std::string& function, const Form& arguments,
                const std::string& token = "simadmin", const std::string& format = "json") const {
        Form form = {{"wstoken", token}, {"wsfunction", function}};
        if (!format.empty()) form.emplace_back("moodlewsrestformat", format);
        form.insert(form.end(), arguments.begin(), arguments.end());
        return send(form);
    }
    Answer send(const Form& form) const {
        std::string text;
        for (const auto& [name, value] : form) {
            text += (text.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
        }
        return taken(client().Post("/webservice/rest/server.php", text,
                                   "application/x-www-form-urlencoded"));
    }
    Answer control(const std::string& path, const std::string& json) const {
        return taken(client().Post(("/__sim/" + path).c_str(), json, "application/json"));
    }
    Answer look(const std::string& path) const {
        return taken(client().Get(("/__sim/" + path).c_str()));
    }
    void clear_faults() const { client().Delete("/__sim/faults"); }

  private:
    static std::string binary() {
        if (const char* set = std::getenv("MOODLE_SIM_BIN")) return set;
        return MOODLE_SIM_BINARY;
    }
    static Answer taken(const httplib::Result& result) {
        if (!result) return {};
        return {true, result->status, result->get_header_value("Content-Type"), result->body};
    }
    static std::string encoded(const std::string& text) {
        static constexpr char kDigits[] = "0123456789ABCDEF";
        std::string out;
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
        return out;
    }

    pid_t process_ = -1;
    int port_ = 0;
};

}  // namespace sim_test
