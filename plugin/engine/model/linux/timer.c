/* timer.c
 * How long an entry waits for the next packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/expiry.h"
#include "engine/model/linux/turn.h"

#include <glib.h>

bool fwx_linux_lives(const struct fwx_linux_entry *entry, int64_t now)
{
    return entry->state != FWX_LINUX_NONE && !fwx_expired(entry->expires, now);
}

/* ---- TCP ------------------------------------------------------------------------------------ */

static bool is_unacked(const struct fwx_linux_entry *entry)
{
    return entry->traits[0].unacked || entry->traits[1].unacked;
}

/* A reason to wait no longer than for another state or for another event. The first that applies
 * is the only one. */
static uint32_t seconds_of(const struct fwx_linux_turn *turn)
{
    const struct fwx_linux_entry *entry = turn->entry;
    const uint32_t *timeout_s = turn->settings->timeout_s;
    uint32_t usual = timeout_s[turn->next];
    uint32_t retransmitted = timeout_s[FWX_LINUX_RETRANSMITTED];
    uint32_t unacknowledged = timeout_s[FWX_LINUX_UNACKNOWLEDGED];
    bool reset = turn->kind == FWX_LINUX_RST;

    if (entry->repeats >= turn->settings->max_retrans && usual > retransmitted)
        return retransmitted;
    if (reset && turn->rules->reset_shortens)
        return timeout_s[FWX_LINUX_CLOSE];
    if (reset && turn->next == FWX_LINUX_ESTABLISHED && usual > unacknowledged)
        return unacknowledged;
    if (is_unacked(entry) && usual > unacknowledged)
        return unacknowledged;
    if (!entry->last_window && usual > retransmitted)
        return retransmitted;
    return usual;
}

void fwx_linux_renew(struct fwx_linux_turn *turn)
{
    struct fwx_linux_entry *entry = turn->entry;
    bool established = turn->next == FWX_LINUX_ESTABLISHED;
    uint32_t seconds = seconds_of(turn);

    if (!entry->replied) {
        if (turn->kind == FWX_LINUX_RST) { /* nobody else knows of it */
            entry->state = FWX_LINUX_NONE;
            return;
        }
        if (turn->kind == FWX_LINUX_SYN && turn->state == FWX_LINUX_SYN_SENT)
            return; /* or a SYN flood could hold the entry for ever */
        if (established)
            seconds = MIN(seconds, turn->settings->timeout_s[FWX_LINUX_UNACKNOWLEDGED]);
    } else if (established &&
               (turn->state == FWX_LINUX_SYN_RECV || turn->state == FWX_LINUX_ESTABLISHED)) {
        entry->assured = 1;
    }
    entry->expires = fwx_later(turn->now, seconds);
}

void fwx_linux_doubt(struct fwx_linux_turn *turn)
{
    enum { LEAST = 120 }; /* seconds left: who waits so short a time needs no help */
    struct fwx_linux_entry *entry = turn->entry;
    uint32_t unacknowledged = turn->settings->timeout_s[FWX_LINUX_UNACKNOWLEDGED];
    int64_t left = fwx_time_between(turn->now, entry->expires);

    if (!entry->assured || (turn->kind != FWX_LINUX_RST && turn->kind != FWX_LINUX_FIN))
        return;
    if (entry->last_from == turn->from ||
        (entry->last_kind != FWX_LINUX_FIN && entry->last_kind != FWX_LINUX_RST)) {
        entry->last_kind = turn->kind & 7;
        entry->last_from = turn->from & 1;
        return;
    }
    if (left < LEAST * FWX_SECOND || left <= unacknowledged * FWX_SECOND)
        return;
    fwx_linux_say(turn, FWX_LINUX_SAYS_LOWERED, unacknowledged);
    entry->expires = fwx_later(turn->now, unacknowledged);
}
