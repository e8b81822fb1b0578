/* read.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "read.h"

#include "carriers.h"
#include "drops.h"
#include "fast.h"
#include "host/point.h"

#include <errno.h>
#include <stdio.h>

#include <epan/addr_resolv.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/packet.h>
#include <epan/secrets.h>
#include <epan/tap.h>
#include <epan/tvbuff.h>
#include <wiretap/wtap.h>

/* libwireshark's name for what is asked of a capture while it is dissected. */
struct packet_provider_data {
    wtap *wtap;
    const frame_data *reference;
    const frame_data *previous;
    GPtrArray *frames; /* of frame_data, where there are two passes; else NULL */
};

/* How frames are numbered and timed, over all files of a set. */
struct pass {
    struct packet_provider_data *provider;
    epan_dissect_t *dissection;
    frame_data reference; /* copies that last */
    frame_data previous;
    nstime_t elapsed;
    guint32 bytes;
    guint32 frame;
    gboolean first; /* over these packets */
    gboolean last;
};

static struct packet_provider_data provider;
static epan_t *session;

/* ---- files ---------------------------------------------------------------------------------- */

static const char *path_of(const struct fwx_source *source, guint file)
{
    return (const char *)source->capture->paths->pdata[file];
}

/* On one line, whatever the name is. */
static void say(const char *path, int error, const char *info)
{
    char *name = fwx_escape(path, "");

    if (error == WTAP_ERR_SHORT_READ)
        fprintf(stderr,
                "The file \"%s\" appears to have been cut short in the middle of a packet.\n",
                name);
    else if (error == EACCES)
        fprintf(stderr, "You don't have permission to read the file \"%s\".\n", name);
    else
        fprintf(stderr, "The file \"%s\" cannot be read: %s%s%s\n", name,
                error < 0 ? wtap_strerror(error) : g_strerror(error), info ? ": " : "",
                info ? info : "");
    g_free(name);
}

static wtap *open_file(const struct fwx_source *source, guint file, int *error, gchar **info)
{
    char *path = source->fetch ? g_strdup("-")
                               : g_canonicalize_filename(path_of(source, file), source->folder);
    wtap *opened = NULL;

    *info = NULL;
    if (source->fetch && !source->fetch(file, source->data))
        *error = errno;
    else
        opened = wtap_open_offline(path, WTAP_TYPE_AUTO, error, info, FALSE);
    g_free(path);
    return opened;
}

/* ---- kinds ---------------------------------------------------------------------------------- */

/* How libwiretap's names begin: for formats that are looked for, then for others that little else
 * is taken for. */
static const char *const common[] = {"pcap",   "nsecpcap",  "modpcap", "snoop",
                                     "netmon", "ngsniffer", "netxray", NULL};
static const char *const uncommon[] = {
    "5views",   "blf",     "btsnoop",   "commview", "dct2000", "erf",     "eyesdn",
    "iptrace",  "k12",     "lanalyzer", "nettl",    "ngw",     "nstrace", "nsec",
    "observer", "peektag", "peekclass", "rf5",      "shomiti", "visual",  NULL};

static gboolean is_among(const char *const *names, const char *name)
{
    while (*names && !g_str_has_prefix(name, *names))
        names++;
    return *names != NULL;
}

static enum fwx_format_kind kind_of(wtap *file)
{
    const char *name = wtap_file_type_subtype_name(wtap_file_type_subtype(file));
    gboolean packed = wtap_get_compression_type(file) != WTAP_UNCOMPRESSED;

    if (wtap_file_size(file, NULL) == 0)
        return FWX_FORMAT_NONE;
    if (is_among(common, name))
        return FWX_FORMAT_COMMON;
    if (!is_among(uncommon, name) || (packed && g_str_has_prefix(name, "erf")))
        return FWX_FORMAT_DOUBTFUL; /* so is nothing, when it is unpacked */
    return packed ? FWX_FORMAT_COMMON : FWX_FORMAT_UNCOMMON;
}

/* Of one that was not opened. Whatever is wrong with a capture, its format is known. */
static enum fwx_format_kind kind_of_error(int error)
{
    return error == WTAP_ERR_FILE_UNKNOWN_FORMAT || error == WTAP_ERR_DECOMPRESS
               ? FWX_FORMAT_NONE
               : FWX_FORMAT_COMMON;
}

struct fwx_look fwx_read_look(const struct fwx_source *source)
{
    struct fwx_look look = {FWX_FORMAT_NONE, FALSE, 0};
    gchar *info = NULL;
    int error = 0;
    wtap *file = open_file(source, 0, &error, &info);
    gint64 offset;
    wtap_rec rec;
    Buffer buffer;

    if (!file) {
        look.kind = kind_of_error(error);
        g_free(info);
        return look;
    }
    look.kind = kind_of(file);
    FWX_WTAP_REC_INIT(&rec);
    FWX_BUFFER_INIT(&buffer);
    if (look.kind != FWX_FORMAT_DOUBTFUL && FWX_READ(file, &rec, &buffer, &error, &info, &offset) &&
        rec.presence_flags & WTAP_HAS_TS) {
        look.has_first = TRUE;
        look.first = (gint64)rec.ts.secs * 1000000000 + rec.ts.nsecs;
    }
    wtap_rec_cleanup(&rec);
    FWX_BUFFER_FREE(&buffer);
    g_free(info);
    wtap_close(file);
    return look;
}

/* ---- what dissectors ask --------------------------------------------------------------------- */

static const nstime_t *time_of(struct packet_provider_data *of, guint32 frame)
{
    if (of->reference && of->reference->num == frame)
        return &of->reference->abs_ts;
    if (of->previous && of->previous->num == frame)
        return &of->previous->abs_ts;
    if (of->frames && frame && frame <= of->frames->len)
        return &((const frame_data *)of->frames->pdata[frame - 1])->abs_ts;
    return NULL;
}

static const char *option_of(struct packet_provider_data *of, guint32 interface,
                             const guint *options)
{
    wtapng_iface_descriptions_t *all = wtap_file_get_idb_info(of->wtap);
    wtap_block_t block = interface < all->interface_data->len
                             ? g_array_index(all->interface_data, wtap_block_t, interface)
                             : NULL;
    char *text;

    g_free(all);
    for (; block && *options; options++) {
        if (wtap_block_get_string_option_value(block, *options, &text) == WTAP_OPTTYPE_SUCCESS)
            return text;
    }
    return NULL;
}

static const char *name_of(struct packet_provider_data *of, guint32 interface FWX_PROVIDER_SECTION)
{
    static const guint options[] = {OPT_IDB_NAME, OPT_IDB_DESCRIPTION, OPT_IDB_HARDWARE, 0};
    const char *name = option_of(of, FWX_INTERFACE_IN_FILE(of->wtap, interface), options);

    return name ? name : "unknown";
}

static const char *description_of(struct packet_provider_data *of,
                                  guint32 interface FWX_PROVIDER_SECTION)
{
    static const guint options[] = {OPT_IDB_DESCRIPTION, 0};

    return option_of(of, FWX_INTERFACE_IN_FILE(of->wtap, interface), options);
}

static const struct packet_provider_funcs functions = {
    .get_frame_ts = time_of,
    .get_interface_name = name_of,
    .get_interface_description = description_of,
};

/* ---- dissection ----------------------------------------------------------------------------- */

static frame_data *keep(const struct pass *pass, wtap_rec *rec, gint64 offset, frame_data *here)
{
    GPtrArray *frames = pass->provider->frames;
    frame_data *frame = here;

    if (frames && !pass->first)
        return pass->frame <= frames->len ? (frame_data *)frames->pdata[pass->frame - 1] : NULL;
    if (frames) {
        frame = g_new0(frame_data, 1);
        g_ptr_array_add(frames, frame);
    }
    frame_data_init(frame, pass->frame, rec, offset, pass->bytes);
    return frame;
}

/* As tshark does it, in one pass and in two. */
static void dissect(struct pass *pass, wtap_rec *rec, Buffer *buffer _U_, gint64 offset)
{
    wtap_block_t block = wtap_block_ref(rec->block); /* the dissection's end lets go of one */
    frame_data here;
    frame_data *frame;

    pass->frame++;
    frame = keep(pass, rec, offset, &here);
    if (!frame)
        return; /* the file has grown since the first pass */
    if (pass->first)
        FWX_PRIME(pass->dissection);
    frame_data_set_before_dissect(frame, &pass->elapsed, &pass->provider->reference,
                                  pass->provider->previous);
    if (pass->provider->reference == frame) {
        pass->reference = *frame;
        pass->provider->reference = &pass->reference;
    }
    if (pass->last)
        FWX_DISSECT_RECORD(epan_dissect_run_with_taps, pass->dissection, pass->provider->wtap, rec,
                           buffer, frame);
    else
        FWX_DISSECT_RECORD(epan_dissect_run, pass->dissection, pass->provider->wtap, rec, buffer,
                           frame);
    frame_data_set_after_dissect(frame, &pass->bytes);
    pass->previous = *frame;
    pass->provider->previous = &pass->previous;
    epan_dissect_reset(pass->dissection);
    rec->block = block;
    if (frame == &here)
        frame_data_destroy(frame);
}

/* Frames of this file come now. */
static void begin_file(const struct fwx_source *source, guint number)
{
    const GPtrArray *points = source->capture->points;

    if (points)
        fwx_points_file(number + 1, (const char *)points->pdata[number]);
}

static gboolean read_file(struct pass *pass, const struct fwx_source *source, guint number)
{
    gchar *info = NULL;
    int error = 0;
    gint64 offset;
    wtap_rec rec;
    Buffer buffer;

    FWX_WTAP_REC_INIT(&rec);
    FWX_BUFFER_INIT(&buffer);
    begin_file(source, number);
    while (FWX_READ(pass->provider->wtap, &rec, &buffer, &error, &info, &offset)) {
        dissect(pass, &rec, &buffer, offset);
        wtap_rec_reset(&rec);
    }
    fwx_drops_note(pass->provider->wtap);
    if (error && pass->last)
        say(path_of(source, number), error, info);
    wtap_rec_cleanup(&rec);
    FWX_BUFFER_FREE(&buffer);
    g_free(info);
    return error == 0;
}

/* Names and keys in the file. */
static void watch(wtap *file)
{
    wtap_set_cb_new_ipv4(file, add_ipv4_name);
    wtap_set_cb_new_ipv6(file, (wtap_new_ipv6_callback_t)add_ipv6_name);
    wtap_set_cb_new_secrets(file, secrets_wtap_callback);
}

/* The one before stays open until the next is: the session asks it about interfaces. */
static gboolean open_next(const struct fwx_source *source, guint number, gboolean first,
                          gboolean tell)
{
    gchar *info = NULL;
    int error = 0;
    wtap *file = open_file(source, number, &error, &info);

    if (!file) {
        if (tell)
            say(path_of(source, number), error, info);
        g_free(info);
        return FALSE;
    }
    if (provider.wtap)
        wtap_close(provider.wtap);
    provider.wtap = file;
    if (first)
        watch(file);
    return TRUE;
}

/* Files of a set that cannot be read are told of, and left out. */
static gboolean run(const struct fwx_source *source, gboolean first, gboolean last)
{
    struct pass pass = {.provider = &provider, .first = first, .last = last};
    gboolean tree = (last && (have_filtering_tap_listeners() ||
                              union_of_tap_listener_flags() & TL_REQUIRES_PROTO_TREE)) ||
                    (first && postdissectors_want_hfids());
    gboolean good = TRUE;

    provider.reference = NULL;
    provider.previous = NULL;
    pass.dissection = epan_dissect_new(session, tree, FALSE);
    for (guint i = 0; i < source->capture->paths->len; i++) {
        if (i > 0 && !open_next(source, i, first, last))
            good = FALSE;
        else
            good = read_file(&pass, source, i) && good;
    }
    epan_dissect_free(pass.dissection);
    return good;
}

/* ---- without dissection ---------------------------------------------------------------------- */

/* All files. FALSE where one of them is not plain: then nothing has been read. *good: to the end.
 */
static gboolean run_fast(const struct fwx_source *source, gboolean *good)
{
    struct fwx_fast *fast = fwx_fast_start(session);
    gboolean plain = TRUE;

    *good = TRUE;
    for (guint i = 0; plain && i < source->capture->paths->len; i++) {
        gchar *info = NULL;
        int error = 0;

        if (i > 0 && !open_next(source, i, FALSE, TRUE)) {
            *good = FALSE;
            continue;
        }
        begin_file(source, i);
        plain = fwx_fast_read(fast, provider.wtap, &error, &info);
        fwx_drops_note(provider.wtap);
        if (plain && error)
            say(path_of(source, i), error, info);
        *good = *good && !error;
        g_free(info);
    }
    fwx_fast_end(fast);
    g_log_structured("fwx", G_LOG_LEVEL_DEBUG, "MESSAGE", "%s",
                     plain ? "all frames are plain" : "not all frames are plain");
    return plain;
}

/* From the beginning again, and with a session of its own. */
static gboolean begin_again(const struct fwx_source *source)
{
    reset_tap_listeners();
    epan_free(session);
    session = epan_new(&provider, &functions);
    return open_next(source, 0, TRUE, TRUE);
}

wtap *fwx_read_stream(epan_t **opened)
{
    gchar *info = NULL;
    int error = 0;
    wtap *file = wtap_open_offline("-", WTAP_TYPE_AUTO, &error, &info, FALSE);

    if (!file) {
        say("-", error, info);
        g_free(info);
        return NULL;
    }
    provider = (struct packet_provider_data){.wtap = file};
    *opened = session = epan_new(&provider, &functions);
    return file;
}

/* ---- a capture ------------------------------------------------------------------------------ */

gboolean fwx_read(const struct fwx_source *source, gboolean twice, enum fwx_format_kind *kind)
{
    gchar *info = NULL;
    int error = 0;
    wtap *file = open_file(source, 0, &error, &info);
    gboolean plain = FALSE;
    gboolean good;

    provider = (struct packet_provider_data){.wtap = file};
    *kind = file ? kind_of(file) : kind_of_error(error);
    if (!file) {
        say(path_of(source, 0), error, info);
        g_free(info);
        return FALSE;
    }
    session = epan_new(&provider, &functions);
    if (fwx_carriers()) {
        plain = fwx_fast_begins(file);
        if (!open_next(source, 0, TRUE, TRUE))
            return FALSE;
    } else {
        watch(file);
    }
    if (plain && run_fast(source, &good))
        return good;
    if (plain && !begin_again(source))
        return FALSE;
    if (twice) {
        provider.frames = g_ptr_array_new();
        run(source, TRUE, FALSE);
        postseq_cleanup_all_protocols();
    }
    return (!twice || open_next(source, 0, FALSE, TRUE)) && run(source, !twice, TRUE);
}

void fwx_read_end(void)
{
    if (!session)
        return;
    epan_free(session);
    session = NULL;
    for (guint i = 0; provider.frames && i < provider.frames->len; i++) {
        frame_data_destroy((frame_data *)provider.frames->pdata[i]);
        g_free(provider.frames->pdata[i]);
    }
    if (provider.frames)
        g_ptr_array_unref(provider.frames);
    if (provider.wtap)
        wtap_close(provider.wtap);
    provider = (struct packet_provider_data){0};
}
