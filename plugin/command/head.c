/* head.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "head.h"

#include <math.h>
#include <string.h>

#include <gio/gio.h>

/* Enough for the blocks that dumpcap writes before the first packet. */
#define HEAD_SIZE 65536

struct head {
    guint8 *bytes;
    gsize length;
    gboolean is_empty; /* as it is, or unpacked; not where it could not be read */
    gboolean big_endian;
};

static const struct {
    const char *bytes;
    gsize length;
} magics[] = {
    {"\xa1\xb2\xc3\xd4", 4},
    {"\xd4\xc3\xb2\xa1", 4}, /* pcap */
    {"\xa1\xb2\x3c\x4d", 4},
    {"\x4d\x3c\xb2\xa1", 4}, /* pcap with nanoseconds */
    {"\xa1\xb2\xcd\x34", 4},
    {"\x34\xcd\xb2\xa1", 4}, /* pcap, Kuznetzov's */
    {"\x0a\x0d\x0d\x0a", 4}, /* pcapng */
    {"snoop\0\0\0", 8},      /* RFC 1761 */
    {"GMBU", 4},
    {"RTSS", 4}, /* Microsoft Network Monitor */
    {"TRSNIFF data", 12},
    {"XCP\0", 4}, /* Sniffer */
};

static const char *const packers[] = {"\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18"}; /* zstd, lz4 */

/* ---- reading -------------------------------------------------------------------------------- */

static gboolean starts_with(const struct head *head, const char *bytes, gsize length)
{
    return head->length >= length && memcmp(head->bytes, bytes, length) == 0;
}

/* What was read before an error is as good as a short file. */
static void read_from(GInputStream *stream, struct head *head, gsize size)
{
    gboolean done = g_input_stream_read_all(stream, head->bytes, size, &head->length, NULL, NULL);

    head->is_empty = done && head->length == 0;
}

static void read_unpacked(GInputStream *packed, struct head *head, gsize size)
{
    GZlibDecompressor *gzip = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
    GInputStream *stream = g_converter_input_stream_new(packed, G_CONVERTER(gzip));

    read_from(stream, head, size);
    g_object_unref(stream);
    g_object_unref(gzip);
}

/* The bytes are to be freed. */
static struct head read_head(const char *path, gsize size)
{
    struct head head = {.bytes = g_new(guint8, size)};
    GFile *file = g_file_new_for_path(path);
    GFileInputStream *stream = g_file_read(file, NULL, NULL);

    if (stream) {
        read_from(G_INPUT_STREAM(stream), &head, size);
        if (starts_with(&head, "\x1f\x8b", 2) &&
            g_seekable_seek(G_SEEKABLE(stream), 0, G_SEEK_SET, NULL, NULL))
            read_unpacked(G_INPUT_STREAM(stream), &head, size);
        g_object_unref(stream);
    }
    g_object_unref(file);
    return head;
}

enum fwx_head fwx_head_look(const char *path)
{
    struct head head = read_head(path, 16);
    enum fwx_head is = head.is_empty ? FWX_HEAD_EMPTY : FWX_HEAD_OTHER;

    for (unsigned i = 0; i < G_N_ELEMENTS(packers); i++) {
        if (starts_with(&head, packers[i], 4))
            is = FWX_HEAD_PACKED;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (starts_with(&head, magics[i].bytes, magics[i].length))
            is = FWX_HEAD_CAPTURE;
    }
    g_free(head.bytes);
    return is;
}

gboolean fwx_head_is_capture(const char *path)
{
    return fwx_head_look(path) >= FWX_HEAD_PACKED;
}

/* ---- numbers in the file's own order -------------------------------------------------------- */

/* 0 behind the end, which no caller takes for a size or a time. */
static guint32 number(const struct head *head, gsize offset)
{
    guint32 value;

    if (offset > head->length || head->length - offset < sizeof value)
        return 0;
    memcpy(&value, head->bytes + offset, sizeof value);
    return head->big_endian ? GUINT32_FROM_BE(value) : GUINT32_FROM_LE(value);
}

static guint16 short_number(const struct head *head, gsize offset)
{
    guint16 value;

    if (offset > head->length || head->length - offset < sizeof value)
        return 0;
    memcpy(&value, head->bytes + offset, sizeof value);
    return head->big_endian ? GUINT16_FROM_BE(value) : GUINT16_FROM_LE(value);
}

/* ---- pcap ----------------------------------------------------------------------------------- */

#define PCAP_HEADER      24
#define PCAP_NANOSECONDS 0xa1b23c4d

static gboolean pcap_time(struct head *head, double *time)
{
    head->big_endian = head->bytes[0] == 0xa1;
    if (head->length < PCAP_HEADER + 16)
        return FALSE;
    *time = number(head, PCAP_HEADER) +
            number(head, PCAP_HEADER + 4) / (number(head, 0) == PCAP_NANOSECONDS ? 1e9 : 1e6);
    return TRUE;
}

/* ---- pcapng: draft-ietf-opsawg-pcapng, section 4 -------------------------------------------- */

enum { BLOCK_INTERFACE = 1, BLOCK_ENHANCED_PACKET = 6 };
enum { OPTION_END = 0, OPTION_TSRESOL = 9 };

/* Of the interface description block at the offset: seconds a tick. */
static double tick_of(const struct head *head, gsize block, gsize end)
{
    gsize option = block + 16;

    while (option + 5 <= end && short_number(head, option) != OPTION_END) {
        if (short_number(head, option) == OPTION_TSRESOL && option + 4 < head->length) {
            guint8 exponent = head->bytes[option + 4];

            return exponent & 0x80 ? pow(2, -(exponent & 0x7f)) : pow(10, -exponent);
        }
        option += 4 + ((short_number(head, option + 2) + 3u) & ~3u);
    }
    return 1e-6;
}

static gboolean packet_time(const struct head *head, gsize block, const GArray *ticks, double *time)
{
    guint32 interface = number(head, block + 8);

    if (interface >= ticks->len || head->length < block + 20)
        return FALSE;
    *time = (number(head, block + 12) * 4294967296.0 + number(head, block + 16)) *
            g_array_index(ticks, double, interface);
    return TRUE;
}

static gboolean pcapng_time(struct head *head, double *time)
{
    GArray *ticks = g_array_new(FALSE, FALSE, sizeof(double));
    gboolean known = FALSE;
    gsize block = 0;
    guint32 size;

    head->big_endian = head->length > 8 && head->bytes[8] == 0x1a;
    while ((size = number(head, block + 4)) >= 12 && size <= HEAD_SIZE) {
        guint32 type = number(head, block);

        if (type == BLOCK_INTERFACE) {
            double tick = tick_of(head, block, block + size);

            g_array_append_val(ticks, tick);
        } else if (type == BLOCK_ENHANCED_PACKET) {
            known = packet_time(head, block, ticks, time);
            break;
        }
        block += size;
    }
    g_array_free(ticks, TRUE);
    return known;
}

gboolean fwx_head_first_time(const char *path, double *time)
{
    struct head head = read_head(path, HEAD_SIZE);
    gboolean known = FALSE;

    if (starts_with(&head, "\x0a\x0d\x0d\x0a", 4))
        known = pcapng_time(&head, time);
    else if (starts_with(&head, "\xa1\xb2", 2) ||
             (head.length >= 4 && head.bytes[2] == 0xb2 && head.bytes[3] == 0xa1))
        known = pcap_time(&head, time);
    g_free(head.bytes);
    return known;
}
