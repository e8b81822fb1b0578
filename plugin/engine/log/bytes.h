/* bytes.h
 * The text of a log file as UTF-8, in bounded memory: gzip is unpacked, UTF-16 (Windows) converted,
 * a byte order mark passed over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_BYTES_H
#define FWX_LOG_BYTES_H

#include <stdint.h>

#include <glib.h>

struct fwx_bytes;

/* Opens a path, in GLib's encoding of file names. written: when the file was last written, seconds
 * since 1970. NULL with errno: it cannot be opened. */
struct fwx_bytes *fwx_bytes_open(const char *path, int64_t *written);
/* The same of a file that somebody has opened; it is read from its beginning, and stays open. */
struct fwx_bytes *fwx_bytes_of_descriptor(int descriptor, int64_t *written);
/* Of memory, which is to last as long as this does. */
struct fwx_bytes *fwx_bytes_of_memory(const void *memory, size_t length);

/* How many bytes were put there, 0 at the end; -1: it cannot be read on, which wrong says. */
gssize fwx_bytes_read(struct fwx_bytes *bytes, char *to, size_t room, const char **wrong);
void fwx_bytes_close(struct fwx_bytes *bytes);

#endif
