/* packets.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include <inttypes.h>

enum { MS = 1000000, USUAL_GAP = 10 * MS, INITIATOR_PORT = 49152, RESPONDER_PORT = 8080 };

#define EPOCH INT64_C(1300000000000000000) /* 2011 */

const struct world worlds[] = {
    {"plain", {1000, 5000}, 4, EPOCH},
    {"wraps behind the SYN", {0xffffffff, 0xffffffff}, 4, EPOCH},
    {"wraps within the data", {0xffffffa0, 0xffffff00}, 4, EPOCH},
    {"2^31 apart", {0x7ffffff0, 0xfffffff0}, 4, EPOCH},
    {"sign bit over IPv6", {0x80000000, 0x7fffffff}, 6, EPOCH},
    {"before 1970", {305419896, 2180033885}, 4, -EPOCH},
};
const unsigned world_count = G_N_ELEMENTS(worlds);

struct scene scene_new(const struct world *world)
{
    struct fwx_policy policy = fwx_policy_default();

    return scene_new_under(world, &policy);
}

struct scene scene_new_under(const struct world *world, const struct fwx_policy *policy)
{
    return (struct scene){
        .engine = fwx_engine_new(policy),
        .world = world,
        .time = world->epoch,
        .next_id = {FIRST_ID, FIRST_ID},
        .port = {INITIATOR_PORT, RESPONDER_PORT},
        .packets = g_array_new(FALSE, FALSE, sizeof(struct fwx_packet)),
    };
}

void scene_end(struct scene *scene)
{
    fwx_engine_free(scene->engine);
    g_array_free(scene->packets, TRUE);
}

static struct fwx_address address_of(int side, uint8_t ip_version)
{
    uint8_t bytes[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = (uint8_t)(side + 1)};
    uint8_t ipv4[4] = {192, 0, 2, (uint8_t)(side + 1)};

    return fwx_address_from(ip_version == 6 ? bytes : ipv4, ip_version);
}

static void fill_tcp(struct fwx_tcp_segment *tcp, const struct scene *scene,
                     const struct segment *row)
{
    tcp->seq = scene->world->isn[row->from] + (uint32_t)row->seq;
    tcp->ack = row->flags & FWX_ACK ? scene->world->isn[!row->from] + (uint32_t)row->ack : 0;
    tcp->payload_len = row->len;
    tcp->flags = row->flags;
    tcp->header_len = row->header ? row->header : 20;
    tcp->window = row->window == ZERO_WINDOW ? 0
                  : row->window              ? (uint16_t)row->window
                                             : NORMAL_WINDOW;
    tcp->window_scale = row->scale ? row->scale : FWX_NO_WINDOW_SCALE;
    tcp->fast_open = row->fast_open;
    tcp->head_len = (uint8_t)MIN(row->len, FWX_PAYLOAD_HEAD);
    memset(tcp->head, row->zeros ? 0 : 'x', tcp->head_len);
    if (row->head)
        memcpy(tcp->head, row->head, tcp->head_len);
}

/* An echo has its identifier where others have ports; other ICMP messages have nothing there. */
static void fill_icmp(struct fwx_packet *packet, const struct scene *scene,
                      const struct segment *row)
{
    bool ipv6 = scene->world->ip_version == 6;
    bool echo = row->protocol == ECHO;

    packet->protocol = ipv6 ? FWX_PROTOCOL_ICMPV6 : FWX_PROTOCOL_ICMP;
    packet->src_port = packet->dst_port = echo ? scene->port[I] : 0;
    packet->icmp = (struct fwx_icmp_message){
        .type = ipv6 ? 1 : 3,
        .echo = echo ? (enum fwx_echo_role)row->flags : FWX_ECHO_NONE,
        .data_len = row->len,
    };
    if (row->flags == REQUEST)
        packet->icmp.type = ipv6 ? 128 : 8;
    else if (row->flags == REPLY)
        packet->icmp.type = ipv6 ? 129 : 0;
}

/* What the IP header carries: its length. */
static uint32_t fill_transport(struct fwx_packet *packet, const struct scene *scene,
                               const struct segment *row)
{
    enum { HEADER = 8 }; /* of UDP and of an echo */

    if (!row->protocol) {
        fill_tcp(&packet->tcp, scene, row);
        return packet->tcp.header_len + row->len;
    }
    if (row->protocol == UDP) {
        packet->protocol = FWX_PROTOCOL_UDP;
        packet->udp_len = (uint16_t)(HEADER + row->len);
    } else {
        fill_icmp(packet, scene, row);
    }
    return HEADER + row->len;
}

struct fwx_packet scene_packet(struct scene *scene, const struct segment *row)
{
    uint8_t version = scene->world->ip_version;
    uint16_t id = row->id == ZERO_ID ? 0 : row->id ? (uint16_t)row->id : scene->next_id[row->from];
    struct fwx_packet packet = {
        .src = address_of(row->from, version),
        .dst = address_of(!row->from, version),
        .src_port = scene->port[row->from],
        .dst_port = scene->port[!row->from],
        .src_mac = UINT64_C(0x020000000000) + (row->mac ? row->mac : (unsigned)row->from + 1),
        .ip_version = version,
        .ip_header_len = version == 6 ? 40 : 20,
        .ip_id = version == 6 ? 0 : id,
        .protocol = FWX_PROTOCOL_TCP,
        .ttl = row->ttl ? row->ttl : row->from == I ? 128 : 57,
        .has_transport = true,
    };

    scene->next_id[row->from] = id + 1;
    /* Goes round where time ends. */
    scene->time = (int64_t)((uint64_t)scene->time +
                            (uint64_t)(row->gap_ms ? row->gap_ms * MS : USUAL_GAP));
    packet.time = scene->time;
    packet.frame = ++scene->frame;
    packet.ip_len = packet.ip_header_len + fill_transport(&packet, scene, row);
    if (row->tweak)
        row->tweak(&packet);
    return packet;
}

const struct fwx_connection *scene_see(struct scene *scene, const struct segment *row)
{
    scene->last = scene_packet(scene, row);
    g_array_append_val(scene->packets, scene->last);
    return fwx_engine_see(scene->engine, &scene->last);
}

struct fwx_packet echo_packet(uint32_t frame, enum fwx_echo_role role, uint32_t size, bool ipv6)
{
    bool reply = role == FWX_ECHO_REPLY;
    uint8_t version = ipv6 ? 6 : 4;
    struct fwx_packet packet = {
        .src = address_of(reply, version),
        .dst = address_of(!reply, version),
        .time = EPOCH + (int64_t)frame * USUAL_GAP,
        .frame = frame,
        .ip_version = version,
        .ip_header_len = ipv6 ? 40 : 20,
        .protocol = ipv6 ? FWX_PROTOCOL_ICMPV6 : FWX_PROTOCOL_ICMP,
        .ttl = 64,
        .has_transport = true,
        .icmp = {.echo = role, .data_len = size},
    };

    packet.icmp.type = ipv6 ? (reply ? 129 : 128) : (reply ? 0 : 8);
    packet.ip_len = packet.ip_header_len + 8 + size;
    return packet;
}

const struct fwx_finding *find(const struct scene *scene, uint32_t frame,
                               enum fwx_finding_kind kind)
{
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(scene->engine, frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(scene->engine, i);

        if (finding->kind == kind)
            return finding;
    }
    return NULL;
}

const struct fwx_finding *found(const struct scene *scene, uint32_t frame,
                                enum fwx_finding_kind kind)
{
    const struct fwx_finding *finding = find(scene, frame, kind);

    if (!finding)
        g_error("%s, frame %u: no finding of kind %d", scene->world->name, frame, kind);
    return finding;
}

const struct fwx_connection *connection_of(const struct scene *scene, uint32_t id)
{
    const struct fwx_connections *table = fwx_engine_connections(scene->engine);

    g_assert_cmpuint(id, >=, 1);
    g_assert_cmpuint(id, <=, table->pool.count);
    return fwx_connections_get(table, id);
}

struct fwx_conclusion concluded(const struct scene *scene, uint32_t id)
{
    struct fwx_conclusion conclusion;
    char reason[FWX_REASON_SIZE];

    g_assert_true(fwx_engine_conclude(scene->engine, connection_of(scene, id), &conclusion));
    g_assert_cmpstr(fwx_conclusion_reason(scene->engine, &conclusion, reason), !=, "");
    return conclusion;
}

void assert_verdict(const struct scene *scene, uint32_t id, uint32_t code, uint32_t frame)
{
    struct fwx_conclusion conclusion = concluded(scene, id);
    const struct fwx_finding *finding =
        fwx_engine_verdict_finding(scene->engine, connection_of(scene, id));

    g_assert_cmphex(conclusion.code, ==, code);
    g_assert_cmpuint(conclusion.frame, ==, frame);
    g_assert_true(conclusion.finding == finding);
    g_assert_cmpint(conclusion.ground == FWX_GROUND_FINDING, ==, finding != NULL);
    if (!finding)
        return;
    g_assert_cmpuint(finding->frame, ==, frame);
    g_assert_cmpuint(finding->connection, ==, id);
    g_assert_cmphex(finding->code, ==, code);
    g_assert_cmpuint(finding->confidence, ==, conclusion.confidence);
}

void assert_no_verdict(const struct scene *scene, uint32_t id)
{
    const struct fwx_connection *connection = connection_of(scene, id);
    struct fwx_conclusion conclusion;

    g_assert_false(fwx_engine_conclude(scene->engine, connection, &conclusion));
    g_assert_null(fwx_engine_verdict_finding(scene->engine, connection));
}

void assert_evidence(const struct scene *scene, uint32_t id, enum fwx_evidence evidence)
{
    g_assert_cmpstr(
        fwx_evidence_name(fwx_engine_evidence(scene->engine, connection_of(scene, id))), ==,
        fwx_evidence_name(evidence));
}

void assert_says(const struct scene *scene, uint32_t frame, enum fwx_finding_kind kind,
                 const char *part)
{
    char reason[FWX_REASON_SIZE];

    fwx_reason(scene->engine, found(scene, frame, kind), reason);
    if (!strstr(reason, part))
        g_error("frame %u: \"%s\" does not say \"%s\"", frame, reason, part);
}

/* ---- playing a table ------------------------------------------------------------------------- */

/* What the findings of a frame say, together. */
struct summary {
    unsigned finds;
    uint32_t code;
    int reset; /* as CLASS() has it */
    bool dropped;
};

/* Goes on where an assertion would end the test: a broken rule shows all rows that it breaks. */
static void expect(const struct scene *scene, const struct segment *row, const char *what,
                   int64_t actual, int64_t expected)
{
    if (actual == expected)
        return;
    g_test_message("world \"%s\", frame %u \"%s\": %s is 0x%" PRIx64 ", not 0x%" PRIx64,
                   scene->world->name, scene->frame, row->does, what, (uint64_t)actual,
                   (uint64_t)expected);
    g_test_fail();
}

static struct summary summarize(const struct scene *scene, uint32_t frame)
{
    char reason[FWX_REASON_SIZE];
    struct summary summary = {0};
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(scene->engine, frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(scene->engine, i);

        g_assert_cmpuint(finding->frame, ==, frame);
        if (finding->kind != FWX_FINDING_SILENCE) /* any row may be late; test_speech.c */
            summary.finds |= 1u << finding->kind;
        if (finding->judged) {
            summary.code = finding->code;
            summary.dropped |= finding->dropped;
        }
        if (finding->kind == FWX_FINDING_RESET)
            summary.reset = finding->reset.class + 1;
        g_assert_cmpstr(fwx_reason(scene->engine, finding, reason), !=, "");
        g_assert_cmpstr(fwx_finding_title(finding), !=, "");
    }
    return summary;
}

static void hold(const struct scene *scene, const struct segment *row, struct summary summary)
{
    expect(scene, row, "findings", summary.finds, row->finds);
    expect(scene, row, "code", summary.code, row->code);
    expect(scene, row, "reset class", summary.reset, row->reset);
    expect(scene, row, "dropped", summary.dropped,
           fwx_result_find(row->code)->action == FWX_ACTION_DENIED);
}

/* A second visit, when all is known, shows what the first one did. */
static void visit_again(struct scene *scene, const struct segment *rows, unsigned count)
{
    uint32_t conn = 1;

    for (unsigned i = 0; i < count; i++) {
        const struct fwx_packet *packet = &g_array_index(scene->packets, struct fwx_packet, i);
        const struct fwx_connection *connection = fwx_engine_recall(scene->engine, packet);

        conn = rows[i].conn ? rows[i].conn : conn;
        scene->frame = packet->frame;
        expect(scene, &rows[i], "recalled connection", connection ? connection->id : NO_CONN,
               conn);
        if (connection)
            expect(scene, &rows[i], "recalled state",
                   fwx_connection_state_at(connection, packet->frame), rows[i].met);
        hold(scene, &rows[i], summarize(scene, packet->frame));
    }
    scene->frame = count;
}

/* A row's packet: what became of its connection? */
static void hold_connection(const struct scene *scene, const struct segment *row,
                            const struct fwx_connection *connection, uint32_t dropped)
{
    expect(scene, row, "state before", fwx_connection_state_at(connection, scene->frame), row->met);
    expect(scene, row, "dropped packets", connection->dropped, dropped);
    expect(scene, row, "last frame", connection->last_frame, scene->frame);
}

static void play_in(const struct world *world, const struct fwx_policy *policy,
                    const struct segment *rows, unsigned count, check check)
{
    struct scene scene = scene_new_under(world, policy);
    uint32_t *dropped = g_new0(uint32_t, count + 1);
    uint32_t conn = 1;

    for (unsigned i = 0; i < count; i++) {
        const struct fwx_connection *connection = scene_see(&scene, &rows[i]);
        struct summary summary = summarize(&scene, scene.frame);

        conn = rows[i].conn ? rows[i].conn : conn;
        expect(&scene, &rows[i], "connection", connection ? connection->id : NO_CONN, conn);
        hold(&scene, &rows[i], summary);
        if (connection) {
            dropped[MIN(connection->id, count)] += summary.dropped;
            hold_connection(&scene, &rows[i], connection, dropped[MIN(connection->id, count)]);
        }
    }
    fwx_engine_review(scene.engine);
    visit_again(&scene, rows, count);
    if (check)
        check(&scene);
    g_free(dropped);
    scene_end(&scene);
}

static void play_all(const struct fwx_policy *policy, const struct segment *rows, unsigned count,
                     check check, bool with_ipv6)
{
    for (unsigned i = 0; i < world_count; i++) {
        if (with_ipv6 || worlds[i].ip_version == 4)
            play_in(&worlds[i], policy, rows, count, check);
    }
}

void play_rows_under(const struct fwx_policy *policy, const struct segment *rows, unsigned count,
                     check check)
{
    play_all(policy, rows, count, check, true);
}

void play_rows(const struct segment *rows, unsigned count, check check)
{
    struct fwx_policy policy = fwx_policy_default();

    play_all(&policy, rows, count, check, true);
}

void play_rows_ipv4(const struct segment *rows, unsigned count, check check)
{
    struct fwx_policy policy = fwx_policy_default();

    play_all(&policy, rows, count, check, false);
}
