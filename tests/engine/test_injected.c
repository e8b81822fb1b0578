/* test_injected.c
 * Which resets look as if a device in between had sent them, and which must not be accused.
 * What becomes of a connection that is killed: test_kill.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { RESET_FRAME = EXCHANGED + 1, FAR_ID = 40000 };

static void injected(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, RESET_FRAME, FWX_FINDING_RESET)->reset;

    g_assert_cmpuint(reset->signs & FWX_SIGN_TTL, !=, 0);
    g_assert_cmpuint(reset->signs & ~(unsigned)FWX_SIGN_TTL, !=, 0);
    g_assert_cmpuint(reset->own_ttl, ==, 250);
    g_assert_cmpuint(reset->usual_ttl, ==, 57);
}

static void genuine(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, scene->frame, FWX_FINDING_RESET)->reset.origin, !=,
                     FWX_ORIGIN_IN_BETWEEN);
}

/* The responder's last packet, of which only the traits vary. */
#define RESETS                                                                                     \
    .met = ESTB, .finds = RESET, .code = KILLED, .reset = CLASS(DATA_ABORT)
#define GENUINE .met = ESTB, .finds = RESET, .code = ABORTIVE, .reset = CLASS(DATA_ABORT)

static void ip_id_only(const struct scene *scene)
{
    injected(scene);
    g_assert_cmpuint(found(scene, RESET_FRAME, FWX_FINDING_RESET)->reset.signs, ==,
                     FWX_SIGN_TTL | FWX_SIGN_IP_ID);
}

static void test_injected(void)
{
    static const struct segment ip_id[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another TTL and IP ID", R, RA, 11, 11, .ttl = 250, .id = FAR_ID, RESETS},
    };
    static const struct segment mac[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another TTL and MAC", R, RA, 11, 11, .ttl = 250, .mac = 77, RESETS},
    };
    static const struct segment window[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another TTL and window", R, RA, 11, 11, .ttl = 250, .window = 12345, RESETS},
    };
    static const struct segment all[] = {
        HANDSHAKE,
        EXCHANGE,
        {"all of it", R, RA, 11, 11, .ttl = 250, .id = FAR_ID, .mac = 77, .window = 12345, RESETS},
    };

    PLAY_IPV4(ip_id, ip_id_only);
    PLAY(mac, injected);
    PLAY(window, injected);
    PLAY(all, injected);
}

/* Each trait alone means nothing. */
static void test_one_trait(void)
{
    static const struct segment own[] = {
        HANDSHAKE,
        EXCHANGE,
        {"like all others", R, RA, 11, 11, GENUINE},
    };
    static const struct segment ttl[] = {
        HANDSHAKE,
        EXCHANGE,
        {"a load balancer's TTL", R, RA, 11, 11, .ttl = 250, GENUINE},
    };
    static const struct segment no_window[] = {
        HANDSHAKE,
        EXCHANGE,
        {"TTL and no window, as stacks send", R, RST, 11, .ttl = 250, .window = ZERO_WINDOW,
         GENUINE},
    };
    static const struct segment ip_id[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another IP ID", R, RA, 11, 11, .id = FAR_ID, GENUINE},
    };
    static const struct segment mac[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another router", R, RA, 11, 11, .mac = 77, GENUINE},
    };
    static const struct segment window[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another window", R, RA, 11, 11, .window = 12345, GENUINE},
    };
    static const struct segment route[] = {
        HANDSHAKE,
        EXCHANGE,
        {"one hop more, all else new", R, RA, 11, 11, .ttl = 56, .id = FAR_ID, .mac = 77, GENUINE},
    };

    PLAY(own, genuine);
    PLAY(ttl, genuine);
    PLAY(no_window, genuine);
    PLAY(ip_id, genuine);
    PLAY(mac, genuine);
    PLAY(window, genuine);
    PLAY(route, genuine);
}

/* RFC 7323, 2.2: a scale that only one side offers is none, so this is the usual window. */
static void test_one_sided_scale(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = 7, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"another TTL, the usual window", R, RA, 11, 11, .ttl = 250, GENUINE},
    };
    static const struct segment both[] = {
        {"syn", I, S, 0, .header = 24, .scale = 3, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .header = 24, .scale = 7, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        EXCHANGE,
        {"another TTL, the usual window", R, RA, 11, 11, .ttl = 250, GENUINE},
    };

    PLAY(rows, genuine);
    PLAY(both, genuine);
}

/* Linux: ID 0 with a reset; and with all that is sent with DF set, in older versions. */
static void test_linux_zero_id(void)
{
    static const struct segment reset_only[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset of ID 0", R, RST, 11, .ttl = 250, .id = ZERO_ID, .window = ZERO_WINDOW, GENUINE},
    };
    static const struct segment always[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = ZERO_ID, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = ZERO_ID, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset with an ID", R, RST, 11, .ttl = 250, .id = FAR_ID, .window = ZERO_WINDOW, GENUINE},
    };

    PLAY(reset_only, genuine);
    PLAY(always, genuine);
}

/* Stacks that draw each ID at random, and NAT devices that rewrite them. */
static void test_random_ids(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = 51234, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = 1234, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .id = 30000, GENUINE},
    };

    PLAY(rows, genuine);
}

/* The ID counter of a busy host runs, and wraps. */
static void test_counting_ids(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = 65500, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = 65530, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .id = 4000, GENUINE},
    };

    PLAY(rows, genuine);
}

/* The responder sends a packet with its first ID, one so much further, and a reset with a TTL that
 * is not its own, so much further again. */
static void try_steps(int32_t step, int32_t to_the_reset, bool out_of_sequence)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = FIRST_ID, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = (FIRST_ID + step) & 0xffff, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .id = (FIRST_ID + step + to_the_reset) & 0xffff,
         .met = ESTB, .finds = RESET, .code = out_of_sequence ? KILLED : ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY_IPV4(rows, out_of_sequence ? ip_id_only : genuine);
}

/* How far IDs may go on between two packets and still count up; and how far a reset may be ahead of
 * such a count. What lies behind is far ahead. */
static void test_id_distances(void)
{
    try_steps(1, 8192, false);
    try_steps(1, 8193, true);
    try_steps(1, -1, true);
    try_steps(1024, 8192, false);
    try_steps(1024, 8193, true);
    try_steps(1025, 8193, false);
    try_steps(-1, 8193, false);
}

static void of_no_account(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, scene->frame, FWX_FINDING_RESET)->reset.kill, ==, FWX_KILL_NONE);
    genuine(scene);
}

static void of_account(const struct scene *scene)
{
    const struct fwx_reset *reset = &found(scene, scene->frame, FWX_FINDING_RESET)->reset;

    g_assert_cmpint(reset->kill, ==, FWX_KILL_INJECTED);
    g_assert_cmpuint(reset->signs, ==, FWX_SIGN_TTL | FWX_SIGN_MAC);
}

/* A reset from another router, so many hops away from where the responder is. */
static void try_ttl(int ttl, bool foreign)
{
    const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .ttl = (uint8_t)ttl, .mac = 77, .met = ESTB, .finds = RESET,
         .code = foreign ? KILLED : ABORTIVE, .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, foreign ? of_account : of_no_account);
}

/* A route may change by one hop. */
static void test_hops(void)
{
    try_ttl(57 - 2, true);
    try_ttl(57 - 1, false);
    try_ttl(57, false);
    try_ttl(57 + 1, false);
    try_ttl(57 + 2, true);
}

/* Several routers send the responder's packets, with one TTL: yet another one proves nothing. */
static void test_several_routers(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response of another router", R, PA, 1, 11, 10, .mac = 9, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .mac = 77, GENUINE},
    };

    PLAY(rows, genuine);
}

/* However many packets there were, they are a habit. */
static void test_many_packets(void)
{
    static const struct segment opening[] = {HANDSHAKE, EXCHANGE};
    static const struct segment ack = {"ack", R, A, 11, 11, .gap_ms = 1, .met = ESTB};
    static const struct segment reset = {"reset", R, RA, 11, 11, .ttl = 250, .mac = 77};
    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(opening); i++)
        scene_see(&scene, &opening[i]);
    for (unsigned packets = 2; packets <= UINT16_MAX; packets++)
        scene_see(&scene, &ack);
    scene_see(&scene, &reset);
    of_account(&scene);
    scene_end(&scene);
}

/* Servers behind one address: their packets' TTLs and MACs vary, so another one proves nothing. */
static void test_load_balancer(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack of the balancer", R, SA, 0, 1, .ttl = 255, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response of a server", R, PA, 1, 11, 10, .ttl = 62, .mac = 9, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 128, .id = FAR_ID, .mac = 77, .window = 99, GENUINE},
    };

    PLAY(rows, genuine);
}

static void from_another_maker(struct fwx_packet *packet)
{
    packet->src_mac ^= UINT64_C(0xff0000000000);
}

static void from_the_same_maker(struct fwx_packet *packet)
{
    packet->src_mac ^= UINT64_C(0x000000ff0000);
}

/* Each part of a MAC address counts. */
static void test_parts_of_mac(void)
{
    static const struct segment maker[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another maker's", R, RA, 11, 11, .ttl = 250, .tweak = from_another_maker, RESETS},
    };
    static const struct segment number[] = {
        HANDSHAKE,
        EXCHANGE,
        {"another one of that maker", R, RA, 11, 11, .ttl = 250, .tweak = from_the_same_maker,
         RESETS},
    };

    PLAY(maker, injected);
    PLAY(number, injected);
}

/* The TTL was the same in the first and the last packet, and another one in between. */
static void test_ttl_varied(void)
{
    static const struct segment lower[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .ttl = 255, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"response", R, PA, 1, 1, 10, .ttl = 62, .met = ESTB},
        {"more of it", R, PA, 11, 1, 10, .ttl = 255, .met = ESTB},
        {"reset", R, RA, 21, 1, .ttl = 128, .mac = 77, GENUINE},
    };
    static const struct segment higher[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .ttl = 62, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"response", R, PA, 1, 1, 10, .ttl = 255, .met = ESTB},
        {"more of it", R, PA, 11, 1, 10, .ttl = 62, .met = ESTB},
        {"reset", R, RA, 21, 1, .ttl = 128, .mac = 77, GENUINE},
    };

    PLAY(lower, genuine);
    PLAY(higher, genuine);
}

/* ID 0 is no number that others are far from: those before and behind it count up all the same. */
static void test_zero_is_no_id(void)
{
    static const struct segment begins_with_0[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = ZERO_ID, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = 5000, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .id = FAR_ID, RESETS},
    };
    static const struct segment in_between[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .id = 5000, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"response", R, PA, 1, 11, 10, .id = ZERO_ID, .met = ESTB},
        {"ack of the response", I, A, 11, 11, .met = ESTB},
        {"reset", R, RA, 11, 11, .ttl = 250, .id = FAR_ID, RESETS},
    };

    PLAY_IPV4(begins_with_0, ip_id_only);
    PLAY_IPV4(in_between, ip_id_only);
}

/* Nobody injects a reset into a connection that is over. */
static void test_late_reset(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, GENUINE},
        {"foreign reset", R, RA, 11, 11, .ttl = 250, .id = FAR_ID, .mac = 77, .met = RSET,
         .finds = RESET, .code = NOT_SYN, .reset = CLASS(AFTER_CLOSE)},
    };

    PLAY(rows, genuine);
}

/* One packet is no habit. */
static void test_too_little_is_known(void)
{
    static const struct segment refused[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset of whoever answers", R, RA, 0, 1, .ttl = 250, .id = FAR_ID, .mac = 77, .met = SENT,
         .finds = RESET, .code = ABORTIVE, .reset = CLASS(REFUSED)},
    };
    static const struct segment syn_ack_only[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset", R, RA, 1, 1, .ttl = 250, .id = FAR_ID, .mac = 77, .met = RECV, .finds = RESET,
         .code = ABORTIVE, .reset = CLASS(HANDSHAKE_ABORT)},
    };

    PLAY(refused, genuine);
    PLAY(syn_ack_only, genuine);
}

/* What resets look like teaches nothing of what the endpoint's packets look like. */
static void test_nothing_is_learnt_from_resets(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"foreign reset, outside the window", R, RA, 900000, 11, .ttl = 250, .id = FAR_ID,
         .mac = 77, .met = ESTB, .finds = RESET, .reset = CLASS(NO_CONNECTION)},
        {"foreign reset, inside", R, RA, 11, 11, .ttl = 250, .id = FAR_ID + 1, .mac = 77, RESETS},
    };

    PLAY(rows, injected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/injected/injected", test_injected);
    g_test_add_func("/injected/one-trait", test_one_trait);
    g_test_add_func("/injected/one-sided-scale", test_one_sided_scale);
    g_test_add_func("/injected/linux-zero-id", test_linux_zero_id);
    g_test_add_func("/injected/random-ids", test_random_ids);
    g_test_add_func("/injected/counting-ids", test_counting_ids);
    g_test_add_func("/injected/id-distances", test_id_distances);
    g_test_add_func("/injected/parts-of-mac", test_parts_of_mac);
    g_test_add_func("/injected/ttl-varied", test_ttl_varied);
    g_test_add_func("/injected/zero-is-no-id", test_zero_is_no_id);
    g_test_add_func("/injected/late-reset", test_late_reset);
    g_test_add_func("/injected/hops", test_hops);
    g_test_add_func("/injected/several-routers", test_several_routers);
    g_test_add_func("/injected/many-packets", test_many_packets);
    g_test_add_func("/injected/load-balancer", test_load_balancer);
    g_test_add_func("/injected/too-little-is-known", test_too_little_is_known);
    g_test_add_func("/injected/nothing-is-learnt-from-resets", test_nothing_is_learnt_from_resets);
    return g_test_run();
}
