/* test_session.c
 * UDP and ICMP echo: sessions that begin with a packet and end when nothing comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#define SESSIONS FWX_E_RULE_QUOTA_EXCEEDED_DROPPED
#define BOMB     FWX_E_UDP_BOMB_DROPPED

enum { IDLE_MS = 60000 }; /* udp_idle_s as installed */

#define QUERY(...)    {"query", I, 0, 0, 0, 30, .protocol = UDP, __VA_ARGS__}
#define RESPONSE(...) {"response", R, 0, 0, 0, 100, .protocol = UDP, __VA_ARGS__}
#define PING(...)     {"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO, __VA_ARGS__}
#define PONG(...)     {"pong", R, REPLY, 0, 0, 32, .protocol = ECHO, __VA_ARGS__}

/* ---- one session ----------------------------------------------------------------------------- */

static void is_established(const struct scene *scene)
{
    const struct fwx_connection *session = connection_of(scene, 1);

    assert_verdict(scene, 1, FWX_RESULT_OK, 1);
    g_assert_cmpint(concluded(scene, 1).ground, ==, FWX_GROUND_ESTABLISHED);
    g_assert_cmpuint(session->bytes[I], ==, 60);
    g_assert_cmpuint(session->bytes[R], ==, 200);
    g_assert_cmpuint(session->peer[I].packets, ==, 2);
    g_assert_cmpuint(session->peer[R].packets, ==, 2);
    g_assert_cmpuint(session->flags & FWX_CONNECTION_ANSWERED, !=, 0);
    g_assert_cmpuint(fwx_connection_answer_after(session), ==, 40 * FWX_MILLISECOND);
    g_assert_cmpuint(session->port[I], ==, scene->port[I]);
}

static void test_udp(void)
{
    static const struct segment rows[] = {
        QUERY(.met = NONE),
        QUERY(.met = ESTB),
        RESPONSE(.gap_ms = 30, .met = ESTB),
        RESPONSE(.gap_ms = IDLE_MS - 1, .met = ESTB),
    };

    PLAY(rows, is_established);
}

static void pinged(const struct scene *scene)
{
    const struct fwx_connection *session = connection_of(scene, 1);

    assert_verdict(scene, 1, FWX_RESULT_OK, 1);
    g_assert_cmpuint(session->bytes[I], ==, 64);
    g_assert_cmpuint(session->bytes[R], ==, 32);
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
    g_assert_cmpuint(session->port[I], ==, scene->port[I]); /* the identifier, at both ends */
    g_assert_cmpuint(session->port[R], ==, scene->port[I]);
    /* Who pings is the initiator. */
    g_assert_true(fwx_address_equal(&session->address[R], &scene->last.dst));
}

static void test_echo(void)
{
    static const struct segment rows[] = {
        PING(.met = NONE), PONG(.met = ESTB), PING(.gap_ms = 1000, .met = ESTB)};

    PLAY(rows, pinged);
}

/* Also where the capture begins with the reply. */
static void test_echo_reply_first(void)
{
    static const struct segment rows[] = {
        PONG(.met = NONE), PING(.gap_ms = 1000, .met = ESTB), PING(.gap_ms = 1000, .met = ESTB)};

    PLAY(rows, pinged);
}

/* Each identifier, each protocol and each pair of ports has its own; other messages have none. */
static void test_told_apart(void)
{
    static const struct segment query = QUERY(.met = NONE);
    static const struct segment ping = PING(.met = NONE);
    static const struct segment syn = {"syn", I, S, 0, .met = NONE};
    static const struct segment unreachable = {"port unreachable", R, 0, 0, 0, 28,
                                               .protocol = ICMP_ERROR};
    struct scene scene = scene_new(&worlds[0]);

    g_assert_cmpuint(scene_see(&scene, &query)->id, ==, 1);
    g_assert_cmpuint(scene_see(&scene, &ping)->id, ==, 2);
    g_assert_cmpuint(scene_see(&scene, &syn)->id, ==, 3);
    scene.port[I]++;
    g_assert_cmpuint(scene_see(&scene, &query)->id, ==, 4);
    g_assert_cmpuint(scene_see(&scene, &ping)->id, ==, 5);
    g_assert_null(scene_see(&scene, &unreachable));
    g_assert_null(fwx_engine_recall(scene.engine, &scene.last));
    scene_end(&scene);
}

/* To many at once: nobody's session. */
static void test_groups(void)
{
    static const uint8_t groups[][4] = {{224, 0, 0, 251}, {239, 255, 255, 250},
                                        {255, 255, 255, 255}};
    static const uint8_t no_group[4] = {223, 255, 255, 255};
    static const uint8_t group6[16] = {0xff, 0x02, [15] = 0xfb};
    static const uint8_t no_group6[16] = {0xfe, 0xff, [15] = 0xfb};
    static const struct segment query = QUERY(.met = NONE);
    static const struct segment ping = PING(.met = NONE);
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_packet packet = scene_packet(&scene, &ping);

    packet.dst = fwx_address_from(groups[0], 4);
    g_assert_null(fwx_engine_see(scene.engine, &packet));
    packet = scene_packet(&scene, &query);

    for (unsigned i = 0; i < G_N_ELEMENTS(groups); i++) {
        packet.dst = fwx_address_from(groups[i], 4);
        g_assert_null(fwx_engine_see(scene.engine, &packet));
        g_assert_null(fwx_engine_recall(scene.engine, &packet));
    }
    packet.dst = fwx_address_from(group6, 6);
    g_assert_null(fwx_engine_see(scene.engine, &packet));
    packet.dst = fwx_address_from(no_group, 4);
    g_assert_nonnull(fwx_engine_see(scene.engine, &packet));
    packet.dst = fwx_address_from(no_group6, 6);
    g_assert_nonnull(fwx_engine_see(scene.engine, &packet));
    scene_end(&scene);
}

static void without_length(struct fwx_packet *packet)
{
    packet->udp_len = 0;
}

/* What a packet before has left in the place of another protocol's numbers. */
static void leftovers(struct fwx_packet *packet)
{
    uint16_t length = packet->udp_len;

    packet->icmp.echo = FWX_ECHO_REPLY;
    packet->udp_len = length;
}

static void queried(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->port[I], ==, scene->port[I]);
}

static void test_leftovers(void)
{
    static const struct segment rows[] = {
        QUERY(.tweak = leftovers, .met = NONE),
        RESPONSE(.tweak = leftovers, .met = ESTB),
    };

    PLAY(rows, queried);
}

static void shorter_than_its_header(struct fwx_packet *packet)
{
    packet->udp_len = 7;
}

static void carried_30_bytes(const struct scene *scene)
{
    g_assert_cmpuint(connection_of(scene, 1)->bytes[I], ==, 30);
}

/* What a datagram carries where its length says nothing: a jumbogram (RFC 2675, 4), or nonsense. */
static void test_lengths(void)
{
    static const struct segment none[] = {
        QUERY(.met = NONE),
        QUERY(.tweak = without_length, .met = ESTB),
    };
    static const struct segment nonsense[] = {
        QUERY(.met = NONE),
        QUERY(.tweak = shorter_than_its_header, .met = ESTB),
    };
    struct scene scene = scene_new(&worlds[4]); /* over IPv4 it is refused at sight */

    PLAY(none, carried_30_bytes);
    for (unsigned i = 0; i < G_N_ELEMENTS(nonsense); i++)
        scene_see(&scene, &nonsense[i]);
    carried_30_bytes(&scene);
    scene_end(&scene);
}

/* However many packets there are, it is one session. */
static void test_many_packets(void)
{
    static const struct segment query = QUERY(.gap_ms = 1, .met = NONE);
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i <= UINT16_MAX; i++)
        g_assert_cmpuint(scene_see(&scene, &query)->id, ==, 1);
    g_assert_cmpuint(connection_of(&scene, 1)->peer[I].packets, ==, UINT16_MAX + 1);
    g_assert_cmpuint(connection_of(&scene, 1)->bytes[I], ==, UINT64_C(30) * (UINT16_MAX + 1));
    scene_end(&scene);
}

/* A fragment is part of a datagram that is yet to come. */
static void test_fragment(void)
{
    static const struct segment query = QUERY(.met = NONE);
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_packet packet = scene_packet(&scene, &query);

    packet.view = FWX_VIEW_FRAGMENT;
    g_assert_null(fwx_engine_see(scene.engine, &packet));
    g_assert_null(fwx_engine_recall(scene.engine, &packet));
    scene_end(&scene);
}

/* ---- its end --------------------------------------------------------------------------------- */

static void two_sessions(const struct scene *scene)
{
    struct fwx_conclusion first = concluded(scene, 1);

    assert_verdict(scene, 1, GRACEFUL, 2);
    g_assert_cmpint(first.ground, ==, FWX_GROUND_IDLE);
    g_assert_cmpuint(first.idle_s, ==, 60);
    assert_verdict(scene, 2, FWX_RESULT_OK, 3);
    g_assert_cmpuint(fwx_connections_older(fwx_engine_connections(scene->engine), connection_of(scene, 2)), ==, 1);
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 0);
}

/* Silent for 60 s it is gone, and the next packet begins another: whoever sends it. */
static void test_idle(void)
{
    static const struct segment udp[] = {
        QUERY(.met = NONE),
        RESPONSE(.met = ESTB),
        QUERY(.gap_ms = IDLE_MS, .conn = 2, .met = NONE),
        RESPONSE(.met = ESTB),
    };
    static const struct segment other_side[] = {
        QUERY(.met = NONE),
        RESPONSE(.met = ESTB),
        RESPONSE(.gap_ms = IDLE_MS, .conn = 2, .met = NONE),
        QUERY(.met = ESTB),
    };
    static const struct segment echo[] = {
        PING(.met = NONE),
        PONG(.met = ESTB),
        PING(.gap_ms = IDLE_MS, .conn = 2, .met = NONE),
        PONG(.met = ESTB),
    };

    PLAY(udp, two_sessions);
    PLAY(other_side, two_sessions);
    PLAY(echo, two_sessions);
}

static void one_session(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 1);
}

/* Each packet keeps it alive, and a policy may do so for ever. */
static void test_not_idle(void)
{
    static const struct segment kept[] = {
        QUERY(.met = NONE),
        QUERY(.gap_ms = IDLE_MS - 1, .met = ESTB),
        RESPONSE(.gap_ms = IDLE_MS - 1, .met = ESTB),
        QUERY(.gap_ms = IDLE_MS - 1, .met = ESTB),
        QUERY(.gap_ms = -10 * IDLE_MS, .met = ESTB),
    };
    static const struct segment next_month[] = {
        QUERY(.met = NONE),
        RESPONSE(.gap_ms = INT64_C(30) * 86400000, .met = ESTB),
    };
    struct fwx_policy policy = fwx_policy_default();

    PLAY(kept, one_session);
    policy.udp_idle_s = 0;
    PLAY_UNDER(&policy, next_month, one_session);
}

/* Other than TCP, whose time is its own. */
static void test_idle_of_tcp(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"request", I, PA, 1, 1, 10, .gap_ms = 2 * IDLE_MS, .met = ESTB},
    };

    PLAY(rows, NULL);
}

static void hundred_sessions(const struct scene *scene)
{
    for (uint32_t id = 1; id < 100; id++)
        assert_verdict(scene, id, GRACEFUL, id);
    assert_verdict(scene, 100, FWX_RESULT_OK, 100);
}

static void test_reused_often(void)
{
    struct segment rows[100];

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i] = (struct segment)QUERY(.gap_ms = IDLE_MS, .conn = i + 1, .met = NONE);
    PLAY(rows, hundred_sessions);
}

/* ---- refused --------------------------------------------------------------------------------- */

static struct fwx_policy one_a_second(void)
{
    struct fwx_policy policy = fwx_policy_default();

    policy.limits.non_tcp_per_second = 1;
    return policy;
}

#define REFUSED .finds = QUOTA, .code = SESSIONS

static void refused(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 1);
    assert_verdict(scene, 2, SESSIONS, 2);
    assert_evidence(scene, 2, FWX_EVIDENCE_NONE);
}

static void refused_for_good(const struct scene *scene)
{
    refused(scene);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 3);
}

static void admitted_later(const struct scene *scene)
{
    assert_verdict(scene, 2, FWX_RESULT_OK, 3);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 1);
}

/* A refused session asks again with every packet, until the second is over. */
static void test_refused(void)
{
    static const struct segment ends[] = {
        PING(.met = NONE),
        QUERY(.conn = 2, .met = NONE, REFUSED),
        QUERY(.met = DENY, REFUSED),
        QUERY(.gap_ms = 979, .met = DENY, REFUSED),
    };
    static const struct segment goes_on[] = {
        PING(.met = NONE),
        QUERY(.conn = 2, .met = NONE, REFUSED),
        QUERY(.gap_ms = 990, .met = DENY),
        RESPONSE(.met = ESTB),
    };
    struct fwx_policy policy = one_a_second();

    PLAY_UNDER(&policy, ends, refused_for_good);
    PLAY_UNDER(&policy, goes_on, admitted_later);
}

static void answered(const struct scene *scene)
{
    assert_verdict(scene, 2, FWX_RESULT_OK, 3); /* what is contradicted is no verdict */
    assert_evidence(scene, 2, FWX_CONTRADICTED);
    g_assert_cmpuint(connection_of(scene, 2)->dropped, ==, 1);
}

/* Whoever answers has received it: no such firewall. */
static void test_denied_then_answered(void)
{
    static const struct segment rows[] = {
        PING(.met = NONE),
        QUERY(.conn = 2, .met = NONE, REFUSED),
        RESPONSE(.met = DENY),
        QUERY(.met = ESTB),
    };
    struct fwx_policy policy = one_a_second();

    PLAY_UNDER(&policy, rows, answered);
}

static void lengthen(struct fwx_packet *packet)
{
    packet->udp_len += 4;
}

static void broken(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 2);
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
    g_assert_cmpint(connection_of(scene, 1)->state, ==, ESTB);
}

static void broken_but_answered(const struct scene *scene)
{
    assert_verdict(scene, 1, FWX_RESULT_OK, 2); /* what is contradicted is no verdict */
    assert_evidence(scene, 1, FWX_CONTRADICTED);
}

/* The same where its packet could not be. */
static void test_broken_datagram(void)
{
    static const struct segment healed[] = {
        QUERY(.tweak = lengthen, .met = NONE, .finds = SANITY, .code = BOMB),
        QUERY(.met = DENY),
        RESPONSE(.met = ESTB),
    };
    static const struct segment answered_at_once[] = {
        QUERY(.tweak = lengthen, .met = NONE, .finds = SANITY, .code = BOMB),
        RESPONSE(.met = DENY),
    };

    PLAY_IPV4(healed, broken);
    PLAY_IPV4(answered_at_once, broken_but_answered);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/udp", test_udp);
    g_test_add_func("/session/echo", test_echo);
    g_test_add_func("/session/echo-reply-first", test_echo_reply_first);
    g_test_add_func("/session/told-apart", test_told_apart);
    g_test_add_func("/session/groups", test_groups);
    g_test_add_func("/session/leftovers", test_leftovers);
    g_test_add_func("/session/lengths", test_lengths);
    g_test_add_func("/session/many-packets", test_many_packets);
    g_test_add_func("/session/fragment", test_fragment);
    g_test_add_func("/session/idle", test_idle);
    g_test_add_func("/session/not-idle", test_not_idle);
    g_test_add_func("/session/idle-of-tcp", test_idle_of_tcp);
    g_test_add_func("/session/reused-often", test_reused_often);
    g_test_add_func("/session/refused", test_refused);
    g_test_add_func("/session/denied-then-answered", test_denied_then_answered);
    g_test_add_func("/session/broken-datagram", test_broken_datagram);
    return g_test_run();
}
