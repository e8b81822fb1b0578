/* promises.h
 * What the engine promises in its headers, held against it after every packet, whatever comes. A
 * broken promise ends the program.
 *
 *     struct promises promises = promises_of(engine);
 *
 *     promises_see(&promises, &packet);        ... packet by packet, in place of fwx_engine_see()
 *     promises_end(&promises);
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_PROMISES_H
#define FWX_TEST_PROMISES_H

#include "engine/engine.h"

#include <glib.h>

struct promises {
    struct fwx_engine *engine;
    GArray *packets; /* of struct fwx_packet: all that were seen */
    GArray *ids;     /* of uint32_t: the connection of each, 0: none */
    GArray *watches; /* of struct watch, by connection: what is known of it from outside */
};

/* The engine has seen nothing yet, and stays the caller's. */
struct promises promises_of(struct fwx_engine *engine);

void promises_see(struct promises *promises, const struct fwx_packet *packet);

/* Counts again what flood mitigation has counted: linear in connections, for each client. */
void promises_recount(const struct promises *promises);

/* Recounts, visits all frames again, and frees. */
void promises_end(struct promises *promises);

#endif
