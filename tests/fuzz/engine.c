/* engine.c
 * Fuzzes the engine's packet stream: bytes are a policy and packets, a record of 16 bytes each, and
 * all that the engine promises is held against it (promises.h). No bytes are wrong: each value
 * means something, and few addresses, ports and numbers make packets meet.
 *
 * seeds.py writes the same records from captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fuzz.h"

#include "../engine/packets.h"
#include "../engine/promises.h"

#include "engine/points/points.h"

enum { MOST_PACKETS = 4096, MOST_IN_A_FRAME = 8 };
enum { TWO_POINTS = 0x80 }; /* of the checks: packets are seen at two capture points */

/* How the firewall is set up. */
struct setup {
    uint8_t world; /* which of worlds[]: the ISNs, near the wrap or not */
    uint8_t product;
    uint8_t checks;    /* a bit each, see policy_of() */
    uint8_t limits[5]; /* as struct fwx_limits has them */
    uint8_t special;   /* limits of special addresses */
    uint8_t linger;
    uint8_t tcp_idle;
    uint8_t udp_idle;
    uint8_t no_reply;
    uint8_t network; /* length of the prefix and kind */
    uint8_t marker;  /* smallest size */
    uint8_t markers; /* how many sizes */
};

struct record {
    uint8_t who;      /* bit 0: side, 1-2: client, 3-5: port, 6-7: what is odd about them */
    uint8_t protocol; /* bits 0-3: which; 4-7: how often it comes, each time from the next port */
    uint8_t flags;
    uint8_t seq[2]; /* bits 13-15: counted from where; 0-12: how far */
    uint8_t ack[2];
    uint8_t len;
    uint8_t gap[2]; /* bits 13-15: in what; 0-12: how many */
    uint8_t window;
    uint8_t looks;   /* bits 0-1: TTL, 2-3: MAC address, 4-7: IP ID */
    uint8_t options; /* bits 0-3: header length, 4-7: window scale */
    uint8_t odd;     /* a bit each, see disturb() */
    uint8_t head;    /* bits 0-2: what the payload begins with, 3: Fast Open, 4-7: of frames */
    uint8_t more;    /* a number for whoever needs one; with two points see cross() */
};

G_STATIC_ASSERT(sizeof(struct setup) == FUZZ_RECORD);
G_STATIC_ASSERT(sizeof(struct record) == FUZZ_RECORD);

/* ---- the policy ------------------------------------------------------------------------------ */

static struct fwx_limits limits_of(const uint8_t *bytes)
{
    return (struct fwx_limits){bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]};
}

static struct fwx_policy policy_of(const struct setup *setup)
{
    static const uint8_t clients[4] = {192, 0, 2, 128};
    uint8_t special[5] = {setup->special, setup->special, setup->special, setup->special,
                          setup->special};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_network network;
    struct fwx_size_range sizes[5];

    policy.product = (enum fwx_product)(setup->product % (FWX_TMG_2010 + 1));
    policy.midstream_not_syn = setup->checks & 0x01;
    policy.sequence_window = setup->checks & 0x02;
    policy.tcp_checksum = setup->checks & 0x04;
    policy.block_fragments = setup->checks & 0x08;
    policy.block_ip_options = setup->checks & 0x10;
    policy.block_ipv6 = setup->checks & 0x20;
    policy.check_injected = !(setup->checks & 0x40);
    policy.limits = limits_of(setup->limits);
    policy.special_limits = limits_of(special);
    policy.linger_ms = setup->linger * 20u;
    policy.tcp_idle_s = setup->tcp_idle;
    policy.udp_idle_s = setup->udp_idle;
    policy.no_reply_s = setup->no_reply;
    network =
        (struct fwx_network){fwx_address_from(clients, 4), setup->network % 129,
                             setup->network & 0x80 ? FWX_NETWORK_SPOOFED : FWX_NETWORK_SPECIAL};
    fwx_policy_set_networks(&policy, &network, setup->network != 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++)
        sizes[i].low = sizes[i].high = setup->marker + i % (setup->markers + 1u);
    if (setup->marker)
        fwx_policy_set_marker_sizes(&policy, sizes, G_N_ELEMENTS(sizes));
    return policy;
}

/* ---- a packet -------------------------------------------------------------------------------- */

static unsigned be16(const uint8_t bytes[2])
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* Counted from the ISN: forwards, backwards, where the sign changes, far off. */
static int64_t number_of(const uint8_t bytes[2])
{
    static const int64_t places[8] = {0, 0, -0x2000, 0x7ffff000, -0x80000000LL, 65536, 1 << 24, 1};

    return places[bytes[0] >> 5] + (be16(bytes) & 0x1fff);
}

static int64_t gap_ms_of(const uint8_t bytes[2])
{
    static const int64_t units[8] = {1, 10, 1000, 60000, -1, -1000, 86400000, -86400000};
    int64_t count = be16(bytes) & 0x1fff;

    return units[bytes[0] >> 5] * MAX(count, 1);
}

static uint32_t length_of(uint8_t code)
{
    static const uint32_t large[] = {1460, 2920, 65495, 65535, 0x7fffffff, 0xffffffff};

    return code < 250 ? code : large[code - 250];
}

static struct segment row_of(const struct record *record)
{
    static const char *const heads[8] = {NULL,
                                         NULL,
                                         NULL,
                                         "STARTTLS",
                                         "\x15\x03\x03\x00\x02\x02\x28",     /* a TLS alert */
                                         "\x16\x03\x01\x02\x00\x01\x00\x01", /* its handshake */
                                         "QUIT\r\n\0",
                                         "HTTP/1.1"};
    static const uint8_t protocols[16] = {0,   0,   0,   0,    0,    0,    0,          0,
                                          UDP, UDP, UDP, ECHO, ECHO, ECHO, ICMP_ERROR, 0};
    struct segment row = {
        .from = record->who & 1,
        .protocol = protocols[record->protocol & 0x0f],
        .flags = record->flags,
        .seq = number_of(record->seq),
        .ack = number_of(record->ack),
        .len = length_of(record->len),
        .gap_ms = gap_ms_of(record->gap),
        .window = record->window ? record->window << 8 : ZERO_WINDOW,
        .ttl = record->looks & 3,
        .mac = record->looks >> 2 & 3,
        .id = record->looks >> 4 ? (record->looks >> 4) - 1 : 0,
        .header = (uint8_t)(20 + 4 * MIN(record->options & 0x0f, 10)),
        .scale = record->options >> 4,
        .head = heads[record->head & 7],
        .zeros = (record->head & 7) == 1,
        .fast_open = record->head & 8,
    };

    if (row.protocol == ECHO)
        row.flags = record->flags & 1 ? REQUEST : REPLY;
    return row;
}

/* Few clients and few ports. time: which repetition of the record it is. */
static void choose_tuple(struct fwx_packet *packet, const struct record *record, unsigned time)
{
    bool from_client = !(record->who & 1);
    uint8_t *client = (uint8_t *)(from_client ? &packet->src : &packet->dst);
    uint16_t *client_port = from_client ? &packet->src_port : &packet->dst_port;
    uint16_t *server_port = from_client ? &packet->dst_port : &packet->src_port;
    uint8_t odd = record->who >> 6;

    client[15] = (uint8_t)(128 + (record->who >> 1 & 3));
    if (!packet->src_port) /* an ICMP error */
        return;
    *client_port += (uint16_t)((record->who >> 3 & 7) + time);
    if (odd == 1)
        *server_port = record->more & 1 ? 25 : record->more & 2 ? 139 : 53;
    if (odd == 2)
        packet->dst = packet->src;
    if (odd == 3)
        packet->src_port = record->more & 1 ? 0 : packet->dst_port;
}

/* A fragment, or lengths that cannot be: nothing of the transport is seen. */
static void hide_transport(struct fwx_packet *packet, const struct record *record)
{
    packet->view = record->more % (FWX_VIEW_BAD_LENGTH + 1);
    packet->has_transport = false;
    packet->src_port = packet->dst_port = 0;
    packet->fragment_end = record->more * 300u;
    packet->frame_len = record->len * 8u;
    packet->ip_header_len = record->options;
    if (record->flags & 0x80)
        packet->protocol = record->flags;
}

/* What only some segments and messages have. An error quotes what went the other way. */
static void choose_facts(struct fwx_packet *packet, const struct record *record)
{
    if (packet->protocol == FWX_PROTOCOL_TCP) {
        packet->checksum = record->more % (FWX_CHECKSUM_BAD + 1);
        packet->tcp.has_sack = !(packet->tcp.flags & FWX_SYN) && record->options >> 7;
        packet->tcp.sack[0] = packet->tcp.has_sack ? packet->tcp.ack + record->more : 0;
        packet->tcp.sack[1] = packet->tcp.has_sack ? packet->tcp.ack + be16(record->seq) : 0;
    } else if (packet->protocol != FWX_PROTOCOL_UDP && !packet->src_port && record->more & 1) {
        packet->icmp.quote = (struct fwx_quote){
            .src = packet->dst,
            .dst = packet->src,
            .seq = record->more & 2 ? be16(record->seq) : 0,
            .src_port = be16(record->ack),
            .dst_port = 443,
            .protocol = record->more & 2 ? FWX_PROTOCOL_TCP : FWX_PROTOCOL_UDP,
            .known = true,
        };
    }
}

static void disturb(struct fwx_packet *packet, const struct record *record)
{
    if (record->odd & 0x01)
        packet->ip_header_len += 4;
    if (record->odd & 0x02)
        packet->bad_checksum = true;
    if (record->odd & 0x04)
        packet->reassembled = true;
    if (record->odd & 0x08)
        packet->fragment = true;
    if (record->odd & 0x10)
        packet->src_mac = 0;
    if (record->odd & 0x20)
        packet->ip_len = record->more * 260u;
    if (record->odd & 0x40)
        hide_transport(packet, record);
    if (record->odd & 0x80) /* as far as time goes */
        packet->time = record->more & 1 ? INT64_MAX - record->more : INT64_MIN + record->more;
    if (packet->protocol == FWX_PROTOCOL_TCP && packet->has_transport)
        packet->tcp.urgent_pointer = record->more;
    if (packet->protocol == FWX_PROTOCOL_UDP && packet->has_transport && record->odd & 0x02)
        packet->udp_len = record->more;
}

/* Frames without packets, and frames with several. */
static void choose_frame(struct scene *scene, struct fwx_packet *packet, uint8_t code,
                         struct fwx_packet *last)
{
    if (code == 15 && last->frame && last->index + 1 < MOST_IN_A_FRAME) {
        packet->frame = --scene->frame;
        packet->index = last->index + 1;
        packet->time = last->time;
    } else if (code == 14) {
        packet->frame = scene->frame += 1000;
    }
    *last = *packet;
}

/* ---- two capture points ---------------------------------------------------------------------- */

enum { HEAD = 96 }; /* bytes of a packet that are there to be looked at */

/* The same packet at the other point. Bit 7: at which it is first; 6: it is not seen there; 5: with
 * another port; 4: with other sequence numbers; 3: shorter; 2: with another IP ID; 0-1: how late. */
static void cross(struct promises *promises, struct scene *scene, struct fwx_packet packet,
                  const struct record *record)
{
    uint8_t bytes[HEAD];
    uint8_t more = record->more;
    bool tcp = packet.protocol == FWX_PROTOCOL_TCP && packet.has_transport;

    for (unsigned i = 0; i < HEAD; i++)
        bytes[i] = ((const uint8_t *)record)[(i + 5) % FUZZ_RECORD];
    packet.capture_point = more >> 7;
    packet.transport = bytes;
    packet.transport_captured = packet.has_transport ? record->len % HEAD : 0;
    promises_see(promises, &packet);
    if (more & 0x40)
        return;
    packet.capture_point ^= 1;
    packet.frame = ++scene->frame;
    packet.index = 0;
    packet.ttl--;
    if (packet.time < INT64_MAX - FWX_SECOND)
        packet.time += (more & 3) * FWX_MILLISECOND;
    if (more & 0x20 && packet.src_port) {
        uint16_t *port = record->who & 1 ? &packet.dst_port : &packet.src_port;

        *port = (uint16_t)(*port + 10000);
    }
    if (more & 0x10 && tcp && record->who & 1)
        packet.tcp.seq += 1000000007;
    if (more & 0x10 && tcp && !(record->who & 1))
        packet.tcp.ack += 1000000007;
    if (more & 0x08 && tcp)
        packet.tcp.payload_len /= 2;
    if (more & 0x04)
        packet.ip_id += 77;
    promises_see(promises, &packet);
}

/* Whatever a packet has become, the other one of it says the same. */
static void hold_meetings(const struct fwx_engine *engine, const struct fwx_packet *packet)
{
    const struct fwx_connection *connection = fwx_engine_recall(engine, packet);
    struct fwx_meeting meeting;
    char buffer[FWX_REASON_SIZE];

    if (!connection)
        connection = fwx_points_error_about(engine, packet->frame);
    for (uint32_t number = 0;
         connection && fwx_points_meeting(engine, connection, packet->frame, number, &meeting);
         number++) {
        g_assert_true(meeting.pair->leg[0] == connection->id ||
                      meeting.pair->leg[1] == connection->id);
        g_assert_true(!meeting.frame || meeting.frame != packet->frame);
        g_assert_true((meeting.fate == FWX_FATE_UNPROVEN) == (meeting.doubt != FWX_DOUBT_NONE));
        fwx_points_changes(engine, connection, packet->frame, number, buffer);
        fwx_points_reason(engine, connection, packet->frame, number, buffer);
    }
}

static void hold_pairs(const struct fwx_engine *engine)
{
    for (uint32_t i = 0; i < fwx_points_pair_count(engine); i++) {
        const struct fwx_pair *pair = fwx_points_pair(engine, i);
        struct fwx_delay delay;
        char buffer[FWX_REASON_SIZE];

        g_assert_cmpuint(pair->point[0], !=, pair->point[1]);
        fwx_points_say_missing(engine, i, buffer);
        fwx_points_say_changed(engine, i, buffer);
        fwx_points_say_explanation(engine, i, buffer);
        if (pair->leg[1] && pair->ordered && fwx_points_delay(engine, i, &delay))
            g_assert_cmpint(delay.between + delay.beyond, ==, delay.wait);
    }
}

static void hold_points(struct promises *promises, const struct setup *setup)
{
    struct fwx_engine *engine = promises->engine;

    fwx_engine_review(engine);
    for (unsigned pass = 0; pass < 2; pass++) {
        hold_pairs(engine);
        for (uint32_t i = 0; i < promises->packets->len; i++)
            hold_meetings(engine, &g_array_index(promises->packets, struct fwx_packet, i));
        fwx_points_note_drops(engine, 1, setup->marker);
        fwx_engine_review(engine);
    }
}

/* ---- the run --------------------------------------------------------------------------------- */

static void play(struct scene *scene, struct promises *promises, const struct record *record,
                 struct fwx_packet *last, bool two_points)
{
    struct segment row = row_of(record);
    unsigned times = 1u << (record->protocol >> 4) / 2;

    for (unsigned time = 0; time < times && promises->packets->len < MOST_PACKETS; time++) {
        struct fwx_packet packet = scene_packet(scene, &row);

        choose_tuple(&packet, record, time);
        choose_facts(&packet, record);
        disturb(&packet, record);
        choose_frame(scene, &packet, record->head >> 4, last);
        if (two_points)
            cross(promises, scene, packet, record);
        else
            promises_see(promises, &packet);
    }
}

/* libFuzzer's own prototype: NOLINTNEXTLINE(readability-non-const-parameter) */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct setup setup = {0};
    struct fwx_packet last = {0};

    memcpy(&setup, data, MIN(size, sizeof setup));

    struct fwx_policy policy = policy_of(&setup);
    struct scene scene = scene_new_under(&worlds[setup.world % world_count], &policy);
    struct promises promises = promises_of(scene.engine);
    bool two_points = setup.checks & TWO_POINTS;

    if (two_points)
        fwx_points_remember(scene.engine, MOST_PACKETS, NULL);

    for (size_t at = sizeof setup; at + FUZZ_RECORD <= size; at += FUZZ_RECORD) {
        struct record record;

        memcpy(&record, data + at, sizeof record);
        play(&scene, &promises, &record, &last, two_points);
        if (two_points && promises.packets->len % 64 == 0)
            fwx_engine_review_so_far(scene.engine);
    }
    if (two_points)
        hold_points(&promises, &setup);
    promises_end(&promises);
    scene_end(&scene);
    fwx_policy_clear(&policy);
    return 0;
}
