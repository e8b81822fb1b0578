/* csv.h
 * Comma-separated values, RFC 4180.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_CSV_H
#define FWX_COMMAND_CSV_H

#include <glib.h>

/* The cells of a line; to be freed with g_ptr_array_unref(). */
GPtrArray *fwx_csv_split(const char *line);
/* Quoted where it has to be; to be freed with g_free(). */
char *fwx_csv_quote(const char *text);

#endif
