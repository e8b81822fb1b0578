/* main.c
 * fwx-verdicts: what would the firewall have said, over any number of captures? libwireshark and
 * the plugin in one program, whose workers take capture after capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/facts/advice.h"
#include "follow.h"
#include "fromlog.h"
#include "overview.h"
#include "library.h"
#include "process.h"
#include "reporting.h"
#include "system.h"
#include "workers.h"

enum { NO_TERMINAL = 80 }; /* columns */
enum { ALL_READ = 0, SOME_NOT_READ = 1, NOTHING_DONE = 2, SIGNALLED = 128 };

static struct {
    FILE *file;
    char *path;      /* NULL: standard output */
    char *temporary; /* what is to become the file, or NULL */
    int error;       /* errno of the first write that failed; nothing more is written after it */
    gboolean begun;
    gboolean has_points; /* CSV's rows have the capture point's cell */
    gboolean has_colours;
    unsigned columns; /* of a line */
} output;

static struct {
    guint64 found;
    guint64 captures; /* that were tried */
    guint64 failed;
    guint64 conversations;
    guint64 denied;
    guint64 advice[FWX_ADVICES]; /* captures that it applies to */
} total;

static GHashTable *empty;               /* of char *: folders without captures so far */
static volatile sig_atomic_t signalled; /* by which signal, 0: none */

/* ---- output --------------------------------------------------------------------------------- */

static gboolean cannot_be_written(int why, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be written: %s",
                output.path ? output.path : "standard output", g_strerror(why));
    return FALSE;
}

/* In the same folder, so that renaming is one step, and with the owner and the rights of what is
 * there. (GIO's replacement is there from the beginning where there was no file before, and writes
 * through links in place.) */
static int open_replacement(void)
{
    char *real = fwx_system_real_path(output.path);
    int file = -1;

    output.path = real ? real : output.path;
    output.temporary = g_strdup_printf("%s.XXXXXX", output.path);
    if (!real || g_access(real, W_OK) == 0)
        file = g_mkstemp_full(output.temporary, O_WRONLY | O_CLOEXEC | O_BINARY, 0666);
    if (file < 0)
        g_clear_pointer(&output.temporary, g_free);
    else
        fwx_system_keep_rights(file, output.path);
    return file;
}

/* A pipe, a terminal, /dev/stdout whatever it leads to: as they are. */
static gboolean open_output(GError **error)
{
    const char *path = output.path = fwx_options.output;
    gboolean is_direct =
        !path || fwx_system_is_device(path) ||
        (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR));
    int file = !path       ? STDOUT_FILENO
               : is_direct ? g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_BINARY, 0666)
                           : open_replacement();

    output.file = !path ? stdout : file >= 0 ? fdopen(file, "wb") : NULL;
    return output.file || cannot_be_written(errno, error);
}

static void write_bytes(const char *bytes, size_t length)
{
    if (!output.error && fwrite(bytes, 1, length, output.file) != length)
        output.error = errno;
}

/* Of CSV, one heading. What stands between NULs is the cell of the capture point: it stays where
 * the first capture has several. */
static void write_result(const struct fwx_result *result)
{
    gboolean in_heading =
        g_str_equal(fwx_options.format, "csv") && (output.begun || fwx_options.no_heading);
    gboolean in_point = FALSE;
    char buffer[1 << 16];
    gint64 at = 0;
    gssize length;

    if (output.begun &&
        (g_str_equal(fwx_options.format, "table") || g_str_equal(fwx_options.format, "reconcile")))
        write_bytes("\n", 1);
    if (!output.begun && !fwx_options.no_heading)
        output.has_points = result->answer.counts.has_points;
    output.begun = TRUE;
    for (; at < result->length && !output.error; at += length) {
        length = fwx_system_read_at(result->file, buffer,
                                    MIN(sizeof buffer, (size_t)(result->length - at)),
                                    result->offset + at);
        if (length <= 0) {
            output.error = length < 0 ? errno : EIO;
            break;
        }
        for (char *from = buffer, *to, *stop = buffer + length; from < stop; from = to + 1) {
            to = (char *)memchr(from, in_heading ? '\n' : '\0', (size_t)(stop - from));
            to = to ? to : stop;
            if (!in_heading && (!in_point || output.has_points))
                write_bytes(from, (size_t)(to - from));
            in_point ^= !in_heading && to < stop;
            in_heading = in_heading && to == stop;
        }
    }
    if (!output.error && fflush(output.file) != 0) /* also lest a worker inherits it */
        output.error = errno;
}

/* What a worker has printed, for a table or report of all captures. */
static void gather(const struct fwx_result *result)
{
    gboolean was_read = !result->died && result->answer.read && !result->answer.error;
    char *text = (char *)g_malloc0((gsize)result->length + 1);
    gint64 at = 0;
    gssize length = 1;

    for (; at < result->length && length > 0; at += MAX(length, 0))
        length = fwx_system_read_at(result->file, text + at, (size_t)(result->length - at),
                                    result->offset + at);
    if (fwx_options.report)
        fwx_reporting_take(result->capture, was_read ? NULL : result->messages, text, (gsize)at);
    else
        fwx_from_log_take(result->capture->name, text);
    g_free(text);
}

/* Windows renames and removes no file that is open. */
static gboolean close_temporary(void)
{
    FILE *file = g_steal_pointer(&output.file);

    return !file || fclose(file) == 0;
}

/* All is written. */
static void commit(GError **error)
{
    if (!output.error && !(output.temporary ? close_temporary() : fflush(output.file) == 0))
        output.error = errno;
    if (!output.error && output.temporary && g_rename(output.temporary, output.path) != 0)
        output.error = errno;
    if (!output.error)
        g_clear_pointer(&output.temporary, g_free);
    else
        cannot_be_written(output.error, error);
}

/* ---- results -------------------------------------------------------------------------------- */

static gboolean go_on(void)
{
    fwx_progress_show();
    return !signalled && !output.error;
}

/* Every line of it with the capture's name. */
static void report(const struct fwx_result *result)
{
    char **lines = g_strsplit(result->messages, "\n", -1);

    for (char **line = lines; *line; line++) {
        if (**line)
            fwx_tell("%s: %s", result->capture->name, *line);
    }
    if (result->answer.error)
        fwx_tell("%s: what is said of it cannot be kept in %s: %s", result->capture->name,
                 g_get_tmp_dir(), g_strerror(result->answer.error));
    g_strfreev(lines);
}

/* Texts and pictures that libwiretap opens hold no conversation. */
static gboolean is_no_capture(const struct fwx_result *result)
{
    const struct fwx_answer *answer = &result->answer;

    return !result->died && (answer->look.kind == FWX_FORMAT_NONE ||
                             (answer->look.kind == FWX_FORMAT_DOUBTFUL && answer->read &&
                              !answer->counts.conversations));
}

static void take(const struct fwx_result *result)
{
    const struct fwx_answer *answer = &result->answer;
    gboolean none = is_no_capture(result);

    if (output.error)
        return;
    if (!none && (answer->read || answer->counts.conversations) && fwx_options_are("overview"))
        fwx_overview_take(result->capture->name, &answer->counts);
    fwx_progress_done(result->capture, fwx_overview_troubled());
    if (none && result->capture->folder)
        return;
    if (result->capture->folder)
        g_hash_table_remove(empty, result->capture->folder);
    total.captures++;
    total.failed += none || !answer->read || answer->error;
    if (none) {
        if (fwx_options.report)
            fwx_reporting_miss(result->capture, "not a capture");
        fwx_tell("%s: not a capture", result->capture->name);
        return;
    }
    if (!answer->error) {
        total.conversations += answer->counts.conversations;
        total.denied += answer->counts.denied;
        for (unsigned i = 0; i < FWX_ADVICES; i++)
            total.advice[i] += answer->counts.advice >> i & 1;
    }
    if (fwx_options.from_log || fwx_options.report)
        gather(result);
    else if (result->length && (answer->read || answer->counts.conversations))
        write_result(result);
    report(result);
}

/* What it is, a worker has seen. */
static void take_look(const struct fwx_result *result)
{
    result->capture->look = result->answer.look;
    if (result->died)
        result->capture->trouble = g_strdup(result->messages);
}

/* ---- the work ------------------------------------------------------------------------------- */

/* Files of folders, and those with a name as dumpcap -b gives them. */
static gboolean look_at(GPtrArray *captures, GError **error)
{
    GPtrArray *doubtful = g_ptr_array_new();
    gboolean done;

    for (guint i = 0; i < captures->len; i++) {
        if (fwx_captures_wants_look((const struct fwx_capture *)captures->pdata[i]))
            g_ptr_array_add(doubtful, captures->pdata[i]);
    }
    done = fwx_workers_run(doubtful, TRUE, take_look, go_on, error);
    g_ptr_array_unref(doubtful);
    fwx_captures_sort_out(captures, !fwx_options.no_sets);
    return done;
}

/* A line a capture, its files with tabs between them. */
static void list(const GPtrArray *captures)
{
    for (guint i = 0; i < captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)captures->pdata[i];
        gboolean several = FALSE; /* lines, of one name */

        for (guint j = 0; j < capture->paths->len; j++)
            several |= strchr((const char *)capture->paths->pdata[j], '\n') != NULL;
        if (capture->folder)
            g_hash_table_remove(empty, capture->folder);
        total.captures++;
        if (capture->trouble || (several && !fwx_options.null)) {
            total.failed++;
            fwx_tell("%s: %s", capture->name,
                     capture->trouble ? capture->trouble : "a name of several lines wants --null");
            continue;
        }
        for (guint j = 0; j < capture->paths->len; j++) {
            const char *path = (const char *)capture->paths->pdata[j];

            write_bytes(path, strlen(path));
            write_bytes(j + 1 < capture->paths->len ? "\t" : fwx_options.null ? "" : "\n", 1);
        }
    }
}

/* Of all captures; freed. */
static void write_table(char *table)
{
    write_bytes(table, strlen(table));
    g_free(table);
}

static gboolean read_all(GError **error)
{
    GPtrArray *captures = fwx_options.points ? fwx_captures_of_points(fwx_options.arguments)
                                             : fwx_captures_find(fwx_options.arguments);
    gboolean done;

    for (char **path = fwx_options.arguments; *path && !fwx_options.points; path++) {
        if (g_file_test(*path, G_FILE_TEST_IS_DIR))
            g_hash_table_add(empty, *path);
    }
    done = fwx_options.points || look_at(captures, error);
    total.found = captures->len;
    if (done && fwx_options.list) {
        list(captures);
    } else if (done) {
        fwx_progress_begin(captures);
        done = fwx_workers_run(captures, FALSE, take, go_on, error);
        fwx_progress_end();
    }
    if (!fwx_options.list && (fwx_options_are("overview") || (done && fwx_options.from_log)))
        write_table(fwx_options_are("overview")
                        ? fwx_overview_text(output.columns, output.has_colours)
                        : fwx_from_log_table());
    if (done && fwx_options.report)
        write_table(fwx_reporting_render(signalled != 0));
    g_ptr_array_unref(captures);
    return done && !output.error && !signalled;
}

/* What a worker prints while it reads on. */
static void take_part(const struct fwx_result *result)
{
    const struct fwx_answer *answer = &result->answer;

    if (!answer->error) {
        total.conversations += answer->counts.conversations;
        total.denied += answer->counts.denied;
        if (answer->counts.conversations || !answer->part)
            write_result(result);
    }
    report(result);
    if (!answer->part)
        total.failed += !answer->read || answer->error;
}

/* By a signal it ends as well as any other way. */
static gboolean follow(GError **error)
{
    gboolean done;

    total.captures = total.found = 1;
    done = fwx_follow_run(take_part, go_on, error);
    if (done && signalled) {
        signalled = 0;
        total.failed = 0;
    }
    return done && !output.error;
}

/* What the captures cannot tell. */
static void print_advice(void)
{
    GString *line = g_string_new(NULL);

    for (unsigned i = 0; i < FWX_ADVICES; i++) {
        if (total.advice[i])
            g_string_append_printf(line, "%s%s (%" PRIu64 ")", line->len ? ", " : "",
                                   fwx_advice_title((enum fwx_advice)i), total.advice[i]);
    }
    if (line->len)
        fwx_tell("captures that cannot tell everything: %s", line->str);
    g_string_free(line, TRUE);
}

static void print_summary(void)
{
    const char *product = fwx_library_product();

    for (char **path = fwx_options.arguments; *path; path++) {
        if (g_hash_table_remove(empty, *path)) /* once, however often it is named */
            fwx_tell("no captures in %s", *path);
    }
    print_advice();
    if (!fwx_options.list)
        fwx_tell("%" PRIu64 " captures, %" PRIu64 " failed, %" PRIu64 " conversations, %" PRIu64
                 " denied%s%s",
                 total.captures, total.failed, total.conversations, total.denied,
                 product ? ", as " : "", product ? product : "");
}

/* What was read before a signal is as good as ever. */
static int do_all(const char *program, unsigned terminal, GError **error)
{
    gboolean done = open_output(error) && fwx_library_start(program, terminal, error) &&
                    (fwx_options.follow ? follow(error) : read_all(error));
    gboolean is_anything = total.captures > total.failed || total.conversations > 0;
    gboolean is_whole = total.failed == 0 && g_hash_table_size(empty) == 0;

    if (signalled)
        g_clear_error(error); /* of what the signal, too, has ended */
    if (!*error && (is_anything || output.error || (done && is_whole)))
        commit(error);
    if (signalled) {
        fwx_tell("interrupted, %" PRIu64 " of %" PRIu64 " read", total.captures - total.failed,
                 total.found);
        return SIGNALLED + signalled;
    }
    if (*error)
        return NOTHING_DONE;
    print_summary();
    return is_whole ? ALL_READ : is_anything ? SOME_NOT_READ : NOTHING_DONE;
}

/* ---- the program ---------------------------------------------------------------------------- */

/* The second time, it does not wait for anything. */
static void on_signal(int number)
{
    if (signalled) {
        signal(number, SIG_DFL);
        raise(number);
    }
    signalled = number;
}

int main(int argc, char **argv)
{
    GError *error = NULL;
    char **arguments;
    int status = NOTHING_DONE;

    (void)argc;
    if (!fwx_system_begin(on_signal))
        return NOTHING_DONE;
    setlocale(LC_NUMERIC, "C");
    empty = g_hash_table_new(g_str_hash, g_str_equal);
    arguments = fwx_system_arguments(argv);
    if (!fwx_options_parse(arguments, &error)) {
        fwx_tell("%s", error->message);
        fputs("usage: fwx-verdicts [OPTION...] CAPTURE|FOLDER...   (--help says more)\n", stderr);
    } else {
        unsigned columns = fwx_options.output ? 0 : fwx_system_columns();

        fwx_process_serve(argv[0]);
        output.columns = columns ? columns : NO_TERMINAL;
        output.has_colours =
            columns && !*(g_getenv("NO_COLOR") ? g_getenv("NO_COLOR") : ""); /* no-color.org */
        status = do_all(argv[0], columns, &error);
        if (error)
            fwx_tell("%s", error->message);
        if (output.temporary) {
            close_temporary();
            g_unlink(output.temporary);
        }
        fwx_library_stop();
    }
    fflush(stderr);
    _exit(status); /* libwireshark's own end takes longer than a capture */
}
