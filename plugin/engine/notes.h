/* notes.h
 * What is out of the ordinary about a connection: most have nothing of it, and no notes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_NOTES_H
#define FWX_NOTES_H

#include "engine/connection.h"

/* What one side says again and again, and nobody acknowledges. Times in nanoseconds since the
 * epoch. */
struct fwx_repeat {
    int64_t first_time; /* of the first copy */
    int64_t last_time;  /* of the newest */
    int64_t pause;      /* nanoseconds between the newest and the one before it */
    uint32_t seq;       /* of its first byte */
    uint32_t end;       /* behind its last */
    uint32_t frame;     /* of the newest copy */
    uint32_t copies;    /* transmissions so far, the first included; 0: nothing is repeated */
    uint8_t kind;       /* enum fwx_segment */
    bool passed_by;     /* something smaller behind it has arrived (SACK) */
};

/* An ICMP error that quotes a packet of the connection. */
struct fwx_icmp_error {
    uint32_t frame; /* 0: none */
    uint8_t type;
    uint8_t code;
    uint8_t version; /* of IP: the types of 4 and 6 differ */
    uint8_t about;   /* enum fwx_side: who sent the packet that it quotes */
};

struct fwx_notes {
    struct fwx_repeat repeat[2]; /* by enum fwx_side: who repeats */
    struct fwx_icmp_error icmp;
    struct fwx_peer known[2]; /* of the peers, what the firewall knows of them, if it differs */
    uint64_t withheld[2];     /* bytes of payload that it did not pass, by side */
    int64_t gap;              /* the longest time without a packet in the silence that goes on */
    uint32_t silence;         /* number of the newest finding of that kind + 1, 0: none; as all */
    uint32_t reset;           /* of the reset that the connection has ended by */
    uint32_t heeded;          /* of the first that ended it, if only for a while */
    uint32_t last_reset[2];   /* of the newest, by side: in whose name */
    uint32_t refusal;         /* of the first limit that was passed */
    uint32_t padding;         /* of the first padding */
    uint32_t mismatch;        /* of the first acknowledgement that does not fit */
    uint32_t old_answer;      /* frame in which an older connection answered the SYN, 0: none */
    uint32_t old_ack;         /* and what it acknowledged */
    uint32_t old_isn;         /* and its number, of a SYN-ACK that answers another SYN */
    uint16_t old_id;          /* its IP ID */
    uint16_t old_window;      /* and window */
    uint32_t next;            /* id of the tuple's next connection, 0: none */
    uint32_t given_up;        /* frame in which the initiator then reset that, 0: it did not */
    uint32_t sack_frame;      /* the first SACK block that lies outside anything sent, 0: none */
    uint32_t sack_beyond;     /* how far, in bytes */
    uint32_t translation;     /* frame of the stray that shows the lost translation, 0: none */
    uint32_t shift[2];        /* by side: what a device in between adds to its numbers */
    uint16_t short_bad[2];    /* by side: short segments with a wrong checksum */
    uint16_t short_good[2];
    uint16_t long_good[2];
    bool differs;    /* known is set */
    bool shifted;    /* shift is set */
    bool doubted;    /* reset is set, but the side that it names goes on */
    bool refused;    /* a reset refused the SYN, and the initiator heeded it */
    bool sack_again; /* more than one SACK block lies outside */
};

#endif
