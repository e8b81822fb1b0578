/* read.h
 * Reads a capture, or the files of a set as one, through libwireshark: what the taps then know is
 * drawn by library.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_READ_H
#define FWX_COMMAND_READ_H

#include "command.h"

/* Makes a file of the capture standard input. FALSE, with errno, where it cannot be had. NULL in
 * place of the function: files are opened by their paths. */
typedef gboolean fwx_fetch(guint file, gpointer data);

struct fwx_source {
    const struct fwx_capture *capture;
    const char *folder; /* that its paths begin in */
    fwx_fetch *fetch;
    gpointer data;
};

/* Opens it, and reads no further than the first packet. */
struct fwx_look fwx_read_look(const struct fwx_source *source);

/* All of it, what is wrong with it on standard error: FALSE where it was not read to its end.
 * twice: the taps see the packets on a second pass, when all is known of each. */
gboolean fwx_read(const struct fwx_source *source, gboolean twice, enum fwx_format_kind *kind);

/* Ends what fwx_read() began, once the taps have drawn. */
void fwx_read_end(void);

struct wtap;
struct epan_session;

/* Standard input, a pipe that has begun: NULL, and a word on standard error, where it is none of
 * pcap or pcapng. The session is for questions about interfaces. fwx_read_end() ends it. */
struct wtap *fwx_read_stream(struct epan_session **opened);

#endif
