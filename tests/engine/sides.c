/* sides.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

#include "engine/turn.h" /* what is remembered of packets is nobody else's business */

enum { MS = 1000000, USUAL_GAP = 10 * MS, USUAL_STAY = 5 * MS, MOST_PACKETS = 100000 };

static const char *name_of(uint16_t point)
{
    return point == INSIDE ? "inside" : point == OUTSIDE ? "outside" : "beyond";
}

struct sides sides_new_under(const struct fwx_policy *policy)
{
    struct place inside = {
        .isn = {UINT32_C(3141592653), UINT32_C(2718281828)},
        .host = {1, 2},
        .port = {51000, 443},
    };
    struct sides sides = {
        .scene = scene_new_under(&worlds[0], policy),
        .place = {inside, inside},
        .point = {INSIDE, OUTSIDE},
        .next_id = {FIRST_ID, 5 * FIRST_ID},
        .time = worlds[0].epoch,
        .keeps_ids = true,
        .bytes = g_ptr_array_new_with_free_func(g_free),
    };

    sides.place[1].hops = 1;
    fwx_points_remember(sides.scene.engine, MOST_PACKETS, name_of);
    return sides;
}

struct sides sides_new(void)
{
    struct fwx_policy policy = fwx_policy_default();

    return sides_new_under(&policy);
}

void sides_end(struct sides *sides)
{
    scene_end(&sides->scene);
    g_ptr_array_unref(sides->bytes);
}

void sides_next(struct sides *sides)
{
    for (unsigned place = 0; place < 2; place++) {
        sides->place[place].port[I]++;
        sides->place[place].isn[I] += 123456789;
        sides->place[place].isn[R] += 987654321;
    }
}

/* ---- a packet as bytes ------------------------------------------------------------------------ */

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

/* RFC 9293, 3.2; RFC 7323, 3.2; RFC 2018, 2. Length of the header. */
static uint32_t write_options(const struct wire *wire, uint8_t *header)
{
    uint8_t *at = header + 20;

    if (wire->packet.tcp.window_scale != FWX_NO_WINDOW_SCALE) {
        put32(at, 0x01030300u | wire->packet.tcp.window_scale);
        at += 4;
    }
    if (wire->mss) {
        put16(at, 0x0204);
        put16(at + 2, wire->mss);
        at += 4;
    }
    if (wire->sack_permitted) {
        put32(at, 0x01010402);
        at += 4;
    }
    if (wire->stamp) {
        put32(at, 0x0101080a);
        put32(at + 4, wire->stamp);
        at += 12;
    }
    return (uint32_t)(at - header);
}

static uint32_t write_tcp(struct wire *wire, uint8_t *bytes)
{
    struct fwx_tcp_segment *tcp = &wire->packet.tcp;
    uint32_t length = write_options(wire, bytes);

    tcp->header_len = (uint8_t)length;
    bytes[13] = tcp->flags | wire->more_flags;
    return length;
}

static void write_payload(const struct wire *wire, int from, uint32_t place, uint8_t *at,
                          uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        at[i] = wire->alike ? 'x' : (uint8_t)(((place + i) * 2654435761u >> 24) + 7 * from + wire->salt);
}

/* place: of the payload's first byte in the stream. */
static void encode(struct sides *sides, struct wire *wire, int from, uint32_t place, uint32_t length)
{
    uint8_t *bytes = (uint8_t *)g_malloc0(80 + length);
    uint32_t header = 8;

    if (wire->packet.protocol == FWX_PROTOCOL_TCP)
        header = write_tcp(wire, bytes);
    else if (wire->packet.protocol == FWX_PROTOCOL_ICMP)
        put16(bytes + 6, place);
    write_payload(wire, from, place, bytes + header, length);
    wire->packet.transport = bytes;
    wire->packet.transport_captured = header + MIN(length, wire->captured);
    wire->packet.ip_len = 20 + header + length;
    g_ptr_array_add(sides->bytes, bytes);
}

/* ---- packets ----------------------------------------------------------------------------------- */

static int64_t clock_of(const struct place *place, int64_t time)
{
    return time + place->ahead + (time - worlds[0].epoch) * place->ppm / 1000000;
}

static struct fwx_address host_of(const struct place *place, int side)
{
    uint8_t bytes[4] = {192, 0, 2, place->host[side]};

    return fwx_address_from(bytes, 4);
}

static void fill_transport(struct fwx_packet *packet, const struct hop *hop,
                           const struct place *place)
{
    if (hop->protocol == UDP) {
        packet->udp_len = (uint16_t)(8 + hop->len);
    } else if (hop->protocol == ICMP_ERROR) {
        packet->protocol = FWX_PROTOCOL_ICMP;
        packet->icmp = (struct fwx_icmp_message){
            .type = 3,
            .code = hop->flags,
            .quote = {.src = packet->dst,
                      .dst = packet->src,
                      .src_port = packet->dst_port,
                      .dst_port = packet->src_port,
                      .seq = place->isn[!hop->from] + (uint32_t)hop->seq,
                      .protocol = FWX_PROTOCOL_TCP,
                      .known = true},
        };
        packet->src_port = packet->dst_port = 0;
    } else if (hop->protocol == ECHO) {
        packet->src_port = packet->dst_port = place->port[I];
        packet->icmp = (struct fwx_icmp_message){.type = hop->flags == REQUEST ? 8 : 0,
                                                 .echo = (enum fwx_echo_role)hop->flags,
                                                 .data_len = hop->len};
    } else {
        packet->tcp = (struct fwx_tcp_segment){
            .seq = place->isn[hop->from] + (uint32_t)hop->seq,
            .ack = hop->flags & FWX_ACK ? place->isn[!hop->from] + (uint32_t)hop->ack : 0,
            .payload_len = hop->len,
            .flags = hop->flags,
            .window = NORMAL_WINDOW,
            .window_scale = FWX_NO_WINDOW_SCALE,
        };
    }
}

static void show(struct sides *sides, const struct hop *hop, unsigned at, bool comes_out,
                 int64_t time)
{
    const struct place *place = &sides->place[at];
    struct wire wire = {
        .packet =
            {
                .src = host_of(place, hop->from),
                .dst = host_of(place, !hop->from),
                .src_port = place->port[hop->from],
                .dst_port = place->port[!hop->from],
                .time = clock_of(place, time),
                .frame = ++sides->scene.frame,
                .capture_point = sides->point[at],
                .ip_version = 4,
                .ip_header_len = 20,
                .ip_id = sides->next_id[hop->from],
                .protocol = hop->protocol ? hop->protocol : FWX_PROTOCOL_TCP,
                .ttl = (uint8_t)((hop->from == I ? 128 : 57) -
                                 (hop->from == I ? place->hops : sides->place[!at].hops)),
                .has_transport = true,
            },
        .mss = hop->flags & FWX_SYN && !hop->protocol ? 1460 : 0,
        .sack_permitted = hop->flags & FWX_SYN && !hop->protocol,
        .captured = UINT32_MAX,
    };

    if (!sides->keeps_ids && comes_out)
        wire.packet.ip_id = (uint16_t)(wire.packet.ip_id * 40503u + 977);
    fill_transport(&wire.packet, hop, place);
    if (hop->both)
        hop->both(&wire);
    if (hop->out && comes_out)
        hop->out(&wire);
    encode(sides, &wire, hop->from, (uint32_t)hop->seq,
           hop->protocol ? hop->len : wire.packet.tcp.payload_len);
    g_array_append_val(sides->scene.packets, wire.packet);
    fwx_engine_see(sides->scene.engine, &wire.packet);
}

void sides_play(struct sides *sides, const struct hop *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct hop *hop = &rows[i];
        int64_t stay = hop->stay_ms < 0 ? 0 : hop->stay_ms ? hop->stay_ms * MS : USUAL_STAY;

        sides->time += hop->gap_ms ? hop->gap_ms * MS : USUAL_GAP;
        if (hop->seen != ADDED)
            show(sides, hop, hop->from == R, false, sides->time);
        if (hop->seen != KEPT)
            show(sides, hop, hop->from != R, true, sides->time + stay);
        sides->time += stay;
        sides->next_id[hop->from]++;
    }
}

static const struct hop bystander[] = {OPENING, TALK};

void sides_bystander(struct sides *sides)
{
    sides->time += FWX_SECOND;
    sides_next(sides);
    CROSS(sides, bystander);
}

struct sides sides_with(const struct hop *rows, unsigned count)
{
    struct sides sides = sides_new();

    sides_play(&sides, rows, count);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    assert_fates(&sides, rows, count);
    return sides;
}

/* ---- what is told -------------------------------------------------------------------------------- */

static const struct fwx_connection *connection_in(const struct sides *sides, uint32_t frame)
{
    const struct fwx_connection *connection = fwx_engine_recall(
        sides->scene.engine,
        &g_array_index(sides->scene.packets, struct fwx_packet, frame - 1));

    return connection ? connection : fwx_points_error_about(sides->scene.engine, frame);
}

struct fwx_meeting meeting_of(const struct sides *sides, uint32_t frame)
{
    struct fwx_meeting meeting;

    if (!fwx_points_meeting(sides->scene.engine, connection_in(sides, frame), frame, 0, &meeting))
        g_error("frame %u: nothing is known of it at another point", frame);
    return meeting;
}

static void assert_fate(const struct sides *sides, uint32_t frame, const struct hop *hop,
                        uint32_t other, bool entered)
{
    struct fwx_meeting meeting = meeting_of(sides, frame);

    if ((int)meeting.fate != hop->fate || (int)meeting.doubt != hop->doubt)
        g_error("frame %u (%s): %s, doubt %d, not %s, doubt %d", frame, hop->does,
                fwx_fate_name(meeting.fate), meeting.doubt,
                fwx_fate_name((enum fwx_fate)hop->fate), hop->doubt);
    if (hop->fate != RESEGMENTED)
        g_assert_cmpuint(meeting.frame, ==, other);
    g_assert_cmpint(meeting.entered, ==, entered);
}

void assert_fates(struct sides *sides, const struct hop *rows, unsigned count)
{
    uint32_t frame = 0;

    for (unsigned i = 0; i < count; i++) {
        bool both = rows[i].seen == THROUGH;

        frame++;
        assert_fate(sides, frame, &rows[i], both ? frame + 1 : 0, rows[i].seen != ADDED);
        if (both) {
            frame++;
            assert_fate(sides, frame, &rows[i], frame - 1, false);
        }
    }
}

void assert_changes(const struct sides *sides, uint32_t frame, const char *changes)
{
    char buffer[FWX_REASON_SIZE];

    g_assert_cmpstr(fwx_points_changes(sides->scene.engine, connection_in(sides, frame), frame, 0,
                                       buffer),
                    ==, changes);
}

void assert_reason(const struct sides *sides, uint32_t frame, const char *reason)
{
    char buffer[FWX_REASON_SIZE];

    g_assert_cmpstr(fwx_points_reason(sides->scene.engine, connection_in(sides, frame), frame, 0,
                                      buffer),
                    ==, reason);
}

void assert_pair(const struct sides *sides, uint32_t number, uint32_t inner, uint32_t outer,
                 enum fwx_method method, enum fwx_path path)
{
    const struct fwx_pair *pair;

    g_assert_cmpuint(number, <, fwx_points_pair_count(sides->scene.engine));
    pair = fwx_points_pair(sides->scene.engine, number);
    g_assert_cmpuint(pair->leg[0], ==, inner);
    g_assert_cmpuint(pair->leg[1], ==, outer);
    g_assert_cmpstr(fwx_method_name((enum fwx_method)pair->method), ==, fwx_method_name(method));
    g_assert_cmpstr(fwx_path_name((enum fwx_path)pair->path), ==, fwx_path_name(path));
}
