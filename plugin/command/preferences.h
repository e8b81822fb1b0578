/* preferences.h
 * tshark takes a value that an enumeration or a boolean does not have for the default, or for
 * FALSE, without a word.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_PREFERENCES_H
#define FWX_COMMAND_PREFERENCES_H

#include "tshark.h"

/* FALSE where --set has such a value. What else can be wrong with it, tshark tells itself. */
gboolean fwx_preferences_check(const struct fwx_tshark *tshark, GError **error);

#endif
