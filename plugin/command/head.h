/* head.h
 * The beginning of a file: is it a capture, and when was its first packet?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_HEAD_H
#define FWX_COMMAND_HEAD_H

#include <glib.h>

/* What a file begins as; one that is packed with gzip, as what it unpacks to. */
enum fwx_head {
    FWX_HEAD_OTHER, /* or it cannot be read */
    FWX_HEAD_EMPTY,
    FWX_HEAD_PACKED, /* with something that only tshark unpacks */
    FWX_HEAD_CAPTURE,
};

enum fwx_head fwx_head_look(const char *path);

/* Begins as a capture, or is packed as one may be. Wireshark would open much more (pictures, any
 * text that a weak heuristic takes for a capture); in a folder that is no help. */
gboolean fwx_head_is_capture(const char *path);

/* Seconds since the epoch; FALSE where the head does not tell: another format, or packed with
 * something else than gzip. */
gboolean fwx_head_first_time(const char *path, double *time);

#endif
