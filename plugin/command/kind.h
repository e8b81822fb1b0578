/* kind.h
 * Is a file that an argument names a capture? tshark opens pictures, programs and many a text, too,
 * and finds no fault with them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_KIND_H
#define FWX_COMMAND_KIND_H

#include "tshark.h"

enum fwx_kind {
    FWX_KIND_CAPTURE,
    FWX_KIND_DOUBTFUL, /* one if there are conversations in it */
    FWX_KIND_NONE,
};

/* The path is absolute, and the normal user (see user.h) can read it. */
enum fwx_kind fwx_kind_of(const struct fwx_tshark *tshark, const char *path);

#endif
