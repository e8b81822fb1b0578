/* hosts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hosts.h"

#include <stdlib.h>
#include <string.h>

#include "hostfiles.h"
#include "parallel.h"
#include "raw.h"

/* What GNU parallel left of a job; to be freed with clear_result(). */
static struct fwx_result read_result(const struct fwx_capture *capture, const char *folder)
{
    struct fwx_result result = {.capture = capture};
    char *errors = g_build_filename(folder, "stderr", NULL);

    result.output = g_build_filename(folder, "stdout", NULL);
    if (!g_file_get_contents(errors, &result.messages, NULL, NULL))
        result.messages = g_strdup("");
    result.tried = fwx_raw_judge(&result, result.messages);
    if (!result.tried) {
        char *messages = g_strdup_printf("the job did not come to its end%s%s",
                                         *result.messages ? ": " : "", result.messages);

        g_free(result.messages);
        result.messages = messages;
    }
    g_free(errors);
    return result;
}

static void clear_result(struct fwx_result *result)
{
    g_free(result->output);
    g_free(result->messages);
}

static void take_all(const struct fwx_hosts *hosts, const struct fwx_hostfiles *files,
                     const GPtrArray *captures, fwx_take *take, gpointer data)
{
    gboolean is_stopped = g_cancellable_is_cancelled(hosts->cancellable);
    unsigned job = 0;

    for (guint i = 0; i < captures->len; i++) {
        const struct fwx_capture *capture = (const struct fwx_capture *)captures->pdata[i];
        struct fwx_result result = {.capture = capture};

        if (capture->trouble) {
            result.output = g_strdup("");
            result.messages = g_strdup(capture->trouble);
        } else {
            char *folder = fwx_hostfiles_result(files, ++job);

            result = read_result(capture, folder);
            result.stopped = is_stopped && !result.tried;
            g_free(folder);
        }
        take(&result, data);
        clear_result(&result);
    }
}

gboolean fwx_hosts_run(const struct fwx_hosts *hosts, const GPtrArray *captures, fwx_take *take,
                       gpointer data, GError **error)
{
    struct fwx_hostfiles files;
    gboolean done = fwx_hostfiles_init(&files, hosts, captures, error) &&
                    (files.jobs == 0 || fwx_parallel_run(hosts, &files, captures, error));

    if (done) {
        take_all(hosts, &files, captures, take, data);
        fwx_hostfiles_tidy(&files);
    }
    fwx_hostfiles_clear(&files);
    return done;
}
