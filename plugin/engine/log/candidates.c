/* candidates.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/candidates.h"

/* ---- translations --------------------------------------------------------------------------- */

static void free_list(gpointer list)
{
    g_array_free((GArray *)list, TRUE);
}

GHashTable *fwx_log_translations_new(void)
{
    return g_hash_table_new_full(fwx_log_tuple_hash, fwx_log_tuple_equal, g_free, free_list);
}

enum { FORMS = 4 };

/* Before and behind the translation, and where only the one or the other end is translated yet. */
static void forms_of(const struct fwx_log_line *line, struct fwx_log_tuple forms[FORMS])
{
    const struct fwx_log_tuple *tuple = &line->tuple;
    const struct fwx_log_tuple *nat = &line->nat;

    forms[0] = *tuple;
    forms[1] = *nat;
    forms[2] = (struct fwx_log_tuple){tuple->src, nat->dst, tuple->src_port, nat->dst_port,
                                      tuple->protocol};
    forms[3] = (struct fwx_log_tuple){nat->src, tuple->dst, nat->src_port, tuple->dst_port,
                                      tuple->protocol};
}

static void note(GHashTable *translations, const struct fwx_log_tuple *from,
                 const struct fwx_log_tuple *to)
{
    GArray *list = (GArray *)g_hash_table_lookup(translations, from);

    if (!list) {
        list = g_array_new(FALSE, FALSE, sizeof *to);
        g_hash_table_insert(translations, g_memdup2(from, sizeof *from), list);
    }
    for (guint i = 0; i < list->len; i++) {
        if (fwx_log_tuple_equal(&g_array_index(list, struct fwx_log_tuple, i), to))
            return;
    }
    if (list->len < FWX_LOG_MOST_CANDIDATES)
        g_array_append_val(list, *to);
}

static bool is_seen(const struct fwx_log_trace *trace, const struct fwx_log_tuple *tuple)
{
    struct fwx_log_tuple reverse = fwx_log_reverse(tuple);

    return fwx_log_trace_find(trace, tuple) || fwx_log_trace_find(trace, &reverse);
}

void fwx_log_translations_learn(GHashTable *translations, const struct fwx_log_trace *trace,
                                const struct fwx_log_line *line)
{
    struct fwx_log_tuple forms[FORMS];
    bool seen = false;

    if (!(line->known & FWX_LOG_HAS_NAT) || !fwx_log_has_dst(&line->tuple))
        return;
    forms_of(line, forms);
    for (unsigned i = 0; i < FORMS; i++)
        seen |= is_seen(trace, &forms[i]);
    for (unsigned i = 0; seen && i < FORMS; i++) {
        for (unsigned k = 0; k < FORMS; k++) {
            if (!fwx_log_tuple_equal(&forms[i], &forms[k]))
                note(translations, &forms[i], &forms[k]);
        }
    }
}

/* ---- of a line ------------------------------------------------------------------------------ */

static void add(struct fwx_log_candidates *candidates, uint32_t number,
                struct fwx_log_candidate candidate)
{
    candidate.tuple = number - 1;
    for (unsigned i = 0; i < candidates->count; i++) {
        if (candidates->found[i].tuple == candidate.tuple)
            return;
    }
    if (number && candidates->count < FWX_LOG_MOST_CANDIDATES)
        candidates->found[candidates->count++] = candidate;
}

static void add_tuple(struct fwx_log_candidates *candidates, const struct fwx_log_trace *trace,
                      const struct fwx_log_tuple *tuple, struct fwx_log_candidate candidate)
{
    struct fwx_log_tuple wanted = candidate.reversed ? fwx_log_reverse(tuple) : *tuple;
    uint32_t number = fwx_log_trace_find(trace, &wanted);

    add(candidates, number, candidate);
    /* Wherever the source was connected to. */
    while (number && !fwx_log_has_dst(tuple)) {
        number = fwx_log_trace_tuple(trace, number - 1)->same_source;
        add(candidates, number, candidate);
    }
}

/* Both ways, whichever way the line is about. */
static void add_paired(struct fwx_log_candidates *candidates, const struct fwx_log_trace *trace,
                       const struct fwx_log_line *line)
{
    struct fwx_log_tuple reverse = fwx_log_reverse(&line->tuple);

    for (unsigned answers = 0; answers < 2; answers++) {
        guint first;
        guint count = fwx_log_paired_find(trace->paired, answers ? &reverse : &line->tuple, &first);

        for (guint i = first; i < first + count; i++) {
            struct fwx_log_tuple seen = g_array_index(trace->paired, struct fwx_log_paired, i).seen;

            if (answers)
                seen = fwx_log_reverse(&seen);
            for (unsigned reversed = 0; reversed < 2; reversed++)
                add_tuple(candidates, trace, &seen,
                          (struct fwx_log_candidate){.paired = true, .reversed = reversed});
        }
    }
}

struct fwx_log_candidates fwx_log_candidates_of(const struct fwx_log_trace *trace,
                                                const GHashTable *translations,
                                                const struct fwx_log_line *line)
{
    struct fwx_log_candidates candidates = {.count = 0};
    struct fwx_log_tuple forms[FORMS];
    const GArray *others =
        (const GArray *)g_hash_table_lookup((GHashTable *)translations, &line->tuple);
    bool has_nat = line->known & FWX_LOG_HAS_NAT && fwx_log_has_dst(&line->tuple);

    forms_of(line, forms);
    for (unsigned reversed = 0; reversed < (fwx_log_has_dst(&line->tuple) ? 2u : 1u); reversed++) {
        for (unsigned i = 0; i < (has_nat ? FORMS : 1u); i++)
            add_tuple(&candidates, trace, &forms[i],
                      (struct fwx_log_candidate){.translated = i > 0, .reversed = reversed});
        for (guint i = 0; others && i < others->len; i++)
            add_tuple(&candidates, trace, &g_array_index(others, struct fwx_log_tuple, i),
                      (struct fwx_log_candidate){.translated = true, .reversed = reversed});
    }
    add_paired(&candidates, trace, line);
    return candidates;
}

/* ---- by numbers ----------------------------------------------------------------------------- */

uint32_t fwx_log_same_seq(struct fwx_log_trace *trace, const struct fwx_log_line *line,
                          uint32_t *first)
{
    if (line->tuple.protocol != FWX_PROTOCOL_TCP || !(line->known & FWX_LOG_HAS_SEQ))
        return 0;
    return fwx_log_trace_find_seq(trace, line->seq, first);
}

bool fwx_log_names(const struct fwx_log_line *line, const struct fwx_log_candidates *candidates,
                   const struct fwx_log_trace *trace, const struct fwx_log_seen *seen)
{
    const struct fwx_log_tuple *tuple = &fwx_log_trace_tuple(trace, seen->tuple)->tuple;
    bool has_id = line->known & FWX_LOG_HAS_IP_ID && fwx_address_is_v4(&tuple->src);

    if (has_id && line->ip_id != seen->ip_id)
        return false;
    if (line->known & FWX_LOG_HAS_ACK && seen->flags & FWX_ACK && line->ack != seen->ack)
        return false;
    for (unsigned i = 0; i < candidates->count; i++) {
        if (candidates->found[i].tuple == seen->tuple && !candidates->found[i].reversed)
            return true;
    }
    return has_id && line->ip_id &&
           ((tuple->src_port == line->tuple.src_port &&
             fwx_address_equal(&tuple->src, &line->tuple.src)) ||
            (tuple->dst_port == line->tuple.dst_port &&
             fwx_address_equal(&tuple->dst, &line->tuple.dst)));
}
