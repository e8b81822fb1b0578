/* linux.h
 * Linux connection tracking as a firewall: what it makes of a packet, exactly.
 *
 * An entry is the firewall's own record of a connection, apart from the connection itself: its
 * owner keeps it, zeroed before the first packet, and hands it in with each packet of the tuple.
 * Numbers of sides and packets are in the order in which the owner has its two ends; which of them
 * the tracker takes for the initiator is in the entry, and changes where a port is used anew.
 *
 * What this is held against is said in tests/compare/netfilter-model.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LINUX_H
#define FWX_LINUX_H

#include "engine/packet.h"

/* Kernels whose rules are known, oldest first. One in between has those of the one before it. */
enum fwx_linux_version { FWX_LINUX_6_1, FWX_LINUX_6_12, FWX_LINUX_6_18, FWX_LINUX_VERSIONS };

/* As the kernel numbers them (ctnetlink shows the numbers, logs and conntrack -L the names). */
enum fwx_linux_state {
    FWX_LINUX_NONE, /* no entry */
    FWX_LINUX_SYN_SENT,
    FWX_LINUX_SYN_RECV,
    FWX_LINUX_ESTABLISHED,
    FWX_LINUX_FIN_WAIT,
    FWX_LINUX_CLOSE_WAIT,
    FWX_LINUX_LAST_ACK,
    FWX_LINUX_TIME_WAIT,
    FWX_LINUX_CLOSE,
    FWX_LINUX_SYN_SENT2,
    FWX_LINUX_STATES
};

/* Time-outs: one for each TCP state, by its number, and these. */
enum fwx_linux_timer {
    FWX_LINUX_RETRANSMITTED = FWX_LINUX_STATES, /* nf_conntrack_tcp_timeout_max_retrans */
    FWX_LINUX_UNACKNOWLEDGED,
    FWX_LINUX_UDP,
    FWX_LINUX_UDP_STREAM,
    FWX_LINUX_ICMP,
    FWX_LINUX_ICMPV6,
    FWX_LINUX_TIMERS
};

struct fwx_linux_settings {
    uint32_t timeout_s[FWX_LINUX_TIMERS]; /* seconds; FWX_LINUX_NONE has none */
    uint16_t hz;                          /* ticks a second of this kernel, for its log */
    uint8_t version;                      /* enum fwx_linux_version */
    uint8_t max_retrans;     /* nf_conntrack_tcp_max_retrans: copies of one ACK that make it wait
                              * less */
    bool loose;              /* nf_conntrack_tcp_loose: what began earlier is picked up */
    bool liberal;            /* nf_conntrack_tcp_be_liberal: only resets can be out of window */
    bool ignore_invalid_rst; /* nf_conntrack_tcp_ignore_invalid_rst */
    /* The ruleset's part. */
    bool drops_invalid; /* ct state invalid drop */
    bool drops_not_syn; /* ct state new, TCP and no SYN: drop */
};

/* "6.18" and so on */
const char *fwx_linux_version_name(enum fwx_linux_version version);

/* As "nf_conntrack_tcp_loose=0", with or without "net.netfilter." before it; time-outs in seconds.
 * False: not a setting that is known, or not a value of it. */
bool fwx_linux_set(struct fwx_linux_settings *settings, const char *sysctl);

/* What one side said of itself, and what was seen of it. */
struct fwx_linux_traits {
    uint16_t scale : 4;     /* window shift count, 0 to 14 */
    uint16_t has_scale : 1; /* offered window scaling */
    uint16_t sack : 1;      /* offered SACK */
    uint16_t closed : 1;    /* its FIN was the first */
    uint16_t liberal : 1;   /* picked up in the middle: windows are not held against it */
    uint16_t unacked : 1;   /* sent something that is not acknowledged */
    uint16_t has_maxack : 1;
};

/* What one side has sent, and may send. */
struct fwx_linux_side {
    uint32_t end;    /* behind the highest number that it sent */
    uint32_t maxend; /* how far the other's window lets it send */
    uint32_t maxwin; /* the largest window that it offered, in bytes; 0: never heard of */
    uint32_t maxack; /* the highest that it acknowledged; traits.has_maxack */
};

/* One TCP connection, 64 bytes. Sides by direction: 0 is the initiator. */
struct fwx_linux_entry {
    int64_t expires; /* nanoseconds; FWX_NO_TIME: never */
    struct fwx_linux_side side[2];
    struct fwx_linux_traits traits[2];
    struct fwx_linux_traits last_traits; /* what a SYN offered that was ignored */
    /* Of the last ACK that was in the window, or of a segment that was ignored. */
    uint16_t last_window;
    uint32_t last_seq, last_ack, last_end;
    uint8_t state;         /* enum fwx_linux_state */
    uint8_t repeats;       /* of that ACK; wraps, as the kernel's does */
    uint8_t last_kind : 3; /* enum fwx_linux_kind, with last_from: of the last segment */
    uint8_t last_from : 1;
    uint8_t initiator : 1; /* which of the owner's two ends */
    uint8_t replied : 1;   /* the responder was heard: no longer [UNREPLIED] */
    uint8_t assured : 1;   /* [ASSURED] */
    uint8_t challenge : 1; /* a SYN was ignored: in LAST_ACK the ACK that answers it ends nothing */
    uint8_t simultaneous : 1; /* both sides have sent a SYN */
};

/* UDP and ICMP echo: a session, 24 bytes. */
struct fwx_linux_session {
    int64_t expires; /* nanoseconds; FWX_NO_TIME: never */
    int64_t stream;  /* from when on an answered session counts as a stream */
    uint8_t known : 1;
    uint8_t initiator : 1;
    uint8_t replied : 1;
    uint8_t assured : 1;
};

/* What a segment is, by the index that log texts show. 0 is also the value before any. */
enum fwx_linux_kind {
    FWX_LINUX_NO_KIND,
    FWX_LINUX_SYN,
    FWX_LINUX_SYN_ACK,
    FWX_LINUX_FIN,
    FWX_LINUX_ACK,
    FWX_LINUX_RST,
    FWX_LINUX_KINDS
};

/* What the ruleset sees: nft's "ct state". */
enum fwx_linux_ct {
    FWX_LINUX_CT_INVALID,
    FWX_LINUX_CT_NEW,
    FWX_LINUX_CT_ESTABLISHED,
    FWX_LINUX_CT_RELATED,
};

/* The kernel's log texts. */
enum fwx_linux_word {
    FWX_LINUX_SAYS_FLAGS,
    FWX_LINUX_SAYS_NEW,
    FWX_LINUX_SAYS_STATE,   /* kind, from, state */
    FWX_LINUX_SAYS_IGNORED, /* kind, from, state */
    FWX_LINUX_SAYS_CHALLENGE,
    FWX_LINUX_SAYS_RST,
    FWX_LINUX_SAYS_MORE, /* the rest: number */
    FWX_LINUX_SAYS_SEQ_HIGH,
    FWX_LINUX_SAYS_ACK_HIGH,
    FWX_LINUX_SAYS_SEQ_LOW,
    FWX_LINUX_SAYS_ACK_LOW,
    FWX_LINUX_SAYS_LOWERED, /* and kind, from, last kind */
    FWX_LINUX_SAYS_OUTER,   /* addresses of the packet */
};

struct fwx_linux_said {
    uint32_t number;
    uint8_t word; /* enum fwx_linux_word */
    uint8_t kind; /* enum fwx_linux_kind */
    uint8_t from; /* 0: the initiator */
    uint8_t with; /* state, or kind of the segment before */
};

enum { FWX_LINUX_MOST_SAID = 2, FWX_LINUX_TEXT_SIZE = 128 };

struct fwx_linux_verdict {
    uint8_t ct;   /* enum fwx_linux_ct */
    bool passes;  /* tracker and ruleset together */
    uint8_t said; /* how many log texts */
    struct fwx_linux_said says[FWX_LINUX_MOST_SAID];
};

/* As this version is installed: loose, strict windows, invalid packets dropped. */
struct fwx_linux_settings fwx_linux_defaults(enum fwx_linux_version version);

/*
 * One TCP segment, well formed (packet->has_transport), from one of the owner's two ends (0 or 1),
 * at a time that never runs backwards (nanoseconds, or FWX_NO_TIME: then nothing expires). Moves
 * the entry as the firewall's own moves; its state is FWX_LINUX_NONE where none is left or made.
 */
struct fwx_linux_verdict fwx_linux_tcp(struct fwx_linux_entry *entry, unsigned from,
                                       const struct fwx_packet *packet,
                                       const struct fwx_linux_settings *settings, int64_t now);

/* The same for a UDP datagram, or an ICMP or ICMPv6 echo. Who pings has a session of its own, with
 * the code and identifier of its requests: the one of who asks is that of both, request and reply.
 */
struct fwx_linux_verdict fwx_linux_session(struct fwx_linux_session *session, unsigned from,
                                           const struct fwx_packet *packet,
                                           const struct fwx_linux_settings *settings, int64_t now);

/* An ICMP or ICMPv6 error, which moves nothing: is what it quotes in the table? */
struct fwx_linux_verdict fwx_linux_error(const struct fwx_packet *packet, bool quotes_known,
                                         const struct fwx_linux_settings *settings);

/* Is it in the table at that time? */
bool fwx_linux_lives(const struct fwx_linux_entry *entry, int64_t now);
bool fwx_linux_session_lives(const struct fwx_linux_session *session, int64_t now);

/* The kernel's words on that packet, as its log has them (nf_conntrack_log_invalid): with the name
 * of who speaks, without what the logger puts in front and behind. Returns text, which is cut off
 * at size. */
char *fwx_linux_text(const struct fwx_linux_said *said, const struct fwx_packet *packet,
                     const struct fwx_linux_settings *settings, char *text, size_t size);

/* As logs and conntrack -L have it, without a prefix. */
const char *fwx_linux_state_name(enum fwx_linux_state state);

#endif
