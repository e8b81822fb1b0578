/* settings.h
 * Wireshark's settings for tshark, in a folder that it is given as WIRESHARK_CONFIG_DIR: the
 * user's own, and of these the lean ones, with which it dissects no more than the findings need.
 *
 * Links, tags and tunnels stay on, so that the lean verdicts are those of the full settings. What
 * lean leaves out are packets inside of TCP connections, and those that only the content of an
 * application leads to: a capture sent over HTTP, streams that signalling sets up, decrypted TLS.
 * Addresses are not resolved. Neither TCP nor applications have fields to filter on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_SETTINGS_H
#define FWX_COMMAND_SETTINGS_H

#include <gio/gio.h>

/* Both fill a folder that exists and is empty; a file of the user's that cannot be read is an
 * error, for verdicts would be others without it. protocols: what `tshark -G protocols` prints. */
gboolean fwx_settings_lean(const char *folder, const char *protocols, GError **error);
gboolean fwx_settings_full(const char *folder, GError **error);
/* One of the user's profiles, which need not be there: Wireshark and the plugin bring some, too. */
gboolean fwx_settings_profile(const char *folder, const char *name, GError **error);

#endif
