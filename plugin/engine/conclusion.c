/* conclusion.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/conclusion.h"

#include "engine/engine.h"
#include "engine/model/claim.h"
#include "engine/points/points.h"
#include "engine/turn.h"

/* What the capture contradicts is no verdict on the conversation. */
static bool is_refuted(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    return fwx_policy_denies(&engine->policy, (enum fwx_event)connection->event) &&
           fwx_evidence_is_against(fwx_engine_evidence(engine, connection));
}

/* False where the product has no words for that. */
static bool conclude(struct fwx_conclusion *conclusion, const struct fwx_engine *engine,
                     enum fwx_event event, enum fwx_ground ground, uint32_t frame)
{
    const struct fwx_words *words = fwx_policy_words(&engine->policy, event);

    if (!words)
        return false;
    conclusion->ground = ground;
    conclusion->event = event;
    conclusion->code = words->code;
    conclusion->confidence = (enum fwx_confidence)words->confidence;
    conclusion->frame = frame;
    return true;
}

/* How far time has gone where the connection was seen: other points have other clocks. */
static int64_t last_time(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    return engine->last_times[connection->capture_point];
}

static bool from_finding(const struct fwx_engine *engine, const struct fwx_connection *connection,
                         struct fwx_conclusion *conclusion)
{
    const struct fwx_finding *finding = fwx_engine_verdict_finding(engine, connection);

    if (!finding || is_refuted(engine, connection) ||
        !conclude(conclusion, engine, (enum fwx_event)connection->event, FWX_GROUND_FINDING,
                  connection->verdict_frame))
        return false;
    conclusion->finding = finding;
    if (finding->kind == FWX_FINDING_RESET)
        conclusion->status = finding->reset.status;
    return true;
}

static enum fwx_event expiry_of(const struct fwx_connection *connection)
{
    return connection->protocol == FWX_PROTOCOL_TCP   ? FWX_EVENT_IDLE_EXPIRED
           : connection->protocol == FWX_PROTOCOL_UDP ? FWX_EVENT_UDP_EXPIRED
                                                      : FWX_EVENT_ICMP_EXPIRED;
}

static bool from_silence(const struct fwx_engine *engine, const struct fwx_connection *connection,
                         struct fwx_conclusion *conclusion)
{
    enum fwx_session_timer timer = fwx_timer_of(connection);
    bool open = connection->state == FWX_STATE_ESTABLISHED ||
                connection->state == FWX_STATE_FIN_WAIT || connection->state == FWX_STATE_CLOSING;
    bool expired = (connection->flags & FWX_CONNECTION_EXPIRED) != 0;
    int64_t silence = fwx_connection_silence(connection, last_time(engine, connection));

    if (!expired && !(open && fwx_policy_forgets(&engine->policy, timer, silence)))
        return false;
    conclusion->waited = (struct fwx_waited){engine->policy.timers[timer], timer};
    conclusion->idle_s = (uint32_t)(conclusion->waited.silence / FWX_SECOND);
    return conclude(conclusion, engine, expiry_of(connection), FWX_GROUND_IDLE,
                    expired ? fwx_connection_over_frame(connection) : connection->last_frame);
}

bool fwx_engine_gave_up(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    /* By an older connection, after all. */
    if (notes && notes->old_answer)
        return false;
    return connection->state == FWX_STATE_SYN_SENT && connection->syn_count &&
           fwx_policy_forgets(
               &engine->policy, FWX_SESSION_SYN,
               fwx_time_between(connection->first_time, last_time(engine, connection)));
}

static bool from_no_reply(const struct fwx_engine *engine, const struct fwx_connection *connection,
                          struct fwx_conclusion *conclusion)
{
    if (!fwx_engine_gave_up(engine, connection) ||
        !conclude(conclusion, engine, FWX_EVENT_SYN_EXPIRED, FWX_GROUND_NO_REPLY,
                  connection->last_frame))
        return false;
    conclusion->waited_s =
        fwx_time_between(connection->first_time, last_time(engine, connection)) / FWX_SECOND;
    conclusion->waited.silence = fwx_connection_silence(connection, last_time(engine, connection));
    conclusion->waited.timer = FWX_SESSION_SYN;
    conclusion->status = FWX_STATUS_TIMED_OUT;
    return true;
}

static bool from_eviction(const struct fwx_engine *engine, const struct fwx_connection *connection,
                          struct fwx_conclusion *conclusion)
{
    return (connection->flags & FWX_CONNECTION_EVICTED) &&
           conclude(conclusion, engine, FWX_EVENT_EVICTED, FWX_GROUND_EVICTED,
                    connection->last_frame);
}

static bool from_establishment(const struct fwx_engine *engine,
                               const struct fwx_connection *connection,
                               struct fwx_conclusion *conclusion)
{
    uint32_t frame = fwx_connection_established_frame(connection);

    return frame &&
           conclude(conclusion, engine, FWX_EVENT_ESTABLISHED, FWX_GROUND_ESTABLISHED, frame);
}

bool fwx_engine_conclude_silence(const struct fwx_engine *engine,
                                 const struct fwx_connection *connection,
                                 struct fwx_conclusion *conclusion)
{
    *conclusion = (struct fwx_conclusion){.waited.timer = FWX_SESSION_TIMERS};
    return from_eviction(engine, connection, conclusion) ||
           from_silence(engine, connection, conclusion) ||
           from_no_reply(engine, connection, conclusion);
}

enum fwx_evidence fwx_engine_evidence(const struct fwx_engine *engine,
                                      const struct fwx_connection *connection)
{
    enum fwx_evidence shown = fwx_points_evidence(engine, connection);

    if (!shown && engine->proofs)
        shown = (enum fwx_evidence)GPOINTER_TO_UINT(
            g_hash_table_lookup(engine->proofs, GUINT_TO_POINTER(connection->id)));
    return shown ? shown : fwx_claim_evidence(engine, connection);
}

bool fwx_engine_conclude(const struct fwx_engine *engine, const struct fwx_connection *connection,
                         struct fwx_conclusion *conclusion)
{
    *conclusion = (struct fwx_conclusion){.waited.timer = FWX_SESSION_TIMERS};
    return from_finding(engine, connection, conclusion) ||
           fwx_engine_conclude_silence(engine, connection, conclusion) ||
           from_establishment(engine, connection, conclusion);
}
