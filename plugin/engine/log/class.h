/* class.h
 * What a line of a firewall's log says happened, the same for every format: what the reasons of all
 * products come down to, and what predictions are compared by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_CLASS_H
#define FWX_LOG_CLASS_H

#include "engine/model/event.h"

#include <stdbool.h>
#include <stdint.h>

/* When a line is written that says so. */
enum fwx_log_stage {
    FWX_LOG_PACKET, /* at the packet that it tells of */
    FWX_LOG_START,  /* when a connection begins */
    FWX_LOG_END     /* when it has ended */
};

/* CLASS(name, id, stage, denies): denies: the packet was not passed on. */
#define FWX_LOG_CLASSES(CLASS)                                                                     \
    CLASS(OTHER, "other", FWX_LOG_PACKET, false) /* nothing of these */                            \
    CLASS(ACCEPTED, "accepted", FWX_LOG_START, false)                                              \
    CLASS(CLOSED, "closed", FWX_LOG_END, false)     /* in order, or for no reason given */         \
    CLASS(RESET, "reset", FWX_LOG_END, false)       /* by an end */                                \
    CLASS(IDLE, "idle", FWX_LOG_END, false)         /* forgotten after silence */                  \
    CLASS(NO_REPLY, "no-reply", FWX_LOG_END, false) /* nobody answered */                          \
    CLASS(KILLED, "killed", FWX_LOG_END, false)     /* by the firewall */                          \
    CLASS(POLICY, "policy", FWX_LOG_PACKET, true)   /* a rule forbids it */                        \
    CLASS(QUOTA, "quota", FWX_LOG_PACKET, true)     /* too many */                                 \
    CLASS(NOT_SYN, "not-syn", FWX_LOG_PACKET, true) /* no session, and no SYN */                   \
    CLASS(SEQ_ACK, "seq-ack", FWX_LOG_PACKET, true) /* numbers that do not fit */                  \
    CLASS(STATE, "state", FWX_LOG_PACKET, true)     /* does not fit the session, or has none */    \
    CLASS(MALFORMED, "malformed", FWX_LOG_PACKET, true)                                            \
    CLASS(DROPPED, "dropped", FWX_LOG_PACKET, true) /* for no reason given */

#define FWX_LOG_CLASS(name, id, stage, denies) FWX_LOG_##name,
enum fwx_log_class { FWX_LOG_CLASSES(FWX_LOG_CLASS) FWX_LOG_CLASS_KINDS };
#undef FWX_LOG_CLASS

const char *fwx_log_class_id(enum fwx_log_class class);
/* FWX_LOG_CLASS_KINDS: there is none of that id. */
enum fwx_log_class fwx_log_class_find(const char *id);
enum fwx_log_stage fwx_log_class_stage(enum fwx_log_class class);
bool fwx_log_class_denies(enum fwx_log_class class);
/* Denied, or failed: nobody answered, or it ended otherwise than in order. */
bool fwx_log_class_fails(enum fwx_log_class class);

/* What a log would call the event of a prediction. */
enum fwx_log_class fwx_log_class_of(enum fwx_event event);

/* Does a line of the one class say what was predicted as the other? A reason that is no closer
 * ("dropped", "state") agrees with each that it may stand for. */
bool fwx_log_class_agrees(enum fwx_log_class line, enum fwx_log_class predicted);

#endif
