/* sentence.h
 * How a sentence of fwx_reason() is put together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_SENTENCE_H
#define FWX_SENTENCE_H

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define FWX_REASON_SIZE 512

/* Grows by clauses, cut off (never overrun) at FWX_REASON_SIZE. */
struct fwx_sentence {
    char *buffer; /* the caller's, of FWX_REASON_SIZE bytes */
    size_t used;
};

/* An empty one. */
struct fwx_sentence fwx_sentence_in(char *buffer);

void fwx_say(struct fwx_sentence *sentence, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Seconds with that many digits, always with a point: the locale's printf() may write a comma. */
void fwx_say_seconds(struct fwx_sentence *sentence, int64_t ns, unsigned digits);

/* "0.125 s", "3.2 s", "251 s": as many digits as anybody reads. */
void fwx_say_duration(struct fwx_sentence *sentence, int64_t ns);

#endif
