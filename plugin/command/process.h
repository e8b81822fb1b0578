/* process.h
 * A worker's process, as the program sees it: how it is started, asked, heard and ended. On Unix it
 * is forked; on Windows the program is started once more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_PROCESS_H
#define FWX_COMMAND_PROCESS_H

#include "worker.h"

struct fwx_process;

/* A file that nobody else sees, and that is gone with its last descriptor; negative: errno. */
int fwx_process_file(void);

/* look: captures are only looked at; files: FWX_FILES of fwx_process_file(), the process's until it
 * ends. NULL: errno tells. */
struct fwx_process *fwx_process_start(const GPtrArray *captures, gboolean look, const int *files);

/* To read the capture of that index. FALSE where the process is gone. */
gboolean fwx_process_ask(struct fwx_process *process, guint32 capture);

enum fwx_heard { FWX_HEARD_NOTHING, FWX_HEARD_ANSWER, FWX_HEARD_END };

/* Of one that has something to say. */
enum fwx_heard fwx_process_hear(struct fwx_process *process, struct fwx_answer *answer);

/* Waits until one has something to say, at most so long; says which, by index. NULL: none is there.
 */
void fwx_processes_wait(struct fwx_process *const *processes, guint count, guint milliseconds,
                        gboolean *ready);

/* Freed. kill: whatever it is doing. What became of it, to be freed. */
char *fwx_process_end(struct fwx_process *process, gboolean kill);

/* In main(), once the options are known: a process that is a worker serves, and does not return. */
void fwx_process_serve(const char *program);

#endif
