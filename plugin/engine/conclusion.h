/* conclusion.h
 * A conversation's verdict as far as the capture has gone. What follows from nothing happening (no
 * answer, a session gone silent) is concluded when it is asked for, so that a live capture shows
 * it too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_CONCLUSION_H
#define FWX_CONCLUSION_H

#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/model/policy.h"

#include <stddef.h>

enum fwx_ground {
    FWX_GROUND_FINDING,     /* the gravest finding */
    FWX_GROUND_NO_REPLY,    /* the SYN was never answered */
    FWX_GROUND_IDLE,        /* a session, or a connection, that went silent for its time */
    FWX_GROUND_EVICTED,     /* a UDP session that made room for a newer one */
    FWX_GROUND_ESTABLISHED, /* none of these */
};

struct fwx_conclusion {
    const struct fwx_finding *finding; /* FWX_GROUND_FINDING only; owned by the engine */
    uint32_t code;
    uint32_t frame;           /* that earned it */
    uint32_t idle_s;          /* FWX_GROUND_IDLE: the time-out */
    int64_t waited_s;         /* FWX_GROUND_NO_REPLY: since the first SYN, in seconds */
    struct fwx_waited waited; /* what ran out, of IDLE and NO_REPLY */
    uint16_t status;          /* Win32 or Winsock status that a proxy logs, 0: none */
    enum fwx_ground ground;
    enum fwx_event event;
    enum fwx_confidence confidence;
};

struct fwx_engine;

/* The SYN was never answered, and the time to wait for it is over. What the emulated product calls
 * that is another question. */
bool fwx_engine_gave_up(const struct fwx_engine *engine, const struct fwx_connection *connection);

/* What silence alone made of the connection: it was forgotten, whatever came later, or it was never
 * answered, or made room for another. False where silence ended nothing. */
bool fwx_engine_conclude_silence(const struct fwx_engine *engine,
                                 const struct fwx_connection *connection,
                                 struct fwx_conclusion *conclusion);

/* What the rest of the capture says of the firewall's drops; of a limit, as of the last review. */
enum fwx_evidence fwx_engine_evidence(const struct fwx_engine *engine,
                                      const struct fwx_connection *connection);

/* False while there is none to give: still half-open, or begun before the capture. */
bool fwx_engine_conclude(const struct fwx_engine *engine, const struct fwx_connection *connection,
                         struct fwx_conclusion *conclusion);

#endif
