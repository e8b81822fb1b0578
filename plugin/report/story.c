/* story.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "report/story.h"

const unsigned fwx_row_width[FWX_ROW_KINDS] = {
    [FWX_ROWS_WHY] = 3, [FWX_ROWS_FIREWALLS] = 3, [FWX_ROWS_LOG] = 4, [FWX_ROWS_NAMES] = 3};

static void clear_step(gpointer data)
{
    struct fwx_step *step = (struct fwx_step *)data;

    g_free(step->label);
    g_free(step->note);
}

struct fwx_story *fwx_story_new(void)
{
    struct fwx_story *story = g_new0(struct fwx_story, 1);

    story->lanes = 2;
    story->steps = g_array_new(FALSE, TRUE, sizeof(struct fwx_step));
    g_array_set_clear_func(story->steps, clear_step);
    for (unsigned kind = 0; kind < FWX_ROW_KINDS; kind++)
        story->rows[kind] = g_ptr_array_new_with_free_func((GDestroyNotify)(void *)g_strfreev);
    return story;
}

void fwx_story_free(struct fwx_story *story)
{
    if (!story)
        return;
    for (unsigned i = 0; i < FWX_TEXTS; i++)
        g_free(story->texts[i]);
    for (unsigned kind = 0; kind < FWX_ROW_KINDS; kind++)
        g_ptr_array_unref(story->rows[kind]);
    for (unsigned i = 0; i < FWX_LANES; i++)
        g_free(story->lane[i]);
    for (unsigned i = 0; i < FWX_SPACES; i++)
        g_free(story->space[i]);
    g_array_unref(story->steps);
    g_free(story);
}

void fwx_story_take(struct fwx_story *story, enum fwx_story_text which, char *text)
{
    g_free(story->texts[which]);
    story->texts[which] = text;
}

void fwx_story_add_row(struct fwx_story *story, enum fwx_rows kind, const char *const *texts)
{
    char **row = g_new0(char *, fwx_row_width[kind] + 1);

    for (unsigned i = 0; i < fwx_row_width[kind]; i++)
        row[i] = g_strdup(texts[i] ? texts[i] : "");
    g_ptr_array_add(story->rows[kind], row);
}

unsigned fwx_story_columns(const struct fwx_story *story, enum fwx_rows kind)
{
    unsigned columns = 1;

    for (guint i = 0; i < story->rows[kind]->len; i++) {
        char *const *row = (char *const *)g_ptr_array_index(story->rows[kind], i);

        for (unsigned cell = columns; cell < fwx_row_width[kind]; cell++)
            columns = *row[cell] ? cell + 1 : columns;
    }
    return columns;
}

void fwx_story_each_text(struct fwx_story *story, void (*call)(char **text, void *data), void *data)
{
    for (unsigned i = 0; i < FWX_TEXTS; i++)
        call(&story->texts[i], data);
    for (unsigned kind = 0; kind < FWX_ROW_KINDS; kind++) {
        for (guint row = 0; kind != FWX_ROWS_NAMES && row < story->rows[kind]->len; row++) {
            for (char **cell = (char **)story->rows[kind]->pdata[row]; *cell; cell++)
                call(cell, data);
        }
    }
    for (unsigned i = 0; i < FWX_LANES; i++)
        call(&story->lane[i], data);
    for (unsigned i = 0; i < FWX_SPACES; i++)
        call(&story->space[i], data);
    for (guint i = 0; i < story->steps->len; i++) {
        struct fwx_step *step = &g_array_index(story->steps, struct fwx_step, i);

        call(&step->label, data);
        call(&step->note, data);
    }
}

/* A cause comes before what has none, and the root before the symptom, as causes are listed. */
unsigned fwx_story_kind(const struct fwx_account *account)
{
    unsigned rank = account->cause ? account->cause : (unsigned)FWX_CAUSES + account->ending;

    return rank + (account->gravity == FWX_GRAVITY_TROUBLE ? 0 : FWX_CAUSES + FWX_ENDINGS);
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int fwx_story_compare(const struct fwx_story *a, const struct fwx_story *b)
{
    const int orders[] = {
        compare(fwx_story_kind(&a->account), fwx_story_kind(&b->account)),
        compare(b->dropped, a->dropped),
        compare(a->capture, b->capture),
        compare(a->number, b->number),
    };
    unsigned i = 0;

    while (i + 1 < G_N_ELEMENTS(orders) && !orders[i])
        i++;
    return orders[i];
}
