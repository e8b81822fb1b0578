/* reasons.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/reasons.h"

#include <inttypes.h>

#include "engine/reason.h"
#include "taps/text.h"

enum { MOST_REASONS = 12, MOST_FRAMES = 12 };

/* A sentence, and the frames that it is said of. */
struct said {
    const char *title;
    char *words;
    GArray *frames; /* of uint32_t */
};

static void clear_said(gpointer data)
{
    struct said *said = (struct said *)data;

    g_free(said->words);
    g_array_unref(said->frames);
}

static void note_reason(GArray *all, const struct fwx_finding *finding, const char *words)
{
    struct said *said = NULL;

    for (guint i = 0; i < all->len && !said; i++) {
        struct said *one = &g_array_index(all, struct said, i);

        said = g_str_equal(one->words, words) ? one : NULL;
    }
    if (!said) {
        struct said added = {fwx_finding_title(finding), g_strdup(words),
                             g_array_new(FALSE, FALSE, sizeof(uint32_t))};

        g_array_append_val(all, added);
        said = &g_array_index(all, struct said, all->len - 1);
    }
    g_array_append_val(said->frames, finding->frame);
}

void fwx_reasons_tell(const struct fwx_engine *engine, const GArray *findings,
                      struct fwx_story *story)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct said));
    char buffer[FWX_REASON_SIZE];

    g_array_set_clear_func(all, clear_said);
    for (guint i = 0; findings && i < findings->len; i++) {
        const struct fwx_finding *finding =
            fwx_engine_finding(engine, g_array_index(findings, uint32_t, i));

        if (!finding->withheld && finding->kind != FWX_FINDING_MARKER &&
            finding->kind != FWX_FINDING_CLOSE)
            note_reason(all, finding, fwx_reason(engine, finding, buffer));
    }
    for (guint i = 0; i < all->len && i < MOST_REASONS; i++) {
        const struct said *said = &g_array_index(all, struct said, i);
        char *frames = fwx_text_frames(said->frames, MOST_FRAMES);
        const char *const row[] = {frames, said->title, said->words};

        fwx_story_add_row(story, FWX_ROWS_WHY, row);
        g_free(frames);
    }
    g_array_unref(all);
}
