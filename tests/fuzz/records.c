/* records.c
 * Changes whole records of the engine's target as often as bytes of them: a packet more, a packet
 * less, the same again, two in the other order. Bytes moved by one would mean something else
 * altogether.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

static size_t one_of(unsigned *seed, size_t count)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 8) % count;
}

/* A copy of the record in front of another one. */
static size_t copy_record(uint8_t *data, size_t count, size_t from, size_t to)
{
    uint8_t record[FUZZ_RECORD];

    memcpy(record, data + from * FUZZ_RECORD, FUZZ_RECORD);
    memmove(data + (to + 1) * FUZZ_RECORD, data + to * FUZZ_RECORD, (count - to) * FUZZ_RECORD);
    memcpy(data + to * FUZZ_RECORD, record, FUZZ_RECORD);
    return count + 1;
}

static size_t take_record(uint8_t *data, size_t count, size_t from)
{
    memmove(data + from * FUZZ_RECORD, data + (from + 1) * FUZZ_RECORD,
            (count - from - 1) * FUZZ_RECORD);
    return count - 1;
}

static size_t swap_records(uint8_t *data, size_t count, size_t one, size_t other)
{
    uint8_t record[FUZZ_RECORD];

    memcpy(record, data + one * FUZZ_RECORD, FUZZ_RECORD);
    memmove(data + one * FUZZ_RECORD, data + other * FUZZ_RECORD, FUZZ_RECORD);
    memcpy(data + other * FUZZ_RECORD, record, FUZZ_RECORD);
    return count;
}

static size_t mutate_bytes(uint8_t *data, size_t count, size_t at)
{
    LLVMFuzzerMutate(data + at * FUZZ_RECORD, FUZZ_RECORD, FUZZ_RECORD);
    return count;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size_t count = size / FUZZ_RECORD; /* the first is the policy, and stays the first */
    bool full = (count + 1) * FUZZ_RECORD > max_size;

    if (count < 3 || one_of(&seed, 4) == 0)
        return LLVMFuzzerMutate(data, size, max_size);

    size_t one = 1 + one_of(&seed, count - 1);
    size_t other = 1 + one_of(&seed, count - 1);

    switch (one_of(&seed, 6)) {
    case 0:
        return FUZZ_RECORD * take_record(data, count, one);
    case 1:
        return FUZZ_RECORD * swap_records(data, count, one, other);
    case 2:
    case 3:
        return FUZZ_RECORD * (full ? count : copy_record(data, count, one, other));
    default:
        return FUZZ_RECORD * mutate_bytes(data, count, one);
    }
}
