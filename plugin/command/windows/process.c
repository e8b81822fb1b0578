/* process.c
 * The program once more, with its own command line, and a word in its environment that it is a
 * worker: where its two files are. It is asked on standard input and answers on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <windows.h>

#include "command/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/follow.h"
#include "command/library.h"
#include "command/system.h"

/* In the environment: 1 or 0, captures are only looked at; columns of the terminal; then the paths
 * of the files, all with bars between them. */
#define WORKER "FWX_VERDICTS_WORKER"

/* Name, folder that it was found in, paths, names of points: of a capture. */
#define CAPTURE "(smsasas)"

struct fwx_process {
    HANDLE handle;
    int to;
    int from;
    const GPtrArray *captures;
    GThread *listener;
    GAsyncQueue *answers; /* of struct fwx_answer *; an empty one, with wants_file: the end */
    gboolean killed;
};

static GHashTable *names; /* of fwx_process_file(), by descriptor */
static GMutex lock;
static GCond spoken; /* a listener has put something into its queue; the lock's */

/* ---- files ---------------------------------------------------------------------------------- */

/* Gone when this process is. */
int fwx_process_file(void)
{
    char *path = g_build_filename(g_get_tmp_dir(), "fwx-verdicts-XXXXXX", NULL);
    int file = g_mkstemp_full(path, O_RDWR | O_BINARY | _O_TEMPORARY | _O_NOINHERIT, 0600);

    if (!names)
        names = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (file >= 0)
        g_hash_table_insert(names, GINT_TO_POINTER(file), path);
    else
        g_free(path);
    return file;
}

/* In the worker, to be appended to. */
static int open_file(const char *path, int flags)
{
    wchar_t *wide = g_utf8_to_utf16(path, -1, NULL, NULL, NULL);
    HANDLE handle =
        CreateFileW(wide, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    NULL, OPEN_EXISTING, 0, NULL);

    g_free(wide);
    return handle == INVALID_HANDLE_VALUE ? -1 : _open_osfhandle((intptr_t)handle, flags);
}

/* All of it. */
static gboolean transfer(int file, void *bytes, gsize size, gboolean reads)
{
    for (gsize done = 0; done < size;) {
        int some = reads ? _read(file, (char *)bytes + done, (unsigned)(size - done))
                         : _write(file, (char *)bytes + done, (unsigned)(size - done));

        if (some <= 0)
            return FALSE;
        done += (gsize)some;
    }
    return TRUE;
}

/* ---- the program's side --------------------------------------------------------------------- */

static gpointer listen_to(gpointer data)
{
    struct fwx_process *process = (struct fwx_process *)data;
    gboolean good;

    do {
        struct fwx_answer *answer = g_new0(struct fwx_answer, 1);

        good = transfer(process->from, answer, sizeof *answer, TRUE);
        answer->wants_file = !good;
        g_mutex_lock(&lock);
        g_async_queue_push(process->answers, answer);
        g_cond_signal(&spoken);
        g_mutex_unlock(&lock);
    } while (good);
    return NULL;
}

/* The child's end is inherited, ours is not. */
static gboolean make_pipe(HANDLE *theirs, int *ours, gboolean we_write)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    HANDLE reading;
    HANDLE writing;

    if (!CreatePipe(&reading, &writing, &inherited, 0))
        return FALSE;
    *theirs = we_write ? reading : writing;
    SetHandleInformation(we_write ? writing : reading, HANDLE_FLAG_INHERIT, 0);
    *ours = _open_osfhandle((intptr_t)(we_write ? writing : reading), O_BINARY);
    return TRUE;
}

/* Workers end with the program, whatever ends it: the job is closed then. */
static void tie(HANDLE worker)
{
    static HANDLE job;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags =
                                                       JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};

    if (!job) {
        job = CreateJobObjectW(NULL, NULL);
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    }
    AssignProcessToJobObject(job, worker);
}

static gboolean spawn(struct fwx_process *process, HANDLE input, HANDLE out)
{
    wchar_t program[32768];
    wchar_t *line = _wcsdup(GetCommandLineW()); /* which may be written to */
    STARTUPINFOW startup = {.cb = sizeof startup,
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = input,
                            .hStdOutput = out,
                            .hStdError = GetStdHandle(STD_ERROR_HANDLE)};
    PROCESS_INFORMATION started;
    gboolean done =
        GetModuleFileNameW(NULL, program, G_N_ELEMENTS(program)) &&
        CreateProcessW(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &started);

    free(line);
    if (done) {
        tie(started.hProcess);
        CloseHandle(started.hThread);
        process->handle = started.hProcess;
    }
    return done;
}

static void tell_worker(gboolean look, const int *files)
{
    char *word = g_strdup_printf(
        "%d|%u|%s|%s", look, fwx_options.output ? 0 : fwx_system_columns(),
        (const char *)g_hash_table_lookup(names, GINT_TO_POINTER(files[FWX_OUTPUT])),
        (const char *)g_hash_table_lookup(names, GINT_TO_POINTER(files[FWX_MESSAGES])));

    g_setenv(WORKER, word, TRUE);
    g_free(word);
}

struct fwx_process *fwx_process_start(const GPtrArray *captures, gboolean look, const int *files)
{
    struct fwx_process *process = g_new0(struct fwx_process, 1);
    HANDLE input = NULL;
    HANDLE out = NULL;
    gboolean done = make_pipe(&input, &process->to, TRUE);

    done = done && make_pipe(&out, &process->from, FALSE);
    if (done) {
        tell_worker(look, files);
        done = spawn(process, input, out);
        g_unsetenv(WORKER);
    }
    CloseHandle(input);
    CloseHandle(out);
    if (!done) {
        errno = EAGAIN;
        g_free(process);
        return NULL;
    }
    process->captures = captures;
    process->answers = g_async_queue_new_full(g_free);
    process->listener = g_thread_new("listener", listen_to, process);
    return process;
}

static GVariant *strings(const GPtrArray *of)
{
    return g_variant_new_strv(of ? (const char *const *)of->pdata : NULL, of ? (gssize)of->len : 0);
}

gboolean fwx_process_ask(struct fwx_process *process, guint32 capture)
{
    const struct fwx_capture *asked = (const struct fwx_capture *)process->captures->pdata[capture];
    GVariant *request = g_variant_ref_sink(g_variant_new(
        "(sms@as@as)", asked->name, asked->folder, strings(asked->paths), strings(asked->points)));
    guint32 size = (guint32)g_variant_get_size(request);
    gboolean done = transfer(process->to, &size, sizeof size, FALSE) &&
                    transfer(process->to, (void *)g_variant_get_data(request), size, FALSE);

    g_variant_unref(request);
    return done;
}

enum fwx_heard fwx_process_hear(struct fwx_process *process, struct fwx_answer *answer)
{
    struct fwx_answer *heard = (struct fwx_answer *)g_async_queue_pop(process->answers);
    gboolean is_end = heard->wants_file != 0;

    *answer = *heard;
    g_free(heard);
    return is_end ? FWX_HEARD_END : FWX_HEARD_ANSWER;
}

void fwx_processes_wait(struct fwx_process *const *processes, guint count, guint milliseconds,
                        gboolean *ready)
{
    gint64 until = g_get_monotonic_time() + (gint64)milliseconds * 1000;
    gboolean any = FALSE;
    gboolean in_time = TRUE;

    g_mutex_lock(&lock);
    while (!any && in_time) {
        for (guint i = 0; i < count; i++) {
            ready[i] = processes[i] && g_async_queue_length(processes[i]->answers) > 0;
            any |= ready[i];
        }
        in_time = any || g_cond_wait_until(&spoken, &lock, until);
    }
    g_mutex_unlock(&lock);
}

char *fwx_process_end(struct fwx_process *process, gboolean kill)
{
    DWORD status = 0;

    if (kill)
        TerminateProcess(process->handle, 1);
    _close(process->to);
    WaitForSingleObject(process->handle, INFINITE);
    GetExitCodeProcess(process->handle, &status);
    CloseHandle(process->handle);
    g_thread_join(process->listener);
    _close(process->from);
    g_async_queue_unref(process->answers);
    g_free(process);
    return g_strdup_printf("the process that read it ended with status 0x%lx", status);
}

/* ---- the worker's side ---------------------------------------------------------------------- */

static GPtrArray *array_of(GVariant *tuple, gsize index)
{
    GVariant *list = g_variant_get_child_value(tuple, index);
    GPtrArray *array = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; i < g_variant_n_children(list); i++) {
        char *text;

        g_variant_get_child(list, i, "s", &text);
        g_ptr_array_add(array, text);
    }
    g_variant_unref(list);
    return array;
}

/* NULL: there are no more. To be unreferenced. */
static GVariant *receive_request(int from)
{
    guint32 size;
    GBytes *bytes;
    GVariant *request = NULL;
    void *room;

    if (!transfer(from, &size, sizeof size, TRUE))
        return NULL;
    room = g_malloc(size);
    bytes = g_bytes_new_take(room, size);
    if (transfer(from, room, size, TRUE))
        request = g_variant_new_from_bytes(G_VARIANT_TYPE(CAPTURE), bytes, FALSE);
    g_bytes_unref(bytes);
    return request;
}

/* Never freed: there are few in a worker's life. */
static struct fwx_capture *receive(int from)
{
    GVariant *request = receive_request(from);
    struct fwx_capture *capture = request ? g_new0(struct fwx_capture, 1) : NULL;

    if (capture) {
        g_variant_get_child(request, 0, "s", &capture->name);
        g_variant_get_child(request, 1, "ms", &capture->folder);
        capture->paths = array_of(request, 2);
        capture->points = array_of(request, 3);
        if (!capture->points->len)
            capture->points = NULL;
        g_variant_unref(request);
    }
    return capture;
}

/* Standard input and output get out of everybody's way. Errors of the start are the program's to
 * tell, which has started in the same manner. */
G_NORETURN static void serve(const char *program, char **words)
{
    int from = _dup(STDIN_FILENO);
    int to = _dup(STDOUT_FILENO);
    int nowhere = fwx_system_null();
    int messages = open_file(words[3], O_BINARY);
    int output = open_file(words[2], fwx_options_are("csv") ? O_TEXT : O_BINARY);
    struct fwx_capture *capture;
    GError *error = NULL;

    signal(SIGINT, SIG_IGN); /* the program's, which ends this one */
    signal(SIGBREAK, SIG_IGN);
    _setmode(from, O_BINARY);
    _setmode(to, O_BINARY);
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        dup2(nowhere, i);
    if (messages < 0 || output < 0 ||
        !fwx_library_start(program, (unsigned)g_ascii_strtoull(words[1], NULL, 10), &error))
        _exit(1);
    dup2(messages, STDERR_FILENO);
    fwx_library_enter_worker();
    while ((capture = receive(from))) {
        struct fwx_source source = {.capture = capture};
        struct fwx_answer answer = fwx_worker_read(&source, *words[0] == '1', output, nowhere);

        fflush(stderr);
        if (!transfer(to, &answer, sizeof answer, FALSE) || answer.leaves)
            break;
    }
    fwx_library_stop();
    _exit(0);
}

void fwx_process_serve(const char *program)
{
    const char *word = g_getenv(WORKER);
    char **words = word ? g_strsplit(word, "|", 4) : NULL; /* what no path has */

    if (words && g_strv_length(words) == 4)
        serve(program, words);
    g_strfreev(words);
}

/* ---- what is not to be had ------------------------------------------------------------------ */

gboolean fwx_follow_run(void (*take)(const struct fwx_result *result) G_GNUC_UNUSED,
                        gboolean (*go_on)(void) G_GNUC_UNUSED, GError **error)
{
    g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NOSYS,
                        "--follow is not to be had on Windows");
    return FALSE;
}
