/* account.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/account.h"

#include "engine/facts/repeat.h"
#include "engine/facts/scope.h"
#include "engine/facts/tale.h"

/* ---- how it ended: TCP ---------------------------------------------------------------------- */

static bool is_seen(const struct fwx_tale *tale, enum fwx_side side)
{
    return tale->connection->peer[side].packets || tale->notes->last_reset[side];
}

static bool began_midstream(const struct fwx_tale *tale)
{
    return tale->connection->first_state == FWX_STATE_UNKNOWN;
}

/* The initiator's SYN and nothing else of it. */
static bool only_asks(const struct fwx_tale *tale)
{
    return tale->connection->syn_count && !began_midstream(tale) &&
           tale->initiator->packets <= tale->connection->syn_count &&
           !(tale->initiator->flags & FWX_PEER_ACK);
}

static bool is_refused(const struct fwx_tale *tale)
{
    return !fwx_life_is_established(tale->connection) && !began_midstream(tale) &&
           (tale->notes->refused || tale->notes->old_answer ||
            (tale->notes->icmp.frame && tale->notes->icmp.about == FWX_INITIATOR &&
             !(tale->responder->flags & FWX_PEER_ISN)));
}

/* Nobody repeats an initial SYN sooner than after a second (RFC 6298, 2.1), so until then nothing
 * speaks for an answer that was lost. */
static bool is_over_too_soon(const struct fwx_tale *tale, int64_t since)
{
    return tale->connection->syn_count < 2 && since != FWX_NO_TIME &&
           fwx_time_between(since, tale->now) < FWX_SECOND;
}

/* By a newer one of the same ports. */
static bool is_followed(const struct fwx_tale *tale)
{
    const struct fwx_connection *connection = tale->connection;
    const struct fwx_packet probe = {
        .src = connection->address[FWX_INITIATOR],
        .dst = connection->address[FWX_RESPONDER],
        .src_port = connection->port[FWX_INITIATOR],
        .dst_port = connection->port[FWX_RESPONDER],
        .protocol = connection->protocol,
        .capture_point = connection->capture_point,
    };
    enum fwx_side sender;

    return fwx_connections_newest(&tale->engine->connections, &probe, &sender) != connection;
}

static enum fwx_ending ending_of_asked(const struct fwx_tale *tale)
{
    const struct fwx_scope *scope = fwx_scope_of(tale->engine, tale->connection);

    if (scope->one_way)
        return FWX_ENDING_ONE_WAY;
    if (tale->connection->syn_count < 2 && scope->only_syns)
        return FWX_ENDING_CUT;
    /* A client that begins another attempt has given this one up. */
    if (!is_followed(tale) && is_over_too_soon(tale, tale->connection->first_time))
        return FWX_ENDING_CUT;
    return FWX_ENDING_UNANSWERED;
}

static enum fwx_ending ending_of_answered(const struct fwx_tale *tale)
{
    const struct fwx_scope *scope = fwx_scope_of(tale->engine, tale->connection);

    /* It was acknowledged, with another number. */
    if (tale->initiator->flags & FWX_PEER_ACK)
        return FWX_ENDING_HALF_OPEN;
    return scope->only_syns || is_over_too_soon(tale, tale->connection->answer_time)
               ? FWX_ENDING_CUT
               : FWX_ENDING_HALF_OPEN;
}

/* Keep-alives that nobody answers. */
static bool is_probe_unheard(const struct fwx_tale *tale, enum fwx_side side)
{
    enum { PROBES = 3 };
    const struct fwx_finding *finding = fwx_noted(tale->engine, tale->notes->silence);

    return finding && finding->silence.keep_alive && fwx_silence_goes_on(&finding->silence) &&
           finding->silence.by == (uint8_t)side &&
           finding->silence.tries >= (tale->notes->last_reset[side] ? 2 : PROBES);
}

static bool is_unheard(const struct fwx_tale *tale, enum fwx_side side)
{
    return fwx_repeat_is_unheard(tale->engine, tale->connection, side, tale->now) ||
           is_probe_unheard(tale, side);
}

static enum fwx_ending ending_of_both(const struct fwx_tale *tale, enum fwx_side *unheard)
{
    bool fins = (tale->initiator->flags & tale->responder->flags & FWX_PEER_FIN) != 0;
    bool closed = tale->life == FWX_LIFE_CLOSED;

    if (is_refused(tale))
        return FWX_ENDING_REFUSED;
    for (unsigned side = FWX_INITIATOR; side <= FWX_RESPONDER && !closed; side++) {
        *unheard = (enum fwx_side)side;
        if (is_unheard(tale, (enum fwx_side)side))
            return FWX_ENDING_UNHEARD;
    }
    if (tale->notes->reset)
        return FWX_ENDING_RESET;
    if (fins)
        return FWX_ENDING_CLOSED;
    if (tale->life == FWX_LIFE_ASKED)
        return ending_of_asked(tale);
    return tale->life == FWX_LIFE_ANSWERED ? ending_of_answered(tale) : FWX_ENDING_OPEN;
}

static enum fwx_ending ending_of_tcp(const struct fwx_tale *tale, enum fwx_side *unheard)
{
    if (!tale->initiator->packets && !tale->responder->packets)
        return FWX_ENDING_STRAY;
    if (is_seen(tale, FWX_INITIATOR) && is_seen(tale, FWX_RESPONDER))
        return ending_of_both(tale, unheard);
    if (is_refused(tale))
        return FWX_ENDING_REFUSED;
    return only_asks(tale) ? ending_of_asked(tale) : FWX_ENDING_ONE_WAY;
}

/* ---- how it ended: UDP and ICMP ------------------------------------------------------------- */

static enum fwx_ending ending_of_session(const struct fwx_tale *tale)
{
    if (tale->initiator->packets && tale->responder->packets)
        return FWX_ENDING_ANSWERED;
    return tale->notes->icmp.frame && tale->notes->icmp.about == FWX_INITIATOR
               ? FWX_ENDING_REFUSED
               : FWX_ENDING_UNANSWERED;
}

/* ---- how bad it is -------------------------------------------------------------------------- */

static bool has_old_answer(const struct fwx_tale *tale, uint32_t id)
{
    const struct fwx_notes *notes =
        id ? fwx_notes_of(tale->engine, fwx_connections_get(&tale->engine->connections, id)) : NULL;

    return notes && notes->old_answer;
}

/* The first of its ports that an older connection answers, and the next one works. */
static bool is_made_good(const struct fwx_tale *tale)
{
    const struct fwx_connections *connections = &tale->engine->connections;
    uint32_t next = tale->notes->next;

    return next && !has_old_answer(tale, fwx_connections_older(connections, tale->connection)) &&
           fwx_life_is_established(fwx_connections_get(connections, next));
}

static enum fwx_gravity gravity_of_reset(const struct fwx_tale *tale,
                                         const struct fwx_account *account)
{
    const struct fwx_finding *finding = fwx_tale_finding(tale, tale->notes->reset);
    const struct fwx_reset *reset = finding ? &finding->reset : NULL;

    if (account->cause < FWX_CAUSE_DIRTY_CLOSE && account->cause != FWX_CAUSE_SACK_REWRITTEN)
        return FWX_GRAVITY_TROUBLE;
    if (!reset || reset->grade == FWX_GRADE_LOOK)
        return began_midstream(tale) && reset && !reset->in_flight && !reset->alert
                   ? FWX_GRAVITY_NOTE
                   : FWX_GRAVITY_TROUBLE;
    if (reset->class == FWX_RESET_HANDSHAKE_ABORT && reset->side == FWX_RESPONDER)
        return FWX_GRAVITY_TROUBLE;
    return FWX_GRAVITY_NOTE;
}

static enum fwx_gravity gravity_of_session(const struct fwx_tale *tale,
                                           const struct fwx_account *account)
{
    enum { UNREACHABLE = 3, UNREACHABLE_V6 = 1, PORT = 3, PORT_V6 = 4 };
    const struct fwx_icmp_error *icmp = &tale->notes->icmp;

    if (account->ending != FWX_ENDING_REFUSED)
        return FWX_GRAVITY_OK;
    /* A probe that reaches a closed port has done what it was sent for (traceroute). */
    if (tale->initiator->packets < 2 && icmp->code == (icmp->version == 6 ? PORT_V6 : PORT))
        return FWX_GRAVITY_NOTE;
    return icmp->type == (icmp->version == 6 ? UNREACHABLE_V6 : UNREACHABLE) ? FWX_GRAVITY_TROUBLE
                                                                             : FWX_GRAVITY_NOTE;
}

/* A scan finds closed ports: that is what it is for. */
static bool is_scan(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return (tale->connection->flags & FWX_CONNECTION_SCANNED) &&
           !(fwx_life_is_established(tale->connection) && account->ending != FWX_ENDING_RESET);
}

static enum fwx_gravity gravity_of_tcp(const struct fwx_tale *tale,
                                       const struct fwx_account *account)
{
    switch (account->ending) {
    case FWX_ENDING_OPEN:
        return account->cause || fwx_repeat_goes_on(tale->connection, tale->notes)
                   ? FWX_GRAVITY_NOTE
                   : FWX_GRAVITY_OK;
    case FWX_ENDING_CLOSED:
        return account->cause ? FWX_GRAVITY_NOTE : FWX_GRAVITY_OK;
    case FWX_ENDING_RESET:
        return gravity_of_reset(tale, account);
    case FWX_ENDING_STRAY:
        return account->cause ? FWX_GRAVITY_TROUBLE : FWX_GRAVITY_NOTE;
    case FWX_ENDING_ONE_WAY:
        return tale->notes->repeat[0].copies >= 3 || tale->notes->repeat[1].copies >= 3
                   ? FWX_GRAVITY_TROUBLE
                   : FWX_GRAVITY_NOTE;
    case FWX_ENDING_CUT:
        return FWX_GRAVITY_NOTE;
    case FWX_ENDING_REFUSED:
        return account->cause == FWX_CAUSE_PORT_REUSE && is_made_good(tale) ? FWX_GRAVITY_NOTE
                                                                            : FWX_GRAVITY_TROUBLE;
    default:
        return FWX_GRAVITY_TROUBLE;
    }
}

static enum fwx_gravity gravity_of(const struct fwx_tale *tale, const struct fwx_account *account)
{
    enum fwx_gravity gravity = tale->connection->protocol == FWX_PROTOCOL_TCP
                                   ? gravity_of_tcp(tale, account)
                                   : gravity_of_session(tale, account);

    return gravity == FWX_GRAVITY_TROUBLE && is_scan(tale, account) ? FWX_GRAVITY_NOTE : gravity;
}

const char *fwx_gravity_name(enum fwx_gravity gravity)
{
    static const char *const names[] = {
        [FWX_GRAVITY_OK] = "ok",
        [FWX_GRAVITY_NOTE] = "note",
        [FWX_GRAVITY_TROUBLE] = "trouble",
    };

    return names[gravity];
}

/* ---- the account ---------------------------------------------------------------------------- */

struct fwx_tale fwx_tale_of(const struct fwx_engine *engine,
                            const struct fwx_connection *connection)
{
    static const struct fwx_notes nothing;
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    return (struct fwx_tale){
        .engine = engine,
        .connection = connection,
        .notes = notes ? notes : &nothing,
        .initiator = &connection->peer[FWX_INITIATOR],
        .responder = &connection->peer[FWX_RESPONDER],
        .now = engine->last_times[connection->capture_point],
        .life = connection->protocol == FWX_PROTOCOL_TCP ? fwx_life_of(engine, connection)
                                                         : FWX_LIFE_NONE,
    };
}

struct fwx_account fwx_account_of(const struct fwx_engine *engine,
                                  const struct fwx_connection *connection)
{
    struct fwx_tale tale = fwx_tale_of(engine, connection);
    struct fwx_account account = {.unheard = FWX_INITIATOR};

    account.ending = connection->protocol == FWX_PROTOCOL_TCP
                         ? ending_of_tcp(&tale, &account.unheard)
                         : ending_of_session(&tale);
    account.cause = fwx_cause_of(&tale, &account);
    account.gravity = gravity_of(&tale, &account);
    return account;
}
