/* jobs.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "jobs.h"

#include <string.h>

#include <glib/gstdio.h>

#include "job.h"

struct run {
    const struct fwx_tshark *tshark;
    const GPtrArray *captures;
    GCancellable *cancellable;
    fwx_take *take;
    gpointer data;
    GMainLoop *loop;
    struct fwx_job **jobs; /* by capture; NULL before and after */
    unsigned at_a_time;
    guint running;
    guint started;
    guint taken;
};

static void go_on(struct run *run);

/* Those whose turn it is. */
static void hand_over(struct run *run)
{
    while (run->taken < run->started && fwx_job_is_over(run->jobs[run->taken])) {
        struct fwx_job *job = run->jobs[run->taken];

        run->take(fwx_job_result(job), run->data);
        run->jobs[run->taken++] = NULL;
        fwx_job_free(job);
    }
}

static void over(gpointer data)
{
    struct run *run = (struct run *)data;

    run->running--;
    go_on(run);
}

static gboolean may_start(const struct run *run)
{
    return run->running < run->at_a_time && run->started < run->captures->len &&
           !g_cancellable_is_cancelled(run->cancellable);
}

static void go_on(struct run *run)
{
    while (may_start(run)) {
        guint index = run->started++;

        run->running++;
        run->jobs[index] = fwx_job_new(
            run->tshark, (const struct fwx_capture *)run->captures->pdata[index], index, over, run);
        fwx_job_start(run->jobs[index]);
    }
    hand_over(run);
    if (run->running == 0 &&
        (run->taken == run->captures->len || g_cancellable_is_cancelled(run->cancellable)))
        g_main_loop_quit(run->loop);
}

static void cancel(GCancellable *cancellable, gpointer data)
{
    struct run *run = (struct run *)data;

    (void)cancellable;
    for (guint i = run->taken; i < run->started; i++)
        fwx_job_stop(run->jobs[i]);
}

static gboolean begin(gpointer data)
{
    go_on((struct run *)data);
    return G_SOURCE_REMOVE;
}

void fwx_jobs_run(const struct fwx_tshark *tshark, const GPtrArray *captures, unsigned at_a_time,
                  GCancellable *cancellable, fwx_take *take, gpointer data)
{
    struct run run = {
        .tshark = tshark,
        .captures = captures,
        .cancellable = cancellable,
        .take = take,
        .data = data,
        .loop = g_main_loop_new(NULL, FALSE),
        .jobs = g_new0(struct fwx_job *, captures->len + 1),
        .at_a_time = at_a_time,
    };
    gulong handler = g_cancellable_connect(cancellable, G_CALLBACK(cancel), &run, NULL);

    g_idle_add(begin, &run);
    g_main_loop_run(run.loop);
    g_cancellable_disconnect(cancellable, handler);
    hand_over(&run);
    g_main_loop_unref(run.loop);
    g_free(run.jobs);
}
