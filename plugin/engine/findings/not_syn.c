/* not_syn.c
 * A late segment: of a connection that is gone, or that never was in the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#include <inttypes.h>

/* How long it was silent, and how long that may be. */
static void say_forgotten(struct fwx_sentence *s, const struct fwx_late *late)
{
    fwx_say(s,
            "Not a SYN, and the connection was forgotten after %" PRIu32 " s: it was silent for ",
            late->idle_s);
    fwx_say_seconds(s, late->silence, 3);
    fwx_say(s, " s, since frame %" PRIu32, late->gone_frame);
}

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    const struct fwx_late *late = &finding->late;

    (void)engine;
    if (!late->gone_frame)
        fwx_say(s, "Not a SYN, and this capture shows no connection that it belongs to");
    else if (late->idle_s)
        say_forgotten(s, late);
    else
        fwx_say(
            s, "Not a SYN, and the connection is gone since frame %" PRIu32 "%s", late->gone_frame,
            late->killed ? ", where the firewall killed it: a consequence of that"
            : late->repeats_ack
                ? " (its last acknowledgement repeated, harmless: the firewall's everyday noise)"
                : "");
}

static void mark(struct fwx_sentence *s, const struct fwx_finding *finding)
{
    const struct fwx_late *late = &finding->late;

    if (!late->gone_frame)
        fwx_say(s, "not SYN, no connection");
    else if (late->idle_s) {
        fwx_say(s, "not SYN, silent for ");
        fwx_say_duration(s, late->silence);
    } else
        fwx_say(s, "not SYN, gone since %" PRIu32, late->gone_frame);
}

static void cite(const struct fwx_finding *finding, uint32_t frames[FWX_CITED])
{
    frames[0] = finding->late.gone_frame;
}

/* What follows an orderly close or a reset is everyday noise. */
static bool is_noise(const struct fwx_finding *finding)
{
    const struct fwx_late *late = &finding->late;

    return late->gone_frame && !late->idle_s && !late->killed;
}

static bool is_missed(const struct fwx_finding *finding)
{
    return !is_noise(finding);
}

static const struct fwx_expert experts[] = {
    {"not_syn", FWX_GROUP_SEQUENCE, FWX_SEVERITY_NOTE, "Late segment of a connection that is gone",
     NULL, is_noise},
    {"not_syn", FWX_GROUP_SEQUENCE, FWX_SEVERITY_WARNING,
     "Firewall drops a segment of a connection that it does not know", NULL, is_missed},
    {0},
};

const struct fwx_kind fwx_kind_not_syn = {
    .title = "late segment",
    .page = "not-syn",
    .say = say,
    .mark = mark,
    .cite = cite,
    .family = FWX_FAMILY_VERDICTS,
    .experts = experts,
};
