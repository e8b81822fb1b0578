/* test_points_legs.c
 * Which connections of two points are one conversation, and what lies in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

#include <string.h>

static const struct hop talk[] = {OPENING, TALK};

/* So many pairs; the first is of connections 1 and 2. */
static void assert_paired(struct sides *sides, enum fwx_method method, enum fwx_path path)
{
    fwx_engine_review(sides->scene.engine);
    g_assert_cmpuint(fwx_points_pair_count(sides->scene.engine), ==, 1);
    assert_pair(sides, 0, 1, 2, method, path);
    sides_end(sides);
}

static void assert_unpaired(struct sides *sides)
{
    fwx_engine_review(sides->scene.engine);
    g_assert_cmpuint(fwx_points_pair_count(sides->scene.engine), ==, 0);
    sides_end(sides);
}

static struct sides translated(void)
{
    struct sides sides = sides_new();

    sides.place[OUTSIDE].host[I] = 77;
    sides.place[OUTSIDE].port[I] = 61000;
    return sides;
}

/* ---- the same numbers -------------------------------------------------------------------------- */

static void test_routed(void)
{
    struct sides sides = sides_new();

    CROSS(&sides, talk);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, talk);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

static void test_translated(void)
{
    struct sides sides = translated();

    CROSS(&sides, talk);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, talk);
    assert_changes(&sides, 1, "address");
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Both ends have other names, and the server another port. */
static struct sides renamed(void)
{
    struct sides sides = translated();

    sides.place[OUTSIDE].host[R] = 78;
    sides.place[OUTSIDE].port[R] = 8443;
    return sides;
}

/* Both ends and the port are others: then one SYN is not enough, whatever number it begins with. */
static void test_both_translated(void)
{
    struct sides sides = renamed();

    CROSS(&sides, talk);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);

    sides = renamed();
    sides_play(&sides, talk, 1);
    assert_unpaired(&sides);
}

/* Its server's port or one end is the same: the one SYN is enough. */
static void test_one_syn(void)
{
    struct sides sides = translated();

    sides.place[OUTSIDE].host[R] = 78;
    sides_play(&sides, talk, 1);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);

    sides = translated();
    sides.place[OUTSIDE].port[R] = 8443;
    sides_play(&sides, talk, 1);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Captured from the middle on. */
static void test_midstream(void)
{
    struct sides sides = translated();

    sides_play(&sides, talk + 3, 3);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Another ISN is another connection, whatever the addresses. */
static void test_other_isn(void)
{
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[I] += 1;
    sides_play(&sides, talk, 1);
    assert_unpaired(&sides);
}

/* Nor do data at the same numbers make it one. */
static void test_other_isn_same_data(void)
{
    static const struct hop rows[] = {
        {"syn", I, S, 0, .seen = KEPT},
        {"data", I, PA, 2, 1, 50, .seen = KEPT},
        {"another syn", I, S, 0, .seen = ADDED},
        {"data there", I, PA, 1, 1, 50, .seen = ADDED},
    };
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[I] += 1;
    CROSS(&sides, rows);
    assert_unpaired(&sides);
}

/* ---- one number kept --------------------------------------------------------------------------- */

/* The device answers the SYN, and then asks itself. */
static void test_syn_proxy(void)
{
    static const struct hop before[] = {
        {"syn", I, S, 0, .seen = KEPT},
        {"its answer", R, SA, 0, 1, .seen = ADDED},
        {"ack", I, A, 1, 1, .seen = KEPT},
        {"its syn", I, S, 0, .seen = ADDED},
        {"syn-ack", R, SA, 0, 1, .seen = KEPT},
        {"its ack", I, A, 1, 1, .seen = ADDED},
        TALK,
        {"fin", I, FA, 101, 201, .fate = FORWARDED}, /* most IP IDs are handed on */
    };
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[R] = UINT32_C(1618033988);
    CROSS(&sides, before);
    fwx_engine_review(sides.scene.engine);
    for (uint32_t frame = 1; frame <= 6; frame++) /* what it says itself has no counterpart */
        g_assert_cmpint(meeting_of(&sides, frame).fate, ==,
                        frame % 3 ? FWX_FATE_NONE : FWX_FATE_UNPROVEN);
    g_assert_cmpuint(meeting_of(&sides, 7).frame, ==, 8);
    assert_paired(&sides, FWX_ISN_INITIATOR, FWX_PATH_SYN_PROXY);
}

static void stamp(struct wire *wire)
{
    wire->stamp = wire->packet.tcp.flags & FWX_ACK ? 700000 : 300000;
}

static const struct hop stamped[] = {
    {"syn", I, S, 0, .both = stamp},
    {"syn-ack", R, SA, 0, 1, .both = stamp},
    {"ack", I, A, 1, 1, .both = stamp},
    TALK,
};

/* The initiator's numbers are kept, and so are time stamps of the SYN-ACK: handed on. */
static void test_rewrite(void)
{
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[R] = UINT32_C(1618033988);
    CROSS(&sides, stamped);
    assert_paired(&sides, FWX_ISN_INITIATOR, FWX_PATH_ISN_REWRITE);

    sides = translated();
    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    CROSS(&sides, talk);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmphex(fwx_points_pair(sides.scene.engine, 0)->shift[I], ==,
                    UINT32_C(1618033988) - UINT32_C(3141592653));
    g_assert_cmphex(fwx_points_pair(sides.scene.engine, 0)->shift[R], ==, 0);
    assert_changes(&sides, 1, "sequence numbers, by -1523558665; address");
    assert_changes(&sides, 7, "address");
    assert_paired(&sides, FWX_ISN_RESPONDER, FWX_PATH_ISN_REWRITE);
}

/* The outer point is the capture's first: the legs change places, and so do the shifts. */
static void test_rewrite_turned(void)
{
    struct sides sides = sides_new();

    sides.point[INSIDE] = OUTSIDE;
    sides.point[OUTSIDE] = INSIDE;
    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    CROSS(&sides, talk);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmphex(fwx_points_pair(sides.scene.engine, 0)->shift[I], ==,
                    UINT32_C(1618033988) - UINT32_C(3141592653));
    assert_changes(&sides, 1, "sequence numbers, by -1523558665");
    assert_paired(&sides, FWX_ISN_RESPONDER, FWX_PATH_ISN_REWRITE);
}

/* Neither is kept, but the SYN's IP ID, or its time stamps, are. */
static void test_rewrite_of_both(void)
{
    struct sides sides = sides_new();

    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    sides.place[OUTSIDE].isn[R] = UINT32_C(1414213562);
    CROSS(&sides, talk);
    assert_paired(&sides, FWX_PAYLOAD, FWX_PATH_ISN_REWRITE);

    sides = sides_new();
    sides.keeps_ids = false;
    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    sides.place[OUTSIDE].isn[R] = UINT32_C(1414213562);
    CROSS(&sides, stamped);
    assert_paired(&sides, FWX_PAYLOAD, FWX_PATH_ISN_REWRITE);
}

/* ---- streams ------------------------------------------------------------------------------------- */

static const struct hop proxied[] = {
    {"syn", I, S, 0, .seen = KEPT},
    {"answer", R, SA, 0, 1, .seen = ADDED},
    {"ack", I, A, 1, 1, .seen = KEPT},
    {"syn", I, S, 0, .seen = ADDED},
    {"answer", R, SA, 0, 1, .seen = KEPT},
    {"ack", I, A, 1, 1, .seen = ADDED},
    {"request", I, PA, 1, 1, 100, .seen = KEPT},
    {"its first half", I, A, 1, 1, 40, .seen = ADDED},
    {"its second half", I, PA, 41, 1, 60, .seen = ADDED},
    {"response", R, PA, 1, 101, 200, .seen = KEPT},
    {"its first half", R, A, 1, 101, 90, .seen = ADDED},
    {"its second half", R, PA, 91, 101, 110, .seen = ADDED},
};

static struct sides proxy(void)
{
    struct sides sides = translated();

    sides.keeps_ids = false;
    sides.place[INSIDE].host[R] = 79;
    sides.place[OUTSIDE].isn[I] = UINT32_C(1618033988);
    sides.place[OUTSIDE].isn[R] = UINT32_C(1414213562);
    return sides;
}

static void test_proxy(void)
{
    struct sides sides = proxy();

    CROSS(&sides, proxied);
    fwx_engine_review(sides.scene.engine);
    for (uint32_t frame = 1; frame <= G_N_ELEMENTS(proxied); frame++) {
        g_assert_cmpint(meeting_of(&sides, frame).fate, ==, FWX_FATE_NONE);
        g_assert_cmpuint(meeting_of(&sides, frame).frame, ==, 0);
    }
    assert_paired(&sides, FWX_STREAM, FWX_PATH_PROXY);
}

static void other_words(struct wire *wire) { wire->salt = 9; }

/* Of a proxy words are compared; the packets of whom it is found before are, all the same. */
static void test_proxy_and_other(void)
{
    static const struct hop said[] = {
        {"syn", I, S, 0, .seen = KEPT},
        {"answer", R, SA, 0, 1, .seen = ADDED},
        {"syn", I, S, 0, .seen = ADDED},
        {"answer", R, SA, 0, 1, .seen = KEPT},
        {"request", I, PA, 1, 1, 100, .seen = KEPT},
        {"request", I, PA, 1, 1, 100, .seen = ADDED},
        {"response", R, PA, 1, 101, 200, .seen = KEPT},
        {"response", R, PA, 1, 101, 200, .seen = ADDED},
        {"another", I, PA, 101, 201, 90, .seen = KEPT},
        {"another", I, PA, 101, 201, 90, .seen = ADDED},
        {"its response", R, PA, 201, 191, 80, .seen = KEPT},
        {"its response", R, PA, 201, 191, 80, .seen = ADDED},
    };
    struct hop rewritten[] = {OPENING, TALK};
    struct sides sides = proxy();

    for (unsigned i = 0; i < G_N_ELEMENTS(rewritten); i++)
        rewritten[i].both = other_words;
    CROSS(&sides, said);
    sides_next(&sides);
    sides.keeps_ids = true;
    CROSS(&sides, rewritten);
    fwx_engine_review(sides.scene.engine);
    assert_pair(&sides, 0, 1, 2, FWX_PAYLOAD, FWX_PATH_PROXY);
    assert_pair(&sides, 1, 3, 4, FWX_PAYLOAD, FWX_PATH_ISN_REWRITE);
    g_assert_cmpuint(fwx_points_clock(sides.scene.engine, 0)->matched, ==, 2 + 6);
    sides_end(&sides);
}

static void shorten(struct wire *wire)
{
    wire->captured = 15;
}

static void shorten_less(struct wire *wire)
{
    wire->captured = 16;
}

/* Of less than 16 bytes nobody can say that they are the same stream. */
static void test_short_stream(void)
{
    struct hop rows[G_N_ELEMENTS(proxied)];
    struct sides sides = proxy();

    memcpy(rows, proxied, sizeof rows);
    rows[6].both = rows[7].both = rows[9].both = rows[10].both = shorten;
    CROSS(&sides, rows);
    assert_unpaired(&sides);

    sides = proxy();
    rows[6].both = rows[7].both = rows[9].both = rows[10].both = shorten_less;
    CROSS(&sides, rows);
    assert_paired(&sides, FWX_STREAM, FWX_PATH_PROXY);
}

static void other_bytes(struct wire *wire)
{
    wire->salt = 1;
}

/* The same request, and another answer. */
static void test_other_stream(void)
{
    struct hop rows[G_N_ELEMENTS(proxied)];
    struct sides sides = proxy();

    memcpy(rows, proxied, sizeof rows);
    rows[10].both = rows[11].both = other_bytes;
    CROSS(&sides, rows);
    assert_unpaired(&sides);
}

/* Scripts begin with round numbers, and repeat themselves. */
static void test_scripts(void)
{
    struct sides sides = proxy();

    for (unsigned place = 0; place < 2; place++) {
        sides.place[place].isn[I] = 1000 + 500 * place;
        sides.place[place].isn[R] = 5000 + 500 * place;
    }
    CROSS(&sides, proxied);
    assert_unpaired(&sides);
}

static void filler(struct wire *wire)
{
    wire->alike = true;
}

static void test_filler(void)
{
    struct hop rows[G_N_ELEMENTS(proxied)];
    struct sides sides = proxy();

    memcpy(rows, proxied, sizeof rows);
    for (unsigned i = 6; i < G_N_ELEMENTS(proxied); i++)
        rows[i].both = filler;
    CROSS(&sides, rows);
    assert_unpaired(&sides);
}

/* More is said at one point: then 64 bytes of each side have to be there that are the same. */
static void test_more_of_one(void)
{
    for (uint32_t length = 63; length <= 64; length++) {
        const struct hop rows[] = {
            {"syn", I, S, 0, .seen = KEPT},
            {"answer", R, SA, 0, 1, .seen = ADDED},
            {"syn", I, S, 0, .seen = ADDED},
            {"answer", R, SA, 0, 1, .seen = KEPT},
            {"request", I, PA, 1, 1, 100, .seen = KEPT},
            {"request", I, PA, 1, 1, 100, .seen = ADDED},
            {"response", R, PA, 1, 101, length, .seen = KEPT},
            {"response", R, PA, 1, 101, length, .seen = ADDED},
            {"more", I, PA, 101, 1 + length, 10, .seen = KEPT},
        };
        struct sides sides = proxy();

        CROSS(&sides, rows);
        if (length < 64)
            assert_unpaired(&sides);
        else
            assert_paired(&sides, FWX_PAYLOAD, FWX_PATH_PROXY);
    }
}

/* ---- UDP and ICMP -------------------------------------------------------------------------------- */

static const struct hop datagrams[] = {
    {"query", I, 0, 7, 0, 30, .fate = FORWARDED, .protocol = UDP},
    {"answer", R, 0, 7, 0, 60, .fate = FORWARDED, .protocol = UDP},
};

static void test_udp(void)
{
    struct sides sides = translated();

    CROSS(&sides, datagrams);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, datagrams);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

static void no_id(struct wire *wire)
{
    wire->packet.ip_id = 0;
}

/* Without an IP ID a payload alone says nothing, unless both ends have their names. */
static void test_udp_without_id(void)
{
    struct hop rows[G_N_ELEMENTS(datagrams)];
    struct sides sides = translated();

    memcpy(rows, datagrams, sizeof rows);
    rows[0].both = rows[1].both = no_id;
    CROSS(&sides, rows);
    assert_unpaired(&sides);

    sides = sides_new();
    CROSS(&sides, rows);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Seven bytes are too few to be known by, eight are enough. */
static void test_short_udp(void)
{
    struct hop rows[G_N_ELEMENTS(datagrams)];

    memcpy(rows, datagrams, sizeof rows);
    for (uint32_t length = 7; length <= 8; length++) {
        struct sides sides = translated();

        rows[0].len = rows[1].len = length;
        CROSS(&sides, rows);
        if (length < 8)
            assert_unpaired(&sides);
        else
            assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
    }
}

static void test_echo(void)
{
    static const struct hop rows[] = {
        {"ping", I, REQUEST, 5, 0, 32, .fate = FORWARDED, .protocol = ECHO},
        {"reply", R, REPLY, 5, 0, 32, .fate = FORWARDED, .protocol = ECHO},
    };
    struct sides sides = translated();

    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, rows);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* ---- what must not be taken for a pair ------------------------------------------------------------- */

static void alike(struct wire *wire)
{
    wire->alike = true;
}

/* Captures made by hand: everybody begins with 1000 and 5000, and says the same. Two strangers. */
static struct sides strangers(uint32_t isn, alter *payload, unsigned count)
{
    struct hop rows[G_N_ELEMENTS(talk)];
    struct sides sides = sides_new();

    memcpy(rows, talk, sizeof rows);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk); i++) {
        rows[i].seen = talk[i].from == I ? KEPT : ADDED;
        rows[i].both = payload;
    }
    sides.place[OUTSIDE] = sides.place[INSIDE];
    for (unsigned side = 0; side < 2; side++) {
        sides.place[INSIDE].isn[side] = sides.place[OUTSIDE].isn[side] = isn + 1000 * side;
        sides.place[OUTSIDE].host[side] = (uint8_t)(91 + side);
        sides.place[OUTSIDE].port[side] = (uint16_t)(20000 + side);
    }
    sides_play(&sides, rows, count);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk); i++)
        rows[i].seen = talk[i].from == R ? KEPT : ADDED;
    sides.next_id[I] = 333; /* another host */
    sides.next_id[R] = 444;
    sides_play(&sides, rows, count);
    return sides;
}

static void test_round_numbers(void)
{
    static const uint32_t round[] = {0, 1000, 100000, 1000000, 2500000000u, 1 << 20, 0x7ff00000};
    struct sides sides;

    for (unsigned i = 0; i < G_N_ELEMENTS(round); i++) {
        sides = strangers(round[i], alike, 3);
        assert_unpaired(&sides);
    }
    /* The silent twin: with numbers that nobody begins with, they are one. */
    sides = strangers(UINT32_C(3141592653), alike, G_N_ELEMENTS(talk));
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Where the addresses are the same, round numbers do no harm. */
static void test_round_numbers_routed(void)
{
    struct sides sides = sides_new();

    for (unsigned place = 0; place < 2; place++) {
        sides.place[place].isn[I] = 1000;
        sides.place[place].isn[R] = 5000;
    }
    CROSS(&sides, talk);
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* Polling: the same payload at the same places, of connections with ISNs of their own. */
static void test_polling(void)
{
    struct hop rows[G_N_ELEMENTS(talk)];
    struct sides sides = sides_new();

    memcpy(rows, talk, sizeof rows);
    for (unsigned i = 0; i < G_N_ELEMENTS(talk); i++)
        rows[i].both = alike;
    sides.keeps_ids = false;
    for (unsigned n = 0; n < 3; n++) { /* at each point three, none of them at both */
        for (unsigned place = 0; place < 2; place++) {
            for (unsigned i = 0; i < G_N_ELEMENTS(talk); i++)
                rows[i].seen = (talk[i].from == I) == (place == INSIDE) ? KEPT : ADDED;
            sides_next(&sides);
            sides.place[OUTSIDE].host[I] = (uint8_t)(30 + n);
            sides.place[OUTSIDE].host[R] = 90;
            CROSS(&sides, rows);
        }
    }
    assert_unpaired(&sides);
}

/* Two inside, and one outside that is as much the one as the other. */
static void test_ambiguous(void)
{
    struct hop rows[G_N_ELEMENTS(proxied)];
    struct sides sides = proxy();
    struct place inside = sides.place[INSIDE];

    CROSS(&sides, proxied);
    memcpy(rows, proxied, sizeof rows);
    sides.place[INSIDE].port[I]++;
    sides.place[INSIDE].isn[I] += 123456789;
    sides.place[INSIDE].isn[R] += 123456789;
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if ((rows[i].from == I) == (rows[i].seen == KEPT)) /* what is inside, once more */
            sides_play(&sides, &rows[i], 1);
    }
    sides.place[INSIDE] = inside;
    assert_unpaired(&sides);
}

/* Two points see nothing of each other where packets are not remembered. */
static void test_not_remembered(void)
{
    struct sides sides = sides_new();

    fwx_points_forget(sides.scene.engine);
    CROSS(&sides, talk);
    assert_unpaired(&sides);
}

/* As many packets as were allowed, and no more: what came later is not compared. */
static void test_limit(void)
{
    struct sides sides = sides_new();
    struct fwx_meeting meeting;

    fwx_points_forget(sides.scene.engine);
    fwx_points_remember(sides.scene.engine, 4, NULL);
    CROSS(&sides, talk);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpuint(meeting_of(&sides, 4).frame, ==, 3);
    g_assert_false(fwx_points_meeting(sides.scene.engine, connection_of(&sides.scene, 1), 5, 0,
                                      &meeting));
    assert_paired(&sides, FWX_SAME_NUMBERS, FWX_PATH_PACKET);
}

/* While packets come the points are joined anew only where they have become an eighth more. */
static void test_so_far(void)
{
    struct sides sides = sides_new();
    struct hop more = {"keeps talking", R, PA, 201, 101, 1, .fate = FORWARDED};

    CROSS(&sides, ((const struct hop[]){OPENING, TALK}));
    fwx_engine_review_so_far(sides.scene.engine); /* the first is made of 12 packets */
    g_assert_cmpuint(fwx_points_clock(sides.scene.engine, 0)->matched, ==, 6);
    more.seen = KEPT;
    sides_play(&sides, &more, 1); /* the 13th */
    fwx_engine_review_so_far(sides.scene.engine);
    g_assert_cmpuint(fwx_points_pair(sides.scene.engine, 0)->fates[FWX_FATE_UNPROVEN], ==, 0);
    fwx_engine_review(sides.scene.engine); /* what is asked for at the end is not behind */
    g_assert_cmpuint(fwx_points_pair(sides.scene.engine, 0)->fates[FWX_FATE_UNPROVEN], ==, 1);
    more.seen = THROUGH;
    more.seq++;
    sides_play(&sides, &more, 1); /* 2 more than 13 */
    fwx_engine_review_so_far(sides.scene.engine);
    g_assert_cmpuint(fwx_points_clock(sides.scene.engine, 0)->matched, ==, 7);
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/legs/routed", test_routed);
    g_test_add_func("/points/legs/translated", test_translated);
    g_test_add_func("/points/legs/both-translated", test_both_translated);
    g_test_add_func("/points/legs/one-syn", test_one_syn);
    g_test_add_func("/points/legs/midstream", test_midstream);
    g_test_add_func("/points/legs/other-isn", test_other_isn);
    g_test_add_func("/points/legs/other-isn-same-data", test_other_isn_same_data);
    g_test_add_func("/points/legs/syn-proxy", test_syn_proxy);
    g_test_add_func("/points/legs/rewrite", test_rewrite);
    g_test_add_func("/points/legs/rewrite-turned", test_rewrite_turned);
    g_test_add_func("/points/legs/rewrite-of-both", test_rewrite_of_both);
    g_test_add_func("/points/legs/proxy", test_proxy);
    g_test_add_func("/points/legs/short-stream", test_short_stream);
    g_test_add_func("/points/legs/other-stream", test_other_stream);
    g_test_add_func("/points/legs/scripts", test_scripts);
    g_test_add_func("/points/legs/filler", test_filler);
    g_test_add_func("/points/legs/more-of-one", test_more_of_one);
    g_test_add_func("/points/legs/udp", test_udp);
    g_test_add_func("/points/legs/udp-without-id", test_udp_without_id);
    g_test_add_func("/points/legs/short-udp", test_short_udp);
    g_test_add_func("/points/legs/echo", test_echo);
    g_test_add_func("/points/legs/round-numbers", test_round_numbers);
    g_test_add_func("/points/legs/round-numbers-routed", test_round_numbers_routed);
    g_test_add_func("/points/legs/polling", test_polling);
    g_test_add_func("/points/legs/ambiguous", test_ambiguous);
    g_test_add_func("/points/legs/not-remembered", test_not_remembered);
    g_test_add_func("/points/legs/limit", test_limit);
    g_test_add_func("/points/legs/proxy-and-other", test_proxy_and_other);
    g_test_add_func("/points/legs/so-far", test_so_far);
    return g_test_run();
}
