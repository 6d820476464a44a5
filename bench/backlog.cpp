// Preloaded into the simulator: Debian's cpp-httplib is built for five callers waiting to be
// accepted, and connections get lost, for seconds, where 64 begin at once.
#include <dlfcn.h>

extern "C" int listen(int socket, int) {
    constexpr int kBacklog = 1024;
    using Listen = int (*)(int, int);
    static const auto real = reinterpret_cast<Listen>(dlsym(RTLD_NEXT, "listen"));
    return real(socket, kBacklog);
}
