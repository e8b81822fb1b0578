/* advice.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/advice.h"

#include "engine/turn.h"

/* ---- what is counted ------------------------------------------------------------------------- */

/* Nobody sends more than a jumbo frame holds, and whole segments of the usual sizes one behind the
 * other are what offload puts together (RFC 9293, 3.7.1; with time stamps: RFC 7323). */
static bool is_put_together(const struct fwx_packet *packet)
{
    enum { ETHERNET = 1500, JUMBO = 9216, PLAIN = 1460, STAMPED = 1448 };

    return packet->ip_len > JUMBO ||
           (packet->ip_len > ETHERNET &&
            (packet->tcp.payload_len % PLAIN == 0 || packet->tcp.payload_len % STAMPED == 0));
}

void fwx_advice_look(struct fwx_shortcomings *seen, const struct fwx_packet *packet, int64_t last)
{
    if (packet->protocol == FWX_PROTOCOL_TCP && packet->ip_len > 1500 && packet->has_transport)
        seen->long_segments += is_put_together(packet);
    seen->cut += packet->is_cut;
    if (packet->time == FWX_NO_TIME)
        seen->without_time++;
    else if (last != FWX_NO_TIME)
        seen->clock_back += fwx_time_between(packet->time, last) > FWX_SECOND;
}

/* ---- what it shows --------------------------------------------------------------------------- */

static bool is_cut(const struct fwx_engine *engine)
{
    return engine->shortcomings.cut > 0;
}

static bool any_scope(const struct fwx_engine *engine, size_t member)
{
    for (uint32_t i = 0; i < engine->reviewed_points; i++) {
        if (*((const bool *)(const void *)((const char *)&engine->scopes[i] + member)))
            return true;
    }
    return false;
}

static bool is_one_way(const struct fwx_engine *engine)
{
    return any_scope(engine, offsetof(struct fwx_scope, one_way));
}

/* One attempt may be all there was. */
static bool is_filtered(const struct fwx_engine *engine)
{
    enum { SOME = 3 };

    return engine->connections.pool.count >= SOME &&
           any_scope(engine, offsetof(struct fwx_scope, only_syns));
}

static bool has_long_segments(const struct fwx_engine *engine)
{
    return engine->shortcomings.long_segments > 0;
}

static bool has_offload(const struct fwx_engine *engine)
{
    return engine->has_offload;
}

static bool lacks_times(const struct fwx_engine *engine)
{
    return engine->shortcomings.without_time > 0;
}

static bool goes_back(const struct fwx_engine *engine)
{
    return engine->shortcomings.clock_back > 0;
}

static bool lacks_markers(const struct fwx_engine *engine)
{
    enum { MANY = 50 };

    return engine->connections.pool.count >= MANY && !engine->markers.groups->len;
}

static const struct row {
    const char *id;
    const char *title;
    const char *text;
    bool (*applies)(const struct fwx_engine *engine);
} rows[FWX_ADVICES] = {
    [FWX_ADVICE_CUT] =
        {"cut", "cut short",
         "Packets were cut when they were captured: payload that is not there cannot "
         "be compared; capture without a snapshot length (-s 0)",
         is_cut},
    [FWX_ADVICE_ONE_WAY] = {"one_way", "one direction only",
                            "Of no connection are both directions there: nobody can tell what was "
                            "answered; capture where both directions pass, and without a filter on "
                            "one address as source",
                            is_one_way},
    [FWX_ADVICE_FILTERED] = {"filtered", "filtered",
                             "There is nothing but SYNs: what became of the connections is not "
                             "there; capture without a filter on flags",
                             is_filtered},
    [FWX_ADVICE_SEGMENTS] = {"segments", "segmentation offload",
                             "Segments are longer than any on the wire, put together by offload: "
                             "what was lost or repeated among their parts does not show; capture "
                             "off the host, or switch offload off",
                             has_long_segments},
    [FWX_ADVICE_CHECKSUMS] =
        {"checksums", "checksum offload",
         "Checksums of long segments are wrong, as where the network card fills "
         "them in: whether any was wrong on the wire cannot be told; capture off "
         "the host",
         has_offload},
    [FWX_ADVICE_NO_TIME] = {"no_time", "no time stamps",
                            "Packets have no time stamps: silences and time-outs cannot be told",
                            lacks_times},
    [FWX_ADVICE_CLOCK_BACK] = {"clock_back", "a clock put back",
                               "The clock was put back by more than a second: silences and waits "
                               "around that are not to be trusted",
                               goes_back},
    [FWX_ADVICE_NO_MARKERS] =
        {"no_markers", "no markers",
         "Many conversations, and no marker pings between attempts: ping with "
         "22 bytes before and 33 bytes behind what is tried (-l on Windows, -s "
         "elsewhere)",
         lacks_markers},
};

bool fwx_advice_applies(const struct fwx_engine *engine, enum fwx_advice advice)
{
    return rows[advice].applies(engine);
}

uint32_t fwx_advice_frame(const struct fwx_engine *engine)
{
    return engine->shortcomings.first_frame;
}

const char *fwx_advice_id(enum fwx_advice advice)
{
    return rows[advice].id;
}

const char *fwx_advice_title(enum fwx_advice advice)
{
    return rows[advice].title;
}

const char *fwx_advice_text(enum fwx_advice advice)
{
    return rows[advice].text;
}
