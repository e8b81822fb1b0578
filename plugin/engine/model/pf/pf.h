/* pf.h
 * The firewalls that follow both peers of a connection: pf, and Open vSwitch's userspace tracking.
 *
 * Each peer has a state of its own, the highest number that it sent (lo), the highest that it may
 * send (hi) and its largest window. One rule holds a segment against them, a looser one where one
 * peer is not heard yet or has closed; acknowledgements may be 67035 bytes off.
 *
 * An entry is the firewall's own record, apart from the connection: its owner keeps it, zeroed
 * before the first packet, and hands it in with each packet of the tuple.
 *
 * Open vSwitch is held against one, tests/compare/openvswitch.md. pf is not: what is known of it is
 * said there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PF_H
#define FWX_PF_H

#include "engine/packet.h"

enum fwx_pf_variant { FWX_PF_OPEN_VSWITCH, FWX_PF_BSD, FWX_PF_VARIANTS };

/* Of a peer, as both number them (pfctl -vvs state and dump-conntrack show the names). Of those in
 * between nobody makes use. */
enum fwx_pf_state {
    FWX_PF_CLOSED = 0, /* not heard */
    FWX_PF_SYN_SENT = 2,
    FWX_PF_ESTABLISHED = 4,
    FWX_PF_CLOSING = 7,    /* sent a FIN */
    FWX_PF_FIN_WAIT_2 = 9, /* which is acknowledged */
    FWX_PF_TIME_WAIT = 10, /* reset */
};

/* As pf.conf(5) names them; Open vSwitch has the same. */
enum fwx_pf_timer {
    FWX_PF_TCP_FIRST,
    FWX_PF_TCP_OPENING,
    FWX_PF_TCP_ESTABLISHED,
    FWX_PF_TCP_CLOSING,
    FWX_PF_TCP_FINWAIT,
    FWX_PF_TCP_CLOSED,
    FWX_PF_UDP_FIRST,
    FWX_PF_UDP_SINGLE,
    FWX_PF_UDP_MULTIPLE,
    FWX_PF_ICMP_FIRST,
    FWX_PF_ICMP_REPLY, /* pf: icmp.error, which every packet but the first leaves */
    FWX_PF_TIMERS
};

struct fwx_pf_settings {
    uint32_t timeout_s[FWX_PF_TIMERS]; /* seconds */
    uint8_t variant;                   /* enum fwx_pf_variant */
    bool unchecked;     /* Open vSwitch: dpctl/ct-disable-tcp-seq-chk, any number will do */
    bool scrubs;        /* pf: flag sets are asked, as Open vSwitch always does */
    bool drops_invalid; /* the ruleset's part in Open vSwitch; pf drops what does not fit */
    bool drops_not_syn; /* the ruleset's: pf's "flags S/SA" */
};

/* One peer. */
struct fwx_pf_side {
    uint32_t lo;         /* behind the highest number that it sent; 0 in pf: not heard */
    uint32_t hi;         /* how far the other's window lets it send; 1: not known */
    uint16_t win;        /* the largest that it offered, unscaled */
    uint8_t state;       /* enum fwx_pf_state */
    uint8_t scale : 4;   /* window shift count, 0 to 14 */
    uint8_t scaled : 1;  /* it was offered */
    uint8_t guessed : 1; /* picked up in the middle: nobody knows */
};

/* One TCP connection, 48 bytes. Sides by direction: 0 is the initiator. */
struct fwx_pf_entry {
    int64_t expires; /* nanoseconds; FWX_NO_TIME: never */
    struct fwx_pf_side side[2];
    uint32_t packets[2];   /* that passed, modulo 2^32 */
    uint8_t known : 1;     /* there is one */
    uint8_t initiator : 1; /* which of the owner's two ends */
};

/* UDP and ICMP echo: a session, 16 bytes. */
struct fwx_pf_session {
    int64_t expires; /* nanoseconds; FWX_NO_TIME: never */
    uint8_t known : 1;
    uint8_t initiator : 1;
    uint8_t heard : 2; /* enum fwx_pf_heard */
};

enum fwx_pf_heard {
    FWX_PF_ONCE,     /* one packet */
    FWX_PF_ASKED,    /* several, of one side */
    FWX_PF_ANSWERED, /* of both */
    FWX_PF_BOTH,     /* and one more of who asked: pf tells them apart */
    FWX_PF_HEARD
};

/* ct_state, with the bits of Open vSwitch (ovs-fields(7)). Of pf: what it would be. */
enum fwx_pf_ct {
    FWX_PF_NEW = 0x01,
    FWX_PF_EST = 0x02,
    FWX_PF_REL = 0x04,
    FWX_PF_RPL = 0x08,
    FWX_PF_INV = 0x10,
    FWX_PF_TRK = 0x20,
};

/* What pf's log says; Open vSwitch has no words but ct_state. */
enum fwx_pf_word {
    FWX_PF_SAYS_NOTHING,
    FWX_PF_SAYS_BAD_STATE, /* set debug: BAD state, State failure */
    FWX_PF_SAYS_LOOSE,     /* set debug: loose state match */
    FWX_PF_SAYS_REUSE,     /* set debug: state reuse */
    FWX_PF_SAYS_DENIED,    /* pflog: no rule that passes */
};

/* Which counter it raises. */
enum fwx_pf_counter {
    FWX_PF_COUNTS_NOTHING,
    FWX_PF_COUNTS_STATE_MISMATCH, /* pfctl -s info */
    FWX_PF_COUNTS_NORMALIZE,      /* pfctl -s info */
    FWX_PF_COUNTS_SEQ_CHK,        /* ovs-appctl coverage/show */
};

/* Which bounds a segment broke. pf logs them as 1 to 6. */
enum fwx_pf_bound {
    FWX_PF_SEQ_HIGH = 1 << 0,
    FWX_PF_SEQ_LOW = 1 << 1,
    FWX_PF_ACK_HIGH = 1 << 2,
    FWX_PF_ACK_LOW = 1 << 3,
    FWX_PF_LOOSE_HIGH = 1 << 4,
    FWX_PF_LOOSE_LOW = 1 << 5,
    FWX_PF_RST = 1 << 6, /* a reset that is not exact; pf logs no number for it */
};

struct fwx_pf_verdict {
    struct fwx_pf_side side[2]; /* as the log shows them; set where something is said */
    uint32_t packets[2];
    int32_t skew;    /* how far the acknowledgement is behind what was sent */
    uint8_t ct;      /* enum fwx_pf_ct */
    uint8_t says;    /* enum fwx_pf_word */
    uint8_t counts;  /* enum fwx_pf_counter */
    uint8_t broke;   /* enum fwx_pf_bound */
    uint8_t from;    /* 0: the initiator */
    bool passes;     /* tracker and ruleset together */
    bool is_refused; /* pf answers with a reset */
};

enum { FWX_PF_TEXT_SIZE = 320 };

/* As installed. pf: as FreeBSD and OpenBSD, with scrub and rules that keep state of SYNs. */
struct fwx_pf_settings fwx_pf_defaults(enum fwx_pf_variant variant);

/*
 * One TCP segment, well formed (packet->has_transport), from one of the owner's two ends (0 or 1),
 * at a time that never runs backwards (nanoseconds, or FWX_NO_TIME: then nothing expires). Moves
 * the entry as the firewall's own moves; it is not known where none is left or made.
 */
struct fwx_pf_verdict fwx_pf_tcp(struct fwx_pf_entry *entry, unsigned from,
                                 const struct fwx_packet *packet,
                                 const struct fwx_pf_settings *settings, int64_t now);

/* The same for a UDP datagram, or an ICMP or ICMPv6 echo. Who pings has a session of its own, with
 * the code and identifier of its requests: the one of who asks is that of both, request and reply.
 */
struct fwx_pf_verdict fwx_pf_session(struct fwx_pf_session *session, unsigned from,
                                     const struct fwx_packet *packet,
                                     const struct fwx_pf_settings *settings, int64_t now);

/* An ICMP or ICMPv6 error, which moves nothing in Open vSwitch. quotes_known: is what it quotes in
 * the table? by_initiator: was that sent by the initiator? */
struct fwx_pf_verdict fwx_pf_error(const struct fwx_packet *packet, bool quotes_known,
                                   bool by_initiator, const struct fwx_pf_settings *settings);

/* Is it in the table at that time? */
bool fwx_pf_lives(const struct fwx_pf_entry *entry, int64_t now);
bool fwx_pf_session_lives(const struct fwx_pf_session *session, int64_t now);

/* What the firewall says of that packet: Open vSwitch its ct_state, pf its log (lines with a
 * newline between them; empty where there is none), without addresses, whose form differs from one
 * system to the other. Returns text, which is cut off at size. */
char *fwx_pf_text(const struct fwx_pf_verdict *verdict, const struct fwx_packet *packet,
                  const struct fwx_pf_settings *settings, char *text, size_t size);

/* As pfctl -s info and ovs-appctl coverage/show have it; NULL for none. */
const char *fwx_pf_counter_name(enum fwx_pf_counter counter);

#endif
