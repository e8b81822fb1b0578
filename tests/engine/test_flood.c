/* test_flood.c
 * Flood mitigation: how many are let through, what becomes of the others, and when there is room
 * again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/turn.h" /* the counts of an address are nobody else's business */

#define RATE       FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED
#define CONCURRENT FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED
#define SESSIONS   FWX_E_RULE_QUOTA_EXCEEDED_DROPPED

enum { AT_ONCE = 1, SECOND = 1000, MINUTE = 60000 }; /* milliseconds */

/* Everything allowed but what the test is about. */
static struct fwx_policy limited_to(struct fwx_limits limits)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.limits = limits;
    policy.special_limits = (struct fwx_limits){0};
    return policy;
}

/* A packet of a client's connection to the server; both are numbered from 0. */
static struct fwx_packet packet_from(struct scene *scene, uint32_t client, uint16_t number,
                                     const struct segment *row)
{
    struct fwx_packet packet = scene_packet(scene, row);
    uint8_t bytes[4] = {10, (uint8_t)(client >> 16), (uint8_t)(client >> 8), (uint8_t)client};
    bool back = row->from == R;

    *(back ? &packet.dst : &packet.src) = fwx_address_from(bytes, 4);
    *(back ? &packet.dst_port : &packet.src_port) = (uint16_t)(1024 + number);
    if (row->protocol == ECHO)
        packet.dst_port = packet.src_port;
    return packet;
}

static const struct fwx_connection *see(struct scene *scene, uint32_t client, uint16_t number,
                                        const struct segment *row)
{
    struct fwx_packet packet = packet_from(scene, client, number, row);
    const struct fwx_connection *connection = fwx_engine_see(scene->engine, &packet);

    g_assert_nonnull(connection);
    return connection;
}

/* What became of a SYN: the code of its refusal, or 0. */
static uint32_t ask(struct scene *scene, uint32_t client, uint16_t number, int64_t gap_ms)
{
    const struct segment syn = {"syn", I, S, 0, .gap_ms = gap_ms, .met = NONE};
    const struct fwx_connection *connection = see(scene, client, number, &syn);
    const struct fwx_finding *refusal = find(scene, scene->frame, FWX_FINDING_QUOTA);

    g_assert_cmpint(connection->state == DENY, ==, refusal != NULL);
    return refusal ? refusal->code : 0;
}

static uint32_t open_session(struct scene *scene, uint32_t client, uint16_t number, int64_t gap_ms)
{
    const struct segment row = {"datagram", I,   0, 0, 0, 10, .gap_ms = gap_ms, .protocol = UDP,
                                .met = NONE};

    see(scene, client, number, &row);

    const struct fwx_finding *refusal = find(scene, scene->frame, FWX_FINDING_QUOTA);

    return refusal ? refusal->code : 0;
}

static void answer(struct scene *scene, uint32_t client, uint16_t number)
{
    static const struct segment rest[] = {{"syn-ack", R, SA, 0, 1, .gap_ms = AT_ONCE, .met = SENT},
                                          {"ack", I, A, 1, 1, .gap_ms = AT_ONCE, .met = RECV}};

    see(scene, client, number, &rest[0]);
    g_assert_cmpint(see(scene, client, number, &rest[1])->state, ==, ESTB);
}

static void reset(struct scene *scene, uint32_t client, uint16_t number)
{
    static const struct segment row = {"reset", I, RA, 1, 1, .gap_ms = AT_ONCE, .met = ESTB};

    g_assert_cmpint(see(scene, client, number, &row)->state, ==, RSET);
}

static void close_orderly(struct scene *scene, uint32_t client, uint16_t number)
{
    static const struct segment rows[] = {{"fin", I, FA, 1, 1, .gap_ms = AT_ONCE, .met = ESTB},
                                          {"fin", R, FA, 1, 2, .gap_ms = AT_ONCE, .met = FINW},
                                          {"ack", I, A, 2, 2, .gap_ms = AT_ONCE, .met = CLSG}};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        see(scene, client, number, &rows[i]);
    g_assert_cmpuint(find(scene, scene->frame, FWX_FINDING_CLOSE) != NULL, ==, 1);
}

static const struct fwx_over_quota *quota_in(const struct scene *scene)
{
    return &found(scene, scene->frame, FWX_FINDING_QUOTA)->quota;
}

static void assert_quota(const struct scene *scene, enum fwx_quota quota, uint32_t count,
                         uint32_t limit, bool first)
{
    g_assert_cmpint(quota_in(scene)->quota, ==, quota);
    g_assert_cmpuint(quota_in(scene)->count, ==, count);
    g_assert_cmpuint(quota_in(scene)->limit, ==, limit);
    g_assert_cmpint(quota_in(scene)->first, ==, first);
    g_assert_false(quota_in(scene)->special);
}

/* ---- connection requests a minute ------------------------------------------------------------ */

/* The 601st within a minute from the first (source 002), and so on until the minute is over. */
static void test_rate(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.requests_per_minute = 600});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 600; i++)
        g_assert_cmphex(ask(&scene, 7, i, 50), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 600, AT_ONCE), ==, RATE);
    assert_quota(&scene, FWX_QUOTA_RATE, 601, 600, true);
    g_assert_cmpint(found(&scene, 601, FWX_FINDING_QUOTA)->confidence, ==, FWX_DOCUMENTED);
    assert_says(&scene, 601, FWX_FINDING_QUOTA, "601");
    g_assert_cmphex(ask(&scene, 7, 601, AT_ONCE), ==, RATE);
    assert_quota(&scene, FWX_QUOTA_RATE, 602, 600, false);
    g_assert_cmphex(ask(&scene, 7, 601, 3 * SECOND), ==, RATE); /* the same once more */
    assert_quota(&scene, FWX_QUOTA_RATE, 602, 600, false);
    g_assert_cmphex(ask(&scene, 8, 0, AT_ONCE), ==, 0); /* another address */
    scene_end(&scene);
}

/* Minutes begin with the first request, and the next with the first after that. */
static void test_minutes(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.requests_per_minute = 1});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    g_assert_cmphex(ask(&scene, 7, 0, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 1, MINUTE - 1), ==, RATE);
    assert_quota(&scene, FWX_QUOTA_RATE, 2, 1, true);
    g_assert_cmphex(ask(&scene, 7, 2, AT_ONCE), ==, 0); /* 60 s after the first */
    g_assert_cmphex(ask(&scene, 7, 3, MINUTE - 1), ==, RATE);
    assert_quota(&scene, FWX_QUOTA_RATE, 2, 1, true); /* passed anew */
    g_assert_cmphex(ask(&scene, 7, 4, 30 * MINUTE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 5, MINUTE - 1), ==, RATE);
    g_assert_cmphex(ask(&scene, 7, 5, AT_ONCE), ==, 0); /* the refused one, asking again */
    answer(&scene, 7, 5);
    g_assert_cmphex(ask(&scene, 7, 6, AT_ONCE), ==, RATE); /* which was the new minute's first */
    assert_quota(&scene, FWX_QUOTA_RATE, 2, 1, true);
    scene_end(&scene);
}

/* Retransmissions are no requests (Q16), nor is what the other side sends. */
static void test_not_a_request(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn again", I, S, 0, .gap_ms = 3000, .met = SENT},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"syn-ack again", R, SA, 0, 1, .met = RECV},
        {"syn again", I, S, 0, .met = RECV},
        {"ack", I, A, 1, 1, .met = RECV},
        {"reset", R, RA, 1, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"syn of the next", I, S, 500, .conn = 2, .met = NONE},
        {"syn of the one after", I, S, 5000, .conn = 3, .met = NONE, .finds = QUOTA, .code = RATE},
    };
    struct fwx_policy policy = limited_to((struct fwx_limits){.requests_per_minute = 2});

    PLAY_UNDER(&policy, rows, NULL);
}

/* Without a count in ISA 2004, and without one where the limit is 0. */
static void test_no_rate(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.requests_per_minute = 1});

    for (int product = FWX_ISA_2004; product <= FWX_TMG_2010; product++) {
        policy.product = (enum fwx_product)product;

        struct scene scene = scene_new_under(&worlds[0], &policy);

        g_assert_cmphex(ask(&scene, 7, 0, AT_ONCE), ==, 0);
        g_assert_cmphex(ask(&scene, 7, 1, AT_ONCE), ==, product == FWX_ISA_2004 ? 0 : RATE);
        scene_end(&scene);
    }
    policy.limits.requests_per_minute = 0;

    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 2000; i++)
        g_assert_cmphex(ask(&scene, 7, i, AT_ONCE), ==, 0);
    scene_end(&scene);
}

/* ---- open connections ------------------------------------------------------------------------ */

static void open_some(struct scene *scene, uint32_t client, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        g_assert_cmphex(ask(scene, client, i, AT_ONCE), ==, 0);
        answer(scene, client, i);
    }
}

static void test_concurrent(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent = 160});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    open_some(&scene, 7, 160);
    g_assert_cmphex(ask(&scene, 7, 160, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_CONCURRENT, 161, 160, true);
    g_assert_cmpint(found(&scene, scene.frame, FWX_FINDING_QUOTA)->confidence, ==, FWX_OBSERVED);
    g_assert_cmphex(ask(&scene, 7, 161, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_CONCURRENT, 161, 160, false);
    g_assert_cmphex(ask(&scene, 8, 0, AT_ONCE), ==, 0);
    close_orderly(&scene, 7, 3);
    g_assert_cmphex(ask(&scene, 7, 160, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 162, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_CONCURRENT, 161, 160, true);
    reset(&scene, 7, 0);
    reset(&scene, 7, 159);
    g_assert_cmphex(ask(&scene, 7, 163, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 164, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 165, AT_ONCE), ==, CONCURRENT);
    scene_end(&scene);
}

/* Half of it may be half-open; an answer to the end of the handshake makes room, or a reset. */
static void test_half_open(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent = 160, .half_open = 80});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 80; i++)
        g_assert_cmphex(ask(&scene, 7, i, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 80, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_HALF_OPEN, 81, 80, true);
    g_assert_cmpint(found(&scene, scene.frame, FWX_FINDING_QUOTA)->confidence, ==, FWX_ASSUMED);
    g_assert_cmphex(ask(&scene, 7, 81, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_HALF_OPEN, 81, 80, false);
    answer(&scene, 7, 40);
    g_assert_cmphex(ask(&scene, 7, 82, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 83, AT_ONCE), ==, CONCURRENT);
    assert_quota(&scene, FWX_QUOTA_HALF_OPEN, 81, 80, true);
    see(&scene, 7, 5, &(struct segment){"refused", R, RA, 0, 1, .gap_ms = AT_ONCE, .met = SENT});
    g_assert_cmphex(ask(&scene, 7, 83, AT_ONCE), ==, 0);
    scene_end(&scene);
}

/* As installed: what is never answered makes room after 21 s. */
static void test_half_open_is_forgotten(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 80; i++)
        g_assert_cmphex(ask(&scene, 7, i, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 80, 19 * SECOND), ==, CONCURRENT);
    g_assert_cmphex(ask(&scene, 7, 81, 2 * SECOND), ==, 0);
    scene_end(&scene);

    policy.no_reply_s = 0; /* never */
    scene = scene_new_under(&worlds[0], &policy);
    for (uint16_t i = 0; i < 80; i++)
        g_assert_cmphex(ask(&scene, 7, i, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 80, 600 * SECOND), ==, CONCURRENT);
    scene_end(&scene);
}

/* So do connections that are silent for the time after which the firewall forgets them. */
static void test_idle_is_forgotten(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent = 2});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    open_some(&scene, 7, 2);
    see(&scene, 7, 0, &(struct segment){"data", I, PA, 1, 1, 9, .gap_ms = 3600 * SECOND});
    g_assert_cmphex(ask(&scene, 7, 2, (86400 - 3600) * SECOND - 2), ==, CONCURRENT);
    g_assert_cmphex(ask(&scene, 7, 3, 2 * SECOND), ==, 0); /* the second is forgotten */
    answer(&scene, 7, 3);
    g_assert_cmphex(ask(&scene, 7, 4, AT_ONCE), ==, CONCURRENT);
    see(&scene, 7, 0, &(struct segment){"data", I, PA, 10, 1, 9, .gap_ms = AT_ONCE});
    g_assert_cmpint(connection_of(&scene, 1)->state, ==, ESTB);
    scene_end(&scene);

    policy.tcp_idle_s = 0; /* never */
    scene = scene_new_under(&worlds[0], &policy);
    open_some(&scene, 7, 2);
    g_assert_cmphex(ask(&scene, 7, 2, INT64_C(1000) * 86400 * SECOND), ==, CONCURRENT);
    scene_end(&scene);
}

/* ---- addresses with limits of their own ------------------------------------------------------ */

static void test_special(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){1, 0, 0, 0, 0});
    uint8_t bytes[4] = {10, 0, 1, 0};
    struct fwx_network network = {fwx_address_from(bytes, 4), 96 + 24, FWX_NETWORK_SPECIAL};

    policy.special_limits.requests_per_minute = 3;
    fwx_policy_set_networks(&policy, &network, 1);

    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 3; i++)
        g_assert_cmphex(ask(&scene, 0x100 + 77, i, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 0x100 + 77, 3, AT_ONCE), ==, RATE);
    g_assert_true(quota_in(&scene)->special);
    g_assert_cmpuint(quota_in(&scene)->limit, ==, 3);
    assert_says(&scene, scene.frame, FWX_FINDING_QUOTA, "special");
    for (uint32_t other = 0; other <= 0x200; other += 0x200) {
        g_assert_cmphex(ask(&scene, other + 77, 0, AT_ONCE), ==, 0);
        g_assert_cmphex(ask(&scene, other + 77, 1, AT_ONCE), ==, RATE);
        assert_quota(&scene, FWX_QUOTA_RATE, 2, 1, true);
    }
    scene_end(&scene);
    fwx_policy_clear(&policy);
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void assert_evicted(const struct scene *scene, uint32_t id, uint32_t by_frame)
{
    const struct fwx_connection *session = connection_of(scene, id);

    g_assert_cmpint(session->state, ==, CLSD);
    g_assert_cmpuint(fwx_connection_over_frame(session), ==, by_frame);
    g_assert_cmpint(concluded(scene, id).ground, ==, FWX_GROUND_EVICTED);
    assert_verdict(scene, id, GRACEFUL, session->last_frame);
    g_assert_cmpuint(session->dropped, ==, 0);
}

/* The oldest session makes room: that which began first, not that which was silent longest. */
static void test_udp_eviction(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent_udp = 3});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint16_t i = 0; i < 3; i++)
        g_assert_cmphex(open_session(&scene, 7, i, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 8, 0, AT_ONCE), ==, 0); /* 4: another address */
    g_assert_cmphex(open_session(&scene, 7, 0, AT_ONCE), ==, 0); /* still the first session */
    g_assert_cmphex(open_session(&scene, 7, 3, AT_ONCE), ==, 0); /* 5 */
    assert_evicted(&scene, 1, 6);
    g_assert_cmphex(open_session(&scene, 7, 0, AT_ONCE), ==, 0); /* 6, on the first one's ports */
    assert_evicted(&scene, 2, 7);
    g_assert_cmpuint(
        fwx_connections_older(&scene.engine->connections, connection_of(&scene, 6)), ==, 1);
    g_assert_cmphex(open_session(&scene, 7, 4, AT_ONCE), ==, 0); /* 7 */
    assert_evicted(&scene, 3, 8);
    g_assert_cmpint(connection_of(&scene, 4)->state, ==, ESTB);
    g_assert_cmpint(connection_of(&scene, 5)->state, ==, ESTB);
    scene_end(&scene);
}

/* As installed, 160; the 161st closes the first, and so on. Limits of 1 and of none. */
static void test_udp_limits(void)
{
    static const uint32_t limits[] = {160, 1, 0};

    for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
        struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent_udp = limits[i]});
        struct scene scene = scene_new_under(&worlds[0], &policy);

        for (uint16_t session = 0; session < 500; session++) {
            g_assert_cmphex(open_session(&scene, 7, session, AT_ONCE), ==, 0);
            if (limits[i] && session >= limits[i])
                assert_evicted(&scene, session - limits[i] + 1, session + 1u);
        }
        g_assert_cmpint(connection_of(&scene, 500)->state, ==, ESTB);
        g_assert_cmpint(connection_of(&scene, 1)->state, ==, limits[i] ? CLSD : ESTB);
        scene_end(&scene);
    }
}

/* Sessions that went silent are gone already, and need not be closed. */
static void test_udp_idle_goes_first(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent_udp = 2});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    g_assert_cmphex(open_session(&scene, 7, 0, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 1, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 0, 50 * SECOND), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 2, 10 * SECOND), ==, 0);
    for (uint32_t id = 1; id <= 3; id++)
        g_assert_cmpint(connection_of(&scene, id)->flags & FWX_CONNECTION_EVICTED, ==, 0);
    g_assert_cmpint(concluded(&scene, 1).ground, ==, FWX_GROUND_ESTABLISHED);
    g_assert_cmpint(concluded(&scene, 2).ground, ==, FWX_GROUND_IDLE);
    scene_end(&scene);
}

/* New sessions a second, of UDP and of ICMP together; TCP is not counted (RulePerSecondLimit). */
static void test_sessions_a_second(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){.non_tcp_per_second = 10});
    struct scene scene = scene_new_under(&worlds[0], &policy);
    static const struct segment ping = {"ping", I,   REQUEST, 0, 0, 32, .gap_ms = AT_ONCE,
                                        .protocol = ECHO, .met = NONE};

    for (uint16_t i = 0; i < 20; i++)
        g_assert_cmphex(ask(&scene, 7, i, AT_ONCE), ==, 0);
    for (uint16_t i = 0; i < 5; i++) {
        g_assert_cmphex(open_session(&scene, 7, i, AT_ONCE), ==, 0);
        see(&scene, 7, i, &ping);
        g_assert_null(find(&scene, scene.frame, FWX_FINDING_QUOTA));
    }
    g_assert_cmphex(open_session(&scene, 7, 0, AT_ONCE), ==, 0); /* not a new one */
    g_assert_cmphex(open_session(&scene, 7, 10, AT_ONCE), ==, SESSIONS);
    assert_quota(&scene, FWX_QUOTA_NON_TCP, 11, 10, true);
    g_assert_cmpint(found(&scene, scene.frame, FWX_FINDING_QUOTA)->confidence, ==, FWX_INFERRED);
    see(&scene, 7, 11, &ping);
    assert_quota(&scene, FWX_QUOTA_NON_TCP, 12, 10, false);
    g_assert_cmphex(open_session(&scene, 8, 0, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 12, SECOND), ==, 0);
    for (uint16_t i = 13; i < 22; i++)
        g_assert_cmphex(open_session(&scene, 7, i, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 22, AT_ONCE), ==, SESSIONS);
    assert_quota(&scene, FWX_QUOTA_NON_TCP, 11, 10, true);
    scene_end(&scene);
}

/* ---- clocks ---------------------------------------------------------------------------------- */

/* Set back by less than a window, the window goes on; by more, a new one begins. */
static void test_clock_set_back(void)
{
    struct fwx_policy policy = limited_to((struct fwx_limits){1, 2, 0, 2, 1});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    g_assert_cmphex(ask(&scene, 7, 0, AT_ONCE), ==, 0);
    g_assert_cmphex(ask(&scene, 7, 1, -MINUTE + 1), ==, RATE);
    g_assert_cmphex(ask(&scene, 7, 2, -1), ==, 0);
    answer(&scene, 7, 2);
    g_assert_cmphex(ask(&scene, 7, 3, -3600 * SECOND), ==, 0); /* 0 was half-open for an hour */
    answer(&scene, 7, 3);
    g_assert_cmphex(ask(&scene, 7, 4, -3600 * SECOND), ==, CONCURRENT);
    g_assert_cmphex(open_session(&scene, 7, 0, AT_ONCE), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 1, -SECOND + 1), ==, SESSIONS);
    g_assert_cmphex(open_session(&scene, 7, 1, -1), ==, 0);
    g_assert_cmphex(open_session(&scene, 7, 2, INT64_C(-1000) * 86400 * SECOND), ==, 0);
    scene_end(&scene);
}

/* ---- many ------------------------------------------------------------------------------------ */

/* Forged addresses pass every limit; each is an entry, no more. */
static void test_syn_flood(void)
{
    enum { ADDRESSES = 200000 };
    struct scene scene = scene_new(&worlds[0]);

    for (uint32_t i = 0; i < ADDRESSES; i++)
        g_assert_cmphex(ask(&scene, i, (uint16_t)i % 60000, AT_ONCE), ==, 0);
    g_assert_cmpuint(scene.engine->hosts.used, ==, ADDRESSES);
    g_assert_cmpuint(scene.engine->findings.count, ==, 0);
    for (uint32_t i = 0; i < ADDRESSES; i++) /* each once more */
        g_assert_cmphex(ask(&scene, i, (uint16_t)i % 60000, AT_ONCE), ==, 0);
    g_assert_cmpuint(scene.engine->hosts.used, ==, ADDRESSES);
    g_assert_cmpuint(scene.engine->connections.pool.count, ==, ADDRESSES);
    scene_end(&scene);
}

/* One address asks without end: its list is not walked for each request. */
static void test_scan(void)
{
    enum { PORTS = 60000, ROUNDS = 4 };
    struct fwx_policy policy = limited_to((struct fwx_limits){.concurrent = 10000});
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (uint32_t i = 0; i < ROUNDS * PORTS; i++) {
        scene.port[R] = (uint16_t)(1000 + i / PORTS);
        ask(&scene, 7, (uint16_t)(i % PORTS), AT_ONCE);
    }
    g_assert_cmpuint(scene.engine->findings.count, >, 0);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flood/rate", test_rate);
    g_test_add_func("/flood/minutes", test_minutes);
    g_test_add_func("/flood/not-a-request", test_not_a_request);
    g_test_add_func("/flood/no-rate", test_no_rate);
    g_test_add_func("/flood/concurrent", test_concurrent);
    g_test_add_func("/flood/half-open", test_half_open);
    g_test_add_func("/flood/half-open-is-forgotten", test_half_open_is_forgotten);
    g_test_add_func("/flood/idle-is-forgotten", test_idle_is_forgotten);
    g_test_add_func("/flood/special", test_special);
    g_test_add_func("/flood/udp-eviction", test_udp_eviction);
    g_test_add_func("/flood/udp-limits", test_udp_limits);
    g_test_add_func("/flood/udp-idle-goes-first", test_udp_idle_goes_first);
    g_test_add_func("/flood/sessions-a-second", test_sessions_a_second);
    g_test_add_func("/flood/clock-set-back", test_clock_set_back);
    g_test_add_func("/flood/syn-flood", test_syn_flood);
    g_test_add_func("/flood/scan", test_scan);
    return g_test_run();
}
