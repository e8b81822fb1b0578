/* account.h
 * What happened to a conversation, and why: true whatever the firewall.
 *
 * Concluded when asked for, as far as the capture has gone. What takes the whole capture (who else
 * was reset so, who scans) is as of the last fwx_review().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ACCOUNT_H
#define FWX_ACCOUNT_H

#include "engine/connection.h"
#include "engine/sentence.h"

/* What both ends experienced, the initiator where they differ. */
enum fwx_ending {
    FWX_ENDING_OPEN,
    FWX_ENDING_CLOSED,
    FWX_ENDING_RESET,
    FWX_ENDING_REFUSED, /* by a reset, by ICMP, by an old connection */
    FWX_ENDING_UNANSWERED,
    FWX_ENDING_HALF_OPEN,
    FWX_ENDING_UNHEARD,
    FWX_ENDING_ONE_WAY,  /* one direction in the capture */
    FWX_ENDING_STRAY,    /* no connection */
    FWX_ENDING_CUT,      /* the capture was cut or filtered so that it cannot tell */
    FWX_ENDING_ANSWERED, /* UDP and ICMP */
    FWX_ENDINGS
};

/* By precedence: the root comes before the symptom. */
enum fwx_cause {
    FWX_CAUSE_NONE,
    FWX_CAUSE_PADDING,
    FWX_CAUSE_ACK_MISMATCH,
    FWX_CAUSE_TRANSLATION_LOST,
    FWX_CAUSE_PORT_REUSE,
    FWX_CAUSE_FORGOTTEN,
    FWX_CAUSE_HALF_CLOSED_FORGOTTEN,
    FWX_CAUSE_MTU,
    FWX_CAUSE_CHECKSUM_SHORT_FRAMES,
    FWX_CAUSE_SACK_REWRITTEN,
    FWX_CAUSE_LIMIT,
    FWX_CAUSE_ICMP,
    FWX_CAUSE_RESET_IN_BETWEEN,
    FWX_CAUSE_DROPPED_IN_BETWEEN,
    FWX_CAUSE_DIRTY_CLOSE,
    FWX_CAUSE_RESET_BY_ENDPOINT,
    FWX_CAUSES
};

enum fwx_gravity { FWX_GRAVITY_OK, FWX_GRAVITY_NOTE, FWX_GRAVITY_TROUBLE };

struct fwx_account {
    enum fwx_ending ending;
    enum fwx_cause cause;
    enum fwx_gravity gravity;
    enum fwx_side unheard; /* FWX_ENDING_UNHEARD: who is not heard */
};

struct fwx_engine;

struct fwx_account fwx_account_of(const struct fwx_engine *engine,
                                  const struct fwx_connection *connection);

/* The spellings of fwx.conn.outcome, fwx.conn.cause (NULL for none) and fwx.conn.severity. */
const char *fwx_ending_name(enum fwx_ending ending);
const char *fwx_cause_name(enum fwx_cause cause);
const char *fwx_gravity_name(enum fwx_gravity gravity);

/* The answer first, at most FWX_HEADLINE characters: what happened, with numbers and frames.
 * buffer: of FWX_REASON_SIZE bytes, and returned. */
#define FWX_HEADLINE 80
const char *fwx_account_headline(const struct fwx_engine *engine,
                                 const struct fwx_connection *connection,
                                 const struct fwx_account *account, char *buffer);

/* One sentence: what to check next; NULL where nothing is wrong. */
const char *fwx_account_next_step(const struct fwx_account *account);

/* The page that explains it, below doc/findings and without its end; NULL where nothing is wrong.
 */
const char *fwx_account_page(const struct fwx_account *account);

#endif
