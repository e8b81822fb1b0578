/* fuzz.h
 * What a fuzz target offers to libFuzzer, or to replay.c in its place.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FUZZ_H
#define FWX_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The engine's target reads bytes in records of this size. */
#define FUZZ_RECORD 16

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Offered by libFuzzer to a mutator. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

#endif
