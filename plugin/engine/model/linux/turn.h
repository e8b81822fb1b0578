/* turn.h
 * One segment on its way through the tracker: what its stages share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LINUX_TURN_H
#define FWX_LINUX_TURN_H

#include "engine/model/linux/linux.h"

/* How versions differ. */
struct fwx_linux_rules {
    bool says_new;       /* has a text for a packet that cannot begin a connection */
    bool resets_closely; /* a reset behind an ignored SYN has to come from the other side */
    bool reset_shortens; /* a reset that only passes leaves the time-out of CLOSE, not that of
                          * unacknowledged data */
    bool says_ticks;     /* how far the time-out was lowered */
};

struct fwx_linux_turn {
    struct fwx_linux_entry *entry;
    const struct fwx_tcp_segment *tcp;
    const struct fwx_linux_settings *settings;
    const struct fwx_linux_rules *rules;
    struct fwx_linux_verdict *verdict;
    struct fwx_linux_side *sender, *receiver;
    struct fwx_linux_traits *sender_traits, *receiver_traits;
    int64_t now;
    uint32_t end;  /* behind its last number */
    uint8_t from;  /* direction; 0: the initiator's */
    uint8_t kind;  /* enum fwx_linux_kind */
    uint8_t state; /* that it met */
    uint8_t next;  /* that it leads to */
};

/* What a stage makes of a segment. */
enum fwx_linux_course {
    FWX_LINUX_GOES,    /* passes, and moves the entry on */
    FWX_LINUX_IGNORED, /* passes, and moves nothing */
    FWX_LINUX_INVALID,
};

static inline uint32_t fwx_linux_or_1(uint32_t window)
{
    return window ? window : 1;
}

const struct fwx_linux_rules *fwx_linux_rules_of(enum fwx_linux_version version);

void fwx_linux_say(struct fwx_linux_turn *turn, enum fwx_linux_word word, uint32_t number);

/* What its options offer, if it has any: scale and SACK; all else that was known of the side goes,
 * but that it is taken liberally. */
void fwx_linux_learn_offers(const struct fwx_tcp_segment *tcp, struct fwx_linux_traits *traits);

/* Against the windows of both sides; where it goes on, they move. */
enum fwx_linux_course fwx_linux_window(struct fwx_linux_turn *turn);

/* A reset that meets a connection which is not closing. *unchecked: its window does not matter. */
enum fwx_linux_course fwx_linux_reset(struct fwx_linux_turn *turn, bool *unchecked);

/* A segment that goes on sets the time-out anew; a reset may end the entry. */
void fwx_linux_renew(struct fwx_linux_turn *turn);

/* A FIN or reset out of the window, twice in a row from both sides: nobody may be left. */
void fwx_linux_doubt(struct fwx_linux_turn *turn);

#endif
