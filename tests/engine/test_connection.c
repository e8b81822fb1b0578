/* test_connection.c
 * The connection table on its own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { TUPLES = 100000, REUSES = 100000 };

static struct fwx_packet packet_of(uint32_t number)
{
    uint8_t client[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
    uint8_t server[4] = {192, 0, 2, 1};

    return (struct fwx_packet){
        .src = fwx_address_from(client, 4),
        .dst = fwx_address_from(server, 4),
        .src_port = (uint16_t)(40000 + number % 7),
        .dst_port = 443,
        .protocol = FWX_PROTOCOL_TCP,
        .frame = number + 1,
    };
}

static struct fwx_packet reversed(const struct fwx_packet *packet)
{
    struct fwx_packet back = *packet;

    back.src = packet->dst;
    back.dst = packet->src;
    back.src_port = packet->dst_port;
    back.dst_port = packet->src_port;
    return back;
}

/* And the side that is said to have sent the packet is the one that did. */
static struct fwx_connection *newest(const struct fwx_connections *table,
                                     const struct fwx_packet *packet)
{
    enum fwx_side sender = FWX_SIDE_UNKNOWN;
    struct fwx_connection *connection = fwx_connections_newest(table, packet, &sender);

    if (connection)
        g_assert_cmpint(sender, ==, fwx_connection_sender(connection, packet));
    return connection;
}

static void test_many_tuples(void)
{
    struct fwx_connections table;

    fwx_connections_init(&table);
    for (uint32_t i = 0; i < TUPLES; i++) {
        struct fwx_packet packet = packet_of(i);

        g_assert_null(newest(&table, &packet));
        g_assert_cmpuint(fwx_connections_open(&table, &packet, FWX_INITIATOR)->id, ==, i + 1);
    }
    g_assert_cmpuint(table.used, ==, TUPLES);
    g_assert_cmpuint(table.used, <, table.mask); /* a free slot, or the look-up never ends */
    for (uint32_t i = 0; i < TUPLES; i++) {
        struct fwx_packet packet = packet_of(i);
        struct fwx_packet back = reversed(&packet);
        struct fwx_connection *connection = newest(&table, &packet);

        g_assert_nonnull(connection);
        g_assert_cmpuint(connection->id, ==, i + 1);
        g_assert_true(connection == newest(&table, &back));
        g_assert_true(connection == fwx_connections_get(&table, i + 1));
        g_assert_cmpint(fwx_connection_sender(connection, &packet), ==, FWX_INITIATOR);
        g_assert_cmpint(fwx_connection_sender(connection, &back), ==, FWX_RESPONDER);
    }
    fwx_connections_clear(&table);
}

/* What differs in one part only is another connection. */
static void test_parts_of_the_key(void)
{
    struct fwx_packet base = packet_of(0);
    struct fwx_packet others[6];
    struct fwx_connections table;

    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        others[i] = base;
    others[0].src.word[1] ^= 1;
    others[1].dst.word[0] ^= 1;
    others[2].src_port++;
    others[3].dst_port++;
    others[4].protocol = FWX_PROTOCOL_UDP;
    others[5].capture_point = 1;

    fwx_connections_init(&table);
    struct fwx_connection *connection = fwx_connections_open(&table, &base, FWX_INITIATOR);
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_null(newest(&table, &others[i]));
        g_assert_cmpint(fwx_connection_sender(connection, &others[i]), ==, FWX_SIDE_UNKNOWN);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
        fwx_connections_open(&table, &others[i], FWX_INITIATOR);
    g_assert_true(newest(&table, &base) == connection);
    fwx_connections_clear(&table);
}

/* Ports swapped between the same hosts: two connections, each with two directions. */
static void test_swapped_ports(void)
{
    struct fwx_packet one = packet_of(0);
    struct fwx_packet two = one;
    struct fwx_connections table;

    two.src_port = one.dst_port;
    two.dst_port = one.src_port;
    fwx_connections_init(&table);
    fwx_connections_open(&table, &one, FWX_INITIATOR);
    g_assert_null(newest(&table, &two));
    fwx_connections_clear(&table);
}

static void test_responder_seen_first(void)
{
    struct fwx_packet packet = packet_of(0);
    struct fwx_connections table;

    fwx_connections_init(&table);
    struct fwx_connection *connection = fwx_connections_open(&table, &packet, FWX_RESPONDER);
    g_assert_cmpuint(connection->port[FWX_RESPONDER], ==, packet.src_port);
    g_assert_cmpuint(connection->port[FWX_INITIATOR], ==, packet.dst_port);
    g_assert_cmpint(fwx_connection_sender(connection, &packet), ==, FWX_RESPONDER);
    fwx_connections_clear(&table);
}

static const struct fwx_kin *kin_of(const struct fwx_connections *table,
                                    const struct fwx_connection *connection)
{
    static const struct fwx_kin none;

    return connection->kin ? (const struct fwx_kin *)fwx_pool_at(&table->kin, connection->kin - 1)
                           : &none;
}

/* The walk of fwx_connections_at(), counted. */
static unsigned steps_to(const struct fwx_connections *table, const struct fwx_packet *packet,
                         uint32_t frame)
{
    const struct fwx_connection *connection = newest(table, packet);
    unsigned steps = 0;

    while (connection->first_frame > frame) {
        const struct fwx_kin *kin = kin_of(table, connection);
        const struct fwx_connection *far = fwx_connections_get(table, kin->leap);

        steps++;
        connection = far->first_frame > frame ? far : fwx_connections_get(table, kin->older);
    }
    return steps;
}

/* Frames 3, 6, 9, ... open a connection; every frame is looked up. Linear steps would make it five
 * thousand million of them, and the test would run into its time limit too. */
static void test_one_tuple_reused(void)
{
    struct fwx_packet packet = packet_of(0);
    struct fwx_connections table;
    unsigned worst = 0;

    fwx_connections_init(&table);
    for (uint32_t i = 0; i < REUSES; i++) {
        packet.frame = 3 * (i + 1);
        g_assert_cmpuint(kin_of(&table, fwx_connections_open(&table, &packet, FWX_INITIATOR))->depth,
                         ==, i);
    }
    g_assert_cmpuint(table.used, ==, 1);
    for (packet.frame = 0; packet.frame < 3; packet.frame++)
        g_assert_null(fwx_connections_at(&table, &packet));
    for (uint32_t frame = packet.frame; frame < 3 * REUSES + 10; frame++) {
        packet.frame = frame;

        const struct fwx_connection *connection = fwx_connections_at(&table, &packet);

        g_assert_nonnull(connection);
        g_assert_cmpuint(connection->id, ==, MIN(frame / 3, REUSES));
        worst = MAX(worst, steps_to(&table, &packet, frame));
    }
    g_assert_cmpuint(worst, <=, 3 * 17); /* 2^17 > REUSES; Myers proves about 2 log n */
    fwx_connections_clear(&table);
}

/* A frame with three packets of one tuple, the second and the third of which begin anew. */
static void test_one_frame(void)
{
    struct fwx_packet packet = packet_of(0);
    struct fwx_connections table;

    fwx_connections_init(&table);
    packet.frame = 7;
    for (packet.index = 1; packet.index <= 3; packet.index++)
        fwx_connections_open(&table, &packet, FWX_INITIATOR);
    packet.index = 0;
    g_assert_null(fwx_connections_at(&table, &packet));
    for (packet.index = 1; packet.index <= 3; packet.index++)
        g_assert_cmpuint(fwx_connections_at(&table, &packet)->id, ==, packet.index);
    packet.frame = 8;
    packet.index = 0;
    g_assert_cmpuint(fwx_connections_at(&table, &packet)->id, ==, 3);
    fwx_connections_clear(&table);
}

/* Of five packets in each of many frames, some are the older connection's: these and no others are
 * found there again. */
static void test_claims(void)
{
    enum { FRAMES = 40, EACH = 5 };
    struct fwx_packet packet = packet_of(0);
    struct fwx_connections table;
    const struct fwx_connection *older;
    unsigned seed = 7;
    bool claimed[FRAMES + 1][EACH] = {{false}};

    fwx_connections_init(&table);
    packet.frame = 1;
    older = fwx_connections_open(&table, &packet, FWX_INITIATOR);
    packet.index = 1;
    fwx_connections_open(&table, &packet, FWX_INITIATOR);
    for (packet.frame = 2; packet.frame <= FRAMES; packet.frame++) {
        for (packet.index = 0; packet.index < EACH; packet.index++) {
            seed = seed * 1103515245 + 12345;
            g_assert_cmpuint(fwx_connections_at(&table, &packet)->id, ==, 2);
            if (seed >> 16 & 1)
                continue;
            fwx_connections_claim(&table, older, &packet);
            claimed[packet.frame][packet.index] = true;
        }
    }
    g_assert_cmpuint(table.claims.count, >, FRAMES);
    for (packet.frame = 2; packet.frame <= FRAMES; packet.frame++) {
        for (packet.index = 0; packet.index < EACH; packet.index++)
            g_assert_cmpuint(fwx_connections_at(&table, &packet)->id, ==,
                             claimed[packet.frame][packet.index] ? 1 : 2);
    }
    fwx_connections_clear(&table);
}

/* Each leap goes to an older connection of the same tuple, never beyond the first. */
static void test_leaps_stay_in_the_tuple(void)
{
    enum { TUPLES_HERE = 5, EACH = 300 };
    struct fwx_connections table;

    fwx_connections_init(&table);
    for (uint32_t i = 0; i < TUPLES_HERE * EACH; i++) {
        struct fwx_packet packet = packet_of(i % TUPLES_HERE);

        packet.frame = i + 1;
        fwx_connections_open(&table, &packet, FWX_INITIATOR);
    }
    for (uint32_t id = 1; id <= table.pool.count; id++) {
        const struct fwx_connection *connection = fwx_connections_get(&table, id);

        const struct fwx_kin *kin = kin_of(&table, connection);

        g_assert_cmpuint(kin->depth, ==, (id - 1) / TUPLES_HERE);
        g_assert_cmpuint(kin->older, ==, id > TUPLES_HERE ? id - TUPLES_HERE : 0);
        g_assert_cmpuint(fwx_connections_older(&table, connection), ==, kin->older);
        if (!kin->older)
            continue;
        g_assert_cmpuint(kin->leap, >=, 1);
        g_assert_cmpuint(kin->leap, <=, kin->older);
        g_assert_cmpuint(kin->leap % TUPLES_HERE, ==, id % TUPLES_HERE);
    }
    fwx_connections_clear(&table);
}

/* The state that a packet of each frame meets, of a connection that moved in some of them. */
static void test_state_at(void)
{
    static const struct {
        struct fwx_connection connection;
        int expected[11]; /* by frame */
    } cases[] = {
        {{.first_frame = 4, .first_state = SENT, .state = SENT},
         {[5] = SENT, SENT, SENT, SENT, SENT, SENT}},
        {{.first_frame = 4,
          .first_state = SENT,
          .state = CLSD,
          .moved = {[FWX_MOVE_SYN_RECEIVED] = 5, [FWX_MOVE_ESTABLISHED] = 6, [FWX_MOVE_OVER] = 9}},
         {[5] = SENT, RECV, ESTB, ESTB, ESTB, CLSD}},
        /* Two moves in one frame. */
        {{.first_frame = 4,
          .first_state = SENT,
          .state = RSET,
          .moved = {[FWX_MOVE_SYN_RECEIVED] = 6, [FWX_MOVE_ESTABLISHED] = 6, [FWX_MOVE_OVER] = 9}},
         {[5] = SENT, SENT, ESTB, ESTB, ESTB, RSET}},
        {{.first_frame = 4,
          .first_state = DENY,
          .state = ESTB,
          .moved = {[FWX_MOVE_SYN_SENT] = 6, [FWX_MOVE_ESTABLISHED] = 8}},
         {[5] = DENY, DENY, SENT, SENT, ESTB, ESTB}},
        /* What began before the capture was there before its first packet. */
        {{.first_frame = 4,
          .first_state = UNKN,
          .state = CLSG,
          .moved = {[FWX_MOVE_FIN_WAIT] = 4, [FWX_MOVE_CLOSING] = 7}},
         {UNKN, UNKN, UNKN, UNKN, UNKN, FINW, FINW, FINW, CLSG, CLSG, CLSG}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (uint32_t frame = 0; frame < G_N_ELEMENTS(cases[i].expected); frame++)
            g_assert_cmpint(fwx_connection_state_at(&cases[i].connection, frame), ==,
                            cases[i].expected[frame]);
    }
}

/* Only ever down the list; each move is noted with its frame. */
static void test_enter(void)
{
    for (int from = DENY; from < FWX_STATES; from++) {
        for (int to = NONE; to < FWX_STATES; to++) {
            struct fwx_connection connection = {.first_frame = 1};

            g_assert_true(fwx_connection_enter(&connection, (enum fwx_state)from, 1));
            g_assert_cmpint(fwx_connection_enter(&connection, (enum fwx_state)to, 5), ==,
                            to > from);
            g_assert_cmpint(connection.first_state, ==, from);
            g_assert_cmpint(connection.state, ==, MAX(from, to));
            if (to != UNKN) /* only ever the first */
                g_assert_cmpint(fwx_connection_state_at(&connection, 6), ==, MAX(from, to));
        }
    }
}

static void test_frames_of_moves(void)
{
    struct fwx_connection connection = {.first_frame = 1};

    fwx_connection_enter(&connection, FWX_STATE_SYN_SENT, 1);
    g_assert_cmpuint(fwx_connection_established_frame(&connection), ==, 0);
    g_assert_cmpuint(fwx_connection_over_frame(&connection), ==, 0);
    fwx_connection_enter(&connection, FWX_STATE_ESTABLISHED, 3);
    fwx_connection_enter(&connection, FWX_STATE_CLOSED, 7);
    g_assert_cmpuint(fwx_connection_established_frame(&connection), ==, 3);
    g_assert_cmpuint(fwx_connection_over_frame(&connection), ==, 7);

    connection = (struct fwx_connection){.first_frame = 4};
    fwx_connection_enter(&connection, FWX_STATE_ESTABLISHED, 4);
    g_assert_cmpuint(fwx_connection_established_frame(&connection), ==, 4);
}

/* Intervals stop at the ends of the range, and an unknown time is far from nothing. */
static void test_between(void)
{
    static const struct {
        int64_t from;
        int64_t to;
        int64_t between;
    } cases[] = {
        {0, 0, 0},
        {5, 2, -3},
        {-1, INT64_MAX, INT64_MAX},
        {INT64_MAX, -1, -INT64_MAX},
        {INT64_MIN + 1, INT64_MAX, INT64_MAX},
        {0, INT64_MIN + 1, INT64_MIN + 1},
        {FWX_NO_TIME, INT64_MAX, 0},
        {INT64_MAX, FWX_NO_TIME, 0},
        {FWX_NO_TIME, FWX_NO_TIME, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(fwx_time_between(cases[i].from, cases[i].to), ==, cases[i].between);
}

/* Only forward, and from the first time that there is. */
static void test_lives(void)
{
    struct fwx_connection connection = {.first_time = 100, .last_time = FWX_NO_TIME};

    fwx_connection_lives(&connection, 200);
    g_assert_cmpint(connection.last_time, ==, 200);
    fwx_connection_lives(&connection, 150);
    fwx_connection_lives(&connection, FWX_NO_TIME);
    g_assert_cmpint(connection.last_time, ==, 200);
    g_assert_cmpint(fwx_connection_age(&connection), ==, 100);
    g_assert_cmpint(fwx_connection_silence(&connection, 150), ==, -50);
}

static void test_state_names(void)
{
    for (int state = 0; state < FWX_STATES; state++) {
        g_assert_cmpstr(fwx_state_name((enum fwx_state)state), !=, NULL);
        for (int other = 0; other < state; other++)
            g_assert_cmpstr(fwx_state_name((enum fwx_state)state), !=,
                            fwx_state_name((enum fwx_state)other));
    }
    g_assert_cmpstr(fwx_state_name(FWX_STATE_SYN_RECEIVED), ==, "syn-received");
    g_assert_cmpstr(fwx_state_name(FWX_STATE_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(fwx_state_name(FWX_STATE_DENIED), ==, "denied");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/connection/many-tuples", test_many_tuples);
    g_test_add_func("/connection/parts-of-the-key", test_parts_of_the_key);
    g_test_add_func("/connection/swapped-ports", test_swapped_ports);
    g_test_add_func("/connection/responder-seen-first", test_responder_seen_first);
    g_test_add_func("/connection/one-tuple-reused", test_one_tuple_reused);
    g_test_add_func("/connection/one-frame", test_one_frame);
    g_test_add_func("/connection/claims", test_claims);
    g_test_add_func("/connection/leaps-stay-in-the-tuple", test_leaps_stay_in_the_tuple);
    g_test_add_func("/connection/state-at", test_state_at);
    g_test_add_func("/connection/enter", test_enter);
    g_test_add_func("/connection/frames-of-moves", test_frames_of_moves);
    g_test_add_func("/connection/between", test_between);
    g_test_add_func("/connection/lives", test_lives);
    g_test_add_func("/connection/state-names", test_state_names);
    return g_test_run();
}
