/* sides.c
 * -z fwx,sides[,filter]: what several capture points show together, to be read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"
#include "taps/taps.h"

#include <inttypes.h>
#include <stdio.h>

#include "engine/points/points.h"
#include "host/point.h"
#include "taps/text.h"

/* ---- clocks --------------------------------------------------------------------------------- */

static void print_seconds(const char *before, int64_t ns, const char *after)
{
    char buffer[FWX_REASON_SIZE];
    struct fwx_sentence s = fwx_sentence_in(buffer);

    fwx_say_seconds(&s, ns, 6);
    printf("%s%s s%s", before, buffer, after);
}

static void print_clock(const struct fwx_clock *clock)
{
    printf("clock: %s is ", fwx_point_name(clock->point[1]));
    if (!clock->known) {
        printf("not to be compared with %s: no packets went both ways\n",
               fwx_point_name(clock->point[0]));
        return;
    }
    print_seconds("", (int64_t)(clock->offset_ns < 0 ? -clock->offset_ns : clock->offset_ns),
                  clock->offset_ns < 0 ? " behind" : " ahead of");
    printf(" %s", fwx_point_name(clock->point[0]));
    print_seconds(", give or take ", (int64_t)clock->error_ns, "");
    if (clock->drift < -5e-6 || clock->drift > 5e-6)
        printf(", and goes %.0f ppm %s",
               clock->drift < 0 ? -clock->drift * 1e6 : clock->drift * 1e6,
               clock->drift < 0 ? "slower" : "faster");
    printf("\n");
}

static void print_drops(const struct fwx_engine *engine)
{
    for (uint32_t point = 0; point < fwx_points_count(); point++) {
        uint32_t drops = fwx_points_drops(engine, (uint16_t)point);

        if (drops)
            printf("capture: %s dropped %" PRIu32 " packet%s by its own count\n",
                   fwx_point_name((uint16_t)point), drops, drops == 1 ? "" : "s");
    }
}

/* ---- conversations -------------------------------------------------------------------------- */

static const struct fwx_connection *connection_of(const struct fwx_engine *engine, uint32_t id)
{
    return fwx_connections_get(fwx_engine_connections(engine), id);
}

static void print_delay(const struct fwx_engine *engine, const struct fwx_pair *pair,
                        uint32_t number)
{
    struct fwx_delay delay;

    if (!pair->ordered || !fwx_points_delay(engine, number, &delay) || delay.wait < FWX_SECOND)
        return;
    printf("  longest wait: frame %" PRIu32 " to %" PRIu32, delay.question, delay.answer);
    print_seconds(", ", delay.wait, "");
    print_seconds("; in between ", delay.between, "");
    print_seconds(", beyond ", delay.beyond, "\n");
}

/* Where nothing is lost or changed and nobody waits, there is nothing to be read. */
static bool has_news(const struct fwx_engine *engine, const struct fwx_pair *pair, uint32_t number)
{
    struct fwx_delay delay;

    return !pair->leg[1] || pair->path != FWX_PATH_PACKET || pair->fates[FWX_FATE_DROPPED] ||
           pair->fates[FWX_FATE_DROPPED_ONCE] || pair->fates[FWX_FATE_CHANGED] ||
           pair->fates[FWX_FATE_INJECTED] || pair->fates[FWX_FATE_UNPROVEN] ||
           pair->fates[FWX_FATE_CAPTURE_LOSS] ||
           (pair->ordered && fwx_points_delay(engine, number, &delay) && delay.wait >= FWX_SECOND);
}

static void print_fates(const struct fwx_pair *pair)
{
    const char *before = "  ";

    for (unsigned fate = FWX_FATE_NONE + 1; fate < FWX_FATES; fate++) {
        if (!pair->fates[fate])
            continue;
        printf("%s%s %" PRIu32, before, fwx_fate_name((enum fwx_fate)fate), pair->fates[fate]);
        before = ", ";
    }
    if (*before == ',')
        printf("\n");
}

static void print_pair(const struct fwx_engine *engine, const struct fwx_pair *pair)
{
    uint32_t number = fwx_points_number(engine, pair);
    char *ends = fwx_text_ends(connection_of(engine, pair->leg[0]));
    char *other = pair->leg[1] ? fwx_text_ends(connection_of(engine, pair->leg[1])) : NULL;
    char buffer[FWX_REASON_SIZE];

    printf("between %s and %s: %s", fwx_point_name(pair->point[0]), fwx_point_name(pair->point[1]),
           ends);
    if (!other)
        printf(", not seen there");
    else if (g_strcmp0(ends, other) != 0)
        printf(", there %s", other);
    printf(other ? " (%s, %s)\n" : "\n", fwx_path_name((enum fwx_path)pair->path),
           fwx_method_name((enum fwx_method)pair->method));
    print_fates(pair);
    if (*fwx_points_say_missing(engine, number, buffer))
        printf("  entered and not seen to come out: %s\n", buffer);
    if (*fwx_points_say_explanation(engine, number, buffer))
        printf("  %s\n", buffer);
    if (*fwx_points_say_changed(engine, number, buffer))
        printf("  changed: %s\n", buffer);
    if (other)
        print_delay(engine, pair, number);
    g_free(ends);
    g_free(other);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void print(const struct fwx_listing *listing, const struct fwx_engine *engine)
{
    uint32_t plain = 0;

    if (!fwx_points_several()) {
        printf("one capture point, nothing to compare\n");
        return;
    }
    if (fwx_points_is_short(engine))
        printf(
            "not all packets were compared: some came before the second point was known, or more "
            "than the preference pair_packets allows\n");
    print_drops(engine);
    for (uint32_t i = 0; i < fwx_points_clock_count(engine); i++) {
        if (fwx_points_clock(engine, i)->point[0] == 0) /* the others follow from these */
            print_clock(fwx_points_clock(engine, i));
    }
    for (unsigned i = 0; i < listing->connections->len; i++) {
        const struct fwx_pair *pair = fwx_points_onward(
            engine, connection_of(engine, g_array_index(listing->connections, uint32_t, i)));

        if (pair && has_news(engine, pair, fwx_points_number(engine, pair)))
            print_pair(engine, pair);
        else
            plain += pair != NULL;
    }
    if (plain || !fwx_points_pair_count(engine))
        printf("%" PRIu32 " conversation%s seen on both sides, forwarded as %s\n", plain,
               plain == 1 ? "" : "s", plain == 1 ? "it was" : "they were");
}

void fwx_tap_sides(void)
{
    fwx_listing_register("fwx,sides", print);
}
