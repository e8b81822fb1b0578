/* memory.c
 * What random access to memory costs on this machine, with nothing else done: records of as many
 * lines as a look at a connection takes, touched one after the other at random. Beside
 * bench-engine: where its limit lies.
 *
 *   memory [RECORDS]         default 1 million
 *
 * "Dependent": where the next one is stands in the one before. "Ahead": fetched 12 before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* madvise; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum { LINE = 64, BATCH = 1 << 16, ROUNDS = 40, AHEAD = 12, HUGE_PAGE = 2 << 20 };
enum way { DEPENDENT, INDEPENDENT, FETCHED_AHEAD, WAYS };

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint32_t touch(char *record, unsigned lines)
{
    uint32_t sum = 0;

    for (unsigned line = 0; line < lines; line++)
        sum += ++*(volatile uint32_t *)(void *)(record + (size_t)line * LINE);
    return sum;
}

static uint32_t touch_all(char *memory, const uint32_t *at, uint32_t records, unsigned lines,
                          enum way way)
{
    size_t size = (size_t)lines * LINE;
    uint32_t last = 0;

    for (uint32_t i = 0; i < BATCH; i++) {
        uint32_t number = way == DEPENDENT ? (at[i] + (last & 1)) % records : at[i];

        if (way == FETCHED_AHEAD && i + AHEAD < BATCH) {
            for (unsigned line = 0; line < lines; line++)
                __builtin_prefetch(memory + at[i + AHEAD] * size + (size_t)line * LINE, 1);
        }
        last = touch(memory + number * size, lines);
    }
    return last;
}

static void measure(uint32_t records, unsigned lines, int advice, const char *pages)
{
    static uint32_t at[BATCH];
    size_t size = ((size_t)records * lines * LINE + HUGE_PAGE) / HUGE_PAGE * HUGE_PAGE;
    char *memory = aligned_alloc(HUGE_PAGE, size);
    uint64_t state = 88172645463325252u;
    double spent[WAYS] = {0};

    if (!memory)
        return;
    madvise(memory, size, advice);
    memset(memory, 0, size);
    for (unsigned round = 0; round < ROUNDS * WAYS; round++) {
        double begin;

        for (unsigned i = 0; i < BATCH; i++) {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            at[i] = (uint32_t)(state * 2685821657736338717u >> 32) % records;
        }
        begin = cpu_seconds();
        touch_all(memory, at, records, lines, (enum way)(round % WAYS));
        spent[round % WAYS] += cpu_seconds() - begin;
    }
    printf("%u records of %u lines, %s pages: dependent %6.1f ns, independent %6.1f ns, ahead "
           "%6.1f ns (%.1f M/s)\n",
           records, lines, pages, spent[DEPENDENT] * 1e9 / BATCH / ROUNDS,
           spent[INDEPENDENT] * 1e9 / BATCH / ROUNDS, spent[FETCHED_AHEAD] * 1e9 / BATCH / ROUNDS,
           BATCH * ROUNDS / spent[FETCHED_AHEAD] / 1e6);
    free(memory);
}

int main(int argc, char **argv)
{
    uint32_t records = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 1000000;

    for (unsigned lines = 1; lines <= 5; lines += 2) {
        measure(records, lines, MADV_NOHUGEPAGE, "small");
        measure(records, lines, MADV_HUGEPAGE, "huge");
    }
    return 0;
}
