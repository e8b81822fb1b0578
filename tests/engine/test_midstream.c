/* test_midstream.c
 * Connections that began before the capture: nothing can be said of their beginning, all of their
 * end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void not_judged(const struct scene *scene)
{
    assert_no_verdict(scene, 1);
}

static void test_data(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"data of the responder", R, PA, 5000, 1100, 1460, .met = UNKN},
        {"ack of something missed", I, A, 1100, 9999999, .met = UNKN},
        {"keep-alive", I, A, 1099, 6460, .met = UNKN},
    };

    PLAY(rows, not_judged);
}

static void graceful(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, 4);
}

static void test_close(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"fin of the responder", R, FA, 5000, 1100, .met = UNKN},
        {"fin", I, FA, 1100, 5001, .met = FINW},
        {"ack", R, A, 5001, 1101, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
        {"data, too late", I, PA, 1101, 5001, 10, .met = CLSD, .finds = LATE, .code = NOT_SYN},
    };
    static const struct segment begins_with_the_fin[] = {
        {"fin", I, FA, 1100, 5000, .met = UNKN},
        {"ack", R, A, 5000, 1101, .met = FINW},
        {"fin of the responder", R, FA, 5000, 1101, .met = FINW},
        {"ack", I, A, 1101, 5001, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };

    PLAY(rows, graceful);
    PLAY(begins_with_the_fin, graceful);
}

static void test_reset(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"reset", R, RA, 5000, 1100, .met = UNKN, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment scale_not_known[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"reset, half a megabyte ahead", I, RST, 500000, .met = UNKN, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment far_off[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"reset, ten megabytes ahead", I, RST, 10000000, .met = UNKN, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"data", I, PA, 1100, 5000, 100, .met = UNKN},
    };

    PLAY(rows, NULL);
    PLAY(scale_not_known, NULL);
    PLAY(far_off, not_judged);
}

static void set_ack(struct fwx_packet *packet)
{
    packet->tcp.ack = 0;
}

static void set_ack_1(struct fwx_packet *packet)
{
    packet->tcp.ack = 1;
}

static void set_seq(struct fwx_packet *packet)
{
    packet->tcp.seq = 0;
}

static void set_seq_1(struct fwx_packet *packet)
{
    packet->tcp.seq = 1;
}

/* A closed port answers a probe with the number that it acknowledges, or with 0 (RFC 9293, 3.5.2):
 * that of 0 shows no connection, any other may be one's. */
static void test_reset_from_0(void)
{
    static const struct segment probe[] = {
        {"acknowledges 0", I, A, 1000, 0, .tweak = set_ack, .met = UNKN},
        {"reset from there", R, RST, 0, .tweak = set_seq, .met = UNKN, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"acknowledges 0 again", I, A, 1000, 0, .tweak = set_ack, .met = UNKN},
    };
    static const struct segment connection[] = {
        {"acknowledges 1", I, A, 1000, 0, .tweak = set_ack_1, .met = UNKN},
        {"reset from there", R, RST, 0, .tweak = set_seq_1, .met = UNKN, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };

    PLAY(probe, not_judged);
    PLAY(connection, NULL);
}

/* The SYN was captured behind the first data, or opens the tuple's next connection. */
static void test_syn_follows(void)
{
    static const struct segment late_syn[] = {
        {"data", I, PA, 1, 1, 100, .met = UNKN},
        {"syn", I, S, 0, .met = UNKN},
        {"more data", I, PA, 101, 1, 100, .met = UNKN},
    };
    static const struct segment new_syn[] = {
        {"data", I, PA, 1, 1, 100, .met = UNKN},
        {"syn of something new", I, S, 500000000, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 700000000, 500000001, .met = SENT},
        {"ack", I, A, 500000001, 700000001, .met = RECV},
        {"data of the old one", I, PA, 101, 1, 100, .conn = 1, .met = UNKN},
    };

    PLAY(late_syn, not_judged);
    PLAY(new_syn, not_judged);
}

/* A SYN of the side that was not seen yet is a new one's, whatever its number. */
static void test_syn_of_the_other(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"syn of the responder", R, S, 0, .tweak = set_seq, .conn = 2, .met = NONE},
    };

    PLAY(rows, NULL);
}

static void not_a_syn(const struct scene *scene)
{
    assert_verdict(scene, 1, NOT_SYN, 1);
    g_assert_cmpuint(found(scene, 1, FWX_FINDING_NOT_SYN)->late.gone_frame, ==, 0);
    g_assert_cmpint(connection_of(scene, 1)->state, ==, UNKN);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 3);
}

/* For those who know that their capture shows all there was. */
static void test_judged(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"ack", R, A, 5000, 1000, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"fin", I, FA, 1100, 5000, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"syn", I, S, 900000, .conn = 2, .met = NONE},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.midstream_not_syn = true;
    PLAY_UNDER(&policy, rows, not_a_syn);
}

/* Whatever is no SYN; nothing of it is learnt, and a SYN opens the connection. */
static void test_judged_whatever_it_is(void)
{
    static const struct segment reset[] = {
        {"reset", I, RST, 1000, .met = UNKN, .finds = RESET | LATE, .code = NOT_SYN,
         .reset = CLASS(NO_CONNECTION)},
        {"once more", I, RST, 1000, .gap_ms = 300, .met = UNKN, .finds = RESET | LATE,
         .code = NOT_SYN, .reset = CLASS(NO_CONNECTION)},
        {"syn", I, S, 900000, .conn = 2, .met = NONE},
    };
    static const struct segment synack[] = {
        {"syn-ack", R, SA, 0, 1, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"data", R, PA, 1, 1, 100, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"syn-ack again", R, SA, 0, 1, .gap_ms = 300, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"syn", I, S, 0, .conn = 2, .met = NONE},
        {"syn-ack to it", R, SA, 0, 1, .gap_ms = 300, .met = SENT},
    };
    static const struct segment bare[] = {
        {"push alone", I, FWX_PSH, 1000, 0, 10, .met = UNKN, .finds = LATE, .code = NOT_SYN},
        {"fin alone", I, F, 1010, .met = UNKN, .finds = LATE, .code = NOT_SYN},
    };
    static const struct segment syn[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn again", I, S, 0, .gap_ms = 3000, .conn = 1, .met = SENT},
    };
    struct fwx_policy policy = fwx_policy_default();

    policy.midstream_not_syn = true;
    PLAY_UNDER(&policy, reset, NULL);
    PLAY_UNDER(&policy, synack, NULL);
    PLAY_UNDER(&policy, bare, NULL);
    PLAY_UNDER(&policy, syn, NULL);
}

/* By default none of them is. */
static void test_whatever_it_is(void)
{
    static const struct segment synack[] = {
        {"syn-ack", R, SA, 0, 1, .met = NONE},
        {"data", R, PA, 1, 1, 100, .met = RECV},
    };
    static const struct segment bare[] = {
        {"push alone", I, FWX_PSH, 1000, 0, 10, .met = UNKN},
        {"fin alone", I, F, 1010, .met = UNKN},
    };

    PLAY(synack, not_judged);
    PLAY(bare, not_judged);
}

/* Of two ports, the well-known one is the responder's. */
static void test_roles(void)
{
    static const struct {
        uint16_t from;
        uint16_t to;
        int initiator; /* port, or 0: cannot be told */
    } cases[] = {
        {49152, 443, 49152}, {443, 49152, 49152}, {25, 1024, 1024}, {8080, 49152, 0}, {20, 21, 0},
        {1024, 25, 1024},    {1023, 1024, 1024},  {1024, 1023, 1024}, {1024, 49152, 0},
    };
    static const struct segment data = {"data", I, PA, 1000, 5000, 100, .met = UNKN};
    static const struct segment reset = {"reset", I, RST, 1100, .met = UNKN};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_new(&worlds[0]);

        scene.port[I] = cases[i].from;
        scene.port[R] = cases[i].to;
        const struct fwx_connection *connection = scene_see(&scene, &data);
        scene_see(&scene, &reset);
        const struct fwx_reset *found_reset = &found(&scene, 2, FWX_FINDING_RESET)->reset;
        if (cases[i].initiator) {
            g_assert_cmpuint(connection->port[I], ==, cases[i].initiator);
            g_assert_cmpint(found_reset->by, ==, cases[i].from == cases[i].initiator ? I : R);
        } else { /* whoever was seen first */
            g_assert_cmpuint(connection->port[I], ==, cases[i].from);
            g_assert_cmpint(found_reset->by, ==, FWX_SIDE_UNKNOWN);
        }
        scene_end(&scene);
    }
}

/* Looked up in frames before it began, a connection is not there. */
static void test_recall_before(void)
{
    static const struct segment rows[] = {HANDSHAKE};
    struct scene scene = scene_new(&worlds[0]);

    scene.frame = 10;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    struct fwx_packet packet = scene.last;
    for (packet.frame = 0; packet.frame < 11; packet.frame++)
        g_assert_null(fwx_engine_recall(scene.engine, &packet));
    for (; packet.frame < 20; packet.frame++)
        g_assert_cmpuint(fwx_engine_recall(scene.engine, &packet)->id, ==, 1);
    packet.src_port++;
    g_assert_null(fwx_engine_recall(scene.engine, &packet));
    scene_end(&scene);
}

/* The transport header was not captured, or is no TCP: no connection, and nothing is remembered. */
static void test_no_transport(void)
{
    static const struct segment row = {"syn", I, S, 0, .met = NONE};
    static const uint8_t protocols[] = {0, 2, 17, 47, 50, 132, 255};
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_packet packet = scene_packet(&scene, &row);

    packet.has_transport = false;
    g_assert_null(fwx_engine_see(scene.engine, &packet));
    g_assert_null(fwx_engine_recall(scene.engine, &packet));
    packet.has_transport = true;
    for (unsigned i = 0; i < G_N_ELEMENTS(protocols); i++) {
        packet.frame++;
        packet.protocol = protocols[i];
        fwx_engine_see(scene.engine, &packet);
    }
    packet.frame++;
    packet.protocol = FWX_PROTOCOL_TCP;
    const struct fwx_connection *connection = fwx_engine_see(scene.engine, &packet);
    g_assert_nonnull(connection);
    g_assert_cmpuint(connection->first_frame, ==, packet.frame);
    g_assert_cmpuint(connection->kin, ==, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/midstream/data", test_data);
    g_test_add_func("/midstream/close", test_close);
    g_test_add_func("/midstream/reset", test_reset);
    g_test_add_func("/midstream/reset-from-0", test_reset_from_0);
    g_test_add_func("/midstream/syn-follows", test_syn_follows);
    g_test_add_func("/midstream/syn-of-the-other", test_syn_of_the_other);
    g_test_add_func("/midstream/judged", test_judged);
    g_test_add_func("/midstream/judged/whatever", test_judged_whatever_it_is);
    g_test_add_func("/midstream/whatever", test_whatever_it_is);
    g_test_add_func("/midstream/roles", test_roles);
    g_test_add_func("/midstream/recall-before", test_recall_before);
    g_test_add_func("/midstream/no-transport", test_no_transport);
    return g_test_run();
}
