/* finding.h
 * What the engine reports of one packet: the numbers, never the prose (see reason.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FINDING_H
#define FWX_FINDING_H

#include "engine/packet.h"

#include <stdbool.h>
#include <stdint.h>

/* Each with its description in findings/, see kind.h: the order is that in which the host registers
 * their fields. */
#define FWX_FINDINGS(KIND)                                                                         \
    KIND(SYNACK_PAYLOAD, synack_payload)                                                           \
    KIND(PADDING, padding)                                                                         \
    KIND(ACK_MISMATCH, ack_mismatch)                                                               \
    KIND(RESET, reset)                                                                             \
    KIND(CLOSE, close)       /* the packet that completes an orderly close */                      \
    KIND(NO_REPLY, no_reply) /* concluded when asked for (conclusion.h), never reported */         \
    KIND(QUOTA, quota)       /* flood mitigation refuses the connection */                         \
    KIND(SANITY, sanity)     /* a packet that no healthy stack sends, or that the policy blocks */ \
    KIND(NOT_SYN, not_syn)   /* a late segment of a connection that is gone */                     \
    KIND(WINDOW, window)     /* outside the window of an established connection */                 \
    KIND(MARKER, marker)                                                                           \
    KIND(SILENCE, silence) /* the packet that ends a long silence of its connection */

#define FWX_FINDING(name, described) FWX_FINDING_##name,
enum fwx_finding_kind { FWX_FINDINGS(FWX_FINDING) FWX_FINDING_KINDS };
#undef FWX_FINDING

/* How sure it is that the firewall behaves so; reference/firewall.md calls them DOC, OBS, INF. */
enum fwx_confidence { FWX_DOCUMENTED, FWX_OBSERVED, FWX_INFERRED, FWX_ASSUMED };

enum fwx_reset_class {
    FWX_RESET_REFUSED,         /* answers a SYN */
    FWX_RESET_HANDSHAKE_ABORT, /* before the handshake was complete */
    FWX_RESET_DIRTY_CLOSE,     /* answers the peer's FIN instead of an own FIN */
    FWX_RESET_DATA_ABORT,      /* established, with data under way or just exchanged */
    FWX_RESET_IDLE_ABORT,      /* established, all data acknowledged, nothing said for a while */
    FWX_RESET_AFTER_CLOSE,     /* its sender, or both sides, had closed already */
    FWX_RESET_NO_CONNECTION,   /* no connection in this capture that it could end */
};

enum fwx_side { FWX_INITIATOR, FWX_RESPONDER, FWX_SIDE_UNKNOWN };

/* What speaks against a reset's being its endpoint's own. The first show at first sight, the others
 * when more of the capture is known. */
enum fwx_sign {
    FWX_SIGN_TTL = 0x001,       /* the endpoint's packets never have it */
    FWX_SIGN_IP_ID = 0x002,     /* far from the endpoint's */
    FWX_SIGN_MAC = 0x004,       /* another than the endpoint's */
    FWX_SIGN_WINDOW = 0x008,    /* neither 0 nor the endpoint's */
    FWX_SIGN_COPIED_ID = 0x010, /* the IP ID of the packet that it answers */
    FWX_SIGN_PAYLOAD = 0x020,   /* there is some */
    FWX_SIGN_RESERVED = 0x040,  /* bits that are to be 0 are not (RFC 9293, 3.1) */
    FWX_SIGN_ABOVE = 0x080,     /* the second one lies beyond the first */
    FWX_SIGN_GOES_ON = 0x100,   /* the endpoint says afterwards what it can only have said then */
    FWX_SIGN_ANSWERS = 0x200,   /* it refuses, and then answers the same SYN */
    FWX_SIGN_SAME_ID = 0x400,   /* the same IP ID as in another connection's reset */
    FWX_SIGN_AGAIN = 0x800,     /* the same TTL in another connection's reset */
    FWX_SIGN_FAST = 0x1000,     /* a refusal faster than each handshake of the address */
    FWX_SIGN_ADDED = 0x2000,    /* nearer to the endpoint another point has not seen it */
};

/* Who sent a reset. */
enum fwx_origin { FWX_ORIGIN_UNKNOWN, FWX_ORIGIN_ENDPOINT, FWX_ORIGIN_IN_BETWEEN };

/* Why a reset is taken for the firewall's own. */
enum fwx_kill { FWX_KILL_NONE, FWX_KILL_INJECTED, FWX_KILL_SMTP_TLS };

/* How much a status in the proxy's log is worth looking into. */
enum fwx_grade { FWX_GRADE_NONE, FWX_GRADE_HARMLESS, FWX_GRADE_BY_DESIGN, FWX_GRADE_LOOK };

/* Which limit was passed. */
enum fwx_quota {
    FWX_QUOTA_NONE,
    FWX_QUOTA_RATE,       /* connection requests a minute */
    FWX_QUOTA_CONCURRENT, /* open connections */
    FWX_QUOTA_HALF_OPEN,  /* half-open connections */
    FWX_QUOTA_NON_TCP,    /* new sessions a second */
};

/* Of two SYN-ACKs of one connection, what differs. */
enum fwx_synack_difference { FWX_SYNACK_SAME, FWX_SYNACK_OTHER_PAYLOAD, FWX_SYNACK_OTHER_ISN };

struct fwx_synack_payload {
    uint32_t length;
    uint32_t
        first_frame; /* of the connection's earliest SYN-ACK that this one differs from, or 0 */
    uint8_t head[FWX_PAYLOAD_HEAD];
    uint8_t head_len;
    uint8_t difference; /* enum fwx_synack_difference */
    bool fast_open;     /* the SYN asked for Fast Open: legitimate data */
};

struct fwx_ack_mismatch {
    uint32_t expected;
    uint32_t actual;
    uint32_t cause_frame;  /* the SYN-ACK whose payload explains the difference, or 0 */
    uint32_t synack_frame; /* the SYN-ACK that sets the expectation; the SYN for a SYN-ACK */
    bool fast_open;
    bool padding; /* the payload of the cause is Ethernet padding */
    bool synack;  /* the segment is itself a SYN-ACK that answers another SYN */
};

struct fwx_reset {
    int64_t after;      /* nanoseconds: of a dirty close since the FIN, may be negative; else since
                         * the last payload, or, without any, since the last word */
    int64_t silence;    /* nanoseconds of the long silence that it ends, 0: none */
    uint32_t fin_frame; /* dirty close: that it answers */
    uint32_t in_flight; /* bytes that neither side had acknowledged */
    uint32_t seq;       /* raw */
    uint32_t ack;       /* raw, 0 where it has none */
    uint32_t prior;     /* number of the reset before it of the same side + 1, 0: none */
    uint16_t ip_id;
    uint16_t signs;    /* enum fwx_sign, or-ed; later packets add to it */
    uint16_t status;   /* Win32 or Winsock status, 0: none */
    uint8_t class;     /* enum fwx_reset_class */
    uint8_t by;        /* enum fwx_side, as far as the roles are known */
    uint8_t side;      /* enum fwx_side: in whose name */
    uint8_t origin;    /* enum fwx_origin; later packets tell */
    uint8_t own_ttl;   /* of the reset */
    uint8_t usual_ttl; /* of the endpoint's other packets, 0: it has none */
    uint8_t kill;      /* enum fwx_kill */
    uint8_t grade;     /* enum fwx_grade */
    uint8_t alert;     /* TLS alert seen before, its description + 1; 0: none in the clear */
    bool ignored;      /* outside the window, or its connection is gone: ends nothing */
    bool carried_data; /* the connection did */
    bool well_known;   /* usual_ttl is that of several packets */
};

/* From the FIN to a dirty close, nanoseconds; 0 for other resets. */
static inline int64_t fwx_reset_fin_delay(const struct fwx_reset *reset)
{
    return reset->class == FWX_RESET_DIRTY_CLOSE ? reset->after : 0;
}

struct fwx_no_reply {
    int64_t waited_s; /* since the first SYN */
    uint16_t status;  /* Win32 or Winsock status that a proxy logs */
};

struct fwx_late {
    int64_t silence;     /* nanoseconds since its last packet, if it was idle */
    uint32_t gone_frame; /* the frame that ended the connection, 0: it never was in this capture */
    uint32_t idle_s;     /* it was idle for so long, 0: closed */
    bool killed;
    bool repeats_ack; /* an acknowledgement of the orderly close, once more */
};

struct fwx_sanity {
    uint32_t value; /* the number that is wrong: a length, flags, a pointer, a port */
    uint32_t limit; /* what it should be at most, or be */
    uint8_t rule;   /* that the packet breaks, see rules/sanity.h */
};

struct fwx_over_quota {
    uint32_t count;
    uint32_t limit;
    uint8_t quota; /* enum fwx_quota */
    bool first;    /* the limit is passed just now */
    bool special;  /* it is the limit of special addresses */
};

struct fwx_out_of_window {
    uint32_t seq;
    uint32_t ack;
    bool ack_wrong; /* else the sequence number is */
};

/* How a long silence ended. */
enum fwx_silence_end {
    FWX_SILENCE_OPEN,     /* that is not known yet, or the capture cannot tell */
    FWX_SILENCE_SURVIVED, /* the other side answered */
    FWX_SILENCE_FATAL,    /* answered by a reset */
    FWX_SILENCE_UNHEARD,  /* nobody ever answered, as of the last review */
};

/* Both sides silent: keep-alives and zero-window probes are no speech, repeated data is. */
struct fwx_silence {
    int64_t length; /* nanoseconds since the last word of either side */
    int64_t gap;    /* the longest time in it without any packet: what a firewall's timer sees */
    uint32_t end_frame; /* of the packet that tells how it ended, 0: none */
    uint32_t reset;     /* number of the finding of the reset that ended it + 1, 0: none */
    uint8_t end;        /* enum fwx_silence_end; later packets tell */
    uint8_t by;         /* enum fwx_side: who broke it */
    uint8_t life;       /* enum fwx_life, of the connection in the silence */
    uint8_t tries;      /* keep-alives that asked, 1 for any other word */
    bool keep_alive;    /* by a keep-alive: it counts only if it was in vain */
};

/* Nobody has answered yet. */
static inline bool fwx_silence_goes_on(const struct fwx_silence *silence)
{
    return silence->end == FWX_SILENCE_OPEN || silence->end == FWX_SILENCE_UNHEARD;
}

struct fwx_finding {
    uint32_t frame;
    uint32_t connection; /* id, 0: none */
    uint32_t code;       /* the result code that the event would cause, if judged */
    uint16_t packet;     /* which packet of the frame, see fwx_packet.index */
    uint8_t kind;        /* enum fwx_finding_kind */
    uint8_t confidence;  /* enum fwx_confidence, if judged */
    uint8_t event;       /* enum fwx_event, if judged */
    bool judged;         /* event, code and confidence are set */
    bool withheld;       /* nothing to show, as the rest of the capture tells */
    bool dropped;        /* the firewall would not have passed the packet on */
    union {
        struct fwx_synack_payload synack;
        struct fwx_ack_mismatch mismatch;
        struct fwx_reset reset;
        struct fwx_no_reply no_reply;
        struct fwx_late late;
        struct fwx_sanity sanity;
        struct fwx_over_quota quota;
        struct fwx_out_of_window window;
        struct fwx_silence silence;
        uint32_t padding_len;
        struct {
            uint32_t size;
            uint8_t role; /* enum fwx_echo_role */
        } marker;
    };
};

#endif
