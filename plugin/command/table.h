/* table.h
 * The rows of one capture in aligned columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_TABLE_H
#define FWX_COMMAND_TABLE_H

#include <stdio.h>

#include <glib.h>

struct fwx_table;

struct fwx_table *fwx_table_new(void);
void fwx_table_free(struct fwx_table *table);

/* Lines of fwx,csv, the heading first. Every line is given twice: to be measured, then to be
 * printed. No row is kept, however many there are. */
void fwx_table_measure(struct fwx_table *table, const char *line);
void fwx_table_print(const struct fwx_table *table, const char *line, FILE *stream);

#endif
