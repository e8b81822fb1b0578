/* stories.h
 * Conversations told to their end, and what the facts say of them.
 *
 *     static const struct story stories[] = {
 *         {"refused", {SYN, {"reset", R, RA, 0, 1}}, IS(REFUSED, NONE, TROUBLE)},
 *     };
 *
 * The rows are those of packets.h, without what a firewall makes of them (met, finds, code ...); a
 * row's .conn is the one of the initiator's ports, from 1, that it and the rows behind it use. In
 * every world each story is told twice: the capture reviewed at its end, and after every packet,
 * which must make no difference.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_STORIES_H
#define FWX_TEST_STORIES_H

#include "packets.h"

#include "engine/facts/account.h"
#include "engine/turn.h" /* the notes of a connection are nobody else's business */

/* Rows end where they have no more to say. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { STORY_ROWS = 32 };

struct story {
    const char *name;
    struct segment rows[STORY_ROWS]; /* up to the first that does nothing */

    /* what is to come of it, see IS() */
    enum fwx_ending ending;
    enum fwx_cause cause;
    enum fwx_gravity gravity;
    uint32_t id; /* of the connection that it is about; 0: 1 */

    check look;                                /* at more, or NULL */
    void (*change)(struct fwx_policy *policy); /* other rules than by default, or NULL */
    bool ipv4;                                 /* there only: IPv6 has no IP ID */
};

#define IS(end, why, how) FWX_ENDING_##end, FWX_CAUSE_##why, FWX_GRAVITY_##how

/* SYNs and what follows, without a place for HANDSHAKE. */
#define SYN                                                                                        \
    {                                                                                              \
        "syn", I, S, 0                                                                             \
    }

/* Another conversation of the capture, so much later. Its session is one more connection. */
#define LATER(ms)                                                                                  \
    {                                                                                              \
        "the capture goes on", I, REQUEST, 0, 0, 32, .gap_ms = (ms), .protocol = ECHO              \
    }

/* Tweaks of an ICMP_ERROR from the other side: it quotes a TCP segment of the first port's
 * connection, of the initiator or of the responder. */
void quotes_initiator(struct fwx_packet *packet);
void quotes_responder(struct fwx_packet *packet);

void tell_stories(const struct story *stories, unsigned count);
#define TELL(stories) tell_stories(stories, G_N_ELEMENTS(stories))

/* Plays the rows up to the first that does nothing, without a review. */
struct scene scene_of(const struct world *world, const struct fwx_policy *policy,
                      const struct segment *rows);

struct fwx_account account_of(const struct scene *scene, uint32_t id);
/* In words: "ending cause gravity". */
void assert_account(const struct scene *scene, const char *name, uint32_t id,
                    enum fwx_ending ending, enum fwx_cause cause, enum fwx_gravity gravity);

/* The connection's notes; none where it is quite ordinary. */
const struct fwx_notes *notes_of(const struct scene *scene, uint32_t id);

/* A headline's text is all there. */
void assert_headline(const struct scene *scene, uint32_t id, const char *text);

/* What is expected of a silence, of which there is one at most in the story. */
struct silence {
    const char *name;
    struct segment rows[STORY_ROWS];
    uint32_t frame;    /* that ends it, 0: there is none to show */
    int64_t length_ms; /* without, or shown or not */
    int64_t gap_ms;    /* the longest without a packet */
    int by;
    enum fwx_silence_end end;
    uint32_t end_frame;
    uint32_t tries;
};

void hold_silences(const struct silence *cases, unsigned count);
void hold_silences_under(const struct fwx_policy *policy, const struct silence *cases,
                         unsigned count);
#define HOLD_SILENCES(cases) hold_silences(cases, G_N_ELEMENTS(cases))

#endif
