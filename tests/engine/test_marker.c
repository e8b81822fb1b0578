/* test_marker.c
 * Marker pings: what is one, groups, and where every frame lies between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { MAX_FRAMES = 400, BEYOND = 3 };

/* A capture as the sizes of its frames' markers; 0: a frame without one. */
struct plan {
    struct fwx_engine *engine;
    uint32_t sizes[MAX_FRAMES + 1 + BEYOND]; /* by frame */
    uint32_t frames;
};

static struct plan plan_new(void)
{
    struct fwx_policy policy = fwx_policy_default();

    return (struct plan){.engine = fwx_engine_new(&policy)};
}

/* Request and reply take turns; half of them are of ICMPv6. */
static void add(struct plan *plan, uint32_t size)
{
    uint32_t frame = ++plan->frames;

    plan->sizes[frame] = size;
    if (!size)
        return;
    struct fwx_packet packet =
        echo_packet(frame, frame % 2 ? FWX_ECHO_REQUEST : FWX_ECHO_REPLY, size, frame % 4 > 1);
    fwx_engine_see(plan->engine, &packet);
}

/* What fwx_marker_place says, from its definition: look back, look ahead. */
static struct fwx_marker_place expected_place(const struct plan *plan, uint32_t frame)
{
    struct fwx_marker_place place = {0};
    uint32_t back = frame - 1;
    uint32_t ahead = frame;

    while (back && !plan->sizes[back])
        back--;
    while (ahead <= plan->frames + BEYOND && !plan->sizes[ahead])
        ahead++;
    if (!back)
        return place;
    place.after = plan->sizes[back];
    bool open = ahead > plan->frames + BEYOND;
    if (ahead == frame || (!open && plan->sizes[ahead] == plan->sizes[back]))
        return place; /* is a marker, or lies within a group */
    place.in_range = true;
    place.open = open;
    place.from = plan->sizes[back];
    place.first_frame = back + 1;
    place.to = open ? 0 : plan->sizes[ahead];
    place.last_frame = open ? 0 : ahead - 1;
    /* Ranges are numbered as the groups that they follow. */
    uint32_t last = 0;
    for (uint32_t i = 1; i <= back; i++) {
        place.number += plan->sizes[i] && plan->sizes[i] != last;
        last = plan->sizes[i] ? plan->sizes[i] : last;
    }
    return place;
}

/* The number of the nearest range with frames in it on one side of the frame, 0: none; from the
 * frames' own places. */
static uint32_t expected_neighbour(const struct plan *plan, uint32_t frame, bool behind)
{
    for (uint32_t at = behind ? frame + 1 : frame - 1; at && at <= plan->frames;
         at += behind ? 1 : -1) {
        struct fwx_marker_place place = fwx_engine_marker_place(plan->engine, at);

        if (place.in_range &&
            (behind ? place.first_frame > frame : !place.open && place.last_frame < frame))
            return place.number;
    }
    return 0;
}

static void check_neighbours(const struct plan *plan, uint32_t frame)
{
    const struct fwx_markers *markers = fwx_engine_markers(plan->engine);
    struct fwx_marker_place next = fwx_markers_next(markers, frame, plan->frames);
    struct fwx_marker_place previous = fwx_markers_previous(markers, frame);

    g_assert_cmpuint(next.number, ==, expected_neighbour(plan, frame, true));
    g_assert_cmpuint(previous.number, ==, expected_neighbour(plan, frame, false));
    g_assert_cmpint(next.in_range, ==, next.number != 0);
    g_assert_cmpint(previous.in_range, ==, previous.number != 0);
}

static void check_every_frame(const struct plan *plan)
{
    for (uint32_t frame = 1; frame <= plan->frames; frame++)
        check_neighbours(plan, frame);
    for (uint32_t frame = 1; frame <= plan->frames + BEYOND; frame++) {
        struct fwx_marker_place expected = expected_place(plan, frame);
        struct fwx_marker_place actual = fwx_engine_marker_place(plan->engine, frame);

        g_assert_cmpuint(actual.after, ==, expected.after);
        g_assert_cmpint(actual.in_range, ==, expected.in_range);
        g_assert_cmpint(actual.open, ==, expected.open);
        g_assert_cmpuint(actual.number, ==, expected.number);
        g_assert_cmpuint(actual.from, ==, expected.from);
        g_assert_cmpuint(actual.to, ==, expected.to);
        g_assert_cmpuint(actual.first_frame, ==, expected.first_frame);
        g_assert_cmpuint(actual.last_frame, ==, expected.last_frame);
    }
}

static void check_plan(const char *text)
{
    struct plan plan = plan_new();

    for (const char *c = text; *c; c++)
        add(&plan, *c == '.' ? 0 : (uint32_t)(*c - '0') * 11);
    check_every_frame(&plan);
    fwx_engine_free(plan.engine);
}

/* '2' is a marker of 22 bytes, '3' one of 33, '.' any other frame. */
static void test_plans(void)
{
    check_plan("");
    check_plan(".....");
    check_plan("2");
    check_plan("..2..");                /* an open range */
    check_plan("2222....3333....4444"); /* source 002, -n 2 */
    check_plan("2.2..2...3.3....4");    /* frames between the markers of a group */
    check_plan("..23..");               /* an empty range */
    check_plan("2..3..2..3..2..3..");   /* the same pair again, and back */
    check_plan("2..2..2..2");           /* one group, no range */
    check_plan("2..3..3.....3");        /* the last group comes last */
    check_plan("...2222...3333...44444444.......6.");
}

static void test_random_plans(void)
{
    GRand *random = g_rand_new_with_seed(20040611);

    for (unsigned round = 0; round < 200; round++) {
        struct plan plan = plan_new();
        int rarity = g_rand_int_range(random, 1, 12);

        for (unsigned i = 0; i < MAX_FRAMES; i++) {
            bool marker = g_rand_int_range(random, 0, rarity) == 0;

            add(&plan, marker ? 11 * (uint32_t)g_rand_int_range(random, 2, 7) : 0);
        }
        check_every_frame(&plan);
        fwx_engine_free(plan.engine);
    }
    g_rand_free(random);
}

/* From the first marker of a group to its last. */
static void test_times(void)
{
    struct plan plan = plan_new();
    const struct fwx_marker_group *group;

    add(&plan, 22);
    add(&plan, 0);
    add(&plan, 22);
    group = &g_array_index(fwx_engine_markers(plan.engine)->groups, struct fwx_marker_group, 0);
    g_assert_cmpint(group->last_time - group->first_time, ==, INT64_C(20000000));
    fwx_engine_free(plan.engine);
}

/* While the capture is being read, a place is as much as is known by then. */
static void test_place_while_reading(void)
{
    struct plan plan = plan_new();

    add(&plan, 22);
    add(&plan, 0);
    struct fwx_marker_place place = fwx_engine_marker_place(plan.engine, 2);
    g_assert_true(place.in_range && place.open);
    g_assert_cmpuint(place.after, ==, 22);
    add(&plan, 22);
    place = fwx_engine_marker_place(plan.engine, 2);
    g_assert_false(place.in_range); /* within the group after all */
    add(&plan, 0);
    add(&plan, 33);
    place = fwx_engine_marker_place(plan.engine, 4);
    g_assert_true(place.in_range && !place.open);
    g_assert_cmpuint(place.to, ==, 33);
    fwx_engine_free(plan.engine);
}

/* ---- what is a marker? ----------------------------------------------------------------------- */

static uint32_t count_markers(const struct fwx_packet *packet, const struct fwx_policy *policy)
{
    struct fwx_engine *engine = fwx_engine_new(policy);
    uint32_t markers = 0;
    uint32_t first = 0;

    fwx_engine_see(engine, packet);
    uint32_t count = fwx_engine_findings(engine, packet->frame, &first);
    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_finding *finding = fwx_engine_finding(engine, i);

        if (finding->kind != FWX_FINDING_MARKER)
            continue;
        markers++;
        g_assert_cmpuint(finding->marker.size, ==, packet->icmp.data_len);
        g_assert_cmpint(finding->marker.role, ==, packet->icmp.echo);
        g_assert_false(finding->judged);
    }
    g_assert_cmpuint(fwx_engine_markers(engine)->groups->len, ==, markers);
    fwx_engine_free(engine);
    return markers;
}

static void test_sizes(void)
{
    struct fwx_policy policy = fwx_policy_default();

    for (uint32_t size = 0; size < 2000; size++) {
        bool marker = size && size <= 66 && size >= 22 && size % 11 == 0;

        for (int role = FWX_ECHO_NONE; role <= FWX_ECHO_REPLY; role++) {
            for (int ipv6 = 0; ipv6 <= 1; ipv6++) {
                struct fwx_packet packet =
                    echo_packet(7, (enum fwx_echo_role)role, size, ipv6 != 0);

                g_assert_cmpuint(count_markers(&packet, &policy), ==,
                                 marker && role != FWX_ECHO_NONE);
            }
        }
    }
}

static void test_size_ranges(void)
{
    static const struct {
        uint32_t size;
        bool marker;
    } cases[] = {{0, false},
                 {21, false},
                 {22, true},
                 {23, false},
                 {99, false},
                 {100, true},
                 {150, true},
                 {200, true},
                 {201, false},
                 {UINT32_MAX, true},
                 {UINT32_MAX - 1, false}};
    static const struct fwx_size_range sizes[] = {{22, 22}, {100, 200}, {UINT32_MAX, UINT32_MAX}};
    struct fwx_policy policy = fwx_policy_default();

    fwx_policy_set_marker_sizes(&policy, sizes, G_N_ELEMENTS(sizes));
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_packet packet = echo_packet(1, FWX_ECHO_REQUEST, cases[i].size, false);

        g_assert_cmpuint(count_markers(&packet, &policy), ==, cases[i].marker);
    }
    fwx_policy_set_marker_sizes(&policy, NULL, 0);
    struct fwx_packet packet = echo_packet(1, FWX_ECHO_REQUEST, 22, false);
    g_assert_cmpuint(count_markers(&packet, &policy), ==, 0);
    fwx_policy_clear(&policy);
}

/* Its header was not captured: what its size is nobody knows. */
static void test_cut_off(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_packet packet = echo_packet(1, FWX_ECHO_REQUEST, 22, false);

    g_assert_cmpuint(count_markers(&packet, &policy), ==, 1);
    packet.has_transport = false;
    g_assert_cmpuint(count_markers(&packet, &policy), ==, 0);
}

/* The policy is copied: what becomes of the caller's does not matter. */
static void test_policy_is_copied(void)
{
    static const struct fwx_size_range size = {22, 22};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_engine *engine;
    struct fwx_packet packet = echo_packet(1, FWX_ECHO_REQUEST, 22, false);

    fwx_policy_set_marker_sizes(&policy, &size, 1);
    engine = fwx_engine_new(&policy);
    fwx_policy_set_marker_sizes(&policy, NULL, 0);
    fwx_policy_clear(&policy);
    memset(&policy, 0, sizeof policy);
    fwx_engine_see(engine, &packet);
    g_assert_cmpuint(fwx_engine_markers(engine)->groups->len, ==, 1);
    fwx_engine_free(engine);
    fwx_engine_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/marker/plans", test_plans);
    g_test_add_func("/marker/random-plans", test_random_plans);
    g_test_add_func("/marker/times", test_times);
    g_test_add_func("/marker/place-while-reading", test_place_while_reading);
    g_test_add_func("/marker/sizes", test_sizes);
    g_test_add_func("/marker/size-ranges", test_size_ranges);
    g_test_add_func("/marker/cut-off", test_cut_off);
    g_test_add_func("/marker/policy-is-copied", test_policy_is_copied);
    return g_test_run();
}
