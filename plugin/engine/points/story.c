/* story.c
 * What became of a pair's packets, in a line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/points/pair.h"
#include "engine/turn.h"

/* As long as a cell of a table may be. */
#define LONGEST 200

/* Numbers of frames, neighbours as a range. */
struct frames {
    uint32_t from;
    uint32_t to; /* 0: none yet */
    bool several;
};

static void say_range(struct fwx_sentence *s, struct frames *frames)
{
    const char *before = frames->several ? ", " : "";

    if (!frames->to || s->used > LONGEST)
        return;
    if (frames->to == frames->from)
        fwx_say(s, "%s%u", before, frames->from);
    else
        fwx_say(s, "%s%u-%u", before, frames->from, frames->to);
    if (s->used > LONGEST)
        fwx_say(s, " ...");
    frames->several = true;
}

static void add_frame(struct fwx_sentence *s, struct frames *frames, uint32_t frame)
{
    if (frames->to && frame == frames->to + 1) {
        frames->to = frame;
        return;
    }
    say_range(s, frames);
    frames->from = frames->to = frame;
}

struct missing {
    struct fwx_sentence sentence;
    struct frames frames;
};

static void take_missing(const struct fwx_trace *trace, const struct fwx_sight *sight, void *data)
{
    struct missing *missing = (struct missing *)data;

    if (fwx_trace_is_missing(trace))
        add_frame(&missing->sentence, &missing->frames, sight->frame);
}

const char *fwx_points_say_missing(const struct fwx_engine *engine, uint32_t number, char *buffer)
{
    struct missing missing = {.sentence = fwx_sentence_in(buffer)};

    fwx_pair_visit(engine->join, number, take_missing, &missing);
    say_range(&missing.sentence, &missing.frames);
    return buffer;
}

/* One kind of change, and in which frames it came. */
struct change {
    char *what;
    struct missing where;
    char buffer[FWX_REASON_SIZE];
};

struct changes {
    const struct fwx_points_join *join;
    GPtrArray *kinds; /* of struct change */
};

static struct change *find_change(struct changes *changes, const char *what)
{
    enum { MOST = 8 };
    struct change *change;

    for (uint32_t i = 0; i < changes->kinds->len; i++) {
        change = (struct change *)changes->kinds->pdata[i];
        if (!strcmp(change->what, what))
            return change;
    }
    if (changes->kinds->len == MOST)
        return NULL;
    change = g_new0(struct change, 1);
    change->what = g_strdup(what);
    change->where.sentence = fwx_sentence_in(change->buffer);
    g_ptr_array_add(changes->kinds, change);
    return change;
}

static void take_change(const struct fwx_trace *trace, const struct fwx_sight *sight, void *data)
{
    struct changes *changes = (struct changes *)data;
    char buffer[FWX_REASON_SIZE];
    struct fwx_sentence what = fwx_sentence_in(buffer);
    struct change *change;

    if (trace->fate != FWX_FATE_CHANGED ||
        !fwx_trace_say_changes(changes->join, trace, false, &what))
        return;
    change = find_change(changes, buffer);
    if (change)
        add_frame(&change->where.sentence, &change->where.frames, sight->frame);
}

static void free_change(gpointer data)
{
    struct change *change = (struct change *)data;

    g_free(change->what);
    g_free(change);
}

const char *fwx_points_say_changed(const struct fwx_engine *engine, uint32_t number, char *buffer)
{
    struct changes changes = {engine->join, g_ptr_array_new_with_free_func(free_change)};
    struct fwx_sentence s = fwx_sentence_in(buffer);

    fwx_pair_visit(engine->join, number, take_change, &changes);
    for (uint32_t i = 0; i < changes.kinds->len && s.used <= LONGEST; i++) {
        struct change *change = (struct change *)changes.kinds->pdata[i];

        say_range(&change->where.sentence, &change->where.frames);
        fwx_say(&s, "%s%s (%s)", i ? "; " : "", change->what, change->buffer);
    }
    g_ptr_array_unref(changes.kinds);
    return buffer;
}
