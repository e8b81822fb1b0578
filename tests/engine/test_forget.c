/* test_forget.c
 * What is forgotten makes no difference to what is kept, and what is fetched ahead makes none at
 * all.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/facts/account.h"
#include "engine/forget.h"
#include "engine/model/beside.h"
#include "engine/turn.h"

enum { PACKETS = 4000, CLIENTS = 6, PORTS = 5 };

static uint32_t number(uint64_t *state, uint32_t below)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * 2685821657736338717u >> 32) % below;
}

/* Few tuples, few numbers: much of what can happen does. */
static struct fwx_packet any_packet(uint64_t *state, uint32_t frame)
{
    static const uint8_t flags[] = {FWX_SYN, FWX_SYN | FWX_ACK, FWX_ACK,
                                    FWX_ACK, FWX_ACK | FWX_PSH, FWX_FIN | FWX_ACK,
                                    FWX_RST, FWX_RST | FWX_ACK};
    uint8_t client[4] = {10, 0, 0, (uint8_t)(1 + number(state, CLIENTS))};
    static const uint8_t server[4] = {192, 0, 2, 1};
    bool out = number(state, 2);
    uint16_t port = (uint16_t)(50000 + number(state, PORTS));
    uint32_t length = number(state, 3) ? 0 : 10;
    struct fwx_packet packet = {
        .src = fwx_address_from(out ? client : server, 4),
        .dst = fwx_address_from(out ? server : client, 4),
        .time = (int64_t)frame * 300 * FWX_MILLISECOND,
        .frame = frame,
        .ip_len = 40 + length,
        .ip_id = (uint16_t)frame,
        .src_port = out ? port : 443,
        .dst_port = out ? 443 : port,
        .ip_version = 4,
        .ip_header_len = 20,
        .protocol = FWX_PROTOCOL_TCP,
        .ttl = (uint8_t)(60 + number(state, 3)),
        .has_transport = true,
    };

    if (number(state, 8) == 0) {
        packet.protocol = FWX_PROTOCOL_UDP;
        packet.udp_len = 20;
        packet.ip_len = 40;
        return packet;
    }
    packet.tcp = (struct fwx_tcp_segment){
        .seq = 1000 + 10 * number(state, 3),
        .ack = 1000 + 10 * number(state, 3),
        .payload_len = length,
        .window = 8192,
        .flags = flags[number(state, sizeof flags)],
        .header_len = 20,
        .window_scale = FWX_NO_WINDOW_SCALE,
    };
    return packet;
}

static struct fwx_engine *new_engine(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_engine *engine;

    policy.limits.concurrent = 4; /* few, for them to be passed */
    policy.limits.half_open = 3;
    fwx_policy_set_also(&policy, "linux pf asa");
    fwx_policy_set_linux(&policy, NULL);
    engine = fwx_engine_new(&policy);
    fwx_policy_clear(&policy);
    return engine;
}

/* What each firewall beside says of it. */
static void add_beside(GString *text, const struct fwx_engine *engine,
                       const struct fwx_connection *connection)
{
    for (unsigned i = 0; i < fwx_beside_count(engine); i++) {
        struct fwx_beside_account account = fwx_beside_account(engine, connection, i);
        char buffer[FWX_REASON_SIZE] = "";

        if (account.saying) {
            g_assert_cmpuint(account.saying->connection, ==, connection->id);
            fwx_beside_say(engine, account.saying, NULL, buffer);
        }
        g_string_append_printf(text, " beside %u %u %s", account.dropped, account.evidence,
                               buffer);
    }
}

/* All that is said of a connection, but for what names other ones by their places. */
static char *describe(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct fwx_account account = fwx_account_of(engine, connection);
    struct fwx_conclusion conclusion = {0};
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);
    char headline[FWX_REASON_SIZE];
    char reason[FWX_REASON_SIZE] = "";
    GString *text = g_string_new(NULL);

    if (fwx_engine_conclude(engine, connection, &conclusion))
        fwx_conclusion_reason(engine, &conclusion, reason);
    g_string_printf(text, "%u %u %u %x %s %s %s | %08x %u %s", connection->number,
                    connection->last_frame, connection->state, connection->flags,
                    fwx_ending_name(account.ending), fwx_gravity_name(account.gravity),
                    fwx_account_headline(engine, connection, &account, headline), conclusion.code,
                    connection->dropped, reason);
    for (unsigned side = 0; notes && side < 2; side++) {
        const struct fwx_finding *reset =
            notes->last_reset[side] ? fwx_engine_finding(engine, notes->last_reset[side] - 1)
                                    : NULL;

        g_string_append_printf(text, " reset %u of %u", reset ? reset->frame : 0,
                               reset ? reset->connection == id : 0);
    }
    add_beside(text, engine, connection);
    return g_string_free(text, FALSE);
}

static bool keep_all(const struct fwx_connection *connection, void *data)
{
    (void)connection;
    (void)data;
    return true;
}

/* Every so often all are kept, and have other places; each way is also fetched ahead of. */
static void test_nothing_forgotten(void)
{
    for (uint64_t seed = 1; seed < 20; seed++) {
        struct fwx_engine *usual = new_engine();
        struct fwx_engine *moved = new_engine();
        struct fwx_packet *packets = g_new0(struct fwx_packet, PACKETS);
        uint64_t state = seed * 88172645463325252u;
        uint32_t count;

        for (uint32_t i = 0; i < PACKETS; i++)
            packets[i] = any_packet(&state, i + 1);
        for (uint32_t i = 0; i < PACKETS; i++) {
            fwx_engine_see(usual, &packets[i]);
            fwx_engine_prefetch(moved, packets, PACKETS, i);
            fwx_engine_see(moved, &packets[i]);
            if (i % 97 == 96)
                fwx_engine_forget(moved, keep_all, NULL);
        }
        count = fwx_engine_connections(usual)->pool.count;
        g_assert_cmpuint(count, >, 100);
        g_assert_cmpuint(fwx_engine_connections(moved)->pool.count, ==, count);
        for (uint32_t id = 1; id <= count; id++) {
            char *one = describe(usual, id);
            char *other = describe(moved, id);

            g_assert_cmpstr(one, ==, other);
            g_free(one);
            g_free(other);
        }
        g_free(packets);
        fwx_engine_free(usual);
        fwx_engine_free(moved);
    }
}

static bool is_open(const struct fwx_connection *connection, void *data)
{
    (void)data;
    return !fwx_connection_over(connection);
}

static bool is_not_first(const struct fwx_connection *connection, void *data)
{
    (void)data;
    return connection->number != 1;
}

/* What is kept has other places, and says what it said. */
static void test_first_forgotten(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct segment rows[] = {HANDSHAKE,
                             EXCHANGE,
                             {"acknowledges too much", I, FWX_ACK, 11, 100000, 1, .met = ESTB},
                             {"reset", R, RST, 11, .met = ESTB}};
    struct scene scene;
    uint32_t first = 0;
    char *before;
    char *after;

    fwx_policy_set_also(&policy, "linux pf");
    fwx_policy_set_linux(&policy, NULL);
    scene = scene_new_under(&worlds[0], &policy);
    fwx_policy_clear(&policy);
    for (uint16_t port = 0; port < 3; port++) {
        scene.port[I] = (uint16_t)(50000 + port);
        for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
            for (unsigned times = 0; times <= (i == 6 ? port : 0u); times++)
                scene_see(&scene, &rows[i]);
        }
    }
    before = describe(scene.engine, 3);
    fwx_engine_forget(scene.engine, is_not_first, NULL);
    after = describe(scene.engine, 2);
    g_assert_cmpstr(after, ==, before);
    g_assert_nonnull(strstr(after, "reset 27 of 1"));
    g_assert_nonnull(strstr(after, "beside 3 1 linux: drop, nf_ct_proto_6: ACK is over upper bound"));
    g_assert_nonnull(strstr(after, " ack=105000 len=1 "));
    g_assert_cmpuint(fwx_engine_findings(scene.engine, 27, &first), >, 0);
    g_assert_cmpuint(fwx_engine_finding(scene.engine, first)->connection, ==, 2);
    g_free(before);
    g_free(after);
    scene_end(&scene);
}

/* Only what is over goes: memory follows what is open, and numbers go on. */
static void test_over_forgotten(void)
{
    struct scene scene = scene_new(&worlds[0]);
    struct segment rows[] = {HANDSHAKE, EXCHANGE, {"reset", I, RST, 11, .met = ESTB}};
    uint32_t open_before;

    for (uint16_t port = 0; port < 300; port++) {
        scene.port[I] = (uint16_t)(50000 + port);
        for (unsigned i = 0; i < G_N_ELEMENTS(rows) - (port % 10 == 0); i++)
            scene_see(&scene, &rows[i]);
    }
    open_before = 30;
    fwx_engine_forget(scene.engine, is_open, NULL);
    g_assert_cmpuint(fwx_engine_connections(scene.engine)->pool.count, ==, open_before);
    g_assert_cmpuint(fwx_engine_finding_count(scene.engine), ==, 0);
    g_assert_cmpuint(connection_of(&scene, 2)->number, ==, 11);
    g_assert_cmpuint(connection_of(&scene, 2)->id, ==, 2);
    scene.port[I] = 60000;
    g_assert_cmpuint(scene_see(&scene, &rows[0])->number, ==, 301);
    /* What is open is found, and counted: it ends as ever. */
    scene.port[I] = 50010;
    g_assert_true(scene_see(&scene, &rows[6]) == connection_of(&scene, 2));
    g_assert_cmpuint(connection_of(&scene, 2)->state, ==, FWX_STATE_RESET);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/forget/nothing", test_nothing_forgotten);
    g_test_add_func("/forget/first", test_first_forgotten);
    g_test_add_func("/forget/over", test_over_forgotten);
    return g_test_run();
}
