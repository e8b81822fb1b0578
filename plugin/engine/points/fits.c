/* fits.c
 * What is enough to take two connections for one conversation?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/legs.h"
#include "engine/turn.h"

static const struct fwx_connection *connection_of(const struct fwx_points_join *join, uint32_t id)
{
    return fwx_connections_get(&join->engine->connections, id);
}

static const struct fwx_steps *steps_of(const struct fwx_points_join *join, uint32_t id)
{
    return fwx_trail_steps(join->trail, id);
}

bool fwx_is_telling(uint32_t number)
{
    enum { SMALL = 1 << 20, LITTLE = 2048 };

    return number >= SMALL && number % 100000 >= LITTLE && (number & 0xfffffu) >= LITTLE &&
           number < UINT32_MAX - LITTLE;
}

static bool same_end(const struct fwx_connection *a, const struct fwx_connection *b, unsigned side)
{
    return fwx_address_equal(&a->address[side], &b->address[side]) &&
           a->port[side] == b->port[side];
}

unsigned fwx_same_ends(const struct fwx_points_join *join, const struct fwx_candidate *c)
{
    const struct fwx_connection *a = connection_of(join, c->a);
    const struct fwx_connection *b = connection_of(join, c->b);

    return same_end(a, b, FWX_INITIATOR) + same_end(a, b, FWX_RESPONDER);
}

bool fwx_fits_numbers(const struct fwx_points_join *join, const struct fwx_candidate *c)
{
    const struct fwx_connection *a = connection_of(join, c->a);
    const struct fwx_connection *b = connection_of(join, c->b);
    unsigned ends = fwx_same_ends(join, c);

    if (a->protocol != FWX_PROTOCOL_TCP)
        return c->telling >= 2 || ends == 2 || (ends == 1 && c->telling) ||
               (c->telling && a->port[FWX_RESPONDER] == b->port[FWX_RESPONDER]);
    if (fwx_compare_isn(a, b, FWX_INITIATOR) < 0)
        return false;
    if (fwx_compare_isn(a, b, FWX_INITIATOR) > 0 && fwx_is_telling(a->peer[FWX_INITIATOR].isn))
        return c->telling >= 2 || ends >= 1 || a->port[FWX_RESPONDER] == b->port[FWX_RESPONDER];
    return c->telling >= 2 || (ends >= 1 && c->telling) || ends == 2;
}

static bool streams_agree(const struct fwx_points_join *join, const struct fwx_candidate *c,
                          uint32_t length[2])
{
    const struct fwx_steps *a = steps_of(join, c->a);
    const struct fwx_steps *b = steps_of(join, c->b);
    bool agree = true;

    for (unsigned side = 0; side < 2; side++)
        agree = fwx_stream_agrees(&a->stream[side], &b->stream[side], &length[side]) && agree;
    return agree;
}

/* Real stacks draw their numbers (RFC 9293, 3.4.1): who does not is a script, and repeats itself.
 */
static bool is_made_by_hand(const struct fwx_connection *connection)
{
    bool known = false;

    for (unsigned side = 0; side < 2; side++) {
        if (!(connection->peer[side].flags & FWX_PEER_ISN))
            continue;
        if (fwx_is_telling(connection->peer[side].isn))
            return false;
        known = true;
    }
    return known;
}

/* Filler is all alike. */
static bool is_varied(const struct fwx_stream *stream)
{
    enum { LEAST = 8 };
    unsigned values = 0;

    for (uint64_t left = stream->variety; left; left &= left - 1)
        values++;
    return values >= LEAST;
}

/* A proxy hands on what it gets: as much, or it goes on still, and then much of it is there to be
 * compared. */
static bool is_handed_on(const struct fwx_points_join *join, const struct fwx_candidate *c,
                         const uint32_t length[2])
{
    enum { MUCH = 64 };
    const struct fwx_connection *a = connection_of(join, c->a);
    const struct fwx_connection *b = connection_of(join, c->b);

    return !is_made_by_hand(a) && !is_made_by_hand(b) &&
           is_varied(&steps_of(join, c->a)->stream[FWX_INITIATOR]) &&
           ((a->bytes[0] == b->bytes[0] && a->bytes[1] == b->bytes[1]) ||
            (length[0] >= MUCH && length[1] >= MUCH));
}

bool fwx_fits_places(const struct fwx_points_join *join, const struct fwx_candidate *c)
{
    const struct fwx_connection *a = connection_of(join, c->a);
    const struct fwx_connection *b = connection_of(join, c->b);
    uint32_t length[2];

    if (!c->telling || !streams_agree(join, c, length))
        return false;
    for (unsigned side = 0; side < 2; side++) {
        if (fwx_compare_isn(a, b, side) > 0 && fwx_is_telling(a->peer[side].isn) &&
            (length[0] >= 16 || a->port[FWX_RESPONDER] == b->port[FWX_RESPONDER] ||
             fwx_address_equal(&a->address[!side], &b->address[!side])))
            return true;
    }
    return length[0] + length[1] >= 16 && is_handed_on(join, c, length) &&
           (c->telling >= 2 || fwx_address_equal(&a->address[0], &b->address[0]) ||
            fwx_address_equal(&a->address[1], &b->address[1]));
}

bool fwx_fits_streams(const struct fwx_points_join *join, const struct fwx_candidate *c)
{
    uint32_t length[2];

    return c->telling && streams_agree(join, c, length) && length[FWX_INITIATOR] >= 16 &&
           is_handed_on(join, c, length);
}
