/* overview.h
 * Many captures at a glance: a line for each that has trouble, worst first; the others are counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_OVERVIEW_H
#define FWX_COMMAND_OVERVIEW_H

#include "command.h"
#include "outputs.h"

/* A capture that was read, wholly or not. */
void fwx_overview_take(const char *capture, const struct fwx_counts *counts);

/* How many of them have trouble so far. */
guint64 fwx_overview_troubled(void);

/* columns: that a line may have; colours: as terminals show them. To be freed. */
char *fwx_overview_text(unsigned columns, gboolean colours);

#endif
