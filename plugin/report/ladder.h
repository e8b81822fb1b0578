/* ladder.h
 * From packets that were recorded to the steps of a ladder: which of them are shown, what stands on
 * their arrows, and where time passes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_LADDER_H
#define FWX_REPORT_LADDER_H

#include "engine/packet.h"
#include "report/story.h"

/* A packet, as one point or several have seen it. */
struct fwx_rung {
    int64_t time; /* nanoseconds by the first point's clock, or FWX_NO_TIME */
    uint32_t frames[FWX_SPACES];
    uint32_t skipped; /* packets before it that were not recorded */
    uint32_t seq;     /* counted from the sender's initial number, if that is known */
    uint32_t ack;     /* and from the receiver's; with FWX_ACK */
    uint32_t length;  /* of the payload */
    int32_t ack_off;  /* how far it is from what fits, 0: it does */
    uint8_t protocol; /* enum fwx_protocol */
    uint8_t flags;    /* of TCP; of ICMP the type */
    uint8_t space;    /* where it was seen first */
    uint8_t arrow;    /* enum fwx_arrow */
    uint8_t from;     /* lanes */
    uint8_t to;
    bool has_seq;
    bool has_ack;
    bool grave;
    char *note; /* what was found in it, or NULL */
};

/* Of struct fwx_rung, which it owns. */
GArray *fwx_rungs_new(void);

/* Puts steps for the rungs, in the order of time, into the story: at most so many packets, the
 * first, the last and those that something was found in before others. after: packets of the
 * conversation behind the last that was recorded. */
void fwx_ladder_build(struct fwx_story *story, const GArray *rungs, guint most, uint32_t after);

#endif
