/* logs.h
 * The firewall's own logs beside the capture that is open: read only where the preferences name
 * some, when all packets were read, and again only where a file or the capture is another one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_HOST_LOGS_H
#define FWX_HOST_LOGS_H

#include "compat.h"

#include "engine/engine.h"
#include "engine/log/logs.h"

/* A capture begins: its packets are remembered, if there are logs. */
void fwx_logs_open(struct fwx_engine *engine);
/* The packets that have come so far are joined with the logs. */
void fwx_logs_review(struct fwx_engine *engine);
void fwx_logs_close(void);

/* As of the last review; NULL: there are no logs. */
const struct fwx_logs *fwx_logs_current(void);
/* Names of the files, by number. */
const char *fwx_logs_name(unsigned file);

/* The at-th line that was joined with a packet of the frame, in the order of the logs, and the
 * at-th prediction of it that no line bears out: numbers. False behind the last. */
bool fwx_logs_line(uint32_t frame, unsigned at, uint32_t *line);
bool fwx_logs_missed(uint32_t frame, unsigned at, uint32_t *prediction);

/* All of those predictions, by their place. */
uint32_t fwx_logs_missed_count(void);
uint32_t fwx_logs_missed_at(uint32_t place);

#endif
