// The socket under a request: what an HTTP library does not let one do to it.
#pragma once

#include <string_view>

namespace sim {

class Connection {
  public:
    // The accepted socket with this peer; found when first needed.
    explicit Connection(int remote_port) : remote_port_(remote_port) {}

    // False once the client has closed its side.
    bool alive();
    // Bytes past the HTTP library.
    bool send(std::string_view bytes);
    // Ends it by FIN, or by RST; the library's own writes fail after either.
    void close();
    void reset();

  private:
    int socket();

    int remote_port_;
    int socket_ = -1;
};

}  // namespace sim
