/* speech.c
 * Silence of a connection, who breaks it, and how that ends.
 *
 * What a keep-alive or a zero-window probe says, and the answer to it, was said before: it is no
 * speech (RFC 9293, 3.8.4 and 3.8.6.1). But it keeps timers in between from running out, so the
 * longest time without any packet is measured as well.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/life.h"
#include "engine/facts/repeat.h"

#include <glib.h>

static bool is_plain(const struct fwx_turn *turn)
{
    return !(turn->tcp->flags & (FWX_SYN | FWX_FIN | FWX_RST)) && turn->tcp->payload_len <= 1;
}

/* One before what was sent, all of which is acknowledged. */
static bool is_keep_alive(const struct fwx_turn *turn)
{
    const struct fwx_peer *sender = turn->sender;

    return (sender->flags & FWX_PEER_SEQ) && turn->tcp->seq + 1 == sender->seq_end &&
           !((turn->receiver->flags & FWX_PEER_ACK) &&
             fwx_seq_after(sender->seq_end, turn->receiver->ack_max));
}

static bool is_window_probe(const struct fwx_turn *turn)
{
    return turn->tcp->payload_len && (turn->receiver->flags & FWX_PEER_SEQ) &&
           !turn->receiver->window;
}

/* An acknowledgement that was given before. */
static bool repeats_ack(const struct fwx_turn *turn)
{
    return !turn->tcp->payload_len && (turn->sender->flags & FWX_PEER_ACK) &&
           turn->tcp->ack == turn->sender->ack_max;
}

static bool is_speech(const struct fwx_turn *turn)
{
    return !is_plain(turn) || !(is_keep_alive(turn) || is_window_probe(turn) || repeats_ack(turn));
}

static struct fwx_finding *last_silence(const struct fwx_turn *turn)
{
    const struct fwx_notes *notes = fwx_notes_of(turn->engine, turn->connection);

    return notes ? fwx_noted(turn->engine, notes->silence) : NULL;
}

/* How the silence ended that somebody broke before this packet. A reset may come from whoever
 * broke it, too: that of the side that gives up is no answer. */
static void conclude(struct fwx_turn *turn, struct fwx_finding *finding)
{
    struct fwx_silence *silence = &finding->silence;

    if (!fwx_silence_goes_on(silence) || silence->by == (uint8_t)turn->side)
        return;
    silence->end_frame = turn->packet->frame;
    if (turn->tcp->flags & FWX_RST) {
        silence->end = FWX_SILENCE_FATAL;
        finding->withheld = false;
    } else {
        silence->end = FWX_SILENCE_SURVIVED;
        finding->withheld = silence->keep_alive;
    }
}

/* A keep-alive ends a silence only if it is never answered, or by a reset. */
static void report(struct fwx_turn *turn, int64_t length, bool speech)
{
    struct fwx_notes *notes = fwx_turn_notes(turn);
    int64_t idle = fwx_connection_silence(turn->connection, turn->packet->time);
    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_SILENCE);

    finding->withheld = !speech;
    finding->silence = (struct fwx_silence){
        .length = length,
        .gap = MIN(MAX(notes->gap, idle), length),
        .by = (uint8_t)turn->side,
        .life = (uint8_t)fwx_life_of(turn->engine, turn->connection),
        .keep_alive = !speech,
        .tries = 1,
    };
    if (turn->tcp->flags & FWX_RST) {
        finding->silence.end = FWX_SILENCE_FATAL;
        finding->silence.end_frame = turn->packet->frame;
    }
    notes->silence = turn->engine->findings.count;
}

/* Asks once more whether anybody is there, or gives up by a reset. */
static bool asks_again(const struct fwx_turn *turn, struct fwx_finding *finding, bool speech)
{
    if ((speech && !(turn->tcp->flags & FWX_RST)) || !finding ||
        !fwx_silence_goes_on(&finding->silence) || !finding->silence.keep_alive ||
        finding->silence.by != (uint8_t)turn->side)
        return false;
    if (is_keep_alive(turn))
        finding->silence.tries++;
    return true;
}

/* Between two copies of a segment its sender waits for an answer, and is not silent. */
static bool can_be_silent(const struct fwx_turn *turn)
{
    return !(turn->tcp->flags & FWX_SYN) && turn->policy->silence_s &&
           (turn->sender->packets || turn->receiver->packets) &&
           (is_keep_alive(turn) || !fwx_repeat_is_copy(turn));
}

/* Apart, as few packets come so late. */
static G_GNUC_NO_INLINE void break_silence(struct fwx_turn *turn, int64_t length, bool speech)
{
    struct fwx_finding *finding = last_silence(turn);
    bool probe = !speech && is_keep_alive(turn);

    if (length >= turn->policy->silence_s * FWX_SECOND && (speech || probe) &&
        !(finding && finding->silence.end == FWX_SILENCE_FATAL) &&
        !asks_again(turn, finding, speech))
        report(turn, length, speech);
    if (!speech && fwx_connection_silence(turn->connection, turn->packet->time) >= FWX_SECOND) {
        struct fwx_notes *notes = fwx_turn_notes(turn);

        notes->gap = MAX(notes->gap, fwx_connection_silence(turn->connection, turn->packet->time));
    }
}

/* The clock had jumped ahead, and is back: there was no such silence. */
static bool is_put_back(const struct fwx_turn *turn, const struct fwx_finding *finding)
{
    return fwx_time_between(turn->packet->time, turn->connection->spoke_time) >=
           finding->silence.length / 2;
}

static void take_back(struct fwx_turn *turn, struct fwx_finding *finding)
{
    finding->withheld = true;
    finding->silence.end = FWX_SILENCE_OPEN;
    fwx_turn_notes(turn)->silence = 0;
    turn->connection->spoke_time = turn->packet->time;
}

void fwx_speech_look(struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    int64_t length;
    bool speech = is_speech(turn);

    if (connection->notes) {
        struct fwx_finding *finding = last_silence(turn);

        if (finding && is_put_back(turn, finding))
            take_back(turn, finding);
        else if (finding)
            conclude(turn, finding);
    }
    length = fwx_time_between(connection->spoke_time, turn->packet->time);
    if (length >= FWX_SECOND && can_be_silent(turn))
        break_silence(turn, length, speech);
    turn->speech = speech;
}

void fwx_speech_note(const struct fwx_turn *turn)
{
    struct fwx_connection *connection = turn->connection;
    struct fwx_notes *notes = fwx_notes_of(turn->engine, connection);

    if (!turn->speech || turn->packet->time <= connection->spoke_time)
        return;
    connection->spoke_time = turn->packet->time;
    if (notes)
        notes->gap = 0;
}
