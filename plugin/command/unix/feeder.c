/* feeder.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/unix/feeder.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 1 << 18, LONGEST = 1 << 26 };

/* Of the records that libwiretap hands out (draft-ietf-opsawg-pcapng, 4 and 11.1). */
enum { PACKET = 2, SIMPLE_PACKET = 3, ENHANCED_PACKET = 6, JOURNAL = 9 };
#define SECTION UINT32_C(0x0a0d0d0a)
#define ORDER   UINT32_C(0x1a2b3c4d)

enum kind { NOT_YET, PCAP, PCAPNG };

struct fwx_feeder {
    int from;
    int to;
    GMutex lock;
    GCond changed;
    guint64 announced; /* records; the lock's, as all below */
    guint64 taken;
    gboolean over;
    const char *trouble;
    /* The thread's own: */
    GByteArray *bytes;
    enum kind kind;
    gboolean swapped;  /* not of this machine's byte order */
    gsize record_head; /* of pcap */
};

static guint32 number_at(const struct fwx_feeder *feeder, gsize at)
{
    guint32 number;

    memcpy(&number, feeder->bytes->data + at, sizeof number);
    return feeder->swapped ? GUINT32_SWAP_LE_BE(number) : number;
}

/* Of pcap: microseconds, nanoseconds, and those of Kuznetzov, whose records have more of a head. */
static gsize head_of(guint32 magic)
{
    enum { HEAD = 16, LONG_HEAD = 24 };

    if (magic == 0xa1b2c3d4 || magic == 0xa1b23c4d)
        return HEAD;
    return magic == 0xa1b2cd34 ? LONG_HEAD : 0;
}

/* The head of the file, of which the first four bytes tell. Its length; 0: none that is known. */
static gsize begin(struct fwx_feeder *feeder)
{
    enum { FILE_HEAD = 24 };
    guint32 magic;

    feeder->swapped = FALSE;
    magic = number_at(feeder, 0);
    if (magic == SECTION) {
        feeder->kind = PCAPNG;
        return sizeof magic;
    }
    feeder->record_head = head_of(magic);
    if (!feeder->record_head) {
        feeder->swapped = TRUE;
        feeder->record_head = head_of(GUINT32_SWAP_LE_BE(magic));
    }
    feeder->kind = feeder->record_head ? PCAP : NOT_YET;
    return feeder->record_head ? FILE_HEAD : 0;
}

/* ---- how long the record is ------------------------------------------------------------------
 * 0: that is not there yet. */

static gsize pcap_length(const struct fwx_feeder *feeder, gsize at)
{
    enum { CAPTURED = 8 };

    return feeder->bytes->len - at >= feeder->record_head
               ? feeder->record_head + number_at(feeder, at + CAPTURED)
               : 0;
}

/* The byte order is that of the section, which tells in its own head. */
static gsize pcapng_length(struct fwx_feeder *feeder, gsize at)
{
    enum { LENGTH = 4, ORDER_AT = 8, HEAD = 12 };

    if (feeder->bytes->len - at < HEAD)
        return 0;
    if (number_at(feeder, at) == SECTION && number_at(feeder, at + ORDER_AT) != ORDER)
        feeder->swapped = !feeder->swapped;
    return number_at(feeder, at + LENGTH);
}

static gboolean is_packet(const struct fwx_feeder *feeder, gsize at)
{
    guint32 type = number_at(feeder, at);

    return feeder->kind == PCAP || type == PACKET || type == SIMPLE_PACKET ||
           type == ENHANCED_PACKET || type == JOURNAL;
}

static gsize length_at(struct fwx_feeder *feeder, gsize at)
{
    return feeder->kind == PCAP ? pcap_length(feeder, at) : pcapng_length(feeder, at);
}

/* ---- the thread ----------------------------------------------------------------------------- */

/* Announced first: the reader empties the pipe while this fills it. */
static gboolean hand_on(struct fwx_feeder *feeder, gsize length, guint64 records)
{
    gsize done = 0;

    g_mutex_lock(&feeder->lock);
    feeder->announced += records;
    g_cond_signal(&feeder->changed);
    g_mutex_unlock(&feeder->lock);
    while (done < length) {
        ssize_t written = write(feeder->to, feeder->bytes->data + done, length - done);

        if (written < 0 && errno != EINTR)
            return FALSE;
        done += written > 0 ? (gsize)written : 0;
    }
    g_byte_array_remove_range(feeder->bytes, 0, (guint)length);
    return TRUE;
}

/* What is whole of what has come. What is wrong with it, or NULL. */
static const char *hand_on_whole(struct fwx_feeder *feeder)
{
    gsize at = 0;
    gsize length = 0;
    guint64 records = 0;

    if (feeder->kind == NOT_YET && feeder->bytes->len >= 24) {
        at = begin(feeder);
        if (feeder->kind == NOT_YET)
            return "neither pcap nor pcapng, and nothing else can be followed: once it is whole, "
                   "it is read without --follow";
        at = feeder->kind == PCAPNG ? 0 : at;
    }
    while (feeder->kind != NOT_YET && (length = length_at(feeder, at)) > 0) {
        if (length > LONGEST || length < 12)
            return "a record has an impossible length";
        if (length > feeder->bytes->len - at)
            break;
        records += is_packet(feeder, at);
        at += length;
    }
    return at == 0 || hand_on(feeder, at, records) ? NULL : "nobody reads it any more";
}

static gpointer feed(gpointer data)
{
    struct fwx_feeder *feeder = (struct fwx_feeder *)data;
    const char *trouble = NULL;
    guint8 *chunk = g_malloc(CHUNK);
    ssize_t length;

    while (!trouble &&
           ((length = read(feeder->from, chunk, CHUNK)) > 0 || (length < 0 && errno == EINTR))) {
        if (length > 0)
            g_byte_array_append(feeder->bytes, chunk, (guint)length);
        trouble = hand_on_whole(feeder);
    }
    if (!trouble && feeder->bytes->len > 0)
        trouble = feeder->kind == NOT_YET ? "it ends before it has begun"
                                          : "it ends in the middle of a packet";
    g_free(chunk);
    close(feeder->from);
    close(feeder->to);
    g_mutex_lock(&feeder->lock);
    feeder->over = TRUE;
    feeder->trouble = trouble;
    g_cond_signal(&feeder->changed);
    g_mutex_unlock(&feeder->lock);
    return NULL;
}

struct fwx_feeder *fwx_feeder_start(int from, int to)
{
    struct fwx_feeder *feeder = g_new0(struct fwx_feeder, 1);

    feeder->from = from;
    feeder->to = to;
    feeder->bytes = g_byte_array_new();
    g_mutex_init(&feeder->lock);
    g_cond_init(&feeder->changed);
    g_thread_unref(g_thread_new("feeder", feed, feeder));
    return feeder;
}

gboolean fwx_feeder_wait(struct fwx_feeder *feeder, gint64 until)
{
    gboolean there;

    g_mutex_lock(&feeder->lock);
    while (feeder->announced == feeder->taken && !feeder->over &&
           g_cond_wait_until(&feeder->changed, &feeder->lock, until)) {
    }
    there = feeder->announced > feeder->taken;
    feeder->taken += there;
    g_mutex_unlock(&feeder->lock);
    return there;
}

gboolean fwx_feeder_is_over(struct fwx_feeder *feeder)
{
    gboolean over;

    g_mutex_lock(&feeder->lock);
    over = feeder->over && feeder->announced == feeder->taken;
    g_mutex_unlock(&feeder->lock);
    return over;
}

const char *fwx_feeder_trouble(const struct fwx_feeder *feeder)
{
    return feeder->trouble;
}
