/* recorder.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/recorder.h"

#include <epan/packet_info.h>
#include <epan/tap.h>

#include "engine/facts/account.h"
#include "taps/listing.h"

/* What is kept of a conversation when there are ROOM of them: the ends, and findings. */
enum { ROOM = 64, FIRST = 6, LAST = 6, FIRST_MARKS = 6, LAST_MARKS = 4 };

/* Packets, of all conversations: beyond that, those that nothing is wrong with are given up. */
enum { MOST = 1 << 20 };

static struct {
    uint32_t serial;   /* of the capture */
    GHashTable *of;    /* GArray of struct fwx_recorded, by id */
    uint32_t packets;  /* in all of them */
    uint32_t sweep_at; /* so many */
    bool listens;
} recorder;

static struct fwx_recorded *at(const GArray *packets, guint number)
{
    return &g_array_index(packets, struct fwx_recorded, number);
}

/* ---- one conversation ----------------------------------------------------------------------- */

/* A byte a packet: a marked one that stays. */
static guint8 *choose_marks(const GArray *packets)
{
    guint8 *chosen = g_new0(guint8, packets->len);
    guint first = 0;
    guint last = 0;

    for (guint i = 0; i < packets->len && first < FIRST_MARKS; i++) {
        chosen[i] = at(packets, i)->marked;
        first += chosen[i];
    }
    for (guint i = packets->len; i > 0 && last < LAST_MARKS; i--) {
        chosen[i - 1] |= at(packets, i - 1)->marked;
        last += at(packets, i - 1)->marked;
    }
    return chosen;
}

static bool is_kept(const GArray *packets, const guint8 *marks, guint number)
{
    return number < FIRST || number + LAST >= packets->len || marks[number] || marks[number - 1] ||
           marks[number + 1];
}

/* At most FIRST + LAST + 3 * (FIRST_MARKS + LAST_MARKS) of ROOM stay. */
static void compact(GArray *packets)
{
    guint8 *marks = choose_marks(packets);
    uint32_t skipped = 0;
    guint kept = 0;

    for (guint i = 0; i < packets->len; i++) {
        struct fwx_recorded *recorded = at(packets, i);

        skipped += recorded->skipped;
        if (!is_kept(packets, marks, i)) {
            skipped++;
            continue;
        }
        recorded->skipped = skipped;
        *at(packets, kept++) = *recorded;
        skipped = 0;
    }
    recorder.packets -= packets->len - kept;
    g_array_set_size(packets, kept);
    g_free(marks);
}

static bool is_found(const struct fwx_tap_record *record, const struct fwx_packet *packet,
                     uint32_t connection)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        const struct fwx_finding *finding =
            fwx_engine_finding(record->engine, record->first_finding + i);

        if (finding->connection == connection && finding->packet == packet->index &&
            finding->kind != FWX_FINDING_MARKER)
            return true;
    }
    return false;
}

static struct fwx_recorded record_of(const struct fwx_packet *packet)
{
    enum { UDP_HEADER = 8 };
    struct fwx_recorded recorded = {
        .time = packet->time, .frame = packet->frame, .index = packet->index};

    if (packet->protocol == FWX_PROTOCOL_TCP) {
        recorded.seq = packet->tcp.seq;
        recorded.ack = packet->tcp.ack;
        recorded.length = packet->tcp.payload_len;
        recorded.flags = packet->tcp.flags;
    } else if (packet->protocol == FWX_PROTOCOL_UDP) {
        recorded.length = packet->udp_len > UDP_HEADER ? packet->udp_len - UDP_HEADER : 0;
    } else {
        recorded.length = packet->icmp.data_len;
        recorded.flags = packet->icmp.type;
    }
    return recorded;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static void free_packets(gpointer packets)
{
    g_array_unref((GArray *)packets);
}

static void forget(void)
{
    if (recorder.of)
        g_hash_table_remove_all(recorder.of);
    else
        recorder.of = g_hash_table_new_full(NULL, NULL, NULL, free_packets);
    recorder.packets = 0;
    recorder.sweep_at = MOST;
}

/* What is well, and over, will not be shown. */
static gboolean is_well(gpointer id, gpointer packets, gpointer data)
{
    const struct fwx_engine *engine = (const struct fwx_engine *)data;
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), GPOINTER_TO_UINT(id));
    bool well = fwx_connection_over(connection) &&
                fwx_account_of(engine, connection).gravity == FWX_GRAVITY_OK;

    recorder.packets -= well ? ((GArray *)packets)->len : 0;
    return well;
}

static void sweep(const struct fwx_engine *engine)
{
    g_hash_table_foreach_remove(recorder.of, is_well, (gpointer)engine);
    recorder.sweep_at = MAX(MOST, 2 * recorder.packets);
}

static void keep(const struct fwx_tap_record *record, const struct fwx_packet *packet,
                 const struct fwx_connection *connection)
{
    gpointer id = GUINT_TO_POINTER(connection->id);
    GArray *packets = (GArray *)g_hash_table_lookup(recorder.of, id);
    struct fwx_recorded recorded = record_of(packet);

    recorded.side = (uint8_t)fwx_connection_sender(connection, packet);
    recorded.marked = is_found(record, packet, connection->id);
    if (!packets) {
        packets = g_array_new(FALSE, FALSE, sizeof recorded);
        g_hash_table_insert(recorder.of, id, packets);
    }
    if (packets->len == ROOM)
        compact(packets);
    g_array_append_val(packets, recorded);
    if (++recorder.packets > recorder.sweep_at)
        sweep(record->engine);
}

static void take(const struct fwx_tap_record *record)
{
    if (recorder.serial != fwx_current_serial())
        forget(); /* numbers of an engine that is gone */
    recorder.serial = fwx_current_serial();
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        if (connection)
            keep(record, &record->packets[i], connection);
    }
}

static void reset(void *data _U_)
{
    recorder.serial = 0;
}

static tap_packet_status packet(void *data _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    take((const struct fwx_tap_record *)tapped);
    return TAP_PACKET_DONT_REDRAW;
}

void fwx_recorder_start(void)
{
    GString *error;

    if (recorder.listens)
        return;
    error = register_tap_listener("fwx", &recorder, NULL, TL_REQUIRES_NOTHING, reset, packet, NULL,
                                  NULL);
    g_assert(!error); /* without a filter nothing can be wrong */
    fwx_listings_also(take);
    recorder.listens = true;
    forget();
}

const GArray *fwx_recorder_of(uint32_t connection)
{
    return recorder.serial == fwx_current_serial()
               ? (const GArray *)g_hash_table_lookup(recorder.of, GUINT_TO_POINTER(connection))
               : NULL;
}
