/* job.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "job.h"

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "escape.h"
#include "kind.h"
#include "user.h"

enum process { MERGER, READER, PROCESSES };

struct fwx_job {
    const struct fwx_tshark *tshark;
    guint number;
    void (*over)(gpointer data);
    gpointer data;

    GPtrArray *paths;  /* of char *: the files from the root on, or copies that can be read */
    GPtrArray *copies; /* of char *: those of paths that are copies */
    char *merged;      /* the set, or what came through a pipe, as one file; or NULL */
    enum fwx_kind kind;
    GSubprocess *processes[PROCESSES];
    GOutputStream *messages[PROCESSES];
    unsigned pending; /* operations under way */
    gboolean is_over;
    struct fwx_result result;
};

#define SPLICE_FLAGS (G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET)

struct fwx_job *fwx_job_new(const struct fwx_tshark *tshark, const struct fwx_capture *capture,
                            guint number, void (*over)(gpointer data), gpointer data)
{
    struct fwx_job *job = g_new0(struct fwx_job, 1);

    job->tshark = tshark;
    job->number = number;
    job->over = over;
    job->data = data;
    job->paths = g_ptr_array_new_with_free_func(g_free);
    job->copies = g_ptr_array_new();
    job->result.capture = capture;
    job->result.output = g_strdup_printf("%s/%u.out", tshark->scratch, number);
    for (unsigned i = 0; i < PROCESSES; i++)
        job->messages[i] = g_memory_output_stream_new_resizable();
    return job;
}

/* ---- files ---------------------------------------------------------------------------------- */

static const char *original(const struct fwx_job *job, guint i)
{
    return (const char *)job->result.capture->paths->pdata[i];
}

static gboolean copy(const char *from, const char *to, GError **error)
{
    GFile *source = g_file_new_for_path(from);
    GFile *target = g_file_new_for_path(to);
    gboolean copied =
        g_file_copy(source, target, G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL, error) &&
        fwx_user_give(to, error);

    g_object_unref(source);
    g_object_unref(target);
    return copied;
}

/* What root alone may read is copied for tshark: to a folder that nobody else looks into. */
static gboolean prepare_file(struct fwx_job *job, guint i, GError **error)
{
    gboolean is_stdin = g_str_equal(original(job, i), FWX_STDIN);
    char *path = is_stdin ? g_strdup(FWX_STDIN) : g_canonicalize_filename(original(job, i), NULL);
    char *name;
    gboolean copied;

    if (is_stdin || fwx_user_can_read(path)) {
        g_ptr_array_add(job->paths, path);
        return TRUE;
    }
    name = g_strdup_printf("%s/%u-%u.capture", job->tshark->scratch, job->number, i);
    g_ptr_array_add(job->paths, name);
    g_ptr_array_add(job->copies, name);
    copied = copy(path, name, error);
    g_free(path);
    return copied;
}

static gboolean prepare_files(struct fwx_job *job, GError **error)
{
    guint count = job->result.capture->paths->len;

    for (guint i = 0; i < count; i++) {
        if (!prepare_file(job, i, error))
            return FALSE;
    }
    return TRUE;
}

static void remove_files(struct fwx_job *job)
{
    for (guint i = 0; i < job->copies->len; i++)
        g_unlink((const char *)job->copies->pdata[i]);
    if (job->merged)
        g_unlink(job->merged);
}

/* ---- messages ------------------------------------------------------------------------------- */

/* On one line, as messages are taken apart by lines. */
static void replace(GString *text, const char *path, const char *name)
{
    char *shown = fwx_escape(name, "");

    g_string_replace(text, path, shown, 0);
    g_free(shown);
}

/* At the beginning of lines. */
static void remove_program(GString *text, const char *program)
{
    char *inside = g_strconcat("\n", program, NULL);

    g_string_prepend_c(text, '\n');
    g_string_replace(text, inside, "\n", 0);
    g_string_erase(text, 0, 1);
    g_free(inside);
}

static void add_messages(GString *text, GOutputStream *stream)
{
    GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(stream);

    g_string_append_len(text, (const char *)g_memory_output_stream_get_data(memory),
                        (gssize)g_memory_output_stream_get_data_size(memory));
}

static void add_end(GString *text, GSubprocess *process, const char *program)
{
    if (text->len || !process || g_subprocess_get_successful(process))
        return;
    if (g_subprocess_get_if_signaled(process))
        g_string_append_printf(text, "%s was ended by signal %d", program,
                               g_subprocess_get_term_sig(process));
    else
        g_string_append_printf(text, "%s ended with status %d", program,
                               g_subprocess_get_exit_status(process));
}

/* In the user's terms: the captures' own names. */
static char *messages_of(const struct fwx_job *job)
{
    GString *text = g_string_new(job->result.messages);

    for (unsigned i = 0; i < PROCESSES; i++)
        add_messages(text, job->messages[i]);
    add_end(text, job->processes[READER], "tshark");
    add_end(text, job->processes[MERGER], "mergecap");
    for (guint i = 0; i < job->paths->len; i++)
        replace(text, (const char *)job->paths->pdata[i], original(job, i));
    if (job->merged)
        replace(text, job->merged, job->result.capture->name);
    remove_program(text, "tshark: ");
    remove_program(text, "mergecap: ");
    remove_program(text, "cat: ");
    return g_strchomp(g_string_free(text, FALSE));
}

/* ---- the end -------------------------------------------------------------------------------- */

static void read_merged(struct fwx_job *job);

/* By itself: nothing killed it. */
static gboolean ended(GSubprocess *process)
{
    return process && g_subprocess_get_if_exited(process);
}

/* Or because tshark, which it writes to, wanted no more. */
static gboolean merger_ended(GSubprocess *merger)
{
#ifdef SIGPIPE
    if (merger && !ended(merger))
        return g_subprocess_get_term_sig(merger) == SIGPIPE;
#endif
    return !merger || ended(merger);
}

static gboolean succeeded(GSubprocess *process)
{
    return !process || g_subprocess_get_successful(process);
}

/* Since 4.4 mergecap tells of a file that is cut short, and succeeds: what it says counts, too. */
static gboolean merged_all(const struct fwx_job *job)
{
    GOutputStream *said = job->messages[MERGER];

    return succeeded(job->processes[MERGER]) &&
           (!said || !g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(said)));
}

/* Rows of the CSV begin with a number, and nothing else does. */
static gboolean has_rows(const char *path)
{
    char *text = NULL;
    gboolean has = g_file_get_contents(path, &text, NULL, NULL) &&
                   g_regex_match_simple("^[0-9]", text, G_REGEX_RAW | G_REGEX_MULTILINE, 0);

    g_free(text);
    return has;
}

static gboolean is_no_capture(const struct fwx_job *job)
{
    return job->kind == FWX_KIND_NONE ||
           (job->kind == FWX_KIND_DOUBTFUL && job->result.read && !has_rows(job->result.output));
}

static void finish(struct fwx_job *job)
{
    char *messages;

    job->result.tried = !job->result.messages && ended(job->processes[READER]) &&
                        merger_ended(job->processes[MERGER]);
    job->result.read = job->result.tried && succeeded(job->processes[READER]) && merged_all(job);
    if (is_no_capture(job)) {
        job->result.tried = TRUE;
        job->result.read = FALSE;
        messages = g_strdup(FWX_NOT_A_CAPTURE);
    } else {
        messages = messages_of(job);
    }
    g_free(job->result.messages);
    job->result.messages = messages;
    remove_files(job);
    job->is_over = TRUE;
    job->over(job->data);
}

/* Of a set, what could be merged is read, too. */
static gboolean is_ready(const struct fwx_job *job)
{
    return job->merged && !job->processes[READER] && !job->result.messages &&
           job->kind != FWX_KIND_NONE && (job->paths->len > 1 || succeeded(job->processes[MERGER]));
}

/* An operation is through; after the last one comes the next step. */
static void settle(struct fwx_job *job)
{
    if (--job->pending > 0)
        return;
    if (is_ready(job))
        read_merged(job);
    else
        finish(job);
}

/* Takes the error over. */
static void fail(struct fwx_job *job, GError *error)
{
    if (!job->result.messages)
        job->result.messages = g_strdup(error->message);
    g_error_free(error);
}

/* ---- processes ------------------------------------------------------------------------------ */

static void on_exit_of(GObject *process, GAsyncResult *result, gpointer data)
{
    g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
    settle((struct fwx_job *)data);
}

static void on_output(GObject *target, GAsyncResult *result, gpointer data)
{
    struct fwx_job *job = (struct fwx_job *)data;
    GError *error = NULL;

    if (g_output_stream_splice_finish(G_OUTPUT_STREAM(target), result, &error) < 0)
        fail(job, error);
    settle(job);
}

/* A tshark that gives up leaves the rest of the set unread: it says so itself. */
static void on_input(GObject *target, GAsyncResult *result, gpointer data)
{
    g_output_stream_splice_finish(G_OUTPUT_STREAM(target), result, NULL);
    settle((struct fwx_job *)data);
}

static void pour(struct fwx_job *job, GInputStream *from, GOutputStream *to,
                 GAsyncReadyCallback callback)
{
    job->pending++;
    g_output_stream_splice_async(to, from, SPLICE_FLAGS, G_PRIORITY_DEFAULT, NULL, callback, job);
}

static void watch(struct fwx_job *job, enum process which)
{
    GSubprocess *process = job->processes[which];

    pour(job, g_subprocess_get_stderr_pipe(process), job->messages[which], on_output);
    job->pending++;
    g_subprocess_wait_async(process, NULL, on_exit_of, job);
}

static GOutputStream *create(const char *path, GError **error)
{
    GFile *file = g_file_new_for_path(path);
    GFileOutputStream *output =
        g_file_replace(file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);

    g_object_unref(file);
    return output ? G_OUTPUT_STREAM(output) : NULL;
}

static gboolean start_reader(struct fwx_job *job, const char *path, GError **error)
{
    GOutputStream *output = create(job->result.output, error);

    if (!output)
        return FALSE;
    job->processes[READER] = fwx_tshark_read(job->tshark, path, error);
    if (job->processes[READER]) {
        pour(job, g_subprocess_get_stdout_pipe(job->processes[READER]), output, on_output);
        watch(job, READER);
    }
    g_object_unref(output);
    return job->processes[READER] != NULL;
}

static gboolean start_merger(struct fwx_job *job, const char *target, GError **error)
{
    job->processes[MERGER] = fwx_tshark_merge(job->tshark, job->paths, target, error);
    if (!job->processes[MERGER])
        return FALSE;
    watch(job, MERGER);
    return TRUE;
}

/* ---- the beginning -------------------------------------------------------------------------- */

/* Two passes want a file. */
static gboolean start_with_file(struct fwx_job *job, GError **error)
{
    job->merged = g_strdup_printf("%s/%u.pcapng", job->tshark->work, job->number);
    return start_merger(job, job->merged, error);
}

/* A pipe's content is a file first: it has to be looked at before tshark reads it. */
static gboolean start_with_content(struct fwx_job *job, const char *path, GError **error)
{
    GOutputStream *output;

    job->merged = g_strdup_printf("%s/%u.capture", job->tshark->scratch, job->number);
    output = create(job->merged, error);
    if (output && fwx_user_give(job->merged, error))
        job->processes[MERGER] = fwx_tshark_fetch(job->tshark, path, error);
    if (job->processes[MERGER]) {
        pour(job, g_subprocess_get_stdout_pipe(job->processes[MERGER]), output, on_output);
        watch(job, MERGER);
    }
    g_clear_object(&output);
    return job->processes[MERGER] != NULL;
}

static gboolean start_with_one(struct fwx_job *job, const char *path, GError **error)
{
    job->kind = fwx_kind_of(job->tshark, path);
    return job->kind == FWX_KIND_NONE || start_reader(job, path, error);
}

static void read_merged(struct fwx_job *job)
{
    GError *error = NULL;

    job->pending = 1;
    if (job->paths->len == 1 ? !start_with_one(job, job->merged, &error)
                             : !start_reader(job, job->merged, &error))
        fail(job, error);
    settle(job);
}

static gboolean is_pipe(const char *path)
{
#ifdef G_OS_UNIX
    GStatBuf about;

    return g_str_equal(path, FWX_STDIN) || (g_stat(path, &about) == 0 && S_ISFIFO(about.st_mode));
#else
    return g_str_equal(path, FWX_STDIN);
#endif
}

static gboolean start_with_pipe(struct fwx_job *job, GError **error)
{
    if (!start_reader(job, "-", error))
        return FALSE;
    if (!start_merger(job, "-", error)) {
        g_subprocess_force_exit(job->processes[READER]);
        return FALSE;
    }
    pour(job, g_subprocess_get_stdout_pipe(job->processes[MERGER]),
         g_subprocess_get_stdin_pipe(job->processes[READER]), on_input);
    return TRUE;
}

static gboolean start(struct fwx_job *job, GError **error)
{
    const char *path;

    if (!prepare_files(job, error))
        return FALSE;
    path = (const char *)job->paths->pdata[0];
    if (job->paths->len == 1 && is_pipe(path))
        return start_with_content(job, path, error);
    if (job->paths->len == 1)
        return start_with_one(job, path, error);
    return job->tshark->twice ? start_with_file(job, error) : start_with_pipe(job, error);
}

static gboolean settle_later(gpointer data)
{
    settle((struct fwx_job *)data);
    return G_SOURCE_REMOVE;
}

void fwx_job_start(struct fwx_job *job)
{
    GError *error = NULL;

    job->pending = 1; /* this beginning */
    if (job->result.capture->trouble)
        job->result.messages = g_strdup(job->result.capture->trouble);
    else if (!start(job, &error))
        fail(job, error);
    g_idle_add(settle_later, job);
}

void fwx_job_stop(struct fwx_job *job)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        if (job->processes[i])
            g_subprocess_force_exit(job->processes[i]);
    }
    if (job->is_over)
        return;
    job->result.stopped = TRUE;
    if (!job->result.messages)
        job->result.messages = g_strdup("stopped");
}

gboolean fwx_job_is_over(const struct fwx_job *job)
{
    return job->is_over;
}

const struct fwx_result *fwx_job_result(const struct fwx_job *job)
{
    return &job->result;
}

void fwx_job_free(struct fwx_job *job)
{
    g_unlink(job->result.output);
    g_free(job->result.output);
    g_free(job->result.messages);
    for (unsigned i = 0; i < PROCESSES; i++) {
        g_clear_object(&job->processes[i]);
        g_clear_object(&job->messages[i]);
    }
    g_ptr_array_unref(job->copies);
    g_ptr_array_unref(job->paths);
    g_free(job->merged);
    g_free(job);
}
