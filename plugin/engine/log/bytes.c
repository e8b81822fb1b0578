/* bytes.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#ifdef G_OS_WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include <glib/gstdio.h>
#ifdef FWX_ZLIB
#include <zlib.h>
#endif

#ifndef O_BINARY
#define O_BINARY 0
#endif

enum {
    CHUNK = 1 << 14,
    MARK = 3,         /* bytes that tell what it is */
    GZIP = 15 + 16,   /* zlib: the largest window, with gzip's header */
    UTF8_UNITS = 6,   /* bytes that two units of UTF-16 become at most */
    REPLACED = 0xfffd /* what a unit without its other half becomes */
};

/* What is read goes through some of these, each of which reads the one below it. */
struct layer {
    size_t (*read)(struct layer *layer, char *to, size_t room);
    struct layer *below;
    char ahead[CHUNK]; /* read, and not handed on yet */
    size_t at;
    size_t count;
    bool ended;
    const char *wrong; /* why it has ended so early; NULL */
    union {
        struct {
            int descriptor;
            bool is_ours; /* to be closed */
        } file;
        struct {
            const char *next;
            size_t left;
        } memory;
#ifdef FWX_ZLIB
        z_stream zip;
#endif
        struct {
            bool is_big_endian;
            bool has_half;
            guint8 half;      /* of a unit */
            gunichar2 before; /* the first of a pair; 0: there is none */
        } wide;
    } of;
};

#define GZIP_MARK "\x1f\x8b"

struct fwx_bytes {
    struct layer *top;
};

static struct layer *add_layer(struct layer *below, size_t (*read)(struct layer *, char *, size_t))
{
    struct layer *layer = g_new0(struct layer, 1);

    layer->below = below;
    layer->read = read;
    return layer;
}

/* More of what is ahead; false: there is no more. */
static bool fill(struct layer *layer)
{
    size_t count = 0;

    layer->count -= layer->at;
    memmove(layer->ahead, layer->ahead + layer->at, layer->count);
    layer->at = 0;
    if (!layer->ended)
        count = layer->read(layer, layer->ahead + layer->count, sizeof layer->ahead - layer->count);
    layer->ended |= !count;
    layer->count += count;
    return count > 0;
}

/* How its next bytes look: true where they are those. */
static bool begins(struct layer *layer, const char *mark, size_t length)
{
    while (layer->count - layer->at < MARK && fill(layer)) {
    }
    return layer->count - layer->at >= length && !memcmp(layer->ahead + layer->at, mark, length);
}

/* ---- where it comes from -------------------------------------------------------------------- */

static size_t read_file(struct layer *layer, char *to, size_t room)
{
    gssize count = read(layer->of.file.descriptor, to, (unsigned)room);

    if (count < 0)
        layer->wrong = g_strerror(errno);
    return count < 0 ? 0 : (size_t)count;
}

static size_t read_memory(struct layer *layer, char *to, size_t room)
{
    size_t count = MIN(room, layer->of.memory.left);

    memcpy(to, layer->of.memory.next, count);
    layer->of.memory.next += count;
    layer->of.memory.left -= count;
    return count;
}

/* ---- gzip ----------------------------------------------------------------------------------- */

#ifdef FWX_ZLIB
/* What below has ahead. */
static void unpack(struct layer *layer)
{
    struct layer *below = layer->below;
    z_stream *zip = &layer->of.zip;
    int result;

    zip->next_in = (Bytef *)below->ahead + below->at;
    zip->avail_in = (uInt)(below->count - below->at);
    result = inflate(zip, Z_NO_FLUSH);
    below->at = below->count - zip->avail_in;
    if (result == Z_STREAM_END) {
        /* Files that were packed one by one and put together are one; what else follows is none. */
        layer->ended = !begins(below, GZIP_MARK, 2);
        inflateReset(zip);
    } else if (result != Z_OK) {
        layer->wrong = "Invalid compressed data";
    }
}

static size_t read_zip(struct layer *layer, char *to, size_t room)
{
    struct layer *below = layer->below;
    z_stream *zip = &layer->of.zip;

    zip->next_out = (Bytef *)to;
    zip->avail_out = (uInt)room;
    while (zip->avail_out == room && !layer->ended && !layer->wrong) {
        if (below->at < below->count || fill(below))
            unpack(layer);
        else
            layer->wrong = below->wrong ? below->wrong : "Incomplete compressed data";
    }
    layer->ended |= layer->wrong != NULL;
    return room - zip->avail_out;
}

static void start_zip(struct layer *layer)
{
    inflateInit2(&layer->of.zip, GZIP);
}

static void stop_zip(struct layer *layer)
{
    inflateEnd(&layer->of.zip);
}
#else
static size_t read_zip(struct layer *layer, char *to, size_t room)
{
    (void)to;
    (void)room;
    layer->wrong = "it is packed with gzip, and this was built without zlib: unpack it";
    return 0;
}

static void start_zip(struct layer *layer)
{
    (void)layer;
}

static void stop_zip(struct layer *layer)
{
    (void)layer;
}
#endif

/* ---- UTF-16 --------------------------------------------------------------------------------- */

static int put_unit(struct layer *layer, gunichar2 unit, char *to)
{
    gunichar2 before = layer->of.wide.before;
    bool is_first = unit >= 0xd800 && unit < 0xdc00;
    bool is_second = unit >= 0xdc00 && unit < 0xe000;
    int length = 0;

    layer->of.wide.before = is_first ? unit : 0;
    if (before && is_second)
        return g_unichar_to_utf8(0x10000 + ((before - 0xd800u) << 10) + (unit - 0xdc00u), to);
    if (before)
        length = g_unichar_to_utf8(REPLACED, to);
    if (!is_first)
        length += g_unichar_to_utf8(is_second ? REPLACED : unit, to + length);
    return length;
}

static size_t read_wide(struct layer *layer, char *to, size_t room)
{
    struct layer *below = layer->below;
    size_t length = 0;

    while (length + UTF8_UNITS <= room) {
        guint8 first = layer->of.wide.half;
        guint8 second;

        if (below->at == below->count && (length || !fill(below)))
            break;
        second = (guint8)below->ahead[below->at++];
        layer->of.wide.half = second;
        layer->of.wide.has_half = !layer->of.wide.has_half;
        if (!layer->of.wide.has_half)
            length +=
                (size_t)put_unit(layer,
                                 layer->of.wide.is_big_endian ? (gunichar2)(first << 8 | second)
                                                              : (gunichar2)(second << 8 | first),
                                 to + length);
    }
    layer->wrong = below->wrong;
    return length;
}

/* ---- all of it ------------------------------------------------------------------------------ */

static struct fwx_bytes *as_text(struct layer *layer)
{
    struct fwx_bytes *bytes = g_new0(struct fwx_bytes, 1);
    bool is_big_endian;

    if (begins(layer, GZIP_MARK, 2)) {
        layer = add_layer(layer, read_zip);
        start_zip(layer);
    }
    is_big_endian = begins(layer, "\xfe\xff", 2);
    if (is_big_endian || begins(layer, "\xff\xfe", 2)) {
        layer->at += 2;
        layer = add_layer(layer, read_wide);
        layer->of.wide.is_big_endian = is_big_endian;
    }
    if (begins(layer, "\xef\xbb\xbf", MARK))
        layer->at += MARK;
    bytes->top = layer;
    return bytes;
}

static struct fwx_bytes *of_file(int descriptor, bool is_ours, int64_t *written)
{
    struct layer *layer;
    struct stat about;

    if (fstat(descriptor, &about) != 0)
        return NULL;
    *written = (int64_t)about.st_mtime;
    layer = add_layer(NULL, read_file);
    layer->of.file.descriptor = descriptor;
    layer->of.file.is_ours = is_ours;
    return as_text(layer);
}

struct fwx_bytes *fwx_bytes_open(const char *path, int64_t *written)
{
    int descriptor = g_open(path, O_RDONLY | O_BINARY, 0);
    struct fwx_bytes *bytes = descriptor < 0 ? NULL : of_file(descriptor, true, written);

    if (descriptor >= 0 && !bytes)
        g_close(descriptor, NULL);
    return bytes;
}

struct fwx_bytes *fwx_bytes_of_descriptor(int descriptor, int64_t *written)
{
    return lseek(descriptor, 0, SEEK_SET) == 0 ? of_file(descriptor, false, written) : NULL;
}

struct fwx_bytes *fwx_bytes_of_memory(const void *memory, size_t length)
{
    struct layer *layer = add_layer(NULL, read_memory);

    layer->of.memory.next = (const char *)memory;
    layer->of.memory.left = length;
    return as_text(layer);
}

gssize fwx_bytes_read(struct fwx_bytes *bytes, char *to, size_t room, const char **wrong)
{
    struct layer *top = bytes->top;
    size_t count;

    if (top->at == top->count && !fill(top)) {
        *wrong = top->wrong;
        return top->wrong ? -1 : 0;
    }
    count = MIN(room, top->count - top->at);
    memcpy(to, top->ahead + top->at, count);
    top->at += count;
    return (gssize)count;
}

void fwx_bytes_close(struct fwx_bytes *bytes)
{
    for (struct layer *layer = bytes->top; layer;) {
        struct layer *below = layer->below;

        if (layer->read == read_zip)
            stop_zip(layer);
        if (layer->read == read_file && layer->of.file.is_ours)
            g_close(layer->of.file.descriptor, NULL);
        g_free(layer);
        layer = below;
    }
    g_free(bytes);
}
