/* options.h
 * The options of a TCP segment, as far as they matter to anybody.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_OPTIONS_H
#define FWX_OPTIONS_H

#include "engine/packet.h"

/* From length captured bytes, into a segment whose flags and acknowledgement are known. */
void fwx_tcp_options(const uint8_t *at, uint32_t length, struct fwx_tcp_segment *tcp);

#endif
