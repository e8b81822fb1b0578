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
/* As much of a line as its first cells are long, without the comma behind them: 1 cell or more. */
gsize fwx_csv_length(const char *line, guint cells);
/* A cell: no formula (see formula.h), no control characters but tabs and the line feeds of RFC
 * 4180, quoted where it has to be; to be freed with g_free(). */
char *fwx_csv_cell(const char *text);

#endif
