/* recorder.h
 * Which packets a report will want to show, kept while they pass: of each conversation the first,
 * the last, and those that something was found in, with what stands beside them. Runs only where a
 * report was asked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_RECORDER_H
#define FWX_TAPS_RECORDER_H

#include "compat.h"

#include "engine/engine.h"

/* 40 bytes. */
struct fwx_recorded {
    int64_t time; /* nanoseconds since the epoch, or FWX_NO_TIME */
    uint32_t frame;
    uint32_t skipped; /* packets before it that were not kept */
    uint32_t seq;     /* raw, of TCP */
    uint32_t ack;
    uint32_t length; /* of the payload */
    uint16_t index;  /* see fwx_packet.index */
    uint8_t flags;   /* of TCP; of ICMP the type */
    uint8_t side;    /* enum fwx_side */
    bool marked;     /* something was found in it */
};

/* From now on, of every capture that is read. */
void fwx_recorder_start(void);

/* A connection's packets, in their order; NULL: none were kept. Valid until another packet comes.
 */
const GArray *fwx_recorder_of(uint32_t connection);

#endif
