/* extract.h
 * From the text of a line to what it says, by a format.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_EXTRACT_H
#define FWX_LOG_EXTRACT_H

#include "engine/log/formats.h"
#include "engine/log/line.h"

struct fwx_log_extractor;

/* Gets each event of a line; it and its texts are valid during the call. */
typedef void fwx_log_take(const struct fwx_log_line *line, void *data);

/* zone: of times that say none, NULL: not known; near: see moment.h. The format outlives it. To be
 * freed. */
struct fwx_log_extractor *fwx_log_extractor_new(const struct fwx_log_format *format,
                                                GTimeZone *zone, int64_t near);
void fwx_log_extractor_free(struct fwx_log_extractor *extractor);

/* Hands on what the line says; text ends with a NUL behind its length. *events: how many; 0 for a
 * line that is known to tell of no packet. Returns what is wrong with the line, or NULL; never to
 * be freed. */
const char *fwx_log_extract(struct fwx_log_extractor *extractor, const char *text, gsize length,
                            uint32_t number, fwx_log_take *take, void *data, unsigned *events);

/* An address with a port behind it, or none: "192.0.2.1", "192.0.2.1:443", "[2001:db8::1]:443",
 * "192.0.2.1/443"; *port stays where there is none. False: it is no address. */
bool fwx_log_address(const char *text, struct fwx_address *address, uint16_t *port);

#endif
