/* escape.h
 * Text that comes from captures, logs and names of files, made fit to be shown.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_ESCAPE_H
#define FWX_REPORT_ESCAPE_H

#include <glib.h>

/* One line without anything that a terminal acts on: control characters, separators of lines, and
 * what turns or hides text become \n, \x1b, \u202e; bytes that are no UTF-8 become \xff.
 * Backslashes stay what they are: this is for eyes. keep: ASCII control characters to leave alone,
 * or "". To be freed with g_free(). */
char *fwx_escape(const char *text, const char *keep);

#endif
