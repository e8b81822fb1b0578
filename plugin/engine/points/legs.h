/* legs.h
 * Two connections that may be one conversation.
 *
 * Private to points/.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LEGS_H
#define FWX_LEGS_H

#include "engine/points/pair.h"

/* How much speaks for two connections. */
struct fwx_candidate {
    uint32_t a, b; /* ids */
    uint32_t votes;
    uint32_t telling; /* of these: that nothing else of the two points has */
};

/* Numbers that people and simple programs begin with are small, or a little above a round one: is
 * it none of those? */
bool fwx_is_telling(uint32_t number);

/* How many ends of the two have the same address and port. */
unsigned fwx_same_ends(const struct fwx_points_join *join, const struct fwx_candidate *c);

/* Is it enough, where the votes are of packets with their numbers; of payload at its place behind
 * the ISN; of how streams begin? */
bool fwx_fits_numbers(const struct fwx_points_join *join, const struct fwx_candidate *c);
bool fwx_fits_places(const struct fwx_points_join *join, const struct fwx_candidate *c);
bool fwx_fits_streams(const struct fwx_points_join *join, const struct fwx_candidate *c);

#endif
