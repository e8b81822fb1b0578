/* test_sequence.c
 * Numbers modulo 2^32, lengths in sequence space, addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static const uint32_t bases[] = {0, 1, 1000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};

static void test_after(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        uint32_t base = bases[i];

        g_assert_false(fwx_seq_after(base, base));
        for (uint32_t step = 1; step && step <= 0x40000000; step *= 2) {
            g_assert_true(fwx_seq_after(base + step, base));
            g_assert_false(fwx_seq_after(base, base + step));
        }
        g_assert_true(fwx_seq_after(base + 0x7fffffff, base));
        g_assert_false(fwx_seq_after(base, base + 0x7fffffff));
    }
}

static void test_within(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(bases); i++) {
        uint32_t low = bases[i];

        g_assert_true(fwx_seq_within(low, low, 0));
        g_assert_false(fwx_seq_within(low + 1, low, 0));
        g_assert_false(fwx_seq_within(low - 1, low, 0));
        g_assert_true(fwx_seq_within(low + 65535, low, 65535));
        g_assert_false(fwx_seq_within(low + 65536, low, 65535));
        g_assert_false(fwx_seq_within(low - 1, low, 65535));
        g_assert_true(fwx_seq_within(low - 1, low, UINT32_MAX));
    }
}

static void test_length(void)
{
    static const struct {
        uint8_t flags;
        uint32_t payload;
        uint32_t length;
    } cases[] = {
        {A, 0, 0}, {S, 0, 1}, {SA, 2, 3}, {FA, 0, 1}, {FA, 100, 101}, {RA, 6, 6},
        {PA, 65495, 65495},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_tcp_segment tcp = {.flags = cases[i].flags, .payload_len = cases[i].payload};

        g_assert_cmpuint(fwx_tcp_length(&tcp), ==, cases[i].length);
    }
}

static void test_address(void)
{
    static const uint8_t wire[16] = {[10] = 0xff, [11] = 0xff, [12] = 192, [14] = 2, [15] = 1};
    struct fwx_address mapped = fwx_address_from(wire, 6);
    struct fwx_address same = fwx_address_from(wire + 12, 4);

    g_assert_true(fwx_address_equal(&mapped, &same)); /* RFC 4291, 2.5.5.2 */
    for (unsigned i = 0; i < 16; i++) {
        uint8_t other[16];
        struct fwx_address differs;

        memcpy(other, wire, sizeof other);
        other[i] ^= 1;
        differs = fwx_address_from(other, 6);
        g_assert_false(fwx_address_equal(&mapped, &differs));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sequence/after", test_after);
    g_test_add_func("/sequence/within", test_within);
    g_test_add_func("/sequence/length", test_length);
    g_test_add_func("/sequence/address", test_address);
    return g_test_run();
}
