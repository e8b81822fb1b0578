/* capture.c
 * Fuzzes the plugin inside libwireshark: bytes are preferences and frames, which pass through a
 * session as tshark, sharkd or the window would run it, with every output drawn. Only the
 * protocols below the firewall's own are enabled: what other dissectors do is not tested here.
 *
 * seeds.py writes the same from captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include <string.h>

#include <wiretap/wtap.h>

#include "fuzz.h"

enum { MOST_FRAMES = 200, NS_A_SECOND = 1000000000 };

/* What comes first; then frame by frame a head and the bytes. */
struct setup {
    uint8_t mode; /* enum mode, or-ed */
    uint8_t encapsulation;
    uint8_t switches; /* the preferences that are on, see set_preferences() */
    uint8_t limit;    /* of flood mitigation */
};

struct head {
    uint8_t length[2]; /* of what was captured */
    uint8_t gap;       /* since the frame before */
    uint8_t cut;       /* how much longer the frame was, in units of 8 */
};

enum mode {
    TWO_PASSES = 0x01, /* tshark -2: the first one with neither tree nor taps */
    TREE = 0x02,
    SELECT = 0x04, /* the window: frames are visited again, backwards */
    RETAP = 0x08,  /* the outputs are asked for again */
    TABLES_STAY = 0x10,
    DRAW_CLOSED = 0x20,
    RELOAD = 0x40, /* the same capture again, in the same process */
};

static void set_preferences(const struct setup *setup)
{
    static const char *const switches[] = {
        "fwx.midstream_not_syn", "fwx.sequence_window",       "fwx.tcp_checksum",
        "fwx.block_fragments",   "fwx.block_ip_options",      "fwx.block_ipv6",
        "ip.defragment",         "tcp.desegment_tcp_streams",
    };
    static const char *const limits[] = {
        "fwx.flood_requests", "fwx.flood_concurrent", "fwx.flood_udp", "fwx.flood_non_tcp",
        "fwx.tcp_idle",       "fwx.udp_idle",         "fwx.no_reply",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(switches); i++)
        session_prefer(switches[i], setup->switches >> i & 1 ? "TRUE" : "FALSE");
    for (unsigned i = 0; i < G_N_ELEMENTS(limits); i++) {
        char number[4];

        g_snprintf(number, sizeof number, "%u", setup->limit);
        session_prefer(limits[i], number);
    }
    session_prefer("fwx.product", setup->limit & 1   ? "isa2004"
                                  : setup->limit & 2 ? "isa2006"
                                                     : "tmg2010");
    session_preferred();
}

/* Milliseconds for the most part; back, and years on. */
static int64_t gap_ns(uint8_t code)
{
    static const int64_t units[4] = {NS_A_SECOND / 1000, NS_A_SECOND, -NS_A_SECOND / 4,
                                     (int64_t)NS_A_SECOND * 86400 * 60};

    return units[code >> 6] * ((code & 0x3f) + 1);
}

static int encapsulation(const struct setup *setup)
{
    static const int known[] = {WTAP_ENCAP_ETHERNET, WTAP_ENCAP_RAW_IP, WTAP_ENCAP_SLL,
                                WTAP_ENCAP_NULL};

    return known[setup->encapsulation % G_N_ELEMENTS(known)];
}

/* The frames lie in the bytes, and are not copied. */
static unsigned read_frames(const uint8_t *data, size_t size, struct session_frame *frames)
{
    uint64_t time = (uint64_t)1300000000 * NS_A_SECOND;
    unsigned count = 0;

    for (size_t at = sizeof(struct setup); at + sizeof(struct head) <= size && count < MOST_FRAMES;
         count++) {
        struct head head;

        memcpy(&head, data + at, sizeof head);
        at += sizeof head;
        time += (uint64_t)gap_ns(head.gap);
        frames[count] = (struct session_frame){
            .bytes = data + at,
            .length = MIN((uint32_t)(head.length[0] << 8 | head.length[1]), (uint32_t)(size - at)),
            .time = (int64_t)time,
        };
        frames[count].sent = frames[count].length + head.cut * 8u;
        at += frames[count].length;
    }
    return count;
}

static void dissect(uint8_t mode, int encapsulation, const struct session_frame *frames,
                    unsigned count)
{
    struct session *session = session_open(encapsulation, frames, count);

    if (mode & TWO_PASSES)
        session_pass(session, false, false);
    session_pass(session, mode & TREE, true);
    session_draw();
    if (mode & SELECT)
        session_select_all(session);
    if (mode & RETAP) {
        session_retap();
        session_pass(session, mode & TREE, true);
        session_draw();
    }
    session_close(session);
    if (mode & DRAW_CLOSED)
        session_draw();
}

/* libFuzzer's own prototype: NOLINTNEXTLINE(readability-non-const-parameter) */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    session_start_library((*argv)[0]);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session_frame frames[MOST_FRAMES];
    struct setup setup = {0};
    unsigned count;

    memcpy(&setup, data, MIN(size, sizeof setup));
    count = read_frames(data, size, frames);
    set_preferences(&setup);
    session_tables(true);
    dissect(setup.mode, encapsulation(&setup), frames, count);
    if (!(setup.mode & TABLES_STAY)) {
        session_tables(false);
        session_tables(true);
    }
    session_retap();
    if (setup.mode & RELOAD)
        dissect(setup.mode, encapsulation(&setup), frames, count);
    session_tables(false);
    session_retap();
    return 0;
}
