/* advice.h
 * What a capture cannot tell, and how to make one that can.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ADVICE_H
#define FWX_ADVICE_H

#include "engine/packet.h"

enum fwx_advice {
    FWX_ADVICE_CUT,        /* packets were not captured whole */
    FWX_ADVICE_ONE_WAY,    /* of a point's connections only one direction */
    FWX_ADVICE_FILTERED,   /* nothing but SYNs */
    FWX_ADVICE_SEGMENTS,   /* longer than any on the wire: segmentation offload */
    FWX_ADVICE_CHECKSUMS,  /* checksum offload */
    FWX_ADVICE_NO_TIME,    /* packets without time stamps */
    FWX_ADVICE_CLOCK_BACK, /* the clock was put back */
    FWX_ADVICE_NO_MARKERS, /* many conversations, and nothing tells them apart */
    FWX_ADVICES
};

/* What may show it, counted as packets come. */
struct fwx_shortcomings {
    uint32_t first_frame; /* of the first packet, 0: none came */
    uint32_t cut;
    uint32_t long_segments;
    uint32_t without_time;
    uint32_t clock_back;
};

struct fwx_engine;

/* Is there anything to be counted? last: the time of the packet before it at its point; number: of
 * the packet, from 1. Most have nothing. */
static inline bool fwx_advice_wants(const struct fwx_packet *packet, int64_t last, uint32_t number)
{
    enum { ETHERNET = 1500 };

    return packet->is_cut | (packet->ip_len > ETHERNET) | (packet->time <= last) | (number == 1);
}

/* Counts it, before its time is noted. */
void fwx_advice_look(struct fwx_shortcomings *seen, const struct fwx_packet *packet, int64_t last);

/* As of the last review. */
bool fwx_advice_applies(const struct fwx_engine *engine, enum fwx_advice advice);

/* The frame to say so at, 0: none. */
uint32_t fwx_advice_frame(const struct fwx_engine *engine);

/* "cut" and so on, as filters have it; in few words; and in a sentence what it hides and what to do
 * about it. */
const char *fwx_advice_id(enum fwx_advice advice);
const char *fwx_advice_title(enum fwx_advice advice);
const char *fwx_advice_text(enum fwx_advice advice);

#endif
