/* test_padding.c
 * Ethernet padding counted as payload: what is it, and what only looks like it?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void six_bytes(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, EXCHANGED + 1, FWX_FINDING_PADDING)->padding_len, ==, 6);
}

/* Any segment can carry it. */
static void test_any_segment(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, 6, .zeros = true, .met = ESTB, .finds = PADDING},
        {"ack of the responder", R, A, 11, 11, 6, .zeros = true, .met = ESTB, .finds = PADDING},
        {"fin", I, FA, 11, 11, 6, .zeros = true, .met = ESTB, .finds = PADDING},
    };

    PLAY_IPV4(rows, six_bytes);
}

/* Header lengths and the padding that is left of 46 bytes. */
static void test_lengths(void)
{
    static const struct {
        uint8_t header;
        uint32_t len;
        unsigned finds;
    } cases[] = {
        {20, 6, PADDING}, {24, 2, PADDING}, {20, 5, 0}, {20, 7, 0}, {24, 3, 0}, {24, 6, 0},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        const struct segment rows[] = {
            HANDSHAKE,
            {"ack", I, A, 1, 1, cases[i].len, .header = cases[i].header, .zeros = true, .met = ESTB,
             .finds = cases[i].finds},
        };

        PLAY_IPV4(rows, NULL);
    }
}

static void test_real_payload(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"six bytes that are not zero", I, A, 1, 1, 6, .met = ESTB},
        {"six zero bytes, pushed", I, PA, 7, 1, 6, .zeros = true, .met = ESTB},
        {"no payload at all", I, A, 13, 1, 0, .zeros = true, .met = ESTB},
    };

    PLAY(rows, NULL);
}

/* The tweaks that a row cannot say. */
static void each_byte_counts(struct fwx_packet *packet, int tweak)
{
    switch (tweak) {
    case 0:
        packet->tcp.head[0] = 1;
        break;
    case 1:
        packet->tcp.head[5] = 1;
        break;
    case 2: /* the capture was cut: nobody knows what the payload is */
        packet->tcp.head_len = 0;
        break;
    case 3:
        packet->tcp.head_len = 5;
        break;
    case 4:
        packet->fragment = true;
        break;
    case 5: /* IPv6 with the same total length cannot be, but must not be taken for it */
        packet->ip_version = 6;
        break;
    default:
        break;
    }
}

static void test_not_certain(void)
{
    enum { TWEAKS = 6 };
    static const struct segment opening[] = {HANDSHAKE};
    static const struct segment ack = {"ack", I, A, 1, 1, 6, .zeros = true, .met = ESTB};

    for (int tweak = 0; tweak <= TWEAKS; tweak++) {
        struct scene scene = scene_new(&worlds[0]);
        unsigned padded = 0;
        uint32_t first = 0;

        for (unsigned i = 0; i < G_N_ELEMENTS(opening); i++)
            scene_see(&scene, &opening[i]);
        struct fwx_packet packet = scene_packet(&scene, &ack);
        each_byte_counts(&packet, tweak);
        fwx_engine_see(scene.engine, &packet);
        uint32_t count = fwx_engine_findings(scene.engine, packet.frame, &first);
        for (uint32_t i = first; i < first + count; i++)
            padded += fwx_engine_finding(scene.engine, i)->kind == FWX_FINDING_PADDING;
        g_assert_cmpuint(padded, ==, tweak == TWEAKS);
        scene_end(&scene);
    }
}

/* ---- where a VLAN tag took four bytes -------------------------------------------------------- */

static void first_withheld(const struct scene *scene)
{
    g_assert_true(found(scene, EXCHANGED + 1, FWX_FINDING_PADDING)->withheld);
    g_assert_cmpuint(found(scene, EXCHANGED + 1, FWX_FINDING_PADDING)->padding_len, ==, 2);
}

static void none_withheld(const struct scene *scene)
{
    for (uint32_t frame = EXCHANGED + 1; frame <= scene->frame; frame++)
        g_assert_false(found(scene, frame, FWX_FINDING_PADDING)->withheld);
}

static void only_tagged_withheld(const struct scene *scene)
{
    g_assert_true(found(scene, EXCHANGED + 1, FWX_FINDING_PADDING)->withheld);
    g_assert_false(found(scene, EXCHANGED + 2, FWX_FINDING_PADDING)->withheld);
}

/* 42 bytes of IP, where there are two behind 40: only where it happens again. */
static void test_tagged(void)
{
#define TWO .zeros = true, .met = ESTB, .finds = PADDING
    static const struct segment once[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, 2, TWO},
    };
    static const struct segment twice[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, 2, TWO},
        {"ack of the responder", R, A, 11, 13, 2, TWO},
        {"ack", I, A, 13, 13, 2, TWO},
    };
    static const struct segment other[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack", I, A, 11, 11, 2, TWO},
        {"of a link without tags", R, A, 11, 13, 6, TWO},
    };
    static const struct segment behind[] = {
        HANDSHAKE,
        EXCHANGE,
        {"of a link without tags", I, A, 11, 11, 6, TWO},
    };
    static const struct segment no_padding[] = {
        HANDSHAKE,
        EXCHANGE,
        {"pushed", I, PA, 11, 11, 2, .zeros = true, .met = ESTB},
        {"pushed again", I, PA, 13, 11, 2, .zeros = true, .met = ESTB},
        {"not zero", I, A, 15, 11, 2, .met = ESTB},
        {"41 bytes", I, A, 17, 11, 1, .zeros = true, .met = ESTB},
        {"43 bytes", I, A, 18, 11, 3, .zeros = true, .met = ESTB},
        {"42 bytes with an option", I, A, 21, 11, 0, .header = 22, .zeros = true, .met = ESTB},
    };
#undef TWO

    PLAY_IPV4(once, first_withheld);
    PLAY_IPV4(twice, none_withheld);
    PLAY_IPV4(other, only_tagged_withheld);
    PLAY_IPV4(behind, none_withheld);
    PLAY(no_padding, NULL);
}

/* The device is the same for all connections of the capture. */
static void test_tagged_in_two_connections(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        {"ack", I, A, 1, 1, 2, .zeros = true, .met = ESTB, .finds = PADDING},
        {"syn", I, S, 90000000, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 90000000, 90000001, .met = SENT},
        {"ack", I, A, 90000001, 90000001, 2, .zeros = true, .met = RECV, .finds = PADDING},
    };
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = scene_new_under(&worlds[0], &policy);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene_see(&scene, &rows[i]);
        if (i == 3)
            g_assert_true(found(&scene, 4, FWX_FINDING_PADDING)->withheld);
    }
    g_assert_false(found(&scene, 4, FWX_FINDING_PADDING)->withheld);
    g_assert_false(found(&scene, 7, FWX_FINDING_PADDING)->withheld);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/padding/any-segment", test_any_segment);
    g_test_add_func("/padding/lengths", test_lengths);
    g_test_add_func("/padding/real-payload", test_real_payload);
    g_test_add_func("/padding/not-certain", test_not_certain);
    g_test_add_func("/padding/tagged", test_tagged);
    g_test_add_func("/padding/tagged-in-two-connections", test_tagged_in_two_connections);
    return g_test_run();
}
