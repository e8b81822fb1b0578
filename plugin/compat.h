/* compat.h
 * The only place with conditions on the Wireshark version: 4.0, 4.4 and 4.6 build from one
 * source.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMPAT_H
#define FWX_COMPAT_H

#define WS_BUILD_DLL
#include <wireshark.h>

#include <stdbool.h>
#include <ws_version.h>

#define FWX_WIRESHARK_AT_LEAST(major, minor)                                                       \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Public prototypes speak C99 since 4.4, GLib before. */
#if FWX_WIRESHARK_AT_LEAST(4, 4)
typedef bool fwx_bool;
#else
typedef gboolean fwx_bool;
#endif

/* plugin_describe() tells the about dialog what a plugin brings. */
#if FWX_WIRESHARK_AT_LEAST(4, 2)
#include <wsutil/plugins.h>
#define FWX_HAVE_PLUGIN_DESCRIBE 1
#else
#define FWX_HAVE_PLUGIN_DESCRIBE 0
#endif

/* The callback of a "-z" output may refuse since 4.6. */
#if FWX_WIRESHARK_AT_LEAST(4, 6)
typedef bool fwx_stat_init_result;
#define FWX_STAT_INIT_RETURN(ok) return (ok)
#else
typedef void fwx_stat_init_result;
#define FWX_STAT_INIT_RETURN(ok) return
#endif

#endif
