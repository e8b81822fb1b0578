/* rungs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/rungs.h"

#include <string.h>

#include "engine/points/points.h"
#include "engine/reason.h"
#include "engine/turn.h"
#include "taps/recorder.h"

/* ---- legs ----------------------------------------------------------------------------------- */

static const struct fwx_connection *get(const struct fwx_engine *engine, uint32_t id)
{
    return fwx_connections_get(fwx_engine_connections(engine), id);
}

/* The leg before it, nearer to the initiator; NULL: it is the first. */
static const struct fwx_connection *before(const struct fwx_engine *engine,
                                           const struct fwx_connection *connection)
{
    const struct fwx_pair *pair;

    for (uint32_t i = 0; (pair = fwx_points_pair_of(engine, connection, i)); i++) {
        if (pair->adjacent && pair->leg[1] == connection->id)
            return get(engine, pair->leg[0]);
    }
    return NULL;
}

struct fwx_legs fwx_legs_of(const struct fwx_engine *engine,
                            const struct fwx_connection *connection)
{
    const struct fwx_connection *first = connection;
    struct fwx_legs legs = {.of = {connection}, .count = 1, .lanes = 2};
    const struct fwx_pair *pair;

    legs.account = fwx_account_of(engine, connection);
    for (unsigned i = 0; i < FWX_SPACES && (connection = before(engine, first)); i++)
        first = connection;
    legs.of[0] = first;
    while (legs.count < FWX_SPACES && (pair = fwx_points_onward(engine, legs.of[legs.count - 1]))) {
        legs.lanes++;
        if (!pair->leg[1])
            break; /* no other point has seen it */
        legs.of[legs.count++] = get(engine, pair->leg[1]);
    }
    return legs;
}

/* ---- what was found in a packet ------------------------------------------------------------- */

static void add_note(GString *note, const char *words)
{
    if (words && *words && !strstr(note->str, words))
        g_string_append_printf(note, "%s%s", note->len ? "; " : "", words);
}

static bool is_of(const struct fwx_finding *finding, const struct fwx_connection *connection,
                  const struct fwx_recorded *packet)
{
    return finding->connection == connection->id && finding->packet == packet->index &&
           !finding->withheld && finding->kind != FWX_FINDING_MARKER;
}

/* What the engine found, as far as a ladder shows it. */
static void look_at_finding(struct fwx_rung *rung, const struct fwx_finding *finding, bool believed,
                            GString *note)
{
    if (finding->kind != FWX_FINDING_CLOSE) {
        add_note(note, fwx_finding_title(finding));
        rung->grave = true;
    }
    if (finding->kind == FWX_FINDING_ACK_MISMATCH)
        rung->ack_off = (int32_t)(finding->mismatch.actual - finding->mismatch.expected);
    if (finding->judged && finding->dropped && believed)
        rung->arrow = FWX_ARROW_DROPPED;
    if (finding->kind == FWX_FINDING_RESET && finding->reset.origin == FWX_ORIGIN_IN_BETWEEN)
        rung->arrow = FWX_ARROW_INJECTED;
}

static void look_at_findings(const struct fwx_engine *engine,
                             const struct fwx_connection *connection,
                             const struct fwx_recorded *packet, struct fwx_rung *rung,
                             GString *note)
{
    bool believed = !fwx_evidence_is_against(fwx_engine_evidence(engine, connection));
    uint32_t first = 0;
    uint32_t count = fwx_engine_findings(engine, packet->frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (is_of(finding, connection, packet))
            look_at_finding(rung, finding, believed, note);
    }
}

/* ---- one packet ----------------------------------------------------------------------------- */

static void count_numbers(const struct fwx_connection *connection,
                          const struct fwx_recorded *packet, struct fwx_rung *rung)
{
    const struct fwx_peer *sender = &connection->peer[packet->side];
    const struct fwx_peer *receiver = &connection->peer[!packet->side];

    rung->has_seq = (sender->flags & FWX_PEER_ISN) != 0;
    rung->has_ack = (receiver->flags & FWX_PEER_ISN) != 0;
    rung->seq = packet->seq - sender->isn;
    rung->ack = packet->ack - receiver->isn;
}

/* By the clock of the first point. */
static int64_t time_of(const struct fwx_engine *engine, const struct fwx_connection *connection,
                       int64_t time)
{
    const struct fwx_clock *clock;
    int64_t offset;

    if (time == FWX_NO_TIME ||
        !fwx_points_offset(engine, connection->capture_point, time, &offset, &clock))
        return time;
    return fwx_time_between(offset, time);
}

/* Nobody has answered, or acknowledged, such a packet, as the account says. */
static bool is_unheard(const struct fwx_engine *engine, const struct fwx_connection *connection,
                       const struct fwx_account *account, const struct fwx_recorded *packet)
{
    const struct fwx_notes *notes = fwx_notes_of(engine, connection);

    if (account->ending == FWX_ENDING_UNANSWERED)
        return true;
    return account->ending == FWX_ENDING_UNHEARD && packet->side == account->unheard && notes &&
           notes->repeat[packet->side].copies &&
           !fwx_seq_before(packet->seq, notes->repeat[packet->side].seq) &&
           (packet->length || packet->flags & (FWX_SYN | FWX_FIN));
}

static struct fwx_rung rung_of(const struct fwx_engine *engine, const struct fwx_legs *legs,
                               unsigned leg, const struct fwx_recorded *packet, GString *note)
{
    const struct fwx_connection *connection = legs->of[leg];
    bool onward = packet->side == FWX_INITIATOR;
    struct fwx_rung rung = {
        .time = time_of(engine, connection, packet->time),
        .skipped = leg == 0 ? packet->skipped : 0,
        .length = packet->length,
        .protocol = connection->protocol,
        .flags = packet->flags,
        .space = (uint8_t)leg,
        .from = (uint8_t)(onward ? leg : leg + 1),
        .to = (uint8_t)(onward ? leg + 1 : leg),
    };

    rung.frames[leg] = packet->frame;
    if (connection->protocol == FWX_PROTOCOL_TCP)
        count_numbers(connection, packet, &rung);
    if (legs->lanes == 2 && is_unheard(engine, connection, &legs->account, packet))
        rung.arrow = FWX_ARROW_UNSEEN;
    look_at_findings(engine, connection, packet, &rung, note);
    return rung;
}

/* ---- the same packet at other points -------------------------------------------------------- */

static int leg_at(const struct fwx_legs *legs, uint16_t point)
{
    for (unsigned i = 0; i < legs->count; i++) {
        if (legs->of[i]->capture_point == point)
            return (int)i;
    }
    return -1;
}

/* On to where it was seen next. */
static void go_on(const struct fwx_legs *legs, struct fwx_rung *rung,
                  const struct fwx_meeting *meeting)
{
    int leg = leg_at(legs, meeting->point);

    if (leg < 0 || !meeting->frame)
        return;
    rung->frames[leg] = meeting->frame;
    if (rung->from < rung->to)
        rung->to = (uint8_t)MAX(rung->to, leg + 1);
    else
        rung->to = (uint8_t)MIN(rung->to, leg);
}

static enum fwx_arrow arrow_of(const struct fwx_meeting *meeting)
{
    switch (meeting->fate) {
    case FWX_FATE_DROPPED:
    case FWX_FATE_DROPPED_ONCE:
        return FWX_ARROW_DROPPED;
    case FWX_FATE_INJECTED:
        return FWX_ARROW_INJECTED;
    case FWX_FATE_UNPROVEN:
        return FWX_ARROW_UNSEEN;
    default:
        return FWX_ARROW_ARRIVES;
    }
}

/* What became of it between a leg, where it has that frame, and the next. */
static void look_at_meeting(const struct fwx_engine *engine, const struct fwx_connection *leg,
                            uint32_t frame, const struct fwx_meeting *meeting, uint32_t number,
                            struct fwx_rung *rung, GString *note)
{
    char buffer[FWX_REASON_SIZE];
    const char *changes;

    if (meeting->fate != FWX_FATE_FORWARDED || rung->arrow != FWX_ARROW_INJECTED)
        rung->arrow = (uint8_t)arrow_of(meeting);
    rung->grave |= meeting->fate == FWX_FATE_DROPPED || meeting->fate == FWX_FATE_INJECTED;
    if (meeting->fate == FWX_FATE_DROPPED_ONCE)
        add_note(note, "a later copy came through");
    if (meeting->fate == FWX_FATE_CAPTURE_LOSS)
        add_note(note, "came through, and was not captured there");
    changes = meeting->fate == FWX_FATE_CHANGED
                  ? fwx_points_changes(engine, leg, frame, number, buffer)
                  : NULL;
    rung->grave |= changes != NULL;
    add_note(note, changes);
}

/* From one leg to the next, as far as it gets. False behind the last. */
static bool follow(const struct fwx_engine *engine, const struct fwx_legs *legs, unsigned *leg,
                   struct fwx_rung *rung, GString *note)
{
    const struct fwx_connection *here = legs->of[*leg];
    uint32_t frame = rung->frames[*leg];
    struct fwx_meeting meeting;

    for (uint32_t i = 0; fwx_points_meeting(engine, here, frame, i, &meeting); i++) {
        int next = leg_at(legs, meeting.point);

        if (!meeting.entered && meeting.fate != FWX_FATE_INJECTED)
            continue;
        look_at_meeting(engine, here, frame, &meeting, i, rung, note);
        if (!meeting.entered || !meeting.frame || next < 0 || rung->frames[next])
            continue;
        go_on(legs, rung, &meeting);
        *leg = (unsigned)next;
        return true;
    }
    return false;
}

/* Was it seen at another leg before? Then it is told of from there. */
static bool came_from(const struct fwx_engine *engine, const struct fwx_legs *legs,
                      const struct fwx_rung *rung)
{
    struct fwx_meeting meeting;

    for (uint32_t i = 0;
         fwx_points_meeting(engine, legs->of[rung->space], rung->frames[rung->space], i, &meeting);
         i++) {
        if (!meeting.entered && meeting.frame && leg_at(legs, meeting.point) >= 0)
            return true;
    }
    return false;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static gint by_time(gconstpointer a, gconstpointer b)
{
    const struct fwx_rung *first = (const struct fwx_rung *)a;
    const struct fwx_rung *second = (const struct fwx_rung *)b;
    uint32_t frame = first->frames[first->space];
    uint32_t other = second->frames[second->space];

    if (first->space != second->space && first->time != second->time)
        return first->time < second->time ? -1 : 1;
    return (frame > other) - (frame < other);
}

static void add_leg(const struct fwx_engine *engine, const struct fwx_legs *legs, unsigned leg,
                    GArray *rungs)
{
    const GArray *packets = fwx_recorder_of(legs->of[leg]->id);

    for (guint i = 0; packets && i < packets->len; i++) {
        GString *note = g_string_new(NULL);
        struct fwx_rung rung =
            rung_of(engine, legs, leg, &g_array_index(packets, struct fwx_recorded, i), note);
        bool told = came_from(engine, legs, &rung);

        for (unsigned at = leg; !told && follow(engine, legs, &at, &rung, note);) {
        }
        rung.note = g_string_free(note, told || !note->len);
        if (!told)
            g_array_append_val(rungs, rung);
    }
}

GArray *fwx_rungs_of(const struct fwx_engine *engine, const struct fwx_legs *legs)
{
    GArray *rungs = fwx_rungs_new();

    for (unsigned leg = 0; leg < legs->count; leg++)
        add_leg(engine, legs, leg, rungs);
    if (legs->count > 1)
        g_array_sort(rungs, by_time);
    return rungs;
}
