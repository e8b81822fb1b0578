/* preferences.h
 * --set: a value that a preference does not have is refused, where Wireshark would take the default
 * without a word, or FALSE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_PREFERENCES_H
#define FWX_COMMAND_PREFERENCES_H

#include <glib.h>

/* NAME:VALUE each; NULL: none. After the user's own have been loaded, before prefs_apply_all(). */
gboolean fwx_preferences_set(const char *const *set, GError **error);

#endif
