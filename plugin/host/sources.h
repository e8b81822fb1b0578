/* sources.h
 * The table of log files in the preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_SOURCES_H
#define FWX_SOURCES_H

#include "compat.h"

#include <epan/uat.h>

#include "engine/log/reader.h"

extern uat_field_t fwx_source_columns[];

/* The table, to be registered as a preference. */
uat_t *fwx_sources_make(void);

/* Opens the files of the rows for good, where they are regular ones: before rights are dropped that
 * reading them may take. Does nothing on Windows. */
void fwx_sources_hold(void);

/* The rows, *count of them; to be freed with fwx_sources_free(). */
struct fwx_log_source *fwx_sources_list(unsigned *count);
void fwx_sources_free(struct fwx_log_source *sources, unsigned count);

#endif
