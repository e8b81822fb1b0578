/* say.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command.h"

#include <inttypes.h>
#include <stdio.h>

#include "system.h"

#define EVERY_US (G_GINT64_CONSTANT(500) * 1000)
/* A first estimate needs something to go by. */
#define ESTIMATE_AFTER_US (G_GINT64_CONSTANT(2) * G_USEC_PER_SEC)

static struct {
    guint captures;
    guint captures_done;
    guint64 troubled;
    guint64 bytes;
    guint64 bytes_done;
    gint64 start; /* monotonic, microseconds */
    gint64 next;  /* when to show again, 0: no terminal */
    gboolean shown;
} progress;

static void wipe(void)
{
    if (progress.shown)
        fputs("\r\033[K", stderr);
    progress.shown = FALSE;
}

void fwx_tell(const char *format, ...)
{
    va_list arguments;
    char *text;
    char *line;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    line = fwx_escape(text, "");
    wipe();
    fprintf(stderr, "fwx-verdicts: %s\n", line);
    g_free(line);
    g_free(text);
}

/* ", about 2 min 10 s left"; nothing while nothing can be said. To be freed. */
static char *estimate(gint64 now)
{
    double elapsed = (double)(now - progress.start);
    double left = (double)(progress.bytes - progress.bytes_done);
    unsigned seconds;

    if (elapsed < ESTIMATE_AFTER_US || progress.bytes_done == 0)
        return g_strdup("");
    seconds = (unsigned)(elapsed / G_USEC_PER_SEC * left / (double)progress.bytes_done);
    return seconds >= 3600
               ? g_strdup_printf(", about %u h %u min left", seconds / 3600, seconds / 60 % 60)
           : seconds >= 60 ? g_strdup_printf(", about %u min %u s left", seconds / 60, seconds % 60)
                           : g_strdup_printf(", about %u s left", seconds);
}

void fwx_progress_show(void)
{
    gint64 now = g_get_monotonic_time();
    char *done;
    char *all;
    char *left;
    char *found;

    if (!progress.next || now < progress.next)
        return;
    done = g_format_size(progress.bytes_done);
    all = g_format_size(progress.bytes);
    left = estimate(now);
    found = progress.troubled
                ? g_strdup_printf(", %" G_GUINT64_FORMAT " with trouble", progress.troubled)
                : g_strdup("");
    fprintf(stderr, "\r\033[K%u of %u captures%s, %s of %s%s", progress.captures_done,
            progress.captures, found, done, all, left);
    progress.next = now + EVERY_US;
    progress.shown = TRUE;
    g_free(done);
    g_free(all);
    g_free(left);
    g_free(found);
}

void fwx_progress_begin(const GPtrArray *captures)
{
    progress.captures = captures->len;
    progress.start = g_get_monotonic_time();
    progress.next = fwx_system_is_terminal(STDERR_FILENO) ? progress.start + EVERY_US : 0;
    for (guint i = 0; i < captures->len; i++)
        progress.bytes += ((const struct fwx_capture *)captures->pdata[i])->size;
}

void fwx_progress_done(const struct fwx_capture *capture, guint64 troubled)
{
    progress.troubled = troubled;
    progress.captures_done++;
    progress.bytes_done += capture->size;
}

void fwx_progress_end(void)
{
    progress.next = 0;
    wipe();
}
