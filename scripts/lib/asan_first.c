/* Preloaded with AddressSanitizer into a server that was not built with it. The sanitizer wakes up
   at the first malloc; in Debian's postgres that one is within bindtextdomain, called by
   libgpg-error's constructor, and what the sanitizer looks up then takes the same lock again: the
   server hangs. Linked with -z initfirst, this wakes it earlier. */
#include <stdlib.h>

__attribute__((constructor)) static void wake(void) { free(malloc(1)); }
