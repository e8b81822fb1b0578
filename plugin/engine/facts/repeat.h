/* repeat.h
 * What is said again and again because nobody acknowledges it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPEAT_H
#define FWX_REPEAT_H

#include "engine/turn.h"

/* A segment, before it is learnt: is it a copy of what was said before, does it acknowledge such?
 */
void fwx_repeat_look(struct fwx_turn *turn);

/* Does the segment say nothing that its sender has not said before? Probes of a closed window and
 * SYNs do not count. */
bool fwx_repeat_is_copy(const struct fwx_turn *turn);

/* Was the side never heard: three copies or more over three seconds or more, or two and then a
 * reset of its own, and nobody acknowledged them? The newest copy counts only once its own time
 * to wait is over. now: how far the capture's time has gone, nanoseconds since the epoch. */
bool fwx_repeat_is_unheard(const struct fwx_engine *engine, const struct fwx_connection *connection,
                           enum fwx_side side, int64_t now);

/* What is repeated so far, three copies or more, and not acknowledged yet; NULL: nothing is. */
const struct fwx_repeat *fwx_repeat_goes_on(const struct fwx_connection *connection,
                                            const struct fwx_notes *notes);

/* Are its full-sized segments what is lost, while smaller ones pass? */
bool fwx_repeat_is_too_big(const struct fwx_repeat *repeat);

#endif
