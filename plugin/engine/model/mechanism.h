/* mechanism.h
 * How each further firewall is emulated: by an exact tracker, or by what is known of its timers.
 * Private to the engine.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MECHANISM_H
#define FWX_MECHANISM_H

#include "engine/model/beside.h"
#include "engine/model/pf/pf.h"
#include "engine/turn.h"

/* What a firewall keeps of a tuple, zeroed before its first packet. */
union fwx_entry {
    struct fwx_linux_entry linux_tcp;
    struct fwx_linux_session linux_session;
    struct fwx_pf_entry pf_tcp;
    struct fwx_pf_session pf_session;
    struct fwx_timed_session timed;
};

/* What pf's log says takes more room than a saying has. */
struct fwx_wordy {
    struct fwx_pf_verdict verdict;
    uint32_t seq, ack, len; /* of the segment */
    uint8_t flags;
};

/* One packet before one firewall. */
struct fwx_encounter {
    const struct fwx_policy *policy;
    const struct fwx_firewall *firewall;
    const struct fwx_packet *packet;
    union fwx_entry *entry;
    struct fwx_pool *wordy; /* of struct fwx_wordy */
    int64_t now;            /* never runs backwards */
    unsigned from;          /* 0 or 1, the same for all connections of the tuple */
};

/* What one firewall said, to be put in words. */
struct fwx_spoken {
    const struct fwx_policy *policy;
    const struct fwx_firewall *firewall;
    const struct fwx_saying *saying;
    const struct fwx_pool *wordy;    /* as above */
    const struct fwx_packet *packet; /* that it is about; of one not at hand its protocol only */
};

struct fwx_mechanism {
    const char *id; /* the firewall that it is for; NULL: all others */
    bool is_wordy;  /* its sayings name a struct fwx_wordy, which has the rest */
    /* True where it passes and there is nothing to say. */
    bool (*meet)(const struct fwx_encounter *met, struct fwx_saying *saying);
    /* A connection that began before the capture: quietly. */
    void (*adopt)(const struct fwx_encounter *met);
    void (*say)(struct fwx_sentence *sentence, const struct fwx_spoken *spoken);
};

const struct fwx_mechanism *fwx_mechanism_of(const struct fwx_firewall *firewall);

#endif
