/* preferences.h
 * Edit > Preferences > Protocols > FWX, and how it becomes the engine's policy.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PREFERENCES_H
#define FWX_PREFERENCES_H

#include "compat.h"

#include <epan/uat.h>

#include "engine/kind.h"
#include "engine/model/policy.h"
#include "engine/model/preference.h"

/* Which families of findings are shown. They are computed all the same. */
struct fwx_shown {
    fwx_bool family[FWX_FAMILIES];
    fwx_bool marks;      /* findings that matter stand before Info */
    fwx_bool log_text;   /* lines of logs are fields, too */
    fwx_bool every_drop; /* a log line per packet, not per conversation and code */
};

void fwx_preferences_register(int proto_fwx);
const struct fwx_shown *fwx_preferences_shown(void);
struct fwx_policy fwx_preferences_policy(void); /* to be freed with fwx_policy_clear() */

/* The rows of struct fwx_shown, listed behind the policy's. */
extern const struct fwx_preferences fwx_shown_preferences;

/* The columns of a list that is edited as a table, ended by one without a title; else NULL. */
const uat_field_t *fwx_preference_columns(const struct fwx_preference *row);

#endif
