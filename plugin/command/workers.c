/* workers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "workers.h"

#include <errno.h>

#include "process.h"
#include "system.h"

enum { EVERY_MS = 500, NONE = -1 };

struct worker {
    struct fwx_process *process; /* NULL: there is none */
    int files[FWX_FILES];        /* 0: there is none */
    gint64 capture;              /* that it reads; NONE */
    gboolean leaves;
    gint64 printed; /* bytes of its file */
    guint waiting;  /* results that are in there */
};

static const GPtrArray *captures;
static gboolean look;
static struct worker *workers;
static guint count;                 /* of workers */
static struct fwx_result **results; /* by capture; NULL before and after */
static guint started;               /* captures */
static guint taken;
static GError *failure;

static void fail(const char *what)
{
    if (!failure)
        failure = g_error_new(G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s: %s",
                              g_get_tmp_dir(), what, g_strerror(errno));
}

/* ---- results -------------------------------------------------------------------------------- */

/* Those whose turn it is; at the end, all that there are. */
static void hand_over(void (*take)(const struct fwx_result *result), gboolean all)
{
    for (; taken < started && (all || results[taken]); taken++) {
        struct fwx_result *result = results[taken];

        if (!result)
            continue;
        take(result);
        if (result->waiting)
            --*result->waiting;
        g_free(result->messages);
        g_free(result);
    }
}

char *fwx_workers_said(const int *files, const char *words)
{
    enum { ENOUGH = 1 << 16 };
    char *said = g_malloc0(ENOUGH);
    char *all;

    fwx_system_read_at(files[FWX_MESSAGES], said, ENOUGH - 1, 0); /* nothing: no text */
    g_strchomp(said);
    all = g_strconcat(said, *said && words ? "\n" : "", words, NULL);
    g_free(said);
    return all;
}

/* words: why there is no answer, or NULL; taken over. */
static void finish(struct worker *worker, const struct fwx_answer *answer, char *words)
{
    struct fwx_result *result = results[worker->capture] = g_new0(struct fwx_result, 1);

    result->capture = (struct fwx_capture *)captures->pdata[worker->capture];
    if (answer)
        result->answer = *answer;
    result->died = !answer;
    result->messages = fwx_workers_said(worker->files, words);
    result->file = worker->files[FWX_OUTPUT];
    result->offset = worker->printed;
    if (answer && !answer->error)
        worker->printed = fwx_system_size(result->file);
    result->length = worker->printed - result->offset;
    result->waiting = &worker->waiting;
    worker->waiting++;
    worker->capture = NONE;
    g_free(words);
}

/* ---- workers -------------------------------------------------------------------------------- */

static gboolean start(struct worker *worker)
{
    for (unsigned i = 0; i < FWX_FILES && !worker->files[i]; i++) {
        int file = fwx_process_file();

        if (file < 0) {
            fail("no file for results");
            return FALSE;
        }
        worker->files[i] = file;
    }
    worker->process = fwx_process_start(captures, look, worker->files);
    if (!worker->process)
        fail("no worker can be started");
    worker->capture = NONE;
    worker->leaves = FALSE;
    return worker->process != NULL;
}

/* What became of it, for the one who hears of its capture; to be freed. */
static char *end(struct worker *worker, gboolean kill)
{
    return fwx_process_end(g_steal_pointer(&worker->process), kill);
}

static void hear(struct worker *worker)
{
    struct fwx_answer answer = {0};
    enum fwx_heard heard = fwx_process_hear(worker->process, &answer);

    if (heard == FWX_HEARD_NOTHING)
        return;
    if (worker->capture == NONE) {
        g_free(end(worker, heard == FWX_HEARD_ANSWER)); /* nobody has asked it */
    } else if (heard == FWX_HEARD_END) {
        finish(worker, NULL, end(worker, FALSE));
    } else {
        worker->leaves = answer.leaves != 0;
        finish(worker, &answer, NULL);
    }
}

/* FALSE where there is none left. Captures with trouble have their result already. */
static gboolean next_capture(void)
{
    for (; started < captures->len; started++) {
        struct fwx_capture *capture = (struct fwx_capture *)captures->pdata[started];

        if (!capture->trouble)
            return TRUE;
        results[started] = g_new0(struct fwx_result, 1);
        results[started]->capture = capture;
        results[started]->messages = g_strdup(capture->trouble);
        results[started]->answer.look.kind = FWX_FORMAT_COMMON;
    }
    return FALSE;
}

static void hand_out(void)
{
    for (guint i = 0; i < count && next_capture() && !failure; i++) {
        struct worker *worker = &workers[i];

        if ((worker->process && (worker->capture != NONE || worker->leaves)) ||
            (!worker->process && !start(worker)))
            continue;
        if (worker->waiting == 0)
            worker->printed = 0;
        if (!fwx_system_cut(worker->files[FWX_OUTPUT], worker->printed) ||
            !fwx_system_cut(worker->files[FWX_MESSAGES], 0))
            fail("results cannot be removed");
        if (fwx_process_ask(worker->process, started))
            worker->capture = started++;
    }
}

/* ---- the run -------------------------------------------------------------------------------- */

/* FALSE where no worker has anything to do. */
static gboolean wait_for_answers(void)
{
    struct fwx_process **processes = g_new0(struct fwx_process *, count);
    gboolean *ready = g_new0(gboolean, count);
    gboolean busy = FALSE;

    for (guint i = 0; i < count; i++) {
        processes[i] = workers[i].process;
        busy |= workers[i].process && (workers[i].capture != NONE || workers[i].leaves);
    }
    if (busy)
        fwx_processes_wait(processes, count, EVERY_MS, ready);
    for (guint i = 0; i < count; i++) {
        if (ready[i])
            hear(&workers[i]);
    }
    g_free(ready);
    g_free(processes);
    return busy;
}

/* What was read is handed over before its files are closed. */
static void end_all(void (*take)(const struct fwx_result *result))
{
    for (guint i = 0; i < count; i++) {
        if (workers[i].process)
            g_free(end(&workers[i], TRUE));
    }
    hand_over(take, TRUE);
    for (guint i = 0; i < count * FWX_FILES; i++) {
        if (workers[i / FWX_FILES].files[i % FWX_FILES])
            close(workers[i / FWX_FILES].files[i % FWX_FILES]);
    }
    g_clear_pointer(&results, g_free);
    g_clear_pointer(&workers, g_free);
}

gboolean fwx_workers_run(const GPtrArray *all, gboolean looking,
                         void (*take)(const struct fwx_result *result), gboolean (*go_on)(void),
                         GError **error)
{
    gboolean busy = TRUE;

    captures = all;
    look = looking;
    count = MIN((guint)fwx_options.jobs, all->len);
    workers = g_new0(struct worker, count);
    results = g_new0(struct fwx_result *, all->len);
    started = taken = 0;
    while (!failure && go_on() && (busy || next_capture())) {
        hand_out();
        busy = wait_for_answers();
        hand_over(take, FALSE);
    }
    end_all(take);
    if (failure)
        g_propagate_error(error, g_steal_pointer(&failure));
    return !*error;
}
