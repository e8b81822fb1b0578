/* test_log_bytes.c
 * A log file's bytes become text, however they are packed and written.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/bytes.h"

#include <fcntl.h>
#include <string.h>

#include <glib/gstdio.h>
#ifdef FWX_ZLIB
#include <zlib.h>
#endif

#ifndef O_BINARY
#define O_BINARY 0
#endif

static GByteArray *with_mark(const char *mark, const char *text, const char *codeset)
{
    GByteArray *file = g_byte_array_new();
    gsize size = 0;
    char *bytes = g_convert(text, -1, codeset, "UTF-8", NULL, &size, NULL);

    g_byte_array_append(file, (const guint8 *)mark, (guint)strlen(mark));
    g_byte_array_append(file, (const guint8 *)bytes, (guint)size);
    g_free(bytes);
    return file;
}

/* All that fwx_bytes_read() gives, a few bytes at a time. */
static char *text_of(const void *memory, size_t length, const char **wrong)
{
    struct fwx_bytes *bytes = fwx_bytes_of_memory(memory, length);
    GString *text = g_string_new(NULL);
    char part[7];
    gssize count;

    while ((count = fwx_bytes_read(bytes, part, sizeof part, wrong)) > 0)
        g_string_append_len(text, part, count);
    g_assert_cmpint(count, ==, *wrong ? -1 : 0);
    fwx_bytes_close(bytes);
    return g_string_free(text, FALSE);
}

static void hold_text(const char *memory, size_t length, const char *wanted, const char *wrong)
{
    const char *why = NULL;
    char *found = text_of(memory, length, &why);

    g_assert_cmpstr(found, ==, wanted);
    g_assert_cmpstr(why, ==, wrong);
    g_free(found);
}

/* UTF-16 and a mark before UTF-8 are no matter. */
static void test_wrapped(void)
{
    static const char line[] = "2028-02-29 23:59:60 10.0.0.5:1 > [2001:db8::1]:443 dropped";
    GByteArray *ways[] = {
        with_mark("", line, "UTF-8"),
        with_mark("\xef\xbb\xbf", line, "UTF-8"),
        with_mark("\xff\xfe", line, "UTF-16LE"),
        with_mark("\xfe\xff", line, "UTF-16BE"),
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(ways); i++) {
        hold_text((const char *)ways[i]->data, ways[i]->len, line, NULL);
        g_byte_array_unref(ways[i]);
    }
}

/* Longer than what is read ahead, with characters of one to four bytes at each of its ends. */
static void test_long(void)
{
    GString *text = g_string_new(NULL);
    GByteArray *wide;
    const char *wrong = NULL;
    char *found;

    for (unsigned i = 0; i < 20000; i++)
        g_string_append(text, "a\xc3\xb6\xe6\x97\xa5\xf0\x9f\x94\xa5");
    wide = with_mark("\xff\xfe", text->str, "UTF-16LE");
    found = text_of(wide->data, wide->len, &wrong);
    g_assert_cmpstr(wrong, ==, NULL);
    g_assert_true(g_str_equal(found, text->str));
    g_free(found);
    g_byte_array_unref(wide);
    g_string_free(text, TRUE);
}

/* Halves of pairs are replaced; half a unit at the end is none. */
static void test_broken(void)
{
    hold_text("\xff\xfe\x00\xd8"
              "a\0",
              6,
              "\xef\xbf\xbd"
              "a",
              NULL);
    hold_text("\xff\xfe\x00\xdc"
              "a\0b",
              7,
              "\xef\xbf\xbd"
              "a",
              NULL);
    hold_text("", 0, "", NULL);
    hold_text("\xff", 1, "\xff", NULL);
}

#ifdef FWX_ZLIB
/* One member of a gzip file, behind others. */
static void zip(GByteArray *file, const char *text, size_t length)
{
    guint8 zipped[256];
    z_stream stream = {.next_in = (Bytef *)text,
                       .avail_in = (uInt)length,
                       .next_out = zipped,
                       .avail_out = sizeof zipped};

    g_assert_cmpint(
        deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8 /* memory */, Z_DEFAULT_STRATEGY), ==,
        Z_OK);
    g_assert_cmpint(deflate(&stream, Z_FINISH), ==, Z_STREAM_END);
    deflateEnd(&stream);
    g_byte_array_append(file, zipped, (guint)stream.total_out);
}

/* In two pieces, cut short, with something behind it, with a wrong sum. */
static void test_gzip(void)
{
    GByteArray *zipped = g_byte_array_new();
    GByteArray *pieces = g_byte_array_new();

    zip(zipped, "abc", 3);
    hold_text((const char *)zipped->data, zipped->len, "abc", NULL);
    hold_text((const char *)zipped->data, zipped->len - 9, "abc", "Incomplete compressed data");
    g_byte_array_append(zipped, (const guint8 *)"rest", 4);
    hold_text((const char *)zipped->data, zipped->len, "abc", NULL);
    zipped->data[zipped->len - 4 - 8] ^= 1; /* its sum */
    hold_text((const char *)zipped->data, zipped->len, "abc", "Invalid compressed data");
    zip(pieces, "\xef\xbb\xbfsome", 7);
    zip(pieces, " text", 5);
    hold_text((const char *)pieces->data, pieces->len, "some text", NULL);
    hold_text("\x1f\x8b no gzip", 10, "", "Invalid compressed data");
    g_byte_array_unref(pieces);
    g_byte_array_unref(zipped);
}
#else
static void test_gzip(void)
{
    hold_text("\x1f\x8b", 2, "",
              "it is packed with gzip, and this was built without zlib: unpack it");
}
#endif

static void hold_file(struct fwx_bytes *bytes, int64_t written)
{
    const char *wrong = NULL;
    char text[32];

    g_assert_nonnull(bytes);
    g_assert_cmpint(written, >, 1700000000);
    g_assert_cmpint(fwx_bytes_read(bytes, text, sizeof text, &wrong), ==, 17);
    g_assert_cmpint(memcmp(text, "some text\r\n\x1a more", 17), ==, 0);
    fwx_bytes_close(bytes);
}

/* A file, by its path and, twice from its beginning, as somebody else's that stays open; and none.
 * What Windows takes for the end of a text (0x1a) is none, and ends of lines stay as they are. */
static void test_file(void)
{
    char *path = NULL;
    int descriptor = g_file_open_tmp("fwx-XXXXXX", &path, NULL);

    g_assert_true(g_close(descriptor, NULL));
    g_assert_true(g_file_set_contents(path, "some text\r\n\x1a more", -1, NULL));
    descriptor = g_open(path, O_RDONLY | O_BINARY, 0);
    for (unsigned i = 0; i < 3; i++) {
        int64_t written = 0;
        struct fwx_bytes *bytes =
            i ? fwx_bytes_of_descriptor(descriptor, &written) : fwx_bytes_open(path, &written);

        hold_file(bytes, written);
    }
    g_assert_true(g_close(descriptor, NULL));
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_null(fwx_bytes_open(path, &(int64_t){0}));
    g_free(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/bytes/wrapped", test_wrapped);
    g_test_add_func("/log/bytes/long", test_long);
    g_test_add_func("/log/bytes/broken", test_broken);
    g_test_add_func("/log/bytes/gzip", test_gzip);
    g_test_add_func("/log/bytes/file", test_file);
    return g_test_run();
}
