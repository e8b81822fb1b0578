/* test_pf_state.c
 * The model of pf and Open vSwitch: states of both peers, how connections begin, end, and begin anew.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

/* ---- every cell ------------------------------------------------------------------------------ */

static const uint8_t states[] = {CLOS, SENT, ESTB, CLSG, FIN2, TIMW};
static const char letters[] = "CSELFT";
enum { STATES = G_N_ELEMENTS(states) };

/* A segment that fits, of a sender in each state (rows C S E L F T), to a receiver in each (columns): their states then.
 * "an": a new connection. */
static const struct {
    uint8_t flags;
    const char *leads[STATES];
} cells[] = {
    {S,
     {"SC SS SE SL SF ST", "SC SS SE SL SF ST", "EC ES EE EL EF ET", "LC LS LE LL LF LT", "FC FS FE FL an an",
      "TC TS TE TL an an"}},
    {SA,
     {"SC SE SE SF SF ST", "SC SE SE SF SF ST", "EC EE EE EF EF ET", "LC LE LE LF LF LT", "FC FE FE FF FF FT",
      "TC TE TE TF TF TT"}},
    {A,
     {"SC SE SE SF SF ST", "SC SE SE SF SF ST", "EC EE EE EF EF ET", "LC LE LE LF LF LT", "FC FE FE FF FF FT",
      "TC TE TE TF TF TT"}},
    {FA,
     {"LC LE LE LF LF LT", "LC LE LE LF LF LT", "LC LE LE LF LF LT", "LC LE LE LF LF LT", "FC FE FE FF FF FT",
      "TC TE TE TF TF TT"}},
    {RST,
     {"TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT",
      "TT TT TT TT TT TT"}},
    {RA,
     {"TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT", "TT TT TT TT TT TT",
      "TT TT TT TT TT TT"}},
};

/* Which of its time-outs an entry has then: O opening, E established, C closing, F finwait, D closed. */
static const char *const waits[STATES] = {"OOOOOO", "OOOOOO", "OOECCC", "OOCFFF", "OOCFDD", "OOCFDD"};

static int64_t wait_of(const struct fwx_pf_settings *settings, const char *pair)
{
    char letter = waits[strchr(letters, pair[0]) - letters][strchr(letters, pair[1]) - letters];

    return settings->timeout_s[FWX_PF_TCP_OPENING + (strchr("OECFD", letter) - "OECFD")];
}

static void try_cell(uint8_t variant, uint8_t flags, unsigned own, unsigned other, const char *leads)
{
    struct fwx_pf_settings settings = fwx_pf_defaults(variant);
    struct fwx_pf_entry entry = {
        .known = 1,
        .expires = FWX_NO_TIME,
        .side = {{1001, 2001, 1000, states[own], 0, 0, 0}, {5001, 6001, 1000, states[other], 0, 0, 0}}};
    static const struct fwx_pf_side unheard = {0, 1, 1, CLOS, 0, 0, 0};
    struct fwx_packet packet = {.src_port = 1,
                                .dst_port = 2,
                                .tcp = {.seq = 1001,
                                        .ack = 5001,
                                        .flags = flags,
                                        .window = 1000,
                                        .window_scale = FWX_NO_WINDOW_SCALE}};
    struct fwx_pf_verdict verdict;
    bool renewed = variant == OVS && flags == S && own <= 1;

    if (states[own] == CLOS)
        entry.side[0] = unheard;
    if (states[other] == CLOS)
        entry.side[1] = unheard;
    verdict = fwx_pf_tcp(&entry, 0, &packet, &settings, 0);
    if (!strcmp(leads, "an")) {
        g_assert_cmphex(verdict.ct, ==, FWX_PF_TRK | FWX_PF_NEW);
        g_assert_cmpuint(entry.side[0].state, ==, SENT);
        g_assert_cmpuint(entry.side[1].state, ==, CLOS);
        g_assert_cmpint(verdict.says, ==, variant == OVS ? FWX_PF_SAYS_NOTHING : FWX_PF_SAYS_REUSE);
        return;
    }
    g_assert_true(verdict.passes);
    g_assert_cmphex(verdict.ct, ==, FWX_PF_TRK | (renewed ? FWX_PF_NEW : FWX_PF_EST));
    g_assert_cmpuint(entry.side[0].state, ==, states[strchr(letters, leads[0]) - letters]);
    g_assert_cmpuint(entry.side[1].state, ==, states[strchr(letters, leads[1]) - letters]);
    g_assert_cmpint(entry.expires, ==,
                    FWX_SECOND * (renewed ? settings.timeout_s[FWX_PF_TCP_FIRST] : wait_of(&settings, leads)));
}

static void test_cells(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(cells); i++) {
        for (unsigned own = 0; own < STATES; own++) {
            char **leads = g_strsplit(cells[i].leads[own], " ", -1);

            g_assert_cmpuint(g_strv_length(leads), ==, STATES);
            for (unsigned other = 0; other < STATES; other++) {
                g_test_message("flags %#x, %c, %c", cells[i].flags, letters[own], letters[other]);
                try_cell(OVS, cells[i].flags, own, other, leads[other]);
                try_cell(PF, cells[i].flags, own, other, leads[other]);
            }
            g_strfreev(leads);
        }
    }
}

/* ---- how it begins --------------------------------------------------------------------------- */

static struct fwx_pf_verdict send(struct fwx_pf_entry *entry, const struct fwx_pf_settings *settings, uint8_t flags,
                                  uint16_t src_port, uint16_t dst_port)
{
    struct fwx_packet packet = {
        .src_port = src_port,
        .dst_port = dst_port,
        .tcp = {.seq = 1000, .flags = flags, .window = 1000, .window_scale = FWX_NO_WINDOW_SCALE}};

    *entry = (struct fwx_pf_entry){0};
    return fwx_pf_tcp(entry, 0, &packet, settings, 0);
}

/* All sets of FIN SYN RST PSH ACK URG; of the others nobody asks. */
static bool is_impossible(uint8_t flags)
{
    static const uint8_t sets[] = {0x00, 0x01, 0x08, 0x09, 0x20, 0x21, 0x28, 0x29, /* neither of SYN, RST, ACK */
                                   0x03, 0x07, 0x0b, 0x0f, 0x13, 0x17, 0x1b, 0x1f, /* SYN and FIN */
                                   0x23, 0x27, 0x2b, 0x2f, 0x33, 0x37, 0x3b, 0x3f, /**/
                                   0x06, 0x0e, 0x16, 0x1e, 0x26, 0x2e, 0x36, 0x3e, /* SYN and RST */
                                   0x0a, 0x22, 0x2a, 0x05, 0x0c, 0x0d, 0x24, 0x25, 0x2c, 0x2d}; /* what wants an ACK */

    return memchr(sets, flags & 0x3f, sizeof sets);
}

static void test_flags(void)
{
    struct fwx_pf_settings settings[] = {fwx_pf_defaults(OVS), fwx_pf_defaults(PF), fwx_pf_defaults(PF),
                                         fwx_pf_defaults(OVS)};
    enum { ANY = 2, STRICT = 3 };

    settings[ANY].drops_not_syn = false; /* flags any, and no scrub */
    settings[ANY].scrubs = false;
    settings[STRICT].drops_not_syn = true;
    for (unsigned flags = 0; flags < 256; flags++) {
        bool impossible = is_impossible((uint8_t)flags);
        bool syn = (flags & SA) == S;
        bool syn_ack = (flags & SA) == SA;
        bool opens[] = {!impossible && !syn_ack, !impossible && syn, true, !impossible && syn};

        for (unsigned i = 0; i < G_N_ELEMENTS(settings); i++) {
            struct fwx_pf_entry entry;
            struct fwx_pf_verdict verdict = send(&entry, &settings[i], (uint8_t)flags, 1, 2);
            bool invalid = i != ANY && (impossible || (syn_ack && settings[i].variant == OVS));
            bool dropped = !opens[i] && !invalid;

            g_test_message("flags %#x, settings %u", flags, i);
            g_assert_cmpint(verdict.passes, ==, opens[i]);
            g_assert_cmpint(entry.known, ==, opens[i]);
            g_assert_cmphex(verdict.ct, ==, FWX_PF_TRK | (invalid ? FWX_PF_INV : FWX_PF_NEW));
            g_assert_cmpint(verdict.counts, ==, i == 1 && impossible ? FWX_PF_COUNTS_NORMALIZE : 0);
            g_assert_cmpint(verdict.says, ==, dropped && i == 1 ? FWX_PF_SAYS_DENIED : 0);
            if (opens[i])
                g_assert_cmpuint(entry.packets[0], ==, 1);
        }
    }
}

/* They are asked of what is known, too, and change nothing. */
static void test_flags_later(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"none", I, 0, 1, .ct = BAD, .one = ESTB, .other = ESTB},
        {"fin alone", I, FWX_FIN, 1, .ct = BAD, .one = ESTB, .other = ESTB},
        {"an odd one, of the future", R, FWX_SYN | FWX_FIN | FWX_ACK, 99999, 1, .ct = BAD, .one = ESTB, .other = ESTB},
    };
    static const struct pf_row scrubbed[] = {
        PF_HANDSHAKE,
        {"none", I, 0, 1, .ct = BAD, .one = ESTB, .other = ESTB, .counts = FWX_PF_COUNTS_NORMALIZE},
    };
    static const struct pf_row plain[] = {
        PF_HANDSHAKE,
        {"fin alone", I, FWX_FIN, 1, .ct = OLD, .one = CLSG, .other = ESTB},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(PF);

    PF_PLAY(rows, OVS);
    PF_PLAY(scrubbed, PF);
    settings.scrubs = false;
    PF_PLAY_UNDER(plain, &settings);
}

static void test_invalid_passes(void)
{
    static const uint8_t flags[] = {0, SA};
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_pf_entry entry;

    settings.drops_invalid = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(flags); i++) {
        g_assert_true(send(&entry, &settings, flags[i], 1, 2).passes);
        g_assert_false(entry.known);
        g_assert_cmpuint(entry.packets[0], ==, 0);
    }
}

static void test_ports(void)
{
    struct fwx_pf_settings ovs = fwx_pf_defaults(OVS);
    struct fwx_pf_settings pf = fwx_pf_defaults(PF);
    struct fwx_pf_entry entry;

    g_assert_cmphex(send(&entry, &ovs, S, 0, 2).ct, ==, FWX_PF_INV | FWX_PF_TRK);
    g_assert_false(entry.known);
    g_assert_cmphex(send(&entry, &ovs, S, 1, 0).ct, ==, FWX_PF_INV | FWX_PF_TRK);
    g_assert_true(send(&entry, &pf, S, 0, 0).passes);
}

/* ---- handshakes ------------------------------------------------------------------------------ */

static void test_handshake(void)
{
    static const struct pf_row rows[] = {
        PF_HANDSHAKE,
        {"data", I, A, 1, 1, 100, .ct = OLD, .one = ESTB, .other = ESTB, .left_s = 86400},
        {"fin", I, FA, 101, 1, .ct = OLD, .one = CLSG, .other = ESTB, .left_s = 900},
        {"its ack", R, A, 1, 102, .ct = OLD, .one = FIN2, .other = ESTB, .left_s = 900},
        {"fin", R, FA, 1, 102, .ct = OLD, .one = FIN2, .other = CLSG, .left_s = 45},
        {"its ack", I, A, 102, 2, .ct = OLD, .one = FIN2, .other = FIN2},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    struct fwx_pf_entry entry = PF_PLAY_UNDER(rows, &settings);

    PF_PLAY(rows, PF);
    g_assert_cmpuint(entry.packets[0], ==, 5);
    g_assert_cmpuint(entry.packets[1], ==, 3);
}

/* Open vSwitch takes a second SYN for a new one, and asks for no number; to pf it is a copy. */
static void test_syn_again(void)
{
    static const struct pf_row ovs[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS, .left_s = 30},
        {"one out of any window", I, S, 500000, .after_s = 10, .ct = NEW, .one = SENT, .other = CLOS, .left_s = 30},
        {"the answer to the first", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT, .left_s = 30},
        {"a third is too late", I, S, 500000, .ct = BAD, .one = ESTB, .other = SENT,
         .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH},
    };
    static const struct pf_row pf[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS, .left_s = 120},
        {"once more", I, S, 0, .after_s = 10, .ct = OLD, .one = SENT, .other = CLOS, .left_s = 30},
        {"another, within what is loosely allowed", I, S, 60000, .ct = OLD, .one = SENT, .other = CLOS, .left_s = 30,
         .says = FWX_PF_SAYS_LOOSE, .broke = FWX_PF_SEQ_HIGH},
        {"another", I, S, 500000, .ct = BAD, .one = SENT, .other = CLOS, .says = FWX_PF_SAYS_BAD_STATE,
         .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH},
    };

    PF_PLAY(ovs, OVS);
    PF_PLAY(pf, PF);
}

/* Both send a SYN: Open vSwitch learns no number from the second, and then no segment of that side fits. */
static void test_simultaneous(void)
{
    static const struct pf_row ovs[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn", R, S, 0, .ct = NEW, .one = SENT, .other = SENT, .left_s = 30},
        {"syn-ack", I, SA, 0, 1, .ct = BAD, .one = SENT, .other = SENT, .broke = FWX_PF_ACK_HIGH},
        {"syn-ack", R, SA, 0, 1, .ct = BAD, .one = SENT, .other = SENT, .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH},
    };
    static const uint32_t isn[] = {1000000, 2000000};
    struct fwx_pf_settings settings = fwx_pf_defaults(OVS);
    static const struct pf_row pf[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn", R, S, 0, .ct = OLD, .one = SENT, .other = SENT, .left_s = 30},
        {"syn-ack", I, SA, 0, 1, .ct = OLD, .one = SENT, .other = ESTB, .left_s = 30},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = ESTB, .left_s = 86400},
    };

    pf_play_in(ovs, G_N_ELEMENTS(ovs), &settings, isn);
    PF_PLAY(pf, PF);
}

/* ---- mismatches ------------------------------------------------------------------------------ */

/* pf answers in a handshake, and then knows nothing of the sender. Its log says nothing. */
static void test_refused(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn", R, S, 0, .ct = OLD, .one = SENT, .other = SENT},
        {"no match", I, SA, 0, 1 - 70000, .ct = BAD, .one = SENT, .other = SENT, .broke = FWX_PF_ACK_LOW,
         .is_refused = true},
        {"whatever it begins with", I, SA, 700000, 1, .ct = OLD, .one = SENT, .other = ESTB},
    };
    static const struct pf_row reset[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn", R, S, 0, .ct = OLD, .one = SENT, .other = SENT},
        {"no match", I, RA, 0, 1 - 70000, .ct = BAD, .one = SENT, .other = SENT, .broke = FWX_PF_ACK_LOW},
    };
    static const struct pf_row later[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"no match", I, A, 1, 1 - 70000, .ct = BAD, .one = ESTB, .other = SENT, .broke = FWX_PF_ACK_LOW,
         .says = FWX_PF_SAYS_BAD_STATE},
    };
    static const struct pf_row other[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},
        {"no match", R, SA, 0, 1 - 70000, .ct = BAD, .one = ESTB, .other = SENT, .broke = FWX_PF_ACK_LOW,
         .says = FWX_PF_SAYS_BAD_STATE},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(PF);
    struct fwx_pf_entry entry;

    PF_PLAY(rows, PF);
    PF_PLAY(later, PF);
    PF_PLAY(other, PF);
    entry = PF_PLAY_UNDER(reset, &settings);
    g_assert_cmpuint(entry.side[0].lo, ==, 0);
    g_assert_cmpuint(entry.side[0].hi, ==, 1);
    g_assert_cmpuint(entry.side[0].win, ==, 1);
}

static void test_reset_in_handshake(void)
{
    static const struct pf_row rows[] = {
        {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},
        {"refused", R, RA, 0, 1, .ct = OLD, .one = TIMW, .other = TIMW},
    };

    PF_PLAY_BOTH(rows);
}

/* ---- begun anew ------------------------------------------------------------------------------ */

#define CLOSED_CONNECTION                                                                                              \
    PF_HANDSHAKE, {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},                                         \
        {"fin", R, FA, 1, 2, .ct = OLD, .one = FIN2, .other = CLSG},                                                   \
        {"ack", I, A, 2, 2, .ct = OLD, .one = FIN2, .other = FIN2}

static void test_reuse(void)
{
    static const struct pf_row ovs[] = {
        CLOSED_CONNECTION,
        {"a new one, from the other side", R, S, 70000, .ct = NEW, .one = SENT, .other = CLOS, .turned = true, .left_s = 30},
        {"its answer", I, SA, 70000, 70001, .ct = OLD, .one = ESTB, .other = SENT, .turned = true},
    };
    static const struct pf_row pf[] = {
        CLOSED_CONNECTION,
        {"a new one, from the other side", R, S, 70000, .ct = NEW, .one = SENT, .other = CLOS, .turned = true,
         .left_s = 120, .says = FWX_PF_SAYS_REUSE},
        {"its answer", I, SA, 70000, 70001, .ct = OLD, .one = ESTB, .other = SENT, .turned = true},
    };
    static const struct pf_row reset[] = {
        PF_HANDSHAKE,
        {"reset", I, RA, 1, 1, .ct = OLD, .one = TIMW, .other = TIMW},
        {"a new one", I, S, 70000, .ct = NEW, .one = SENT, .other = CLOS},
    };
    /* One FIN is not acknowledged yet. */
    static const struct pf_row early[] = {
        PF_HANDSHAKE,
        {"fin", I, FA, 1, 1, .ct = OLD, .one = CLSG, .other = ESTB},
        {"fin", R, FA, 1, 2, .ct = OLD, .one = FIN2, .other = CLSG},
        {"a new one", I, S, 70000, .ct = BAD, .one = FIN2, .other = CLSG, .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH,
         .says = FWX_PF_SAYS_BAD_STATE},
    };
    static const struct pf_row syn_ack[] = {
        CLOSED_CONNECTION,
        {"no new one", R, SA, 70000, 2, .ct = BAD, .one = FIN2, .other = FIN2,
         .broke = FWX_PF_SEQ_HIGH | FWX_PF_LOOSE_HIGH, .says = FWX_PF_SAYS_BAD_STATE},
    };

    PF_PLAY(ovs, OVS);
    PF_PLAY(pf, PF);
    PF_PLAY(reset, OVS);
    PF_PLAY_BOTH(early);
    PF_PLAY_BOTH(syn_ack);
}

/* ---- picked up in the middle ----------------------------------------------------------------- */

static void test_midstream(void)
{
    static const struct pf_row rows[] = {
        {"data", I, A, 1, 1, 100, .ct = NEW, .one = SENT, .other = CLOS},
        {"more", I, A, 101, 1, .ct = OLD, .one = SENT, .other = CLOS, .broke = WHATEVER},
        {"ack", R, A, 1, 101, .ct = OLD, .one = ESTB, .other = SENT},
        {"ack", I, A, 101, 1, .ct = OLD, .one = ESTB, .other = ESTB},
    };
    static const struct pf_row strict[] = {
        {"data", I, A, 1, 1, 100, .ct = NEW, .none = true, .says = FWX_PF_SAYS_DENIED},
        {"syn-ack", R, SA, 0, 1, .ct = NEW, .none = true, .says = FWX_PF_SAYS_DENIED},
    };
    struct fwx_pf_settings settings = fwx_pf_defaults(PF);

    PF_PLAY(rows, OVS);
    PF_PLAY(strict, PF);
    settings.drops_not_syn = false;
    PF_PLAY_UNDER(rows, &settings);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pf-state/cells", test_cells);
    g_test_add_func("/pf-state/flags", test_flags);
    g_test_add_func("/pf-state/flags-later", test_flags_later);
    g_test_add_func("/pf-state/invalid-passes", test_invalid_passes);
    g_test_add_func("/pf-state/ports", test_ports);
    g_test_add_func("/pf-state/handshake", test_handshake);
    g_test_add_func("/pf-state/syn-again", test_syn_again);
    g_test_add_func("/pf-state/simultaneous", test_simultaneous);
    g_test_add_func("/pf-state/refused", test_refused);
    g_test_add_func("/pf-state/reset-in-handshake", test_reset_in_handshake);
    g_test_add_func("/pf-state/reuse", test_reuse);
    g_test_add_func("/pf-state/midstream", test_midstream);
    return g_test_run();
}
