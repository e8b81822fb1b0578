/* ladder.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/ladder.h"

#include <inttypes.h>

/* What is worth a line of its own: shorter waits are everyday. */
#define PAUSE FWX_SECOND

/* Of these some are shown, whatever was found. */
enum { FIRST = 4, LAST = 3 };

static void clear_rung(gpointer data)
{
    g_free(((struct fwx_rung *)data)->note);
}

GArray *fwx_rungs_new(void)
{
    GArray *rungs = g_array_new(FALSE, TRUE, sizeof(struct fwx_rung));

    g_array_set_clear_func(rungs, clear_rung);
    return rungs;
}

static const struct fwx_rung *rung_at(const GArray *rungs, guint number)
{
    return &g_array_index(rungs, struct fwx_rung, number);
}

/* ---- what stands on an arrow ---------------------------------------------------------------- */

static void add_flags(GString *label, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{FWX_SYN, "SYN"}, {FWX_FIN, "FIN"}, {FWX_RST, "RST"},
                 {FWX_PSH, "PSH"}, {FWX_URG, "URG"}, {FWX_ACK, "ACK"}};
    bool any = false;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(flags & names[i].flag))
            continue;
        g_string_append_printf(label, "%s%s", any ? "+" : "", names[i].name);
        any = true;
    }
    if (!any)
        g_string_append(label, "no flags");
}

static void add_numbers(GString *label, const struct fwx_rung *rung)
{
    if (rung->has_seq && (rung->length || rung->flags & (FWX_SYN | FWX_FIN | FWX_RST)))
        g_string_append_printf(label, ", seq %" PRIu32, rung->seq);
    if (rung->has_ack && rung->flags & FWX_ACK)
        g_string_append_printf(label, ", ack %" PRIu32, rung->ack);
    if (rung->ack_off)
        g_string_append_printf(label, " (%+" PRId32 ")", rung->ack_off);
}

static const char *icmp_name(uint8_t protocol, uint8_t type)
{
    enum { REPLY = 0, REQUEST = 8, REQUEST_V6 = 128, REPLY_V6 = 129 };

    if (type == (protocol == FWX_PROTOCOL_ICMP ? REQUEST : REQUEST_V6))
        return "echo request";
    return type == (protocol == FWX_PROTOCOL_ICMP ? REPLY : REPLY_V6) ? "echo reply" : "ICMP";
}

static char *label_of(const struct fwx_rung *rung)
{
    GString *label = g_string_new(NULL);
    bool tcp = rung->protocol == FWX_PROTOCOL_TCP;

    if (tcp)
        add_flags(label, rung->flags);
    else
        g_string_append(label, rung->protocol == FWX_PROTOCOL_UDP
                                   ? "UDP"
                                   : icmp_name(rung->protocol, rung->flags));
    if (rung->length)
        g_string_append_printf(label, ", %" PRIu32 " byte%s", rung->length,
                               rung->length == 1 ? "" : "s");
    if (tcp)
        add_numbers(label, rung);
    return g_string_free(label, FALSE);
}

/* ---- which are shown ------------------------------------------------------------------------ */

/* In order of need: what was found, the ends, what stands beside a finding, the rest. */
static unsigned need_of(const GArray *rungs, guint number)
{
    bool beside = (number > 0 && rung_at(rungs, number - 1)->grave) ||
                  (number + 1 < rungs->len && rung_at(rungs, number + 1)->grave);
    bool end = number < FIRST || number + LAST >= rungs->len;

    return number == 0 || number + 1 == rungs->len ? 0
           : rung_at(rungs, number)->grave         ? 1
           : end                                   ? 2
           : beside                                ? 3
                                                   : 4;
}

/* A byte a rung: is it shown? */
static guint8 *choose(const GArray *rungs, guint most)
{
    enum { NEEDS = 5 };
    guint8 *chosen = g_new0(guint8, rungs->len + 1);

    for (unsigned need = 0; need < NEEDS && most; need++) {
        for (guint i = 0; i < rungs->len && most; i++) {
            if (need_of(rungs, i) != need)
                continue;
            chosen[i] = 1;
            most--;
        }
    }
    return chosen;
}

/* ---- steps ---------------------------------------------------------------------------------- */

struct builder {
    struct fwx_story *story;
    const GArray *rungs;
    int64_t start;
    guint shown; /* the last rung that was, + 1 */
};

static struct fwx_step *add_step(struct builder *builder, enum fwx_step_kind kind)
{
    GArray *steps = builder->story->steps;

    g_array_set_size(steps, steps->len + 1);
    struct fwx_step *step = &g_array_index(steps, struct fwx_step, steps->len - 1);

    step->kind = (uint8_t)kind;
    step->time = FWX_NO_TIME;
    return step;
}

static uint32_t frame_of(const struct fwx_rung *rung)
{
    return rung->frames[rung->space];
}

/* Those between two that are shown, whether they were recorded or not. False: there are none. */
static bool add_left_out(struct builder *builder, guint next)
{
    uint32_t count = next - builder->shown;
    struct fwx_step *step;

    for (guint i = builder->shown; i <= next; i++)
        count += rung_at(builder->rungs, i)->skipped;
    if (!count)
        return false;
    step = add_step(builder, FWX_STEP_LEFT_OUT);
    step->count = count;
    if (next > builder->shown) {
        step->frames[0] = frame_of(rung_at(builder->rungs, builder->shown));
        step->frames[1] = frame_of(rung_at(builder->rungs, next - 1));
    }
    return true;
}

static void add_pause(struct builder *builder, guint next)
{
    const struct fwx_rung *before = next ? rung_at(builder->rungs, next - 1) : NULL;
    int64_t pause =
        before ? fwx_time_between(before->time, rung_at(builder->rungs, next)->time) : 0;

    if (pause >= PAUSE)
        add_step(builder, FWX_STEP_PAUSE)->time = pause;
}

static void add_packet(struct builder *builder, guint number)
{
    const struct fwx_rung *rung = rung_at(builder->rungs, number);
    struct fwx_step *step;

    if (!add_left_out(builder, number))
        add_pause(builder, number); /* where packets are left out, somebody may have spoken */
    step = add_step(builder, FWX_STEP_PACKET);
    if (rung->time != FWX_NO_TIME)
        step->time = fwx_time_between(builder->start, rung->time);
    memcpy(step->frames, rung->frames, sizeof step->frames);
    step->arrow = rung->arrow;
    step->from = rung->from;
    step->to = rung->to;
    step->grave = rung->grave;
    step->label = label_of(rung);
    step->note = g_strdup(rung->note);
    builder->shown = number + 1;
}

void fwx_ladder_build(struct fwx_story *story, const GArray *rungs, guint most, uint32_t after)
{
    struct builder builder = {story, rungs, FWX_NO_TIME, 0};
    guint8 *chosen = choose(rungs, most);

    for (guint i = 0; i < rungs->len && builder.start == FWX_NO_TIME; i++)
        builder.start = rung_at(rungs, i)->time;
    for (guint i = 0; i < rungs->len; i++) {
        if (chosen[i])
            add_packet(&builder, i);
    }
    for (guint i = builder.shown; i < rungs->len; i++)
        after += 1 + rung_at(rungs, i)->skipped;
    if (after)
        add_step(&builder, FWX_STEP_LEFT_OUT)->count = after;
    g_free(chosen);
}
