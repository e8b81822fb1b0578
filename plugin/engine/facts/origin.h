/* origin.h
 * Who sent a reset: the endpoint whose name it carries, or something in between?
 *
 * A TTL alone tells nothing: load balancers, NATs and scanners answer with other TTLs than their
 * endpoints. What an endpoint goes on to say after its reset tells all (Weaver, Sommer and Paxson,
 * "Detecting Forged TCP Reset Packets", NDSS 2009).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ORIGIN_H
#define FWX_ORIGIN_H

#include "engine/turn.h"

/* The signs that the reset itself shows, into its finding, which is the turn's newest. */
void fwx_origin_at_sight(struct fwx_turn *turn, struct fwx_finding *finding);

/* A segment that is no reset: does its sender say what it could not say
 * before its reset? Then that one, and those before it, were not its own; and where the other side
 * speaks again, too, the connection goes on. */
void fwx_origin_goes_on(struct fwx_turn *turn);

/* What other capture points show of all resets, as of the last fwx_points_review(). */
void fwx_origin_ask_points(struct fwx_engine *engine);

/* Draws the conclusion from the signs anew. */
void fwx_origin_judge(struct fwx_reset *reset);

/* The first reset of the connection that somebody heeded and something in between sent, or NULL;
 * owned by the engine. */
const struct fwx_finding *fwx_origin_in_between(const struct fwx_engine *engine,
                                                const struct fwx_notes *notes);

/* "endpoint", "in-between" or "unknown" */
const char *fwx_origin_name(enum fwx_origin origin);

/* What shows it, with the numbers: "TTL 28, not 58; IP ID of the packet that it answers". Empty
 * where nothing does. buffer: of FWX_REASON_SIZE bytes, and returned. */
const char *fwx_origin_signs(const struct fwx_reset *reset, char *buffer);

#endif
