/* bytes.h
 * Packets as bytes, written as in a hex dump, with blanks wherever they help. They are read twice:
 * with those behind the cut in place, which must make no difference, and from memory that ends with
 * it, for a sanitizer to see who looks farther.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_BYTES_H
#define FWX_TEST_BYTES_H

#include <glib.h>

#include "engine/decode.h"

/* 192.0.2.1 to 192.0.2.2, 2001:db8::1 to 2001:db8::2. */
#define ADDRESSES4 "c0000201 c0000202 "
#define ADDRESSES6 "20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define SYN_TO_443 "c000 01bb 01020304 00000000 50 02 2000 0000 0000 "

/* The bytes as an IP packet, of which so many were captured and so many were there; UINT32_MAX: all
 * of them. False where it is none. */
bool decode_cut(const char *hex, uint32_t captured, uint32_t length, struct fwx_packet *packet);

/* All of an IP packet. */
struct fwx_packet decode(const char *hex);

/* The transport alone, over IPv4, of which so many bytes were captured and so many were there;
 * without a mark where it is not well formed. */
struct fwx_packet transport(uint8_t protocol, const char *hex, uint32_t captured, uint32_t length);

#endif
