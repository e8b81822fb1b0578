/* live.h
 * In a worker: one capture, as it comes. Conversations are printed as they end, and then forgotten;
 * nothing is dissected, for nothing can be read twice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_UNIX_LIVE_H
#define FWX_COMMAND_UNIX_LIVE_H

/* What comes out of the first is read, and the second, a file, is printed to. Each time something
 * was, an answer (../worker.h) goes to the socket, and a byte comes back when it can be removed;
 * the last answer is no part. Never returns. */
void fwx_live_read(int from, int output, int socket);

#endif
