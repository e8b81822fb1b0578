/* steady.c
 * Preloaded into tshark, so that its instructions can be counted: the same number every time, and
 * those for the capture only. Needs valgrind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <valgrind/callgrind.h>

/* Hash tables are seeded with it, and what collides with what is worth some hundred instructions a
 * packet. */
uint32_t g_random_int(void)
{
    static uint32_t state = 1;

    return state = state * 1664525 + 1013904223;
}

/* Until a capture is opened, valgrind only runs the program: five times faster. */
void *wtap_open_offline(const char *name, unsigned type, int *error, char **text, int random)
{
    void *(*original)(const char *, unsigned, int *, char **, int) =
        (void *(*)(const char *, unsigned, int *, char **, int))dlsym(RTLD_NEXT, __func__);

    CALLGRIND_START_INSTRUMENTATION;
    return original(name, type, error, text, random);
}
