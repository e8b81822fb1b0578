/* linux_rows.h
 * Conversations for the model of Linux, a line per segment: what it is, and what becomes of it.
 *
 *     {"syn", I, S, 0, .ct = NEW, .state = SENT},
 *     {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},
 *     {"ack of the future", I, A, 1, 2, .ct = BAD, .says = SAYS(ACK_HIGH), .number = 2, .state = RECV},
 *
 * Sequence numbers count from the sender's ISN, acknowledgements from the other's. Every table is
 * played with several ISNs, and from both of the owner's ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_LINUX_ROWS_H
#define FWX_TEST_LINUX_ROWS_H

#include "engine/model/linux/linux.h"

#include <glib.h>

enum { I = 0, R = 1 };

enum {
    S = FWX_SYN,
    A = FWX_ACK,
    SA = FWX_SYN | FWX_ACK,
    FA = FWX_FIN | FWX_ACK,
    RST = FWX_RST,
    RA = FWX_RST | FWX_ACK,
};

enum {
    BAD = FWX_LINUX_CT_INVALID,
    NEW = FWX_LINUX_CT_NEW,
    OLD = FWX_LINUX_CT_ESTABLISHED,
};

enum {
    NONE = FWX_LINUX_NONE,
    SENT = FWX_LINUX_SYN_SENT,
    RECV = FWX_LINUX_SYN_RECV,
    ESTB = FWX_LINUX_ESTABLISHED,
    FINW = FWX_LINUX_FIN_WAIT,
    CLSW = FWX_LINUX_CLOSE_WAIT,
    LACK = FWX_LINUX_LAST_ACK,
    TIMW = FWX_LINUX_TIME_WAIT,
    CLOS = FWX_LINUX_CLOSE,
    SEN2 = FWX_LINUX_SYN_SENT2,
};

enum { WINDOW = 1000, ZERO_WINDOW = -1 };

/* Words from 1, so that 0 says nothing. Nothing may be said that a row does not say. */
#define SAYS(word) (FWX_LINUX_SAYS_##word + 1)

/* Scales from 1, so that 0 offers none. */
#define SCALE(count) ((count) + 1)

struct linux_row {
    const char *does;
    int from; /* I or R: who sent the table's first row, and the other one */
    uint8_t flags;
    int64_t seq;
    int64_t ack;
    uint32_t len;
    int32_t window;   /* 0: WINDOW */
    uint8_t scale;    /* SCALE(...) */
    bool sack;        /* offers SACK */
    bool options;     /* others */
    int64_t sack_to;  /* what SACK blocks acknowledge, from the other's ISN; 0: none */
    int64_t after_s;  /* since the row before */
    int64_t after_ns; /* more */

    int ct;
    int says;       /* SAYS(...) */
    int64_t number; /* SEQ_*: from the sender's ISN; ACK_*: from the other's; else as it is */
    int state;      /* afterwards */
    int64_t left_s; /* until it expires; 0: not asked */
    bool turned;    /* the initiator is now R */
};

/* The settings of a firewall that takes nothing up in the middle. */
struct fwx_linux_settings linux_strict(void);

/* Plays it; what is left of the entry, in the last world. */
struct fwx_linux_entry linux_play(const struct linux_row *rows, unsigned count,
                                  const struct fwx_linux_settings *settings);
/* In a world where both ISNs are the same. */
void linux_play_equal(const struct linux_row *rows, unsigned count);
#define LINUX_PLAY_EQUAL(rows) linux_play_equal(rows, G_N_ELEMENTS(rows))

#define LINUX_PLAY(rows)                                                                           \
    do {                                                                                           \
        struct fwx_linux_settings strict_ = linux_strict();                                        \
        linux_play(rows, G_N_ELEMENTS(rows), &strict_);                                            \
    } while (0)
#define LINUX_PLAY_UNDER(rows, settings) linux_play(rows, G_N_ELEMENTS(rows), settings)

#define LINUX_HANDSHAKE                                                                            \
    {"syn", I, S, 0, .ct = NEW, .state = SENT},                                                    \
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .state = RECV},                                        \
        {"ack", I, A, 1, 1, .ct = OLD, .state = ESTB}

#endif
