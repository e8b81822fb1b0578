/* test_ladder.c
 * Which packets a ladder shows, what stands on them, and the ladder as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sample.h"

#include "report/text.h"

/* Takes the rungs over. */
static char *ladder(GArray *rungs, guint most, uint32_t after, unsigned lanes)
{
    struct fwx_story *story = fwx_story_new();
    char *text;

    story->lanes = lanes;
    story->lane[0] = g_strdup("10.0.0.1:1000");
    story->lane[lanes - 1] = g_strdup("10.0.0.2:80");
    for (unsigned i = 0; lanes > 2 && i + 1 < lanes; i++)
        story->space[i] = g_strdup(i ? "outside" : "inside");
    fwx_ladder_build(story, rungs, most, after);
    text = fwx_ladder_text(story);
    fwx_story_free(story);
    g_array_unref(rungs);
    return text;
}

static void assert_lines(char *found, const char *const *lines)
{
    char *expected = g_strjoinv("\n", (char **)(void *)lines);

    g_assert_cmpstr(found, ==, expected);
    g_free(expected);
    g_free(found);
}

/* Flags, length, numbers as far as they are known, what does not fit; a pause of a second, and none
 * of less. */
static void test_labels(void)
{
    static const char *const lines[] = {
        "     time    frame  initiator (client)                        responder (server)",
        "                    10.0.0.1:1000                                    10.0.0.2:80",
        "    0.000        1  |-- SYN, seq 0 ------------------------------------------->|",
        "    0.999        2  |<- SYN+ACK, 1 byte, seq 0, ack 1 -------------------------|  padding",
        "                    :                  1.0 s without a packet                  :",
        "    1.999        3  |-- ACK, ack 3 (+2) -----------------------------x         |  dropped",
        "    2.000        4  |<  RST, seq 9 - - - - - - - - - - - - - - - - - -         |  sent from in between",
        "    2.001        5  |-- FIN+PSH+URG+ACK, 4294967295 bytes -----------?         |  no sign that it arrived",
        "    2.002        6  |-- no flags --------------------------------------------->|",
        "",
        NULL,
    };
    GArray *rungs = fwx_rungs_new();
    struct fwx_rung of[] = {
        sample_rung(5000, 1, FWX_INITIATOR, FWX_SYN),
        sample_rung(5999, 2, FWX_RESPONDER, FWX_SYN | FWX_ACK),
        sample_rung(6999, 3, FWX_INITIATOR, FWX_ACK),
        sample_rung(7000, 4, FWX_RESPONDER, FWX_RST),
        sample_rung(7001, 5, FWX_INITIATOR, FWX_FIN | FWX_PSH | FWX_URG | FWX_ACK),
        sample_rung(7002, 6, FWX_INITIATOR, 0),
    };

    for (unsigned i = 0; i < 4; i++)
        of[i].has_seq = of[i].has_ack = true;
    of[1].ack = of[1].length = 1;
    of[1].note = g_strdup("padding");
    of[2].ack = 3;
    of[2].ack_off = 2;
    of[2].arrow = FWX_ARROW_DROPPED;
    of[3].seq = 9;
    of[3].arrow = FWX_ARROW_INJECTED;
    of[4].length = UINT32_MAX;
    of[4].arrow = FWX_ARROW_UNSEEN;
    g_array_append_vals(rungs, of, G_N_ELEMENTS(of));
    assert_lines(ladder(rungs, 24, 0, 2), lines);
}

/* The first and the last, what was found, the other ends, what stands beside. */
static void test_choice(void)
{
    static const char *const lines[] = {
        "     time    frame  initiator (client)                        responder (server)",
        "                    10.0.0.1:1000                                    10.0.0.2:80",
        "    0.000      100  |-- ACK -------------------------------------------------->|",
        "    0.001      101  |-- ACK -------------------------------------------------->|",
        "                    .         13 packets left out (frames 102 to 109)          .",
        "    0.010      110  |-- ACK -------------------------------------------------->|  odd",
        "                    .          8 packets left out (frames 111 to 118)          .",
        "    0.019      119  |-- ACK -------------------------------------------------->|",
        "                    .                    7 packets left out                    .",
        "",
        NULL,
    };
    GArray *rungs = fwx_rungs_new();

    for (uint32_t i = 0; i < 20; i++) {
        struct fwx_rung rung = sample_rung(i, 100 + i, FWX_INITIATOR, FWX_ACK);

        rung.skipped = i == 10 ? 5 : 0;
        rung.grave = i == 10;
        rung.note = i == 10 ? g_strdup("odd") : NULL;
        g_array_append_val(rungs, rung);
    }
    assert_lines(ladder(rungs, 4, 7, 2), lines);
}

/* Three lanes: a packet seen on both sides has both frames, in the order in which it passed. */
static void test_points(void)
{
    static const char *const lines[] = {
        "     time    frame  initiator (client)                      in between                       responder (server)",
        "                    10.0.0.1:1000                                                                   10.0.0.2:80",
        "                                       inside                                        outside",
        "    0.000     1, 2  |-- SYN --------------------------------------------------------------------------------->|",
        "    0.001     3, 4  |<- SYN+ACK ------------------------------------------------------------------------------|",
        "    0.002        5  |-- ACK ------------------------------------x|                                            |  dropped",
        "    0.003        6  |<  RST  - - - - - - - - - - - - - - - - - - |                                            |  sent from in between",
        "",
        NULL,
    };
    GArray *rungs = fwx_rungs_new();
    struct fwx_rung of[] = {
        sample_rung(0, 1, FWX_INITIATOR, FWX_SYN),
        sample_rung(1, 4, FWX_RESPONDER, FWX_SYN | FWX_ACK),
        sample_rung(2, 5, FWX_INITIATOR, FWX_ACK),
        sample_rung(3, 6, FWX_RESPONDER, FWX_RST),
    };

    of[0].frames[1] = 2;
    of[0].to = 2;
    of[1].frames[1] = 3;
    of[1].from = 2;
    of[1].space = 1;
    of[2].arrow = FWX_ARROW_DROPPED;
    of[3].arrow = FWX_ARROW_INJECTED;
    g_array_append_vals(rungs, of, G_N_ELEMENTS(of));
    assert_lines(ladder(rungs, 24, 0, 3), lines);
}

/* UDP and ICMP have no flags; without times there are no pauses. */
static void test_other_protocols(void)
{
    static const char *const lines[] = {
        "     time    frame  initiator (client)                        responder (server)",
        "                    10.0.0.1:1000                                    10.0.0.2:80",
        "                 1  |-- UDP, 33 bytes ---------------------------------------->|",
        "                 2  |<- echo reply --------------------------------------------|",
        "                 3  |-- echo request ----------------------------------------->|",
        "                 4  |-- ICMP ------------------------------------------------->|",
        "",
        NULL,
    };
    GArray *rungs = fwx_rungs_new();
    struct fwx_rung of[] = {
        sample_rung(0, 1, FWX_INITIATOR, 0),
        sample_rung(0, 2, FWX_RESPONDER, 0),
        sample_rung(0, 3, FWX_INITIATOR, 128),
        sample_rung(0, 4, FWX_INITIATOR, 8),
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(of); i++)
        of[i].time = FWX_NO_TIME;
    of[0].protocol = FWX_PROTOCOL_UDP;
    of[0].length = 33;
    of[1].protocol = FWX_PROTOCOL_ICMP;
    of[2].protocol = of[3].protocol = FWX_PROTOCOL_ICMPV6;
    g_array_append_vals(rungs, of, G_N_ELEMENTS(of));
    assert_lines(ladder(rungs, 24, 0, 2), lines);
}

static void test_empty(void)
{
    GArray *rungs = fwx_rungs_new();
    char *text = ladder(rungs, 24, 0, 2);

    g_assert_nonnull(strstr(text, "10.0.0.2:80\n"));
    g_assert_true(g_str_has_suffix(text, "10.0.0.2:80\n"));
    g_free(text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/labels", test_labels);
    g_test_add_func("/ladder/choice", test_choice);
    g_test_add_func("/ladder/points", test_points);
    g_test_add_func("/ladder/other-protocols", test_other_protocols);
    g_test_add_func("/ladder/empty", test_empty);
    return g_test_run();
}
