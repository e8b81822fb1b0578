/* trail.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/trail.h"

/* FNV-1a (draft-eastlake-fnv): byte by byte, so that what comes later can be added. */
#define HASH_START UINT32_C(2166136261)
#define HASH_PRIME UINT32_C(16777619)

static const uint16_t marks[FWX_STREAM_MARKS] = {16, 32, 64, 128, 256};

static uint32_t hash(uint32_t from, const uint8_t *bytes, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        from = (from ^ bytes[i]) * HASH_PRIME;
    return from;
}

struct fwx_trail *fwx_trail_new(uint32_t limit)
{
    struct fwx_trail *trail = g_new0(struct fwx_trail, 1);

    fwx_pool_init(&trail->sights, sizeof(struct fwx_sight));
    fwx_pool_init(&trail->steps, sizeof(struct fwx_steps));
    trail->limit = limit;
    trail->drops = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    return trail;
}

void fwx_trail_free(struct fwx_trail *trail)
{
    if (!trail)
        return;
    fwx_pool_clear(&trail->sights);
    fwx_pool_clear(&trail->steps);
    g_array_free(trail->drops, TRUE);
    g_free(trail);
}

void fwx_trail_note_drops(struct fwx_trail *trail, uint16_t point, uint32_t packets)
{
    if (trail->drops->len <= point)
        g_array_set_size(trail->drops, point + 1u);
    g_array_index(trail->drops, uint32_t, point) = packets;
}

uint32_t fwx_trail_drops(const struct fwx_trail *trail, uint16_t point)
{
    return point < trail->drops->len ? g_array_index(trail->drops, uint32_t, point) : 0;
}

/* ---- what is kept of a packet --------------------------------------------------------------- */

/* RFC 9293, 3.2: kind and length, but for the two of one byte. */
static void read_options(const uint8_t *at, uint32_t length, struct fwx_sight *sight)
{
    enum { END = 0, NOTHING = 1, MSS = 2, STAMPS = 8 };

    while (length > 1 && at[0] != END) {
        uint32_t size = at[0] == NOTHING ? 1 : at[1];

        if (size == 0 || size > length)
            return;
        if (at[0] > NOTHING && at[0] < 32)
            sight->options |= UINT32_C(1) << at[0];
        if (at[0] == MSS && size == 4)
            sight->mss = (uint16_t)(at[2] << 8 | at[3]);
        if (at[0] == STAMPS && size == 10)
            sight->stamp =
                (uint32_t)at[2] << 24 | (uint32_t)at[3] << 16 | (uint32_t)at[4] << 8 | at[5];
        at += size;
        length -= size;
    }
}

static void read_tcp(const struct fwx_packet *packet, struct fwx_sight *sight)
{
    enum { HEADER = 20, FLAGS_AT = 13 };
    const struct fwx_tcp_segment *tcp = &packet->tcp;

    sight->seq = tcp->seq;
    sight->ack = tcp->flags & FWX_ACK ? tcp->ack : 0;
    sight->length = tcp->payload_len;
    sight->window = tcp->window;
    sight->flags = packet->transport_captured > FLAGS_AT ? packet->transport[FLAGS_AT] : tcp->flags;
    sight->window_scale = tcp->flags & FWX_SYN ? tcp->window_scale : FWX_NO_WINDOW_SCALE;
    if (tcp->header_len > HEADER && packet->transport_captured >= tcp->header_len)
        read_options(packet->transport + HEADER, tcp->header_len - HEADER, sight);
}

static void read_icmp(const struct fwx_packet *packet, struct fwx_sight *sight)
{
    enum { SEQUENCE_AT = 6 };

    sight->flags = packet->icmp.type;
    sight->length = packet->icmp.data_len;
    if (packet->transport_captured >= SEQUENCE_AT + 2)
        sight->seq =
            (uint32_t)(packet->transport[SEQUENCE_AT] << 8 | packet->transport[SEQUENCE_AT + 1]);
}

/* The captured payload, and how much of it there is. */
static const uint8_t *payload_of(const struct fwx_packet *packet, uint32_t *captured)
{
    enum { HEADER = 8 }; /* of UDP and ICMP */
    uint32_t header = packet->protocol == FWX_PROTOCOL_TCP ? packet->tcp.header_len : HEADER;

    *captured = packet->transport_captured > header ? packet->transport_captured - header : 0;
    return packet->transport + (*captured ? header : 0);
}

static void read_payload(const struct fwx_packet *packet, struct fwx_sight *sight)
{
    uint32_t captured;
    const uint8_t *payload = payload_of(packet, &captured);
    uint32_t covered = MIN(MIN(captured, sight->length), FWX_SIGHT_HEAD);
    uint32_t first = MIN(covered, FWX_SIGHT_SHORT);

    sight->covered = (uint8_t)covered;
    sight->short_head = hash(HASH_START, payload, first);
    sight->head = hash(sight->short_head, payload + first, covered - first);
}

/* ---- how streams begin ---------------------------------------------------------------------- */

static void extend(struct fwx_stream *stream, const uint8_t *bytes, uint32_t length)
{
    if (!stream->covered)
        stream->running = HASH_START;
    for (unsigned i = 0; i < FWX_STREAM_MARKS && length; i++) {
        uint32_t room = marks[i] > stream->covered ? (uint32_t)(marks[i] - stream->covered) : 0;
        uint32_t part = MIN(room, length);

        if (!room)
            continue;
        stream->running = hash(stream->running, bytes, part);
        for (uint32_t at = 0; at < part; at++)
            stream->variety |= UINT64_C(1) << (bytes[at] & 63);
        stream->covered = (uint16_t)(stream->covered + part);
        if (stream->covered == marks[i])
            stream->at[i] = stream->running;
        bytes += part;
        length -= part;
    }
}

static void note_stream(struct fwx_stream *stream, const struct fwx_peer *sender,
                        const struct fwx_packet *packet, const struct fwx_sight *sight)
{
    uint32_t offset = sight->seq - (sender->isn + 1);
    uint32_t captured;
    const uint8_t *payload = payload_of(packet, &captured);

    captured = MIN(captured, sight->length);
    if (!(sender->flags & FWX_PEER_ISN) || sight->flags & (FWX_SYN | FWX_RST) ||
        offset > stream->covered || captured <= stream->covered - offset)
        return;
    extend(stream, payload + (stream->covered - offset), captured - (stream->covered - offset));
}

bool fwx_stream_agrees(const struct fwx_stream *a, const struct fwx_stream *b, uint32_t *length)
{
    uint32_t common = MIN(a->covered, b->covered);

    *length = 0;
    if (a->covered == b->covered) {
        *length = common;
        return a->running == b->running;
    }
    for (unsigned i = FWX_STREAM_MARKS; i-- > 0;) {
        if (marks[i] <= common) {
            *length = marks[i];
            return a->at[i] == b->at[i];
        }
    }
    return true;
}

bool fwx_sight_same_payload(const struct fwx_sight *a, const struct fwx_sight *b)
{
    if (a->length != b->length)
        return false;
    if (a->covered == b->covered)
        return a->head == b->head;
    return MIN(a->covered, b->covered) < FWX_SIGHT_SHORT || a->short_head == b->short_head;
}

/* ---- the trail ------------------------------------------------------------------------------ */

static struct fwx_steps *steps_of(struct fwx_trail *trail, uint32_t connection)
{
    while (trail->steps.count < connection)
        fwx_pool_add(&trail->steps);
    return (struct fwx_steps *)fwx_pool_at(&trail->steps, connection - 1);
}

/* NULL where there is no room any more. */
static struct fwx_sight *add(struct fwx_trail *trail, const struct fwx_connection *connection,
                             enum fwx_side side, const struct fwx_packet *packet)
{
    struct fwx_sight *sight;

    if (trail->sights.count >= trail->limit) {
        trail->is_short = true;
        return NULL;
    }
    sight = (struct fwx_sight *)fwx_pool_add(&trail->sights);
    *sight = (struct fwx_sight){
        .time = packet->time,
        .frame = packet->frame,
        .connection = connection->id,
        .ip_id = packet->ip_id,
        .ttl = packet->ttl,
        .tos = packet->tos,
        .side = (uint8_t)side,
        .window_scale = FWX_NO_WINDOW_SCALE,
    };
    return sight;
}

void fwx_trail_note(struct fwx_trail *trail, const struct fwx_connection *connection,
                    enum fwx_side side, const struct fwx_packet *packet)
{
    static const uint8_t nothing[1];
    struct fwx_packet without;
    struct fwx_steps *steps;
    struct fwx_sight *sight = add(trail, connection, side, packet);

    if (!sight)
        return;
    if (!packet->transport) { /* its bytes are gone */
        without = *packet;
        without.transport = nothing;
        without.transport_captured = 0;
        packet = &without;
    }
    steps = steps_of(trail, connection->id);
    sight->previous = steps->last;
    if (packet->protocol == FWX_PROTOCOL_TCP)
        read_tcp(packet, sight);
    else if (packet->protocol == FWX_PROTOCOL_UDP)
        sight->length = packet->udp_len > 8 ? packet->udp_len - 8u : 0;
    else
        read_icmp(packet, sight);
    read_payload(packet, sight);
    if (packet->protocol == FWX_PROTOCOL_TCP && sight->length)
        note_stream(&steps->stream[side], &connection->peer[side], packet, sight);
    steps->last = trail->sights.count;
    steps->count++;
}

void fwx_trail_note_error(struct fwx_trail *trail, const struct fwx_connection *connection,
                          enum fwx_side side, const struct fwx_packet *packet)
{
    struct fwx_steps *steps;
    struct fwx_sight *sight = add(trail, connection, side, packet);

    if (!sight)
        return;
    steps = steps_of(trail, connection->id);
    sight->is_error = true;
    sight->seq = packet->icmp.quote.seq;
    sight->short_head = (uint32_t)(packet->icmp.type << 8 | packet->icmp.code);
    sight->previous = steps->last_error;
    steps->last_error = trail->sights.count;
}

const struct fwx_steps *fwx_trail_steps(const struct fwx_trail *trail, uint32_t connection)
{
    const struct fwx_steps *steps =
        connection && connection <= trail->steps.count
            ? (const struct fwx_steps *)fwx_pool_at(&trail->steps, connection - 1)
            : NULL;

    return steps && steps->count ? steps : NULL;
}

uint32_t *fwx_trail_of(const struct fwx_trail *trail, uint32_t connection, uint32_t *count)
{
    const struct fwx_steps *steps = fwx_trail_steps(trail, connection);
    uint32_t *numbers = g_new(uint32_t, steps ? steps->count : 1);
    uint32_t next = steps ? steps->last : 0;

    *count = steps ? steps->count : 0;
    for (uint32_t i = *count; i > 0; i--) {
        numbers[i - 1] = next - 1;
        next = fwx_sight_at(trail, next - 1)->previous;
    }
    return numbers;
}

const struct fwx_sight *fwx_trail_first(const struct fwx_trail *trail, uint32_t connection,
                                        unsigned side, bool syn)
{
    const struct fwx_steps *steps = fwx_trail_steps(trail, connection);
    const struct fwx_sight *found = NULL;

    for (uint32_t at = steps ? steps->last : 0; at; at = fwx_sight_at(trail, at - 1)->previous) {
        const struct fwx_sight *sight = fwx_sight_at(trail, at - 1);

        if (sight->side == side && (syn ? (sight->flags & FWX_SYN) != 0 : sight->length > 0))
            found = sight;
    }
    return found;
}

/* The first sight of a frame, or of one behind it. */
static uint32_t find_frame(const struct fwx_trail *trail, uint32_t frame)
{
    uint32_t low = 0;
    uint32_t high = trail->sights.count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (fwx_sight_at(trail, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t fwx_trail_find(const struct fwx_trail *trail, uint32_t frame, uint32_t connection)
{
    for (uint32_t i = find_frame(trail, frame); i < trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(trail, i);

        if (sight->frame != frame)
            break;
        if (sight->connection == connection)
            return i;
    }
    return trail->sights.count;
}

uint32_t fwx_trail_error(const struct fwx_trail *trail, uint32_t frame)
{
    for (uint32_t i = find_frame(trail, frame); i < trail->sights.count; i++) {
        const struct fwx_sight *sight = fwx_sight_at(trail, i);

        if (sight->frame != frame)
            break;
        if (sight->is_error)
            return i + 1;
    }
    return 0;
}
