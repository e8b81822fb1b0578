/* change.c
 * What was changed in a packet on the way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

#include <stdlib.h>

/* A packet where it went in, and where it came out. */
struct change {
    const struct fwx_pair *pair;
    const struct fwx_connection *connection[2];
    const struct fwx_sight *in;
    const struct fwx_sight *out;
    bool is_tcp;
};

static struct change change_of(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    const struct fwx_sight *here = fwx_sight_at(join->trail, trace->sight);
    const struct fwx_sight *there = fwx_sight_at(join->trail, trace->other - 1);
    struct change change = {
        .pair = fwx_pair_at(join, trace->pair),
        .in = trace->entered ? here : there,
        .out = trace->entered ? there : here,
    };

    change.connection[0] = fwx_connections_get(&join->engine->connections, change.in->connection);
    change.connection[1] = fwx_connections_get(&join->engine->connections, change.out->connection);
    change.is_tcp = change.connection[0]->protocol == FWX_PROTOCOL_TCP;
    return change;
}

/* ---- each thing, and how it is said -----------------------------------------------------------
 */

static bool payload(const struct change *change, struct fwx_sentence *s)
{
    if (change->in->length != change->out->length) {
        fwx_say(s, "payload %u to %u bytes", change->in->length, change->out->length);
        return true;
    }
    if (fwx_sight_same_payload(change->in, change->out))
        return false;
    fwx_say(s, "payload");
    return true;
}

/* Every router takes one (RFC 791, 3.2); none adds, and no way is that long. */
static bool ttl(const struct change *change, struct fwx_sentence *s)
{
    enum { LONGEST = 32 };

    if (change->out->ttl <= change->in->ttl && change->in->ttl - change->out->ttl <= LONGEST)
        return false;
    fwx_say(s, "TTL %u to %u", change->in->ttl, change->out->ttl);
    return true;
}

static bool service(const struct change *change, struct fwx_sentence *s)
{
    enum { ECN = 3 }; /* RFC 3168, 5 */

    if (change->in->tos == change->out->tos)
        return false;
    if (change->in->tos >> 2 == change->out->tos >> 2)
        fwx_say(s, "ECN %u to %u", change->in->tos & ECN, change->out->tos & ECN);
    else
        fwx_say(s, "DSCP %u to %u", change->in->tos >> 2, change->out->tos >> 2);
    return true;
}

static bool mss(const struct change *change, struct fwx_sentence *s)
{
    if (change->in->mss == change->out->mss || !change->in->mss || !change->out->mss)
        return false;
    fwx_say(s, "MSS %u to %u", change->in->mss, change->out->mss);
    return true;
}

static bool window(const struct change *change, struct fwx_sentence *s)
{
    if (!change->is_tcp || change->in->window == change->out->window)
        return false;
    fwx_say(s, "window %u to %u", change->in->window, change->out->window);
    return true;
}

static bool window_scale(const struct change *change, struct fwx_sentence *s)
{
    if (change->in->window_scale == change->out->window_scale ||
        change->in->window_scale == FWX_NO_WINDOW_SCALE ||
        change->out->window_scale == FWX_NO_WINDOW_SCALE)
        return false;
    fwx_say(s, "window scale %u to %u", change->in->window_scale, change->out->window_scale);
    return true;
}

/* IANA, TCP option kind numbers. */
static void say_options(struct fwx_sentence *s, uint32_t options, const char *what)
{
    static const char *const names[32] = {
        [2] = "MSS",         [3] = "window scale", [4] = "SACK permitted", [5] = "SACK",
        [8] = "time stamps", [19] = "MD5",         [29] = "TCP-AO",        [30] = "MPTCP",
    };
    const char *before = "";

    for (unsigned kind = 0; kind < 32; kind++) {
        if (!(options >> kind & 1))
            continue;
        if (names[kind])
            fwx_say(s, "%s%s", before, names[kind]);
        else
            fwx_say(s, "%soption %u", before, kind);
        before = ", ";
    }
    fwx_say(s, " %s", what);
}

static bool options(const struct change *change, struct fwx_sentence *s)
{
    uint32_t removed = change->in->options & ~change->out->options;
    uint32_t added = change->out->options & ~change->in->options;

    if (removed)
        say_options(s, removed, "removed");
    if (removed && added)
        fwx_say(s, "; ");
    if (added)
        say_options(s, added, "added");
    return removed || added;
}

/* PSH comes and goes where segments are cut and joined. */
static bool flags(const struct change *change, struct fwx_sentence *s)
{
    unsigned differ = (change->in->flags ^ change->out->flags) & ~(unsigned)FWX_PSH;

    if (!change->is_tcp || !differ)
        return false;
    fwx_say(s, "flags 0x%02x to 0x%02x", change->in->flags, change->out->flags);
    return true;
}

/* Of a connection, not of each of its packets. */
static bool isn(const struct change *change, struct fwx_sentence *s)
{
    if (!change->is_tcp || !(change->in->flags & FWX_SYN) || change->in->seq == change->out->seq)
        return false;
    fwx_say(s, "sequence numbers, by %+d", (int32_t)(change->out->seq - change->in->seq));
    return true;
}

/* By every address translation. */
static bool translation(const struct change *change, struct fwx_sentence *s)
{
    bool same = true;

    for (unsigned side = 0; side < 2; side++)
        same = same &&
               fwx_address_equal(&change->connection[0]->address[side],
                                 &change->connection[1]->address[side]) &&
               (change->connection[0]->port[side] == change->connection[1]->port[side] ||
                (!change->is_tcp && change->connection[0]->protocol != FWX_PROTOCOL_UDP));
    if (!same)
        fwx_say(s, "address");
    return !same;
}

typedef bool say_change(const struct change *change, struct fwx_sentence *sentence);

/* All but the last are more than a router and an address translation do. */
static say_change *const things[] = {payload,      ttl,     service, mss, window,
                                     window_scale, options, flags,   isn, translation};

bool fwx_trace_is_changed(const struct fwx_points_join *join, const struct fwx_trace *trace)
{
    struct change change = change_of(join, trace);
    bool changed = false;

    for (unsigned i = 0; i + 1 < G_N_ELEMENTS(things) && !changed; i++) {
        char buffer[FWX_REASON_SIZE];
        struct fwx_sentence nobody = fwx_sentence_in(buffer);

        changed = things[i](&change, &nobody);
    }
    return changed;
}

bool fwx_trace_say_changes(const struct fwx_points_join *join, const struct fwx_trace *trace,
                           bool addresses, struct fwx_sentence *sentence)
{
    struct change change = change_of(join, trace);
    bool anything = false;

    for (unsigned i = 0; i + !addresses < G_N_ELEMENTS(things); i++) {
        char buffer[FWX_REASON_SIZE];
        struct fwx_sentence thing = fwx_sentence_in(buffer);

        if (!things[i](&change, &thing))
            continue;
        fwx_say(sentence, "%s%s", anything ? "; " : "", buffer);
        anything = true;
    }
    return anything;
}
