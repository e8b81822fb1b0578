/* test_duplicates.c
 * A packet that was captured twice (mirror ports, both sides of a router) is one packet: no
 * repetition, no second SYN, no second drop. Its twin, the same segment sent again, is all of
 * these. test_close.c has copies of late segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void dropped_once(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 1);
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
}

static void dropped_twice(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 2);
    assert_evidence(scene, 1, FWX_CORROBORATED);
}

/* A sender that has to repeat itself was not heard; a copy is nobody's repetition. */
static void test_dropped_data(void)
{
#define BEGIN                                                                                      \
    {"syn", I, S, 0, .met = NONE},                                                                 \
        {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},                   \
    {                                                                                              \
        "data, acks the payload", I, PA, 1, 3, 10, .id = 2000, .met = RECV, .finds = MISMATCH,     \
                                                   .code = BAD_ACK                                 \
    }
    static const struct segment copy[] = {
        BEGIN,
        {"its copy", I, PA, 1, 3, 10, .id = 2000, .gap_ms = 1, .met = RECV},
    };
    static const struct segment late_copy[] = {
        BEGIN,
        {"its copy", I, PA, 1, 3, 10, .id = 2000, .gap_ms = 300, .met = RECV},
    };
    static const struct segment repetition[] = {
        BEGIN,
        {"data again", I, PA, 1, 3, 10, .id = 2001, .gap_ms = 300, .met = RECV, .finds = MISMATCH,
         .code = BAD_ACK},
    };

    PLAY(copy, dropped_once);
    PLAY_IPV4(late_copy, dropped_once);
    PLAY(repetition, dropped_twice);
}

static void one_syn(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->syn_count, ==, 1);
    g_assert_cmpuint(connection_of(scene, 1)->peer[FWX_INITIATOR].packets, ==, 2);
}

static void two_syns(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->syn_count, ==, 2);
    g_assert_cmpuint(connection_of(scene, 1)->peer[FWX_INITIATOR].packets, ==, 3);
}

static void test_syn(void)
{
    static const struct segment copy[] = {
        {"syn", I, S, 0, .id = 3000, .met = NONE},
        {"its copy", I, S, 0, .id = 3000, .gap_ms = 1, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };
    static const struct segment repetition[] = {
        {"syn", I, S, 0, .id = 3000, .met = NONE},
        {"syn again", I, S, 0, .id = 3001, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
    };

    PLAY(copy, one_syn);
    PLAY(repetition, two_syns);
}

/* Without IP ID, and where others are captured twice: the copy of a sender's last segment, though
 * the other's lies in between; not that of an earlier one, and not after two milliseconds. */
static void test_without_id(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, .id = 3000, .met = ESTB},
        {"its copy", I, A, 11, 11, .id = 3000, .gap_ms = 1, .met = ESTB},
        {"reset", R, RA, 11, 11, .id = ZERO_ID, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"data under way", I, PA, 11, 11, 10, .gap_ms = 1, .met = RSET, .finds = LATE,
         .code = NOT_SYN},
        {"copy of the reset", R, RA, 11, 11, .id = ZERO_ID, .gap_ms = -1, .met = RSET},
        {"one more, later", R, RA, 11, 11, .id = ZERO_ID, .gap_ms = 2, .met = RSET, .finds = RESET,
         .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
        {"another one", R, RST, 11, .id = ZERO_ID, .gap_ms = 1, .met = RSET, .finds = RESET,
         .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
        {"the first again", R, RA, 11, 11, .id = ZERO_ID, .gap_ms = 1, .met = RSET, .finds = RESET,
         .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
    };
    struct segment gap_of_two[G_N_ELEMENTS(rows)];

    memcpy(gap_of_two, rows, sizeof rows);
    gap_of_two[EXCHANGED + 4].gap_ms = 0; /* ten: no copy any more */
    gap_of_two[EXCHANGED + 4].finds = RESET;
    gap_of_two[EXCHANGED + 4].code = NOT_SYN;
    gap_of_two[EXCHANGED + 4].reset = CLASS(AFTER_CLOSE);
    PLAY(rows, NULL);
    PLAY(gap_of_two, NULL);
}

/* A closed socket answers each segment of a burst: over IPv4, where nothing else is there twice,
 * these are two. */
static void test_burst_of_resets(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RST, 11, .id = ZERO_ID, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"another", R, RST, 11, .id = ZERO_ID, .gap_ms = 1, .met = RSET, .finds = RESET,
         .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
    };

    PLAY_IPV4(rows, NULL);
}

/* Another window is another packet. */
static void test_window_update(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"window closes", R, A, 1, 1, .id = ZERO_ID, .window = ZERO_WINDOW, .met = ESTB},
        {"window opens", R, A, 1, 1, .id = ZERO_ID, .gap_ms = 1, .window = 100, .met = ESTB},
    };
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    g_assert_cmpuint(connection_of(&scene, 1)->peer[FWX_RESPONDER].window, ==, 100);
    scene_end(&scene);
}

static void make_port_zero(struct fwx_packet *packet)
{
    packet->dst_port = 0;
}

/* What is refused at sight is refused once, too. */
static void test_refused_at_sight(void)
{
    const struct segment rows[] = {
        {"to port 0", I, S, 0, .id = 5000, .tweak = make_port_zero, .met = NONE, .finds = SANITY,
         .code = FWX_E_PORT_ZERO_PACKET_DROPPED},
        {"its copy", I, S, 0, .id = 5000, .gap_ms = 1, .tweak = make_port_zero, .met = DENY},
    };

    PLAY_IPV4(rows, dropped_once);
}

static void three_datagrams(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->peer[FWX_INITIATOR].packets, ==, 3);
    g_assert_cmpuint(connection_of(scene, 1)->bytes[FWX_INITIATOR], ==, 90);
}

/* Datagrams have no numbers: only the IP ID tells a copy. */
static void test_datagrams(void)
{
    static const struct segment rows[] = {
        {"query", I, 0, 0, 0, 30, .protocol = UDP, .id = 6000, .met = NONE},
        {"its copy", I, 0, 0, 0, 30, .protocol = UDP, .id = 6000, .gap_ms = 1, .met = ESTB},
        {"the same with a number of its own", I, 0, 0, 0, 30, .protocol = UDP, .id = 6001,
         .gap_ms = 1, .met = ESTB},
        {"the same without number", I, 0, 0, 0, 30, .protocol = UDP, .id = ZERO_ID, .gap_ms = 1,
         .met = ESTB},
    };

    PLAY_IPV4(rows, three_datagrams);
}

static void two_queries(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->peer[I].packets, ==, 2);
}

/* Datagrams have no numbers: with an ID only what is as long is a copy, and without one nothing is.
 */
static void test_no_copies_of_datagrams(void)
{
    static const struct segment other_length[] = {
        {"query", I, 0, 0, 0, 30, .id = 7, .protocol = UDP, .met = NONE},
        {"another of that ID", I, 0, 0, 0, 31, .id = 7, .gap_ms = 1, .protocol = UDP, .met = ESTB},
    };
    static const struct segment no_id[] = {
        {"query", I, 0, 0, 0, 30, .id = ZERO_ID, .protocol = UDP, .met = NONE},
        {"and again", I, 0, 0, 0, 30, .id = ZERO_ID, .gap_ms = 1, .protocol = UDP, .met = ESTB},
    };

    PLAY(other_length, two_queries);
    PLAY(no_id, two_queries);
}

static void without_time(struct fwx_packet *packet)
{
    packet->time = FWX_NO_TIME;
}

/* Nor of segments, where neither an ID nor a time tells. */
static void test_no_copies_without_time(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .id = ZERO_ID, .tweak = without_time, .met = NONE},
        {"syn again", I, S, 0, .id = ZERO_ID, .tweak = without_time, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .id = ZERO_ID, .tweak = without_time, .met = SENT},
        {"ack", I, A, 1, 1, .id = ZERO_ID, .tweak = without_time, .met = RECV},
    };

    PLAY(rows, two_syns);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/duplicates/dropped-data", test_dropped_data);
    g_test_add_func("/duplicates/syn", test_syn);
    g_test_add_func("/duplicates/without-id", test_without_id);
    g_test_add_func("/duplicates/burst-of-resets", test_burst_of_resets);
    g_test_add_func("/duplicates/window-update", test_window_update);
    g_test_add_func("/duplicates/refused-at-sight", test_refused_at_sight);
    g_test_add_func("/duplicates/datagrams", test_datagrams);
    g_test_add_func("/duplicates/no-copies-of-datagrams", test_no_copies_of_datagrams);
    g_test_add_func("/duplicates/no-copies-without-time", test_no_copies_without_time);
    return g_test_run();
}
