/* pf_rows.h
 * Conversations for the model of pf and Open vSwitch, a line per segment: what it is, and what becomes of it.
 *
 *     {"syn", I, S, 0, .ct = NEW, SENT, CLOS},
 *     {"syn-ack", R, SA, 0, 1, .ct = OLD, ESTB, SENT},
 *
 * Sequence numbers count from the sender's ISN, acknowledgements from the other's. Every table is
 * played with several ISNs, and from both of the owner's ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_PF_ROWS_H
#define FWX_TEST_PF_ROWS_H

#include "engine/model/pf/pf.h"

#include <glib.h>

enum { I = 0, R = 1 };

#define OVS FWX_PF_OPEN_VSWITCH
#define PF  FWX_PF_BSD

enum {
    S = FWX_SYN,
    A = FWX_ACK,
    SA = FWX_SYN | FWX_ACK,
    FA = FWX_FIN | FWX_ACK,
    RST = FWX_RST,
    RA = FWX_RST | FWX_ACK,
};

enum { BAD, NEW, OLD };

/* Of a peer. */
enum {
    CLOS = FWX_PF_CLOSED,
    SENT = FWX_PF_SYN_SENT,
    ESTB = FWX_PF_ESTABLISHED,
    CLSG = FWX_PF_CLOSING,
    FIN2 = FWX_PF_FIN_WAIT_2,
    TIMW = FWX_PF_TIME_WAIT,
};

enum { WINDOW = 1000, ZERO_WINDOW = -1 };
enum { WHATEVER = 0x100 };

enum { FAR = 67035 }; /* 65535 and 1500: how far is tolerated */
enum {
    HIGH = FWX_PF_SEQ_HIGH,
    LOW = FWX_PF_SEQ_LOW,
    ACK_HIGH = FWX_PF_ACK_HIGH,
    ACK_LOW = FWX_PF_ACK_LOW,
    FAR_HIGH = FWX_PF_LOOSE_HIGH,
    FAR_LOW = FWX_PF_LOOSE_LOW,
};

/* Scales from 1, so that 0 offers none. */
#define SCALE(count) ((count) + 1)

struct pf_row {
    const char *does;
    int from; /* I or R: who sent the table's first row, and the other one */
    uint8_t flags;
    int64_t seq;
    int64_t ack;
    uint32_t len;

    int ct;
    int one, other; /* states afterwards: of the initiator, of the responder */
    int64_t left_s; /* until it expires; 0: not asked */
    int says;       /* enum fwx_pf_word */
    int counts;     /* enum fwx_pf_counter; of a BAD one 0 stands for the variant's usual one */
    int broke;      /* enum fwx_pf_bound, or WHATEVER */

    int32_t window;      /* 0: WINDOW */
    uint8_t scale;       /* SCALE(...) */
    bool reassembled;    /* from fragments */
    bool none;           /* no entry is left */
    bool turned;         /* the initiator is now R */
    bool is_refused;     /* by a reset */
    int64_t after_s;     /* since the row before */
    int64_t after_ns;    /* more */
};

/* Plays it; what is left of the entry, in the last world. */
struct fwx_pf_entry pf_play(const struct pf_row *rows, unsigned count,
                            const struct fwx_pf_settings *settings);

/* In a world of its own: for what depends on how far numbers are from 0. */
struct fwx_pf_entry pf_play_in(const struct pf_row *rows, unsigned count,
                               const struct fwx_pf_settings *settings, const uint32_t isn[2]);

#define PF_PLAY_UNDER(rows, settings) pf_play(rows, G_N_ELEMENTS(rows), settings)
#define PF_PLAY(rows, variant)                                                                     \
    do {                                                                                           \
        struct fwx_pf_settings usual_ = fwx_pf_defaults(variant);                                  \
        pf_play(rows, G_N_ELEMENTS(rows), &usual_);                                                \
    } while (0)
#define PF_PLAY_BOTH(rows)                                                                         \
    do {                                                                                           \
        PF_PLAY(rows, OVS);                                                                        \
        PF_PLAY(rows, PF);                                                                         \
    } while (0)

#define PF_HANDSHAKE                                                                               \
    {"syn", I, S, 0, .ct = NEW, .one = SENT, .other = CLOS},                                       \
        {"syn-ack", R, SA, 0, 1, .ct = OLD, .one = ESTB, .other = SENT},                           \
        {"ack", I, A, 1, 1, .ct = OLD, .one = ESTB, .other = ESTB}

#endif
