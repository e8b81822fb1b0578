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

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/padding/any-segment", test_any_segment);
    g_test_add_func("/padding/lengths", test_lengths);
    g_test_add_func("/padding/real-payload", test_real_payload);
    g_test_add_func("/padding/not-certain", test_not_certain);
    return g_test_run();
}
