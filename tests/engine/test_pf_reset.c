/* test_pf_reset.c
 * The model of pf and Open vSwitch: resets, and the looser rule.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

/* ---- resets ---------------------------------------------------------------------------------- */

static void try_reset(unsigned variant, uint8_t flags, int64_t seq, uint32_t len, bool reassembled, bool passes)
{
    const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"reset", R, flags, seq, 1, len, .reassembled = reassembled, .ct = passes ? OLD : BAD, .one = passes ? TIMW : ESTB,
         .other = passes ? TIMW : ESTB, .says = passes ? FWX_PF_SAYS_NOTHING : FWX_PF_SAYS_BAD_STATE, .broke = WHATEVER,
         .counts = passes           ? FWX_PF_COUNTS_NOTHING
                   : variant == OVS ? FWX_PF_COUNTS_SEQ_CHK
                                    : FWX_PF_COUNTS_STATE_MISMATCH},
    };

    PF_PLAY(rows, (enum fwx_pf_variant)variant);
}

static void test_resets(void)
{
    for (int64_t off = -2; off <= 2; off++) {
        bool exact = off >= -1 && off <= 1;

        try_reset(OVS, RST, 1 + off, 0, false, exact);
        try_reset(OVS, RA, 1 + off, 0, false, exact);
        try_reset(PF, RST, 1 + off, 0, false, true);
        try_reset(PF, RST, 1 + off, 0, true, exact);
    }
    try_reset(PF, RST, 700000, 0, false, true);
    try_reset(PF, RST, 1, 1000, false, true); /* with data its number counts */
    try_reset(PF, RST, 2, 1000, false, false);
    try_reset(OVS, RST, 1, 1001, false, false);
}

/* Resets that acknowledge 0 acknowledge nothing. */
static void test_reset_of_0(void)
{
    static const uint32_t isn[] = {1000000, 2000000};
    static const struct pf_row reset[] = {
        PF_HANDSHAKE,
        {"acknowledges 0", R, RA, 1, -1000000, .ct = OLD, .one = TIMW, .other = TIMW},
    };
    static const struct pf_row ack[] = {
        PF_HANDSHAKE,
        {"acknowledges 0", R, A, 1, -1000000, .ct = BAD, .one = ESTB, .other = ESTB, .broke = ACK_LOW,
         .says = FWX_PF_SAYS_BAD_STATE},
    };
    struct fwx_pf_settings settings[] = {fwx_pf_defaults(OVS), fwx_pf_defaults(PF)};

    for (unsigned i = 0; i < G_N_ELEMENTS(settings); i++) {
        pf_play_in(reset, G_N_ELEMENTS(reset), &settings[i], isn);
        pf_play_in(ack, G_N_ELEMENTS(ack), &settings[i], isn);
    }
}

/* ---- loosely --------------------------------------------------------------------------------- */

#define FIN_ACKNOWLEDGED                                                                                               \
    PF_HANDSHAKE, {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},                                         \
        {"its ack", R, A, 1, 2, .ct = OLD, .one = FIN2, .other = ESTB, .left_s = 900}

/* Of the responder, then of the initiator, whose FIN is acknowledged: up to 67035 beyond the window, or below what was sent. */
static void try_loosely(int from, int64_t seq, uint32_t len, int broke, bool fits)
{
    const struct pf_row rows[] = {
        FIN_ACKNOWLEDGED,
        {"data", from, A, seq, 1, len, .after_s = 10, .ct = fits ? OLD : BAD, .one = FIN2, .other = ESTB, .broke = broke,
         .says = fits ? FWX_PF_SAYS_LOOSE : FWX_PF_SAYS_BAD_STATE, .left_s = 890},
    };

    PF_PLAY_BOTH(rows);
}

static void test_loosely(void)
{
    try_loosely(R, 1, 1001, HIGH, true);
    try_loosely(R, 1, 1000 + FAR, HIGH, true);
    try_loosely(R, 1, 1001 + FAR, HIGH | FAR_HIGH, false);
    try_loosely(R, 1 - FAR, 10, LOW, true);
    try_loosely(R, 1 - FAR - 1, 10, LOW | FAR_LOW, false);
    try_loosely(I, 2, 1001, HIGH, true); /* it may send up to 1002 */
    try_loosely(I, 2, 1000 + FAR, HIGH, true);
    try_loosely(I, 2, 1001 + FAR, HIGH | FAR_HIGH, false);
}

/* Any acknowledgement will do then, and any reset; the time-out stays. */
static void test_loosely_other(void)
{
    static const struct pf_row ack[] = {
        FIN_ACKNOWLEDGED,
        {"far off", R, A, 1, 5000000, .after_s = 10, .ct = OLD, .one = FIN2, .other = ESTB, .broke = ACK_HIGH,
         .says = FWX_PF_SAYS_LOOSE, .left_s = 890},
    };
    static const struct pf_row fin[] = {
        FIN_ACKNOWLEDGED,
        {"fin", R, FA, 1001, 2, .after_s = 10, .ct = OLD, .one = FIN2, .other = CLSG, .broke = HIGH,
         .says = FWX_PF_SAYS_LOOSE, .left_s = 890},
        {"its ack, too high", I, A, 2, 2000000, 2000, .ct = OLD, .one = FIN2, .other = CLSG, .broke = HIGH | ACK_HIGH,
         .says = FWX_PF_SAYS_LOOSE, .left_s = 890},
    };
    static const struct pf_row reset[] = {
        FIN_ACKNOWLEDGED,
        {"reset", R, RA, 1001, 2, 10, .after_s = 10, .ct = OLD, .one = TIMW, .other = TIMW, .broke = HIGH | FWX_PF_RST,
         .left_s = 890},
    };
    static const struct pf_row reset_pf[] = {
        FIN_ACKNOWLEDGED,
        {"reset", R, RA, 1001, 2, 10, .after_s = 10, .ct = OLD, .one = TIMW, .other = TIMW, .broke = HIGH,
         .says = FWX_PF_SAYS_LOOSE, .left_s = 890},
    };
    static const struct pf_row teaches[] = {
        FIN_ACKNOWLEDGED,
        {"beyond the window", R, A, 1, 2, 2000, .window = 9000, .ct = OLD, .one = FIN2, .other = ESTB, .broke = HIGH,
         .says = FWX_PF_SAYS_LOOSE},
        {"up to its window", I, A, 2, 2001, 9000, .ct = OLD, .one = FIN2, .other = ESTB},
    };

    PF_PLAY_BOTH(ack);
    PF_PLAY_BOTH(fin);
    PF_PLAY(reset, OVS);
    PF_PLAY(reset_pf, PF);
    PF_PLAY_BOTH(teaches);
}

/* What ends 2^31 ahead of what was sent is not ahead. */
static void test_half_way(void)
{
    static const struct pf_row rows[] = {
        FIN_ACKNOWLEDGED,
        {"beyond the window", R, A, 1, 2, 1460, .ct = OLD, .one = FIN2, .other = ESTB, .broke = HIGH,
         .says = FWX_PF_SAYS_LOOSE},
        {"half way round", R, A, 1461 + INT64_C(0x80000000) - 1500, 2, 1500, .ct = OLD, .one = FIN2, .other = ESTB},
    };
    static const uint32_t isn[] = {1000000, 2000000};
    struct fwx_pf_settings settings[] = {fwx_pf_defaults(OVS), fwx_pf_defaults(PF)};

    for (unsigned i = 0; i < G_N_ELEMENTS(settings); i++)
        g_assert_cmpuint(pf_play_in(rows, G_N_ELEMENTS(rows), &settings[i], isn).side[1].lo, ==, 2001461);
}

/* The other side is not heard: the initiator may go on, so far. */
static void test_loosely_unheard(void)
{
    for (int more = 0; more < 2; more++) {
        const struct pf_row rows[] = {
            {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
            {"data", I, A, 1, 1, 1 + FAR + (uint32_t)more, .ct = more ? BAD : OLD, .one = SENT, .other = CLOS,
             .broke = WHATEVER, .says = more ? FWX_PF_SAYS_BAD_STATE : FWX_PF_SAYS_LOOSE, .counts = more ? FWX_PF_COUNTS_SEQ_CHK : 0},
        };
        struct pf_row pf[G_N_ELEMENTS(rows)];

        PF_PLAY(rows, OVS);
        memcpy(pf, rows, sizeof rows);
        pf[1].counts = more ? FWX_PF_COUNTS_STATE_MISMATCH : 0;
        PF_PLAY(pf, PF);
    }
}

/* A FIN that nobody acknowledged yet makes nothing loose. */
static void test_not_loosely(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},
        {"beyond the window", R, A, 1, 1, 1001, .ct = BAD, .one = CLSG, .other = ESTB, .broke = HIGH,
         .says = FWX_PF_SAYS_BAD_STATE},
        {"beyond its own", I, A, 2, 1, 1000, .ct = BAD, .one = CLSG, .other = ESTB, .broke = HIGH,
         .says = FWX_PF_SAYS_BAD_STATE},
    };

    PF_PLAY_BOTH(rows);
}

/* ---- unchecked ------------------------------------------------------------------------------- */

static void test_unchecked(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"out of any window", R, A, 500000, 900000, 10, .ct = OLD, .one = ESTB, .other = ESTB,
         .broke = HIGH | FAR_HIGH | ACK_HIGH, .left_s = 86400},
        {"reset", I, RST, 700000, .ct = OLD, .one = TIMW, .other = TIMW, .broke = FWX_PF_RST, .left_s = 30},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);

    settings.unchecked = true;
    PF_PLAY_UNDER(rows, &settings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pf-reset/resets", test_resets);
    g_test_add_func("/pf-reset/reset-of-0", test_reset_of_0);
    g_test_add_func("/pf-reset/loosely", test_loosely);
    g_test_add_func("/pf-reset/loosely-other", test_loosely_other);
    g_test_add_func("/pf-reset/half-way", test_half_way);
    g_test_add_func("/pf-reset/loosely-unheard", test_loosely_unheard);
    g_test_add_func("/pf-reset/not-loosely", test_not_loosely);
    g_test_add_func("/pf-reset/unchecked", test_unchecked);
    return g_test_run();
}
