/* kind.h
 * What there is to know of a kind of finding, in one place: its file below findings/. Its sentence,
 * the frames that an evidence filter selects, the host's fields and expert infos, and their
 * reference are made from it. Names and texts are a contract: filters of others rely on them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_KIND_H
#define FWX_KIND_H

#include "engine/finding.h"
#include "engine/sentence.h"

struct fwx_engine;

/* Families of findings are shown or hidden together; the verdict on a packet is one of them. */
enum fwx_family {
    FWX_FAMILY_HANDSHAKE,
    FWX_FAMILY_PADDING,
    FWX_FAMILY_RESETS,
    FWX_FAMILY_MARKERS,
    FWX_FAMILY_VERDICTS,
    FWX_FAMILY_FACTS, /* what happened, whatever the firewall */
    FWX_FAMILIES
};

/* ---- fields ------------------------------------------------------------------------------------
 */

enum fwx_field_type {
    FWX_FIELD_NUMBER,
    FWX_FIELD_DIFFERENCE,
    FWX_FIELD_FRAME,
    FWX_FIELD_TEXT,
    FWX_FIELD_FLAG,
    FWX_FIELD_BYTES,
    FWX_FIELD_TIME,
};

union fwx_value {
    uint32_t number; /* a frame, too */
    int32_t difference;
    const char *text; /* never to be freed */
    bool flag;
    struct {
        const uint8_t *at; /* within the finding */
        uint8_t length;
    } bytes;
    int64_t time; /* nanoseconds */
};

struct fwx_field {
    const char *name; /* the host's prefix goes before it */
    enum fwx_field_type type;
    const char *title;
    const char *blurb; /* what it means, in words that stand alone */
    /* False where this finding has no such thing. */
    bool (*get)(const struct fwx_finding *finding, union fwx_value *value);
    /* Needs no line of its own where people read: what is added to the line of the field shown
     * before it, with one %s for a text or the seconds of a time, one %d for a
     * difference. NULL: a line. */
    const char *behind;
};

#define FWX_MOST_FIELDS 9 /* of a kind */

/* Of fields that later frames complete. The reference and the tests read this mark. */
#define FWX_LATE " (complete from a frame's second visit on)"

/* ---- expert infos ---------------------------------------------------------------------------- */

enum fwx_severity { FWX_SEVERITY_CHAT, FWX_SEVERITY_NOTE, FWX_SEVERITY_WARNING };

enum fwx_group {
    FWX_GROUP_COMMENT,
    FWX_GROUP_PROTOCOL,
    FWX_GROUP_SECURITY,
    FWX_GROUP_SEQUENCE,
};

struct fwx_expert {
    const char *name; /* the host's prefix goes before it; two severities may share it */
    enum fwx_group group;
    enum fwx_severity severity;
    const char *summary;
    const char *page;                                   /* that explains it, NULL: the kind's */
    bool (*applies)(const struct fwx_finding *finding); /* NULL: to each */
};

#define FWX_MOST_EXPERTS 9 /* of a kind */

/* ---- the kind -------------------------------------------------------------------------------- */

#define FWX_CITED 2

struct fwx_kind {
    const char *title; /* in a word or two, NULL: title_of() */
    const char *(*title_of)(const struct fwx_finding *finding);
    const char *page; /* that explains it: the name of a file below doc/findings, without its end */
    /* What was found and what it means, in one sentence with the numbers. */
    void (*say)(struct fwx_sentence *sentence, const struct fwx_engine *engine,
                const struct fwx_finding *finding);
    /* What stands before the packet's line in a list, in a few words; writes nothing where it is
     * not worth that. NULL: a dropped packet's result in brief, else nothing. */
    void (*mark)(struct fwx_sentence *sentence, const struct fwx_finding *finding);
    /* The other frames that the sentence rests on, 0: none. NULL: never any. */
    void (*cite)(const struct fwx_finding *finding, uint32_t frames[FWX_CITED]);
    enum fwx_family family;
    /* Both end with one that has no name. Kinds that share their experts have the same pointer. Of
     * several that apply, the last one is raised first. */
    const struct fwx_field *fields;   /* NULL: it has its expert infos at its verdict */
    const struct fwx_expert *experts; /* NULL: none */
    unsigned bearer;                  /* number of the field that has the expert infos */
    const uint8_t *order; /* of the fields, where they are shown in another than theirs */
};

/* By enum fwx_finding_kind. */
extern const struct fwx_kind *const fwx_kinds[FWX_FINDING_KINDS];

static inline const struct fwx_kind *fwx_kind_of(const struct fwx_finding *finding)
{
    return fwx_kinds[finding->kind];
}

/* Of kinds that share their expert infos the first. */
enum fwx_finding_kind fwx_expert_owner(enum fwx_finding_kind kind);

#define FWX_KIND(name, described) extern const struct fwx_kind fwx_kind_##described;
FWX_FINDINGS(FWX_KIND)
#undef FWX_KIND

#endif
