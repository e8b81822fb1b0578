/* filter.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/filter.h"

#include <inttypes.h>

#include <glib.h>

#include "engine/kind.h"

char *fwx_filter_connection(const struct fwx_connection *connection)
{
    return g_strdup_printf("fwx.conn.id == %" PRIu32, connection->number);
}

char *fwx_filter_frames(uint32_t first, uint32_t last)
{
    return last ? g_strdup_printf("frame.number >= %" PRIu32 " and frame.number <= %" PRIu32, first,
                                  last)
                : g_strdup_printf("frame.number >= %" PRIu32, first);
}

/* ---- evidence ------------------------------------------------------------------------------- */

static void cite(GHashTable *frames, uint32_t frame)
{
    if (frame)
        g_hash_table_add(frames, GUINT_TO_POINTER(frame));
}

/* The other frames that a finding's reason names. */
static void cite_grounds(GHashTable *frames, const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    uint32_t cited[FWX_CITED] = {0};

    if (kind->cite)
        kind->cite(finding, cited);
    for (unsigned i = 0; i < FWX_CITED; i++)
        cite(frames, cited[i]);
}

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint left = GPOINTER_TO_UINT(a);
    guint right = GPOINTER_TO_UINT(b);

    return (left > right) - (left < right);
}

/* "2, 3, 11" */
static char *list_of(GHashTable *frames)
{
    GList *sorted = g_list_sort(g_hash_table_get_keys(frames), by_number);
    GString *text = g_string_new(NULL);

    for (const GList *at = sorted; at; at = at->next)
        g_string_append_printf(text, "%s%u", text->len ? ", " : "", GPOINTER_TO_UINT(at->data));
    g_list_free(sorted);
    return g_string_free(text, FALSE);
}

/* The dropped packets may be a million: they are named by what they have in common. The frames
 * that they point to are few. */
char *fwx_filter_evidence(const struct fwx_engine *engine, const struct fwx_connection *connection)
{
    GHashTable *frames = g_hash_table_new(NULL, NULL);
    struct fwx_conclusion conclusion;
    char *filter = NULL;
    bool judged = false;

    for (uint32_t i = 0; i < fwx_engine_finding_count(engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->connection != connection->id || !finding->judged)
            continue;
        judged = true;
        cite_grounds(frames, finding);
    }
    if (fwx_engine_conclude(engine, connection, &conclusion))
        cite(frames, conclusion.frame);
    if (g_hash_table_size(frames)) {
        char *list = list_of(frames);

        filter = judged ? g_strdup_printf("(fwx.conn.id == %" PRIu32 " and fwx.verdict.code) or "
                                          "frame.number in {%s}",
                                          connection->number, list)
                        : g_strdup_printf("frame.number in {%s}", list);
        g_free(list);
    }
    g_hash_table_destroy(frames);
    return filter;
}
