/* fast.h
 * Reads captures without dissection, as long as all their frames are plain (engine/plain.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_FAST_H
#define FWX_COMMAND_FAST_H

#include "compat.h"

#include <epan/epan.h>
#include <wiretap/wtap.h>

struct fwx_fast;

/* Do a capture's first frames look as if all were plain? What has been read is to be read again. */
gboolean fwx_fast_begins(wtap *file);

/* For the files of a capture, whose session is open. To be freed with fwx_fast_end(). */
struct fwx_fast *fwx_fast_start(epan_t *session);

/* All of a file: FALSE where a frame is not plain, and the capture has to be read otherwise. *error
 * and *info are what wtap_read() says at the end. */
gboolean fwx_fast_read(struct fwx_fast *fast, wtap *file, int *error, gchar **info);

/* Without a session, the taps have to forget what they got. */
void fwx_fast_end(struct fwx_fast *fast);

#endif
