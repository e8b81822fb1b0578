/* headers.h
 * The headers of links, tags and tunnels that stand in front of IP: how long they are, no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_HEADERS_H
#define FWX_HEADERS_H

#include "engine/decode.h"

/* Goes past the header of this name (as in Wireshark's frame.protocols) that bytes begin with.
 * False, and nowhere, where the name is not known or the header was not captured. */
bool fwx_header_pass(const char *name, struct fwx_bytes *bytes);

#endif
