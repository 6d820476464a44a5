#include "connection.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstddef>

namespace sim {

int Connection::socket() {
    for (int fd = 3; socket_ < 0 && fd < 4096; fd++) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        const int port = peer.ss_family == AF_INET
                             ? ntohs(reinterpret_cast<const sockaddr_in&>(peer).sin_port)
                         : peer.ss_family == AF_INET6
                             ? ntohs(reinterpret_cast<const sockaddr_in6&>(peer).sin6_port)
                             : -1;
        if (port == remote_port_) socket_ = fd;
    }
    return socket_;
}

bool Connection::alive() {
    pollfd look{socket(), POLLRDHUP, 0};
    return look.fd >= 0 && poll(&look, 1, 0) == 0;
}

bool Connection::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<size_t>(count));
    }
    return true;
}

void Connection::close() {
    shutdown(socket(), SHUT_RDWR);
}

void Connection::reset() {
    const linger at_once{1, 0};
    setsockopt(socket(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    // An unspecified address dissolves the connection, which tells the peer by RST.
    sockaddr unspecified{};
    unspecified.sa_family = AF_UNSPEC;
    connect(socket(), &unspecified, sizeof unspecified);
}

}  // namespace sim
