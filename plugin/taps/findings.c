/* findings.c
 * -z fwx,findings[,filter]: a line per finding, a line per marker range, and a line per
 * conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"
#include "taps/taps.h"

#include <inttypes.h>
#include <stdio.h>

#include "engine/facts/account.h"
#include "engine/reason.h"
#include "host/point.h"
#include "taps/text.h"

static char *ends_of(const struct fwx_engine *engine, const struct fwx_logged *event)
{
    char *src;
    char *dst;
    char *ends;

    if (event->connection)
        return fwx_text_ends(
            fwx_connections_get(fwx_engine_connections(engine), event->connection));
    src = fwx_text_address(&event->src);
    dst = fwx_text_address(&event->dst);
    ends = g_strdup_printf("%s > %s", src, dst);
    g_free(src);
    g_free(dst);
    return ends;
}

static void print_code(uint32_t code, enum fwx_confidence confidence)
{
    const struct fwx_result *result = fwx_result_find(code);

    printf("0x%08" PRIx32 " %s (%s, %s)", code, result->symbol, fwx_action_name(result->action),
           fwx_confidence_name(confidence));
}

/* Where it was captured, where that tells anything. */
static void print_point(uint16_t point)
{
    if (fwx_points_several())
        printf("  point %s", fwx_point_name(point));
}

/* The same thing, found again and again: of a connection, or of the address that passes a limit. */
struct repeat {
    const struct fwx_logged *first;
    GArray *frames; /* of uint32_t */
    uint32_t connections;
    uint32_t connection; /* the last */
};

static void print_finding(const struct fwx_engine *engine, const struct fwx_logged *event,
                          const struct repeat *repeat)
{
    const struct fwx_finding *finding = fwx_engine_finding(engine, event->finding - 1);
    char *ends = ends_of(engine, event);
    char *frames = repeat ? fwx_text_frames(repeat->frames, 0)
                          : g_strdup_printf("frame %" PRIu32, finding->frame);
    char buffer[FWX_REASON_SIZE];

    printf("%s", frames);
    if (repeat && repeat->frames->len > 1)
        printf(": %u packets", repeat->frames->len);
    printf("  %s", ends);
    if (repeat && repeat->connections > 1)
        printf(" and %" PRIu32 " more", repeat->connections - 1);
    printf("  %s  %s", fwx_finding_title(finding), fwx_reason(engine, finding, buffer));
    if (finding->judged) {
        printf("  -> ");
        print_code(finding->code, (enum fwx_confidence)finding->confidence);
    }
    print_point(event->point);
    printf("\n");
    g_free(frames);
    g_free(ends);
}

/* Found on healthy traffic, too. */
static bool is_everyday(const struct fwx_finding *finding)
{
    return finding->kind == FWX_FINDING_CLOSE || finding->kind == FWX_FINDING_MARKER;
}

/* What a firewall drops is one thing, though a number in the sentence may go up; else it is what is
 * said. */
static char *key_of(const struct fwx_engine *engine, const struct fwx_logged *event,
                    const struct fwx_finding *finding)
{
    bool by_address = !event->connection || finding->kind == FWX_FINDING_QUOTA;
    char buffer[FWX_REASON_SIZE] = "";
    char *src = fwx_text_plain_address(&event->src);
    char *key;

    if (!finding->dropped)
        fwx_reason(engine, finding, buffer);
    key = g_strdup_printf("%u %" PRIx32 " %" PRIu32 " %s %s", finding->kind, finding->code,
                          by_address ? 0 : event->connection, by_address ? src : "", buffer);
    g_free(src);
    return key;
}

static void free_repeat(gpointer data)
{
    struct repeat *repeat = (struct repeat *)data;

    g_array_unref(repeat->frames);
    g_free(repeat);
}

static struct repeat *repeat_of(GHashTable *known, GPtrArray *all, char *key,
                                const struct fwx_logged *event)
{
    struct repeat *repeat = (struct repeat *)g_hash_table_lookup(known, key);

    if (repeat) {
        g_free(key);
        return repeat;
    }
    repeat = g_new0(struct repeat, 1);
    repeat->first = event;
    repeat->frames = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_hash_table_insert(known, key, repeat);
    g_ptr_array_add(all, repeat);
    return repeat;
}

static void note_repeat(struct repeat *repeat, const struct fwx_logged *event)
{
    GArray *frames = repeat->frames;

    repeat->connections += repeat->connection != event->connection;
    repeat->connection = event->connection;
    if (!frames->len || g_array_index(frames, uint32_t, frames->len - 1) != event->frame)
        g_array_append_val(frames, event->frame);
}

static void print_repeats(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    GHashTable *known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *all = g_ptr_array_new_with_free_func(free_repeat);

    for (unsigned i = 0; i < listing->events->len; i++) {
        const struct fwx_logged *event = &g_array_index(listing->events, struct fwx_logged, i);
        const struct fwx_finding *finding =
            event->finding ? fwx_engine_finding(engine, event->finding - 1) : NULL;

        if (finding && !finding->withheld && !is_everyday(finding))
            note_repeat(repeat_of(known, all, key_of(engine, event, finding), event), event);
    }
    for (unsigned i = 0; i < all->len; i++) {
        const struct repeat *repeat = (const struct repeat *)all->pdata[i];

        print_finding(engine, repeat->first, repeat);
    }
    g_ptr_array_free(all, TRUE);
    g_hash_table_destroy(known);
}

static void print_findings(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    for (unsigned i = 0; i < listing->events->len; i++) {
        const struct fwx_logged *event = &g_array_index(listing->events, struct fwx_logged, i);

        if (event->finding && !fwx_engine_finding(engine, event->finding - 1)->withheld)
            print_finding(engine, event, NULL);
    }
}

static void print_ranges(const struct fwx_engine *engine)
{
    const GArray *groups = fwx_engine_markers(engine)->groups;

    for (unsigned i = 0; i + 1 < groups->len; i++) {
        const struct fwx_marker_group *from = &g_array_index(groups, struct fwx_marker_group, i);
        const struct fwx_marker_group *to = from + 1;

        printf("range %u  %" PRIu32 "-%" PRIu32, i + 1, from->size, to->size);
        if (from->last_frame + 1 < to->first_frame)
            printf("  frames %" PRIu32 " to %" PRIu32 "\n", from->last_frame + 1,
                   to->first_frame - 1);
        else
            printf("  empty\n");
    }
}

/* What the firewall would have logged, and why, where no finding has said that yet. */
static void print_verdict(const struct fwx_engine *engine, const struct fwx_connection *connection,
                          const struct fwx_conclusion *conclusion)
{
    enum fwx_evidence evidence = fwx_engine_evidence(engine, connection);

    printf("  -> ");
    print_code(conclusion->code, conclusion->confidence);
    printf("  frame %" PRIu32 ", %" PRIu32 " dropped", conclusion->frame, connection->dropped);
    if (evidence)
        printf(", evidence: %s", fwx_evidence_name(evidence));
    if (conclusion->ground != FWX_GROUND_FINDING && conclusion->code != FWX_RESULT_OK) {
        char buffer[FWX_REASON_SIZE];

        printf("; %s", fwx_conclusion_reason(engine, conclusion, buffer));
    }
}

/* FALSE: it works, and in brief that is not worth a line. */
static bool print_conversation(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct fwx_account account = fwx_account_of(engine, connection);
    struct fwx_conclusion conclusion;
    char buffer[FWX_REASON_SIZE];
    char *ends;

    if (fwx_listing_brief && account.gravity == FWX_GRAVITY_OK && !connection->dropped)
        return false;
    ends = fwx_text_ends(connection);
    printf("conversation %" PRIu32 "  %s %s  %s: %s", id, fwx_text_protocol(connection->protocol),
           ends, fwx_ending_name(account.ending),
           fwx_account_headline(engine, connection, &account, buffer));
    if (fwx_engine_conclude(engine, connection, &conclusion))
        print_verdict(engine, connection, &conclusion);
    print_point(connection->capture_point);
    printf("\n");
    g_free(ends);
    return true;
}

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    uint32_t works = 0;

    if (fwx_listing_brief)
        print_repeats(listing, engine);
    else
        print_findings(listing, engine);
    print_ranges(engine);
    for (unsigned i = 0; i < listing->connections->len; i++)
        works += !print_conversation(engine, g_array_index(listing->connections, uint32_t, i));
    if (works)
        printf("%" PRIu32 " conversation%s without trouble\n", works, works == 1 ? "" : "s");
}

void fwx_tap_findings(void)
{
    fwx_listing_register("fwx,findings", print);
}
