/* job.h
 * One capture, or the files of one capture set, read by tshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_JOB_H
#define FWX_COMMAND_JOB_H

#include "result.h"
#include "tshark.h"

struct fwx_job;

/* over is called once, from the main loop; number tells jobs apart. */
struct fwx_job *fwx_job_new(const struct fwx_tshark *tshark, const struct fwx_capture *capture,
                            guint number, void (*over)(gpointer data), gpointer data);
void fwx_job_start(struct fwx_job *job);
/* It will soon be over. */
void fwx_job_stop(struct fwx_job *job);
gboolean fwx_job_is_over(const struct fwx_job *job);
/* When it is over; valid until the job is freed, which removes the output. */
const struct fwx_result *fwx_job_result(const struct fwx_job *job);
void fwx_job_free(struct fwx_job *job);

#endif
