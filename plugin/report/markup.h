/* markup.h
 * Text within HTML and SVG: the only place where it is escaped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_MARKUP_H
#define FWX_REPORT_MARKUP_H

#include <glib.h>

/* As content, and within a quoted attribute. NULL: nothing. */
void fwx_markup_text(GString *to, const char *text);

/* Lines of text as content, which end where they end. */
void fwx_markup_lines(GString *to, const char *text);

/* <name class="class">text</name>; class NULL: none. Where text is NULL, nothing at all. */
void fwx_markup_element(GString *to, const char *name, const char *class, const char *text);

#endif
