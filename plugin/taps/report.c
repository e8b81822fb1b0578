/* report.c
 * -z fwx,report[,FILE[,filter]]: a report to be read and sent on: the answer, and each troubled
 * conversation with a ladder of its packets; an HTML page or Markdown, as FILE ends (.html, .md),
 * or, without FILE, Markdown on standard output.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#ifdef G_OS_UNIX
#include <unistd.h>
#endif

#include <epan/packet_info.h>
#include <epan/plugin_if.h>
#include <glib/gstdio.h>
#include <wsutil/report_message.h>

#include "report/file.h"
#include "report/markdown.h"
#include "report/parcel.h"
#include "taps/listing.h"
#include "taps/recorder.h"
#include "taps/storied.h"
#include "taps/taps.h"

#ifndef W_OK
#define W_OK 2 /* for g_access(), whose values Microsoft's compiler does not know */
#endif

guint fwx_report_limit;

/* A listing's own. */
struct own {
    GBytes *told;     /* of a file: what it says, packed; NULL: nothing has been written */
    uint32_t written; /* serial of the capture that it is of */
};

/* A window may ask for the same file again, and its earlier listings are drawn as well: by path,
 * the own of the one that writes. */
static GHashTable *latest;

static void free_own(gpointer data)
{
    struct own *own = (struct own *)data;

    if (own->told)
        g_bytes_unref(own->told);
    g_free(own);
}

/* ---- a report of one capture ---------------------------------------------------------------- */

static void *look(capture_file *file, void *data)
{
    *(char **)data = g_strdup(file->filename);
    return NULL;
}

/* A window knows it, and asks for a file; tshark does not tell (and the host forgets, unfreed, what
 * it was asked). */
static char *name_of_capture(const struct fwx_listing *listing)
{
    char *name = NULL;

    if (listing->file)
        plugin_if_get_capture_file(look, &name);
    return name ? name : g_strdup("the capture");
}

static struct fwx_report *make(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    struct fwx_report *report = fwx_storied(engine, listing, fwx_report_limit);

    g_free(fwx_report_capture(report, 0)->name);
    fwx_report_capture(report, 0)->name = name_of_capture(listing);
    return report;
}

/* What is the same of all sessions. */
static void head(struct fwx_report *report, const struct fwx_listing *listing,
                 const struct fwx_engine *engine)
{
    report->version = g_strdup(FWX_VERSION);
    report->product = g_strdup(fwx_models[fwx_engine_policy(engine)->product].title);
    report->filter = g_strdup(listing->filter);
}

static void write_file(const struct fwx_report *report, const char *path)
{
    GError *error = NULL;

    if (!fwx_report_write(report, path, &error)) {
        report_failure("-z fwx,report: %s", error->message);
        g_error_free(error);
    }
}

/* Sessions of tshark -M come one after the other, and all go into the file. */
static struct fwx_report *join_sessions(const struct own *own, struct fwx_report *latest)
{
    struct fwx_report *told = fwx_parcel_unpack(g_bytes_get_data(own->told, NULL),
                                                g_bytes_get_size(own->told), fwx_report_limit);

    fwx_report_join(told, latest);
    return told;
}

/* A window's listing is drawn again and again, and outlives its capture: the file is of the one
 * that it was asked for. */
static void print_file(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    struct own *own = (struct own *)listing->own;
    struct fwx_report *report;

    if (g_hash_table_lookup(latest, listing->file) != own)
        return;
    if (own->told && own->written != listing->serial && !listing->continues)
        return;
    report = make(listing, engine);
    if (own->told && listing->continues)
        report = join_sessions(own, report);
    if (own->told)
        g_bytes_unref(own->told);
    own->told = fwx_parcel_pack(report);
    own->written = listing->serial;
    head(report, listing, engine);
    write_file(report, listing->file);
    fwx_report_free(report);
}

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    struct fwx_report *report;
    GString *text;

    if (listing->file) {
        print_file(listing, engine);
        return;
    }
    report = make(listing, engine);
    head(report, listing, engine);
    text = fwx_markdown(report);
    fwrite(text->str, 1, text->len, stdout);
    g_string_free(text, TRUE);
    fwx_report_free(report);
}

/* ---- what was asked for --------------------------------------------------------------------- */

/* FILE may have commas: a filter stands behind its end. */
static void split(const char *argument, char **file, char **filter)
{
    static const char *const ends[] = {".html,", ".htm,", ".md,"};
    const char *found = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *at = strstr(argument, ends[i]);

        if (at && (!found || at < found))
            found = at + strlen(ends[i]) - 1;
    }
    *file = found ? g_strndup(argument, (gsize)(found - argument)) : g_strdup(argument);
    *filter = found && found[1] ? g_strdup(found + 1) : NULL;
}

static void note_latest(const struct fwx_listing *listing)
{
    if (!latest)
        latest = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert(latest, g_strdup(listing->file), listing->own);
}

static char *begin(struct fwx_listing *listing, const char *argument)
{
    char *folder;
    char *wrong = NULL;

    listing->own = g_new0(struct own, 1);
    listing->free_own = free_own;
    fwx_recorder_start();
    if (!*argument)
        return NULL;
    split(argument, &listing->file, &listing->filter);
    if (!fwx_render_of(listing->file))
        return g_strdup(FWX_REPORT_FORMATS);
    note_latest(listing);
    folder = g_path_get_dirname(listing->file);
    if (g_access(folder, W_OK) != 0)
        wrong = g_strdup_printf("%s cannot be written to: %s", folder, g_strerror(errno));
    g_free(folder);
    return wrong;
}

void fwx_tap_report(void)
{
    fwx_listing_register_file("fwx,report", print, begin);
}

/* ---- for the program that puts captures together -------------------------------------------- */

static void print_part(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    struct fwx_report *part = fwx_storied(engine, listing, fwx_report_limit);
    GBytes *bytes = fwx_parcel_pack(part);

    fwrite(g_bytes_get_data(bytes, NULL), 1, g_bytes_get_size(bytes), stdout);
    g_bytes_unref(bytes);
    fwx_report_free(part);
}

static char *begin_part(struct fwx_listing *listing, const char *argument)
{
    fwx_recorder_start();
    listing->filter = *argument ? g_strdup(argument) : NULL;
    return NULL;
}

void fwx_tap_report_part(void)
{
    fwx_listing_register_file("fwx,report-part", print_part, begin_part);
}
