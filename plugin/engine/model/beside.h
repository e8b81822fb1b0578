/* beside.h
 * Further firewalls that run beside the main one: each has an entry of its own for every tuple, is
 * asked of every packet, and moves nothing else.
 *
 * Which they are is in the policy. What one says of a packet is final at first sight; whether it
 * can have stood in between is shown by what comes after.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_BESIDE_H
#define FWX_BESIDE_H

#include "engine/engine.h"
#include "engine/model/firewall.h"
#include "engine/model/linux/linux.h"
#include "engine/model/timed.h"
#include "engine/sentence.h"

/* What one firewall says of one packet, that it would not pass or takes for invalid. 28 bytes. */
struct fwx_saying {
    uint32_t frame;
    uint32_t connection; /* id */
    uint16_t packet;     /* which packet of the frame, see fwx_packet.index */
    uint8_t firewall;    /* number in the policy's list */
    uint8_t event;       /* enum fwx_event */
    uint8_t reaction;    /* enum fwx_reaction */
    bool late;           /* noise behind a close: not counted as a drop of the conversation */
    union {
        struct fwx_linux_said linux_words;
        struct fwx_timed_said timed;
        uint32_t wordy; /* number of a longer one, see mechanism.h */
    };
};

/* What one firewall makes of one conversation. */
struct fwx_beside_account {
    uint32_t dropped;                /* packets, without what comes late */
    const struct fwx_saying *saying; /* the first of them, NULL: it passes all */
    enum fwx_evidence evidence;
};

/* How many run beside. */
unsigned fwx_beside_count(const struct fwx_engine *engine);
const struct fwx_firewall *fwx_beside_firewall(const struct fwx_engine *engine, unsigned number);

/* What was said of a frame: the first of them, and how many there are. They are numbered from 0, in
 * frame order. */
uint32_t fwx_beside_sayings(const struct fwx_engine *engine, uint32_t frame, uint32_t *first);
const struct fwx_saying *fwx_beside_saying(const struct fwx_engine *engine, uint32_t number);

struct fwx_beside_account fwx_beside_account(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection,
                                             unsigned number);

/* "linux: drop, ACK is over upper bound 3512 (ACKed data not seen yet)". packet: the one that it is
 * about, NULL where it is not at hand. Returns buffer, of FWX_REASON_SIZE bytes. */
const char *fwx_beside_say(const struct fwx_engine *engine, const struct fwx_saying *saying,
                           const struct fwx_packet *packet, char *buffer);

/* One sentence: what to set, and what that opens; NULL: not known. */
const char *fwx_beside_advice(const struct fwx_engine *engine, const struct fwx_saying *saying);

#endif
