/* words.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/words.h"

const char *fwx_reset_class_name(enum fwx_reset_class class)
{
    static const char *const names[] = {
        [FWX_RESET_REFUSED] = "refused",
        [FWX_RESET_HANDSHAKE_ABORT] = "handshake-abort",
        [FWX_RESET_DIRTY_CLOSE] = "dirty-close",
        [FWX_RESET_DATA_ABORT] = "data-abort",
        [FWX_RESET_IDLE_ABORT] = "idle-abort",
        [FWX_RESET_AFTER_CLOSE] = "after-close",
        [FWX_RESET_NO_CONNECTION] = "no-connection",
    };

    return names[class];
}

const char *fwx_side_name(enum fwx_side side)
{
    static const char *const names[] = {
        [FWX_INITIATOR] = "initiator",
        [FWX_RESPONDER] = "responder",
        [FWX_SIDE_UNKNOWN] = "unknown",
    };

    return names[side];
}

const char *fwx_confidence_name(enum fwx_confidence confidence)
{
    static const char *const names[] = {
        [FWX_DOCUMENTED] = "documented",
        [FWX_OBSERVED] = "observed",
        [FWX_INFERRED] = "inferred",
        [FWX_ASSUMED] = "assumed",
    };

    return names[confidence];
}

const char *fwx_evidence_name(enum fwx_evidence evidence)
{
    static const char *const names[] = {
        [FWX_EVIDENCE_NONE] = "none",        [FWX_CORROBORATED] = "corroborated",
        [FWX_CONTRADICTED] = "contradicted", [FWX_PROVEN] = "proven",
        [FWX_REFUTED] = "refuted",
    };

    return names[evidence];
}

const char *fwx_grade_name(enum fwx_grade grade)
{
    static const char *const names[] = {
        [FWX_GRADE_NONE] = "none",
        [FWX_GRADE_HARMLESS] = "harmless",
        [FWX_GRADE_BY_DESIGN] = "by design",
        [FWX_GRADE_LOOK] = "look into it",
    };

    return names[grade];
}

const char *fwx_echo_role_name(enum fwx_echo_role role)
{
    return role == FWX_ECHO_REQUEST ? "request" : role == FWX_ECHO_REPLY ? "reply" : "none";
}

const char *fwx_silence_end_name(enum fwx_silence_end end)
{
    static const char *const names[] = {
        [FWX_SILENCE_OPEN] = NULL,
        [FWX_SILENCE_SURVIVED] = "survived",
        [FWX_SILENCE_FATAL] = "fatal",
        [FWX_SILENCE_UNHEARD] = "unheard",
    };

    return names[end];
}

const char *fwx_icmp_words(const struct fwx_icmp_error *error)
{
    static const char *const unreachable[] = {"network unreachable",  "host unreachable",
                                              "protocol unreachable", "port unreachable",
                                              "fragmentation needed", "source route failed"};
    static const char *const unreachable_v6[] = {"no route", "prohibited by policy", "beyond scope",
                                                 "address unreachable", "port unreachable"};
    enum { UNREACHABLE = 3, UNREACHABLE_V6 = 1, EXCEEDED = 11, EXCEEDED_V6 = 3 };

    if (error->version == 6 && error->type == UNREACHABLE_V6)
        return error->code < G_N_ELEMENTS(unreachable_v6) ? unreachable_v6[error->code]
                                                          : "prohibited by policy";
    if (error->version != 6 && error->type == UNREACHABLE)
        return error->code < G_N_ELEMENTS(unreachable) ? unreachable[error->code]
                                                       : "prohibited by policy";
    return error->type == (error->version == 6 ? EXCEEDED_V6 : EXCEEDED) ? "TTL exceeded on the way"
                                                                         : "error";
}
