/* raw.h
 * One job of a run over hosts: between the program that hands the captures out and those that it
 * starts through GNU parallel.
 *
 * The inner program reads its arguments as one capture. What tshark prints goes to standard output
 * as it is. Messages go to standard error; a last line there, "end 0" or "end 1", says that this is
 * all, and whether the capture was read to its end. Without that line the job was broken off.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_RAW_H
#define FWX_COMMAND_RAW_H

#include "result.h"
#include "tshark.h"

/* The inner program; returns its exit status: 0 also for a capture that tshark could not read to
 * its end, which no other host would read, either; else where this machine could not do it. */
int fwx_raw_run(const struct fwx_tshark *tshark, GCancellable *cancellable);

/* The command line of the inner program, quoted for a shell, but for the captures' paths. */
GString *fwx_raw_command(const struct fwx_options *options, const char *program);

/* Takes the inner program's standard error apart. FALSE where it was broken off. */
gboolean fwx_raw_judge(struct fwx_result *result, char *errors);

#endif
