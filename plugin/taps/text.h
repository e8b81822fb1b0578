/* text.h
 * Words that the tables and outputs share. Names are resolved where Wireshark's options say so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEXT_H
#define FWX_TEXT_H

#include "compat.h"

#include "engine/engine.h"

/* All that return a char * return a string to be freed with g_free(). */

char *fwx_text_address(const struct fwx_address *of);
/* 192.0.2.1:80, [2001:db8::1]:80, or the address alone where the protocol has no ports */
char *fwx_text_end(const struct fwx_connection *connection, enum fwx_side side);
/* initiator > responder */
char *fwx_text_ends(const struct fwx_connection *connection);
/* Never resolved: for files that other programs read. */
char *fwx_text_plain_address(const struct fwx_address *of);

/* ISO 8601 in UTC, from nanoseconds since the epoch; NULL where no calendar has it. */
char *fwx_text_time(int64_t time);

/* "TCP", "UDP", "ICMP" */
const char *fwx_text_protocol(uint8_t protocol);
/* UDP and TCP have ports; an ICMP session has an identifier in their place. */
bool fwx_text_has_ports(uint8_t protocol);

/* Which known time-outs explain the conversation's fatal silence; NULL: it has none. findings: of
 * uint32_t, numbers of its findings, or NULL. buffer: of FWX_REASON_SIZE bytes, and returned. */
const char *fwx_text_silence(const struct fwx_engine *engine,
                             const struct fwx_connection *connection, const GArray *findings,
                             char *buffer);

/* "frame 2", "frames 3-7, 9-11"; frames: of uint32_t, in their order. most: ranges that are told,
 * 0: all. To be freed. */
char *fwx_text_frames(const GArray *frames, unsigned most);

#endif
