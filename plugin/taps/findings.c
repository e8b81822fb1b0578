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

static void print_finding(const struct fwx_engine *engine, const struct fwx_logged *event)
{
    const struct fwx_finding *finding = fwx_engine_finding(engine, event->finding - 1);
    char *ends = ends_of(engine, event);
    char buffer[FWX_REASON_SIZE];

    printf("frame %" PRIu32 "  %s  %s  %s", finding->frame, ends, fwx_finding_title(finding),
           fwx_reason(engine, finding, buffer));
    if (finding->judged) {
        printf("  -> ");
        print_code(finding->code, (enum fwx_confidence)finding->confidence);
    }
    print_point(event->point);
    printf("\n");
    g_free(ends);
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

static void print_conversation(const struct fwx_engine *engine, uint32_t id)
{
    const struct fwx_connection *connection =
        fwx_connections_get(fwx_engine_connections(engine), id);
    struct fwx_account account = fwx_account_of(engine, connection);
    struct fwx_conclusion conclusion;
    char buffer[FWX_REASON_SIZE];
    char *ends = fwx_text_ends(connection);

    printf("conversation %" PRIu32 "  %s %s  %s: %s", id, fwx_text_protocol(connection->protocol),
           ends, fwx_ending_name(account.ending),
           fwx_account_headline(engine, connection, &account, buffer));
    if (fwx_engine_conclude(engine, connection, &conclusion))
        print_verdict(engine, connection, &conclusion);
    print_point(connection->capture_point);
    printf("\n");
    g_free(ends);
}

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    for (unsigned i = 0; i < listing->events->len; i++) {
        const struct fwx_logged *event = &g_array_index(listing->events, struct fwx_logged, i);

        if (event->finding && !fwx_engine_finding(engine, event->finding - 1)->withheld)
            print_finding(engine, event);
    }
    print_ranges(engine);
    for (unsigned i = 0; i < listing->connections->len; i++)
        print_conversation(engine, g_array_index(listing->connections, uint32_t, i));
}

void fwx_tap_findings(void)
{
    fwx_listing_register("fwx,findings", print);
}
