/* result.h
 * What came of reading a capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_RESULT_H
#define FWX_COMMAND_RESULT_H

#include "captures.h"

struct fwx_result {
    const struct fwx_capture *capture;
    char *output;     /* file with what tshark printed; it may not be there */
    char *messages;   /* what was said on standard error, "" for nothing */
    gboolean read;    /* to the end */
    gboolean tried;   /* tshark ended by itself; else the fault is this machine's */
    gboolean stopped; /* by us, before its end: there is no result */
};

/* All that messages has of a file that is none. */
#define FWX_NOT_A_CAPTURE "not a capture"

/* Takes a result in the order of the captures; it is gone afterwards. */
typedef void fwx_take(const struct fwx_result *result, gpointer data);

/* Something that was looked at in a folder and is no capture. */
gboolean fwx_result_is_no_capture(const struct fwx_result *result);

#endif
