/* fast.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "fast.h"

#include <epan/packet_info.h>

#include "carriers.h"
#include "engine/engine.h"
#include "host/observe.h"
#include "taps/listing.h"

enum { BATCH = 64 };

struct fwx_fast {
    packet_info pinfo; /* what the plugin wants of it: number, time, record, session */
    wtap_rec rec;
    Buffer buffer;
    struct fwx_packet packets[BATCH];
    uint32_t count;
};

static enum fwx_plainness look(const wtap_rec *rec, const Buffer *buffer _U_,
                               struct fwx_packet *packet, struct fwx_bytes *frame,
                               struct fwx_bytes *payload)
{
    if (rec->rec_type != REC_TYPE_PACKET)
        return FWX_NOT_PLAIN;
    frame->at = FWX_RECORD_BYTES(rec, buffer);
    frame->captured = rec->rec_header.packet_header.caplen;
    frame->length = rec->rec_header.packet_header.len;
    return fwx_plain_look(fwx_carriers(), fwx_link_of(rec->rec_header.packet_header.pkt_encap),
                          *frame, packet, payload);
}

gboolean fwx_fast_begins(wtap *file)
{
    enum { FIRST = 32 };
    gboolean plain = fwx_carriers() != NULL;
    gchar *info = NULL;
    int error = 0;
    gint64 offset;
    wtap_rec rec;
    Buffer buffer;

    FWX_WTAP_REC_INIT(&rec);
    FWX_BUFFER_INIT(&buffer);
    for (unsigned i = 0;
         plain && i < FIRST && FWX_READ(file, &rec, &buffer, &error, &info, &offset); i++) {
        struct fwx_packet packet = {0};
        struct fwx_bytes frame;
        struct fwx_bytes payload;

        plain = look(&rec, &buffer, &packet, &frame, &payload) != FWX_NOT_PLAIN;
        wtap_rec_reset(&rec);
    }
    wtap_rec_cleanup(&rec);
    FWX_BUFFER_FREE(&buffer);
    g_free(info);
    return plain;
}

struct fwx_fast *fwx_fast_start(epan_t *session)
{
    struct fwx_fast *fast = g_new0(struct fwx_fast, 1);

    fast->pinfo.epan = session;
    fast->pinfo.rec = &fast->rec;
    FWX_WTAP_REC_INIT(&fast->rec);
    FWX_BUFFER_INIT(&fast->buffer);
    return fast;
}

static void hand_over(struct fwx_fast *fast)
{
    for (uint32_t i = 0; i < fast->count; i++) {
        struct fwx_tap_record record;

        fwx_engine_prefetch(fwx_current_engine(), fast->packets, fast->count, i);
        fwx_see(&fast->packets[i], &record);
        fwx_listings_take(&record);
    }
    fast->count = 0;
}

static gboolean take(struct fwx_fast *fast)
{
    struct fwx_packet *packet = &fast->packets[fast->count];
    struct fwx_bytes frame;
    struct fwx_bytes payload;

    *packet = (struct fwx_packet){0};
    fast->pinfo.num++;
    switch (look(&fast->rec, &fast->buffer, packet, &frame, &payload)) {
    case FWX_PLAIN_PACKET:
        fast->pinfo.abs_ts = fast->rec.ts;
        fwx_observe_place(&fast->pinfo, frame, packet);
        fwx_observe_transport(payload, packet);
        if (++fast->count == BATCH || fwx_sees_bytes())
            hand_over(fast);
        else
            packet->transport = NULL; /* the buffer is the next packet's */
        return TRUE;
    case FWX_PLAIN_EMPTY:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean fwx_fast_read(struct fwx_fast *fast, wtap *file, int *error, gchar **info)
{
    gboolean plain = TRUE;
    gint64 offset;

    while (plain && FWX_READ(file, &fast->rec, &fast->buffer, error, info, &offset)) {
        plain = take(fast);
        wtap_rec_reset(&fast->rec);
    }
    hand_over(fast);
    return plain;
}

void fwx_fast_end(struct fwx_fast *fast)
{
    wtap_rec_cleanup(&fast->rec);
    FWX_BUFFER_FREE(&fast->buffer);
    g_free(fast);
}
