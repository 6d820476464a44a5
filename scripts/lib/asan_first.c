/* Preloaded with AddressSanitizer into a server that was not built with it. The sanitizer wakes up
   at the first malloc; in Debian's postgres that one is within bindtextdomain, called by
   libgpg-error's constructor, and what the sanitizer looks up then takes the same lock again: the
   server hangs. Linked with -z initfirst, this wakes it earlier. */
#include <stdlib.h>

__attribute__((constructor)) static void wake(void) { free(malloc(1)); }

/* UBSan reads its options at its first report, when the server has long written its process title
   over the environment. Its log_path is lost on ASan's; it reports to the server's log. */
const char *__ubsan_default_options(void);
__attribute__((visibility("default"))) const char *__ubsan_default_options(void) {
    return UBSAN_DEFAULTS;
}
