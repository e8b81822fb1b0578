/* test_pf_window.c
 * The model of pf and Open vSwitch: each bound, on it and one beyond.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

/* Appends a segment to a conversation whose both ends are established, and plays it: it passes where it breaks nothing. */
#define TRY(rows, variant, ...)                                                                                        \
    do {                                                                                                               \
        struct pf_row with_[G_N_ELEMENTS(rows) + 1];                                                                         \
        struct pf_row last_ = {"segment", __VA_ARGS__, .ct = OLD};                                                           \
        struct fwx_pf_settings settings_ = fwx_pf_defaults(variant);                                                   \
                                                                                                                       \
        memcpy(with_, rows, sizeof(rows));                                                                             \
        settings_.drops_not_syn = false;                                                                               \
        last_.ct = last_.broke ? BAD : OLD;                                                                            \
        last_.one = last_.other = ESTB;                                                                                \
        last_.says = last_.broke ? FWX_PF_SAYS_BAD_STATE : FWX_PF_SAYS_NOTHING;                                        \
        with_[G_N_ELEMENTS(rows)] = last_;                                                                             \
        PF_PLAY_UNDER(with_, &settings_);                                                                              \
    } while (0)
#define TRY_BOTH(rows, ...)                                                                                            \
    do {                                                                                                               \
        TRY(rows, OVS, __VA_ARGS__);                                                                                   \
        TRY(rows, PF, __VA_ARGS__);                                                                                    \
    } while (0)

static const struct pf_row plain[] = {PF_HANDSHAKE};

/* ---- the bounds ------------------------------------------------------------------------------ */

/* The responder may send up to 1001, and the window reaches as far below what it has sent. */
static void test_sequence(void)
{
    TRY_BOTH(plain, R, A, 1, 1, 1000);
    TRY_BOTH(plain, R, A, 1, 1, 1001, .broke = HIGH);
    TRY_BOTH(plain, R, A, 2, 1, 1000, .broke = HIGH);
    TRY_BOTH(plain, R, A, 1001 + FAR - 1, 1, 1, .broke = HIGH);
    TRY_BOTH(plain, R, A, 1001 + FAR, 1, 1, .broke = HIGH | FAR_HIGH);
    TRY_BOTH(plain, R, A, 1 - 1000, 1, 1);
    TRY_BOTH(plain, R, A, 1 - 1001, 1, 1, .broke = LOW);
    TRY_BOTH(plain, R, A, 1 - FAR, 1, 1, .broke = LOW);
    TRY_BOTH(plain, R, A, 1 - FAR - 1, 1, 1, .broke = LOW | FAR_LOW);
}

static void test_no_data(void)
{
    TRY_BOTH(plain, R, A, 500000, 1);
    TRY_BOTH(plain, R, A, -500000, 1);
    TRY_BOTH(plain, R, A, INT64_C(0x80000000), 1);
}

/* The initiator has sent up to 0: its ACK without data did not tell more. */
static void test_acknowledgement(void)
{
    TRY_BOTH(plain, R, A, 1, FAR);
    TRY_BOTH(plain, R, A, 1, FAR + 1, .broke = ACK_HIGH);
    TRY_BOTH(plain, R, A, 1, -FAR);
    TRY_BOTH(plain, R, A, 1, -FAR - 1, .broke = ACK_LOW);
    TRY_BOTH(plain, R, A, 1, -FAR - 1, 1001, .broke = ACK_LOW | HIGH);
}

/* RFC 9293, 3.4: compared modulo 2^32, and what lies 2^31 apart is not ahead. */
static void test_half_way(void)
{
    TRY_BOTH(plain, R, A, 1000 - INT64_C(0x7fffffff), 1, 1, .broke = LOW | FAR_LOW | FAR_HIGH);
    TRY_BOTH(plain, R, A, 1000 - INT64_C(0x80000000), 1, 1, .broke = HIGH | LOW | FAR_LOW | FAR_HIGH);
}

/* ---- what segments teach --------------------------------------------------------------------- */

static void test_slides(void)
{
    static const struct pf_row zero[] = {
        PF_HANDSHAKE,
        {"fills the window", I, A, 1, 1, 1000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"it is shut", R, A, 1, 1001, .window = ZERO_WINDOW, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    static const struct pf_row smaller[] = {
        PF_HANDSHAKE,
        {"a larger window", I, A, 1, 1, .window = 5000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"a smaller one", I, A, 1, 1, .window = 100, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    static const struct pf_row old[] = {
        PF_HANDSHAKE,
        {"100 bytes", R, A, 1, 1, 100, .ct = OLD, .one = ESTB, .other = ESTB},
        {"some of them again", R, A, 1, 1, 50, .ct = OLD, .one = ESTB, .other = ESTB},
        {"all acknowledged", I, A, 1, 101, .window = 2000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"an old acknowledgement", I, A, 1, 1, .ct = OLD, .one = ESTB, .other = ESTB},
    };

    TRY_BOTH(zero, I, A, 1001, 1, 1); /* a probe */
    TRY_BOTH(zero, I, A, 1001, 1, 2, .broke = HIGH);
    TRY_BOTH(smaller, R, A, 1, 1, 5000);
    TRY_BOTH(smaller, R, A, 1, 1, 5001, .broke = HIGH);
    TRY_BOTH(smaller, R, A, 1 - 5000, 1, 1);
    TRY_BOTH(smaller, R, A, 1 - 5001, 1, 1, .broke = LOW);
    TRY_BOTH(old, R, A, 2100, 1, 1);
    TRY_BOTH(old, R, A, 2101, 1, 1, .broke = HIGH);
    TRY_BOTH(old, R, A, 101 - 2000, 1, 1);
    TRY_BOTH(old, R, A, 101 - 2001, 1, 1, .broke = LOW);
    TRY_BOTH(old, I, A, 1, 101 + FAR);
    TRY_BOTH(old, I, A, 1, 101 + FAR + 1, .broke = ACK_HIGH);
}

/* A first window of 0 is taken for one of 1. */
static void test_no_window(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .window = ZERO_WINDOW, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"so far below", R, A, 0, 1, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"no farther", R, A, -1, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = LOW, .says = FWX_PF_SAYS_BAD_STATE},
        {"a probe", R, A, 1, 1, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"no more", R, A, 2, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };

    PF_PLAY_BOTH(rows);
}

/* What does not fit teaches nothing. */
static void test_bad_teaches_nothing(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"too much", R, A, 1, 1, 1001, .window = 60000, .ct = BAD, .one = ESTB, .other = ESTB, .broke = HIGH,
         .says = FWX_PF_SAYS_BAD_STATE},
    };

    TRY_BOTH(rows, I, A, 1, 1, 1000);
    TRY_BOTH(rows, I, A, 1, 1, 1001, .broke = HIGH);
}

/* ---- scales ---------------------------------------------------------------------------------- */

static void test_scaled(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"ack: a window of 4000", I, A, 1, 1, .ct = OLD, .one = ESTB, .other = ESTB},
    };

    TRY_BOTH(rows, R, A, 1, 1, 4000);
    TRY_BOTH(rows, R, A, 1, 1, 4001, .broke = HIGH);
    TRY_BOTH(rows, R, A, 1 - 4000, 1, 1);
    TRY_BOTH(rows, R, A, 1 - 4001, 1, 1, .broke = LOW);
    TRY_BOTH(rows, R, A, 1, -(FAR << 3));
    TRY_BOTH(rows, R, A, 1, -(FAR << 3) - 1, .broke = ACK_LOW);
    TRY_BOTH(rows, R, A, 1, FAR); /* but not into the future */
    TRY_BOTH(rows, R, A, 1, FAR + 1, .broke = ACK_HIGH);
    TRY_BOTH(rows, I, A, 1, 1 - (FAR << 2));
    TRY_BOTH(rows, I, A, 1, 1 - (FAR << 2) - 1, .broke = ACK_LOW);
}

/* Before the answer, the initiator's scale does not count: whose first segment is no SYN offers none. */
static void test_scaled_early(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"ack", I, A, 1, 1, .ct = OLD, .one = SENT, .other = CLOS, .broke = WHATEVER},
        {"ack", R, A, 1, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"what was admitted", R, A, 1, 1, 1000, .ct = OLD, .one = ESTB, .other = SENT},
        {"one more", R, A, 1001, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH},
    };
    static const uint32_t low[] = {1000000, 2000000};
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);

    pf_play_in(rows, G_N_ELEMENTS(rows), &settings, low);
}

static void test_syn_ack_again(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"once more", R, SA, 0, 1, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"all that it admits", I, A, 1, 1, 1000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"one more", I, A, 1001, 1, 1, .ct = BAD, .one = ESTB, .other = ESTB, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };

    PF_PLAY_BOTH(rows);
}

/* The window of a SYN is not scaled, and is kept in the units of its scale, rounded up. */
static void test_rounded(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .window = 1001, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .window = 1001, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"data", R, A, 1, 1, 1004, .ct = OLD, .one = ESTB, .other = SENT},
        {"one more", R, A, 1005, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };
    static const struct pf_row back[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .window = 1001, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"data", I, A, 1, 1, 1008, .ct = OLD, .one = ESTB, .other = ESTB},
        {"one more", I, A, 1009, 1, 1, .ct = BAD, .one = ESTB, .other = ESTB, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };

    PF_PLAY_BOTH(rows);
    PF_PLAY_BOTH(back);
}

/* Who offers none ends the other's, whose window is what it was, or nearly. */
static void test_not_scaled(void)
{
    static const struct pf_row one[] = {
        {"syn", I, S, 0, .window = 1001, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"data", R, A, 1, 1, 1004, .ct = OLD, .one = ESTB, .other = SENT},
        {"one more", R, A, 1005, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
        {"a window of 2000", I, A, 1, 1, .window = 2000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"all of it", R, A, 1, 1, 2000, .ct = OLD, .one = ESTB, .other = ESTB},
        {"one more", R, A, 2001, 1, 1, .ct = BAD, .one = ESTB, .other = ESTB, .broke = HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };
    static const struct pf_row other[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .scale = SCALE(3), .ct = OLD, .one = ESTB, .other = SENT},
        {"ack", I, A, 1, 1, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    /* 16 bits are all that it has for a window: 4 << 14 is 0 in them. */
    static const struct pf_row lost[] = {
        {"syn", I, S, 0, .window = 65535, .scale = SCALE(14), .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"one byte", R, A, 1, 1, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"another", R, A, 2, 1, 1, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH,
         .says = FWX_PF_SAYS_BAD_STATE},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_pf_entry entry = PF_PLAY_UNDER(one, &settings);

    g_assert_cmpuint(entry.side[0].scaled, ==, 0);
    g_assert_cmpuint(entry.side[0].scale, ==, 0);
    PF_PLAY(one, PF);
    TRY_BOTH(other, R, A, 1, 1, 1000);
    TRY_BOTH(other, R, A, 1, 1, 1001, .broke = HIGH);
    TRY_BOTH(other, I, A, 1, 1, 1000);
    TRY_BOTH(other, I, A, 1, 1, 1001, .broke = HIGH);
    PF_PLAY_BOTH(lost);
}

/* What is no SYN offers none, and takes none back. */
static void test_not_asked(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .scale = SCALE(2), .ct = NEW, .one = SENT, .other = CLOS},
        {"ack", R, A, 1, 1, .ct = OLD, .one = ESTB, .other = SENT},
    };

    for (unsigned variant = 0; variant < FWX_PF_VARIANTS; variant++) {
        struct fwx_pf_settings settings = fwx_pf_defaults((enum fwx_pf_variant)variant);
        struct fwx_pf_entry entry = PF_PLAY_UNDER(rows, &settings);

        g_assert_cmpuint(entry.side[0].scaled, ==, 1);
        g_assert_cmpuint(entry.side[0].scale, ==, 2);
        g_assert_cmpuint(entry.side[0].win, ==, 250);
        g_assert_cmpuint(entry.side[1].scaled, ==, 0);
    }
}

/* The scale of what is picked up in the middle nobody knows: Open vSwitch takes the largest for it, pf none. */
static void test_guessed(void)
{
    static const struct pf_row rows[] = {
        {"data", I, A, 1, 1, 100, .ct = NEW, .one = SENT, .other = CLOS},
        {"ack", R, A, 1, 101, .ct = OLD, .one = ESTB, .other = SENT},
        {"ack", I, A, 101, 1, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    enum { GUESS = 1000 << 14 };

    TRY(rows, OVS, R, A, 1 + GUESS - 1000, 1, 1000);
    TRY(rows, OVS, R, A, 1 + GUESS - 999, 1, 1000, .broke = HIGH);
    TRY(rows, OVS, R, A, 1 - GUESS, 1, 1);
    TRY(rows, OVS, R, A, 1 - GUESS - 1, 1, 1, .broke = LOW | FAR_LOW);
    TRY(rows, OVS, R, A, 1, 1 - (FAR << 14));
    TRY(rows, OVS, R, A, 1, 1 - (FAR << 14) - 1, .broke = ACK_LOW);
    TRY(rows, PF, R, A, 1, 1, 1000);
    TRY(rows, PF, R, A, 1, 1, 1001, .broke = HIGH);
}

/* ---- first segments -------------------------------------------------------------------------- */

static void test_first_acknowledgement(void)
{
    static const struct pf_row ovs[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"whatever it acknowledges", R, SA, 0, 5000000, .ct = OLD, .one = ESTB, .other = SENT},
    };
    static const struct pf_row below[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"whatever it acknowledges", R, SA, 0, -5000000, .ct = OLD, .one = ESTB, .other = SENT},
    };
    static const struct pf_row pf[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"not in pf", R, SA, 0, FAR + 1, .ct = BAD, .one = SENT, .other = SENT, .broke = ACK_HIGH, .is_refused = true},
    };
    static const struct pf_row near[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"within its tolerance", R, SA, 0, FAR, .ct = OLD, .one = ESTB, .other = SENT},
    };
    /* More may come than its first segment tells: then its acknowledgement is asked. */
    static const struct pf_row asked[] = {
        {"data", I, A, 1, 1, 100, .ct = NEW, .one = SENT, .other = CLOS},
        {"more", I, A, 101, 1, .ct = OLD, .one = SENT, .other = CLOS, .broke = WHATEVER},
        {"what came before", R, A, -100, 1 + FAR + 1, .ct = BAD, .one = SENT, .other = SENT, .broke = ACK_HIGH},
    };
    static const struct pf_row even[] = {
        {"data", I, A, 1, 1, 100, .ct = NEW, .one = SENT, .other = CLOS},
        {"more", I, A, 101, 1, .ct = OLD, .one = SENT, .other = CLOS, .broke = WHATEVER},
        {"no less", R, A, 1, 1 + FAR + 1, .ct = OLD, .one = ESTB, .other = SENT},
    };

    static const uint32_t low[] = {1000000, 2000000};
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);

    PF_PLAY(ovs, OVS);
    PF_PLAY(below, OVS);
    PF_PLAY(pf, PF);
    PF_PLAY_BOTH(near);
    pf_play_in(asked, G_N_ELEMENTS(asked), &settings, low);
    PF_PLAY(even, OVS);
}

/* Hosts that give up acknowledge what nobody sent. To Open vSwitch that only fits loosely, and renews nothing. */
static void test_early_acknowledgement(void)
{
    static const struct pf_row ovs[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS, .left_s = 30},
        {"gives up", I, FA, 1, 600000, .after_s = 5, .ct = OLD, .one = CLSG, .other = CLOS, .broke = WHATEVER, .left_s = 25},
    };
    static const struct pf_row pf[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS, .left_s = 120},
        {"gives up", I, FA, 1, 600000, .after_s = 5, .ct = OLD, .one = CLSG, .other = CLOS, .left_s = 30},
    };

    PF_PLAY(ovs, OVS);
    PF_PLAY(pf, PF);
}

/* To pf a side that stands at number 0 has not been heard. */
static void test_number_0(void)
{
    static const uint32_t isn[] = {0, 2000000};
    static const struct pf_row ovs[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"out of window", I, A, 500000, 1, 10, .ct = BAD, .one = ESTB, .other = SENT, .broke = HIGH | FAR_HIGH},
    };
    static const struct pf_row pf[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"wherever it is", I, A, 500000, 1, 10, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);

    pf_play_in(ovs, G_N_ELEMENTS(ovs), &settings, isn);
    settings = fwx_pf_defaults(PF);
    pf_play_in(pf, G_N_ELEMENTS(pf), &settings, isn);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pf-window/sequence", test_sequence);
    g_test_add_func("/pf-window/no-data", test_no_data);
    g_test_add_func("/pf-window/acknowledgement", test_acknowledgement);
    g_test_add_func("/pf-window/half-way", test_half_way);
    g_test_add_func("/pf-window/slides", test_slides);
    g_test_add_func("/pf-window/no-window", test_no_window);
    g_test_add_func("/pf-window/bad-teaches-nothing", test_bad_teaches_nothing);
    g_test_add_func("/pf-window/scaled", test_scaled);
    g_test_add_func("/pf-window/scaled-early", test_scaled_early);
    g_test_add_func("/pf-window/syn-ack-again", test_syn_ack_again);
    g_test_add_func("/pf-window/rounded", test_rounded);
    g_test_add_func("/pf-window/not-scaled", test_not_scaled);
    g_test_add_func("/pf-window/not-asked", test_not_asked);
    g_test_add_func("/pf-window/guessed", test_guessed);
    g_test_add_func("/pf-window/first-acknowledgement", test_first_acknowledgement);
    g_test_add_func("/pf-window/early-acknowledgement", test_early_acknowledgement);
    g_test_add_func("/pf-window/number-0", test_number_0);
    return g_test_run();
}
