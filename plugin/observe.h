/* observe.h
 * The observation point: between IP and transport, where the firewall's packet engine sits too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_OBSERVE_H
#define FWX_OBSERVE_H

#include "compat.h"

#include <epan/packet.h>

#include "engine/packet.h"

/* Once, with the post-dissector's protocol: nothing is observed while that is disabled. */
void fwx_observe_register(int proto_fwx);

/* Once, when every dissector has registered: goes in front of the transports. */
void fwx_observe_handoff(void);

/* Whether TCP checksums are to be looked at: most captures cannot tell (offload). Default: no. */
void fwx_observe_checksums(bool wanted);

/* The IP packets of the frame that is being dissected, outermost first. They stay valid until
 * the next frame is, and are handed out once. */
const struct fwx_packet *fwx_observe_take(const packet_info *pinfo, uint32_t *count);

#endif
