/* preferences.h
 * Edit > Preferences > Protocols > FWX, and how it becomes the engine's policy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PREFERENCES_H
#define FWX_PREFERENCES_H

#include "compat.h"

#include "engine/model/policy.h"
#include "host/point.h"

/* Which families of findings are shown. They are computed all the same. */
struct fwx_shown {
    fwx_bool handshake;
    fwx_bool padding;
    fwx_bool resets;
    fwx_bool markers;
    fwx_bool verdicts;
    fwx_bool every_drop; /* a log line per packet, not per conversation and code */
};

void fwx_preferences_register(int proto_fwx);
const struct fwx_shown *fwx_preferences_shown(void);
struct fwx_policy fwx_preferences_policy(void);
enum fwx_points fwx_preferences_points(void);

#endif
