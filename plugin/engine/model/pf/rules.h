/* rules.h
 * How the variants differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PF_RULES_H
#define FWX_PF_RULES_H

#include "engine/model/pf/pf.h"

struct fwx_pf_rules {
    bool asks_ports;        /* none may be 0 */
    bool refuses_syn_ack;   /* it begins nothing */
    bool renews_syn;        /* a SYN of a peer that sent no more is a new one, whatever it says */
    bool guesses_scale;     /* of what was picked up: 14 */
    bool tells_first_by_lo; /* a peer's first segment: lo is 0, as where it began with number 0 */
    bool trusts_first_ack;  /* a first segment may acknowledge anything */
    bool trusts_early_ack;  /* and so may all, while the peer is not heard */
    bool resets_exactly;    /* at most one off; else only where it was put together */
    bool refuses_handshake; /* what does not fit into a handshake is answered by a reset */
    bool needs_code_0;      /* of an echo */
    bool needs_request;     /* a reply begins nothing */
};

const struct fwx_pf_rules *fwx_pf_rules_of(const struct fwx_pf_settings *settings);

#endif
