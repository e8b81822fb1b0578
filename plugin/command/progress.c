/* progress.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "escape.h"

#define EVERY_US (G_GINT64_CONSTANT(500) * 1000)
/* A first estimate needs something to go by. */
#define ESTIMATE_AFTER_US (G_GINT64_CONSTANT(2) * G_USEC_PER_SEC)

static void wipe(struct fwx_progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = FALSE;
}

/* "about 2 min 10 s left", or NULL while nothing can be said. To be freed. */
static char *estimate(const struct fwx_progress *progress)
{
    gint64 elapsed = g_get_monotonic_time() - progress->start;
    double left = (double)(progress->bytes - progress->bytes_done);
    unsigned seconds;

    if (elapsed < ESTIMATE_AFTER_US || progress->bytes_done == 0)
        return NULL;
    seconds = (unsigned)((double)elapsed / G_USEC_PER_SEC * left / (double)progress->bytes_done);
    if (seconds >= 3600)
        return g_strdup_printf("about %u h %u min left", seconds / 3600, seconds / 60 % 60);
    if (seconds >= 60)
        return g_strdup_printf("about %u min %u s left", seconds / 60, seconds % 60);
    return g_strdup_printf("about %u s left", seconds);
}

void fwx_progress_show(struct fwx_progress *progress)
{
    gint64 now = g_get_monotonic_time();
    char *done;
    char *all;
    char *left;

    if (!progress->next || now < progress->next)
        return;
    progress->next = now + EVERY_US;
    done = g_format_size(progress->bytes_done);
    all = g_format_size(progress->bytes);
    left = estimate(progress);
    fprintf(stderr, "\r\033[K%" PRIu64 " of %" PRIu64 " captures, %s of %s%s%s",
            progress->captures_done, progress->captures, done, all, left ? ", " : "",
            left ? left : "");
    fflush(stderr);
    progress->shown = TRUE;
    g_free(done);
    g_free(all);
    g_free(left);
}

void fwx_progress_begin(struct fwx_progress *progress, const GPtrArray *captures)
{
    *progress = (struct fwx_progress){
        .captures = captures->len,
        .start = g_get_monotonic_time(),
    };
    for (guint i = 0; i < captures->len; i++)
        progress->bytes += ((const struct fwx_capture *)captures->pdata[i])->size;
    if (isatty(STDERR_FILENO))
        progress->next = progress->start + EVERY_US;
}

void fwx_progress_done(struct fwx_progress *progress, const struct fwx_capture *capture)
{
    progress->captures_done++;
    progress->bytes_done += capture->size;
}

void fwx_progress_end(struct fwx_progress *progress)
{
    progress->next = 0;
    wipe(progress);
}

void fwx_progress_say(struct fwx_progress *progress, const char *format, ...)
{
    va_list arguments;
    char *text;
    char *line;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = fwx_escape(text, "");
    wipe(progress);
    fprintf(stderr, "fwx-verdicts: %s\n", line);
    g_free(line);
    g_free(text);
}
