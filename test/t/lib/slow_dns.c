/* Preloaded into a server: names under moodle.test take a minute to be resolved. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
                struct addrinfo** result) {
    int (*real)(const char*, const char*, const struct addrinfo*, struct addrinfo**) =
        (int (*)(const char*, const char*, const struct addrinfo*, struct addrinfo**))dlsym(
            RTLD_NEXT, "getaddrinfo");
    if (node != NULL && strstr(node, "moodle.test") != NULL) {
        sleep(60);
        return EAI_AGAIN;
    }
    return real(node, service, hints, result);
}
