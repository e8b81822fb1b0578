/* words.h
 * The sentences of a report that are the same in every format.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_WORDS_H
#define FWX_REPORT_WORDS_H

#include "report/report.h"

/* All that return a char * return a string to be freed with g_free(). */

/* What was wrong, in a few words: "Ethernet padding counted as payload". */
const char *fwx_words_trouble(const struct fwx_account *account);
/* What that means, for whoever does not know it: a sentence or two; NULL where nothing is wrong. */
const char *fwx_words_meaning(const struct fwx_account *account);
/* What became of a conversation that nothing is wrong with: "closed in order". */
const char *fwx_words_ending(enum fwx_ending ending);

/* "3 of 212 conversations had trouble" */
char *fwx_words_title(const struct fwx_report *report);
/* The answer in a paragraph, below that title. */
char *fwx_words_answer(const struct fwx_report *report);
/* "207 conversations worked: 200 closed in order, ..."; NULL where none did. */
char *fwx_words_healthy(const struct fwx_report *report);
/* What was left out; NULL: nothing. */
char *fwx_words_left_out(const struct fwx_report *report);

/* The verdict's certainty and what bears it out, in sentences; NULL where there is no verdict. */
char *fwx_words_certainty(const struct fwx_story *story);
/* "TMG 2010 would have logged 0xc0040034 ..., at frame 3; 8 packets dropped"; NULL: it has no
 * verdict. */
char *fwx_words_verdict(const struct fwx_report *report, const struct fwx_story *story);

/* Seconds since the first packet; "" where no time is known. */
char *fwx_words_seconds(int64_t ns);
/* "3.0 s without a packet"; "12 packets left out (frames 30 to 55)" */
char *fwx_words_step(const struct fwx_step *step);
/* "2", or "2, 8" where it was seen at two points. */
char *fwx_words_frames(const struct fwx_step *step);
/* What an arrow means, of those that do not arrive; NULL: it does. */
const char *fwx_words_arrow(enum fwx_arrow arrow);

/* What a ladder shows, for whoever sees one for the first time. */
char *fwx_words_legend(const struct fwx_story *story);

/* "initiator", "in between", "responder" */
const char *fwx_words_role(const struct fwx_story *story, unsigned lane);

#endif
