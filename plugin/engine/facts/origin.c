/* origin.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/origin.h"

#include "engine/points/points.h"
#include "engine/sentence.h"

#include <glib.h>

/* Each makes a TTL that does not fit one of somebody else. */
enum {
    BESIDE_TTL = FWX_SIGN_COPIED_ID | FWX_SIGN_PAYLOAD | FWX_SIGN_RESERVED | FWX_SIGN_ABOVE |
                 FWX_SIGN_SAME_ID | FWX_SIGN_AGAIN | FWX_SIGN_FAST,
    AFTERWARDS = FWX_SIGN_GOES_ON | FWX_SIGN_ANSWERS,
    CERTAIN = AFTERWARDS | FWX_SIGN_ADDED,
    ENOUGH = 2, /* packets of the endpoint, to know what is usual for it */
};

/* ---- at sight ------------------------------------------------------------------------------- */

/* The packet that the reset answers, the other side's last one. */
static bool copies_id(const struct fwx_turn *turn)
{
    return turn->packet->ip_id && turn->receiver->ip_id == turn->packet->ip_id;
}

/* Not the first reset of this side, and its number lies beyond that of the one before it: whoever
 * guesses how far the window moves sends several (Weaver et al., 4). */
static bool lies_above(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    const struct fwx_reset *prior;

    if (!reset->prior)
        return false;
    prior = &fwx_finding_at(turn->engine, reset->prior - 1)->reset;
    return prior->seq && reset->seq && fwx_seq_after(reset->seq, prior->seq) &&
           !fwx_seq_after(turn->sender->seq_end, prior->seq) && prior->own_ttl == reset->own_ttl;
}

/* Compared with what is usual for the endpoint. */
static uint16_t unusual(const struct fwx_turn *turn)
{
    enum { NEAR_IN_IP_ID = 8192 };
    const struct fwx_packet *packet = turn->packet;
    const struct fwx_peer *peer = turn->sender;
    uint16_t signs = 0;

    if (!peer->packets || (packet->ttl >= peer->ttl_low && packet->ttl <= peer->ttl_high))
        return 0;
    signs = FWX_SIGN_TTL;
    if (peer->ttl_low != peer->ttl_high || ABS(packet->ttl - peer->ttl_low) < 2)
        return signs;
    if (!(peer->flags & FWX_PEER_ID_JUMPS) && packet->ip_id && peer->ip_id &&
        (uint16_t)(packet->ip_id - peer->ip_id) > NEAR_IN_IP_ID)
        signs |= FWX_SIGN_IP_ID;
    if (!(peer->flags & FWX_PEER_MACS) && fwx_traits_mac(packet) != peer->mac)
        signs |= FWX_SIGN_MAC;
    if (turn->tcp->window && turn->tcp->window != peer->window)
        signs |= FWX_SIGN_WINDOW;
    return signs;
}

void fwx_origin_judge(struct fwx_reset *reset)
{
    const uint16_t both = FWX_SIGN_IP_ID | FWX_SIGN_WINDOW;
    uint16_t weak = reset->signs & (both | FWX_SIGN_MAC);
    bool is_other =
        (reset->signs & FWX_SIGN_TTL) &&
        ((reset->signs & BESIDE_TTL) || (weak && reset->well_known) || (weak & both) == both);

    if ((reset->signs & CERTAIN) || is_other)
        reset->origin = FWX_ORIGIN_IN_BETWEEN;
    else if (!reset->usual_ttl || (reset->signs & FWX_SIGN_TTL) || reset->silence)
        reset->origin = FWX_ORIGIN_UNKNOWN; /* whoever forgets a connection may sit where it does */
    else
        reset->origin = FWX_ORIGIN_ENDPOINT;
}

void fwx_origin_at_sight(struct fwx_turn *turn, struct fwx_finding *finding)
{
    const struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    struct fwx_reset *reset = &finding->reset;

    reset->prior = notes ? notes->last_reset[turn->side] : 0;
    reset->own_ttl = turn->packet->ttl;
    reset->usual_ttl = turn->sender->packets ? turn->sender->ttl_low : 0;
    reset->well_known = turn->sender->packets >= ENOUGH;
    reset->ip_id = turn->packet->ip_id;
    reset->signs = unusual(turn);
    if (copies_id(turn))
        reset->signs |= FWX_SIGN_COPIED_ID;
    if (turn->tcp->payload_len)
        reset->signs |= FWX_SIGN_PAYLOAD;
    if (turn->tcp->reserved)
        reset->signs |= FWX_SIGN_RESERVED;
    if (lies_above(turn, reset)) {
        reset->signs |= FWX_SIGN_ABOVE;
        fwx_finding_at(turn->engine, reset->prior - 1)->reset.signs |= FWX_SIGN_ABOVE;
        fwx_origin_judge(&fwx_finding_at(turn->engine, reset->prior - 1)->reset);
    }
    fwx_origin_judge(reset);
}

/* ---- afterwards ----------------------------------------------------------------------------- */

/* A copy of old bytes may have been held back on the way; what lies beyond the reset's own numbers,
 * and beyond all that was said before, is said after it. */
static bool says_more(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    const struct fwx_tcp_segment *tcp = turn->tcp;
    uint32_t end = tcp->seq + fwx_tcp_length(tcp);

    if (reset->class == FWX_RESET_REFUSED)
        return false;
    if ((tcp->flags & FWX_ACK) && (turn->sender->flags & FWX_PEER_ACK) &&
        fwx_seq_after(tcp->ack, turn->sender->ack_max) &&
        (!reset->ack || fwx_seq_after(tcp->ack, reset->ack)))
        return true;
    return fwx_tcp_length(tcp) && (turn->sender->flags & FWX_PEER_SEQ) &&
           fwx_seq_after(end, turn->sender->seq_end) && fwx_seq_after(end, reset->seq);
}

static uint16_t sign_of_life(const struct fwx_turn *turn, const struct fwx_reset *reset)
{
    bool answers = fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_SYN_ACK &&
                   fwx_peer_is_answered(turn->receiver, turn->tcp);

    if (answers && turn->side == FWX_RESPONDER && !(turn->sender->flags & FWX_PEER_SEQ))
        return FWX_SIGN_ANSWERS;
    return says_more(turn, reset) ? FWX_SIGN_GOES_ON : 0;
}

/* One that ends nothing may answer a stray of another connection; and that of a host whose scanner
 * speaks past its own stack answers the SYN-ACK. */
static bool is_beside_the_point(const struct fwx_reset *reset)
{
    return reset->class == FWX_RESET_NO_CONNECTION ||
           (reset->class == FWX_RESET_HANDSHAKE_ABORT && reset->side == FWX_INITIATOR &&
            !(reset->signs & FWX_SIGN_TTL));
}

/* Is the reset one in the name of who speaks now? */
static bool is_in_name(const struct fwx_turn *turn, uint32_t reset)
{
    return reset && fwx_finding_at(turn->engine, reset - 1)->reset.side == (uint8_t)turn->side;
}

void fwx_origin_goes_on(struct fwx_turn *turn)
{
    struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);
    uint32_t number = notes ? notes->last_reset[turn->side] : 0;
    uint16_t sign = 0;

    if (!notes)
        return;
    if (notes->doubted && !is_in_name(turn, notes->reset)) {
        notes->reset = 0; /* the other side has not heeded it */
        notes->doubted = false;
    }
    if (number)
        sign = sign_of_life(turn, &fwx_finding_at(turn->engine, number - 1)->reset);
    if (!sign || is_beside_the_point(&fwx_finding_at(turn->engine, number - 1)->reset))
        return;
    while (number) {
        struct fwx_reset *reset = &fwx_finding_at(turn->engine, number - 1)->reset;

        if (reset->signs & AFTERWARDS)
            break;
        reset->signs |= sign;
        fwx_origin_judge(reset);
        number = reset->prior;
    }
    notes->doubted |= is_in_name(turn, notes->reset);
}

void fwx_origin_ask_points(struct fwx_engine *engine)
{
    if (!engine->trail || !engine->policy.check_injected)
        return;
    for (uint32_t i = 0; i < engine->findings.count; i++) {
        struct fwx_finding *finding = fwx_finding_at(engine, i);

        if (finding->kind != FWX_FINDING_RESET)
            continue;
        finding->reset.signs &= (uint16_t)~FWX_SIGN_ADDED;
        if (fwx_points_is_injected(engine, finding->connection, finding->frame))
            finding->reset.signs |= FWX_SIGN_ADDED;
        fwx_origin_judge(&finding->reset);
    }
}

/* Of thousands the last few tell. */
const struct fwx_finding *fwx_origin_in_between(const struct fwx_engine *engine,
                                                const struct fwx_notes *notes)
{
    enum { FEW = 64 };
    const struct fwx_finding *first = NULL;

    for (unsigned side = 0; side < 2; side++) {
        uint32_t number = notes->last_reset[side];

        for (unsigned i = 0; number && i < FEW; i++) {
            const struct fwx_finding *finding = fwx_finding_at(engine, number - 1);

            if (finding->reset.origin == FWX_ORIGIN_IN_BETWEEN && !finding->reset.ignored &&
                (!first || finding->frame < first->frame))
                first = finding;
            number = finding->reset.prior;
        }
    }
    return first;
}

/* ---- in words ------------------------------------------------------------------------------- */

const char *fwx_origin_name(enum fwx_origin origin)
{
    static const char *const names[] = {
        [FWX_ORIGIN_UNKNOWN] = "unknown",
        [FWX_ORIGIN_ENDPOINT] = "endpoint",
        [FWX_ORIGIN_IN_BETWEEN] = "in-between",
    };

    return names[origin];
}

/* Those of the TTL come first, with its numbers. */
const char *fwx_origin_signs(const struct fwx_reset *reset, char *buffer)
{
    static const struct {
        uint16_t sign;
        const char *text;
    } words[] = {
        {FWX_SIGN_GOES_ON, "its endpoint goes on afterwards"},
        {FWX_SIGN_ANSWERS, "its endpoint answers the SYN afterwards"},
        {FWX_SIGN_ADDED, "it never went in at the other point"},
        {FWX_SIGN_COPIED_ID, "IP ID of the packet that it answers"},
        {FWX_SIGN_IP_ID, "IP ID out of sequence"},
        {FWX_SIGN_MAC, "another MAC address"},
        {FWX_SIGN_WINDOW, "another window"},
        {FWX_SIGN_PAYLOAD, "payload in a reset"},
        {FWX_SIGN_RESERVED, "reserved bits set"},
        {FWX_SIGN_ABOVE, "one of several with rising numbers"},
        {FWX_SIGN_SAME_ID, "the same IP ID in resets of other connections"},
        {FWX_SIGN_AGAIN, "the same in resets of other connections"},
        {FWX_SIGN_FAST, "faster than any handshake of the address"},
    };
    struct fwx_sentence s = fwx_sentence_in(buffer);
    const char *separator = "";

    if (reset->signs & FWX_SIGN_TTL) {
        fwx_say(&s, "TTL %u instead of %u", reset->own_ttl, reset->usual_ttl);
        separator = ", ";
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!(reset->signs & words[i].sign))
            continue;
        fwx_say(&s, "%s%s", separator, words[i].text);
        separator = ", ";
    }
    return buffer;
}
