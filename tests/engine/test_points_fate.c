/* test_points_fate.c
 * What became of a packet between two points, what may be told of it, and what it proves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sides.h"

#include "engine/facts/account.h"

#include <string.h>

/* Of the rows' conversation; others may be paired before. */
static const struct fwx_pair *first_pair(const struct sides *sides)
{
    return fwx_points_onward(sides->scene.engine, connection_of(&sides->scene, 1));
}

/* ---- dropped ----------------------------------------------------------------------------------- */

#define LOST_REQUEST(ms)                                                                           \
    {"request", I, PA, 1, 1, 100, .seen = KEPT, .fate = DROPPED, .gap_ms = (ms)}

static void test_dropped(void)
{
    static const struct hop rows[] = {
        OPENING,
        LOST_REQUEST(10), LOST_REQUEST(300), LOST_REQUEST(600), LOST_REQUEST(1200),
        LOST_REQUEST(2400), LOST_REQUEST(4800), LOST_REQUEST(9600), LOST_REQUEST(19200),
    };
    struct sides sides = SIDES_WITH(rows);
    const struct fwx_connection *connection = connection_of(&sides.scene, 1);
    struct fwx_account account = fwx_account_of(sides.scene.engine, connection);
    uint32_t number = fwx_points_number(sides.scene.engine, first_pair(&sides));
    char buffer[FWX_REASON_SIZE];

    assert_reason(&sides, 7,
                  "Entered at inside and never came out at outside, nor did its 7 repetitions; "
                  "that point lacks 0 of the 9 packets that it should have");
    assert_reason(&sides, 13,
                  "Entered at inside and never came out at outside, nor did its repetition; "
                  "that point lacks 0 of the 9 packets that it should have");
    assert_reason(&sides, 1, NULL);
    g_assert_cmpuint(first_pair(&sides)->fates[FWX_FATE_DROPPED], ==, 8);
    g_assert_cmpuint(first_pair(&sides)->fates[FWX_FATE_FORWARDED], ==, 3);
    g_assert_cmpuint(first_pair(&sides)->first_dropped, ==, 7);
    g_assert_cmpstr(fwx_points_say_missing(sides.scene.engine, number, buffer), ==, "7-14");
    g_assert_cmpint(account.cause, ==, FWX_CAUSE_DROPPED_IN_BETWEEN);
    fwx_account_headline(sides.scene.engine, connection, &account, buffer);
    g_assert_cmpstr(buffer, ==,
                    "Dropped between inside and outside: 8 packets, the first in frame 7");
    assert_evidence(&sides.scene, 1, FWX_EVIDENCE_NONE); /* no firewall was to drop it */
    g_assert_false(fwx_points_is_double(sides.scene.engine, connection));
    g_assert_true(fwx_points_is_double(sides.scene.engine, connection_of(&sides.scene, 2)));
    sides_end(&sides);
}

/* Whatever has to be acknowledged: a FIN, a SYN-ACK; on the way back, too. */
static void test_dropped_control(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"fin", I, FA, 101, 201, .seen = KEPT, .fate = DROPPED},
        {"more", R, PA, 201, 101, 30, .seen = KEPT, .fate = DROPPED},
    };
    static const struct hop opening[] = {
        {"syn", I, S, 0, .fate = FORWARDED},
        {"syn-ack", R, SA, 0, 1, .seen = KEPT, .fate = DROPPED},
        {"syn again", I, S, 0, .fate = FORWARDED, .gap_ms = 1000},
        {"syn-ack again", R, SA, 0, 1, .seen = KEPT, .fate = DROPPED},
    };
    struct sides sides = SIDES_WITH(rows);

    assert_reason(&sides, 14,
                  "Entered at outside and never came out at inside; "
                  "that point lacks 0 of the 12 packets that it should have");
    sides_end(&sides);
    sides = SIDES_WITH(opening);
    sides_end(&sides);
}

static void test_once(void)
{
    static const struct hop rows[] = {
        OPENING,
        {"request", I, PA, 1, 1, 100, .seen = KEPT, .fate = ONCE},
        {"again, in parts", I, A, 1, 1, 60, .fate = FORWARDED, .gap_ms = 300},
        {"the rest", I, PA, 61, 1, 40, .fate = FORWARDED},
        {"response", R, PA, 1, 101, 200, .fate = FORWARDED},
    };
    struct sides sides = SIDES_WITH(rows);

    g_assert_cmpuint(first_pair(&sides)->first_dropped, ==, 0);
    assert_reason(&sides, 7, NULL);
    sides_end(&sides);
}

/* ---- lost by the capture, and what nobody can tell ------------------------------------------------ */

static void test_capture_loss(void)
{
    static const struct hop rows[] = {
        OPENING,
        {"request, not captured outside", I, PA, 1, 1, 100, .seen = KEPT, .fate = LOSS},
        {"response", R, PA, 1, 101, 200, .fate = FORWARDED},
        {"more, not captured inside", I, PA, 101, 201, 50, .seen = ADDED, .fate = LOSS},
        {"ack", R, A, 201, 151, .fate = FORWARDED},
    };
    struct sides sides = SIDES_WITH(rows);
    const struct fwx_clock *clock = fwx_points_clock(sides.scene.engine, 0);

    g_assert_cmpuint(clock->lost[INSIDE], ==, 1);
    g_assert_cmpuint(clock->lost[OUTSIDE], ==, 1);
    g_assert_cmpuint(clock->matched, ==, 5 + 6);
    g_assert_cmpuint(first_pair(&sides)->fates[FWX_FATE_DROPPED], ==, 0);
    sides_end(&sides);
}

static void test_unacknowledged(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"mere ack", I, A, 101, 201, .seen = KEPT, DOUBT(UNACKNOWLEDGED), .gap_ms = 50},
        {"an ack that went in nowhere", R, A, 201, 101, .seen = ADDED, DOUBT(UNACKNOWLEDGED)},
        {"reset", I, RA, 101, 201, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
    };
    static const struct hop datagrams[] = {
        {"query", I, 0, 7, 0, 30, .fate = FORWARDED, .protocol = UDP},
        {"answer", R, 0, 7, 0, 60, .fate = FORWARDED, .protocol = UDP},
        {"another", I, 0, 99, 0, 40, .seen = KEPT, DOUBT(UNACKNOWLEDGED), .protocol = UDP},
    };
    struct sides sides = SIDES_WITH(rows);

    assert_reason(&sides, 13,
                  "Not seen at outside: nobody acknowledges such a packet, so perhaps it was not "
                  "captured there");
    sides_end(&sides);
    sides = SIDES_WITH(datagrams);
    sides_end(&sides);
}

/* Within the longest stay of the capture's end, 5 ms, it may be on its way still. */
static void test_end(void)
{
    for (int64_t later = 5; later <= 6; later++) {
        const struct hop rows[] = {
            OPENING,
            {"request", I, PA, 1, 1, 100, .seen = KEPT, .fate = later == 6 ? DROPPED : UNPROVEN,
             .doubt = later == 6 ? FWX_DOUBT_NONE : FWX_DOUBT_END, .stay_ms = -1},
            {"ack", I, A, 101, 1, .fate = FORWARDED, .gap_ms = later, .stay_ms = -1},
        };
        struct sides sides = sides_new();

        CROSS(&sides, rows);
        fwx_engine_review(sides.scene.engine);
        ASSERT_FATES(&sides, rows);
        g_assert_cmpint(fwx_points_clock(sides.scene.engine, 0)->longest_stay, ==,
                        5 * FWX_MILLISECOND);
        sides_end(&sides);
    }
}

/* Before the other point's first packet. */
static void test_before(void)
{
    static const struct hop rows[] = {
        {"data", I, PA, 1, 1, 100, .seen = KEPT, DOUBT(BEFORE)},
        {"more", I, PA, 101, 1, 100, .fate = FORWARDED},
        {"what is acknowledged", R, A, 1, 1, .fate = FORWARDED},
        {"more", I, PA, 201, 1, 100, .fate = FORWARDED},
        {"no more", R, A, 1, 1, .fate = FORWARDED},
    };
    struct hop twin[G_N_ELEMENTS(rows)];
    struct sides sides = SIDES_WITH(rows);

    assert_reason(&sides, 1, "Not seen at outside: the capture there had not begun");
    sides_end(&sides);

    memcpy(twin, rows, sizeof twin);
    twin[0].fate = DROPPED;
    twin[0].doubt = FWX_DOUBT_NONE;
    sides = sides_new();
    sides_bystander(&sides);
    sides_next(&sides);
    CROSS(&sides, twin);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpint(meeting_of(&sides, 13).fate, ==, FWX_FATE_DROPPED);
    sides_end(&sides);
}

/* One of a hundred may be lost by the point, and proves nothing; more, and nothing is proven. */
static void test_loss(void)
{
    static const struct hop lost[] = {
        OPENING,
        {"request, not captured", I, PA, 1, 1, 100, .seen = KEPT, .fate = LOSS},
        {"response", R, PA, 1, 101, 200, .fate = FORWARDED},
    };
    static const struct hop more[] = {{"keeps talking", R, PA, 201, 101, 1, .fate = FORWARDED}};
    static const struct hop dropped[] = {
        {"never comes out", I, PA, 101, 201, 70, .seen = KEPT},
    };

    for (uint32_t matched = 98; matched <= 99; matched++) {
        struct sides sides = sides_new();
        uint32_t frame;
        struct hop hop = more[0];

        CROSS(&sides, lost);
        for (uint32_t i = 0; i < matched - 4 - 6; i++, hop.seq++)
            sides_play(&sides, &hop, 1);
        frame = sides.scene.frame + 1;
        CROSS(&sides, dropped);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        ASSERT_FATES(&sides, lost);
        g_assert_cmpuint(fwx_points_clock(sides.scene.engine, 0)->matched, ==, matched);
        g_assert_cmpint(meeting_of(&sides, frame).fate, ==,
                        matched == 99 ? FWX_FATE_DROPPED : FWX_FATE_UNPROVEN);
        g_assert_cmpint(meeting_of(&sides, frame).doubt, ==,
                        matched == 99 ? FWX_DOUBT_NONE : FWX_DOUBT_LOSS);
        sides_end(&sides);
    }
}

/* The same by the capture's own count, of the packets that the point has. */
static void test_drops(void)
{
    static const struct hop opening[] = {OPENING, TALK};
    static const struct hop dropped[] = {
        {"never comes out", I, PA, 101, 201, 70, .seen = KEPT},
    };

    for (uint32_t there = 98; there <= 99; there++) {
        struct sides sides = sides_new();
        struct hop more = {"keeps talking", R, PA, 201, 101, 1, .fate = FORWARDED};
        uint32_t frame;

        CROSS(&sides, opening);
        for (; more.seq < 201 + there - 6 - 6; more.seq++)
            sides_play(&sides, &more, 1);
        frame = sides.scene.frame + 1;
        CROSS(&sides, dropped);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        assert_reason(&sides, frame,
                      there == 98 ? "Entered at inside and never came out at outside; that point "
                                    "lacks 0 of the 98 packets that it should have"
                                  : "Entered at inside and never came out at outside; that point "
                                    "lacks 0 of the 99 packets that it should have");

        fwx_points_note_drops(sides.scene.engine, INSIDE, 50);
        fwx_points_note_drops(sides.scene.engine, OUTSIDE, 1);
        fwx_engine_review(sides.scene.engine);
        g_assert_cmpuint(fwx_points_drops(sides.scene.engine, OUTSIDE), ==, 1);
        assert_reason(&sides, frame,
                      there == 98 ? "Not seen at outside: the capture there says that it dropped "
                                    "packets itself"
                                  : "Entered at inside and never came out at outside; that point "
                                    "lacks 0 of the 99 packets that it should have, and its "
                                    "capture dropped 1 by its own count");
        g_assert_cmpint(meeting_of(&sides, frame).fate, ==,
                        there == 98 ? FWX_FATE_UNPROVEN : FWX_FATE_DROPPED);
        sides_end(&sides);
    }
}

/* Packets of one direction only: without the TTL nobody knows which point comes first, and with it
 * nobody knows when the packet should have come. */
static void test_one_direction(void)
{
    for (uint8_t hops = 0; hops <= 1; hops++) {
        const struct hop rows[] = {
            {"syn", I, S, 0, .fate = FORWARDED},
            {"data", I, PA, 1, 1, 100, .seen = KEPT, .fate = UNPROVEN,
             .doubt = hops ? FWX_DOUBT_CLOCK : FWX_DOUBT_ORDER},
            {"more", I, PA, 101, 1, 100, .fate = FORWARDED},
        };
        struct sides sides = sides_new();

        sides.place[OUTSIDE].hops = hops;
        CROSS(&sides, rows);
        fwx_engine_review(sides.scene.engine);
        if (hops)
            ASSERT_FATES(&sides, rows);
        g_assert_cmpint(meeting_of(&sides, 3).fate, ==, FWX_FATE_UNPROVEN);
        g_assert_cmpint(meeting_of(&sides, 3).doubt, ==, rows[1].doubt);
        g_assert_cmpint(first_pair(&sides)->ordered, ==, hops);
        sides_end(&sides);
    }
}

/* The same segment is at the other point, in a connection that nothing is known of here; or one that
 * is a byte longer, begins elsewhere, or is at this point itself. */
static void test_astray(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"never comes out", I, PA, 101, 201, 70, .seen = KEPT},
    };
    static const struct {
        unsigned at;
        struct hop hop;
        bool is_it;
    } cases[] = {
        {OUTSIDE, {"it", I, PA, 101, 201, 70, .seen = ADDED}, true},
        {OUTSIDE, {"it, with another ACK", I, PA, 101, 150, 70, .seen = ADDED}, true},
        {OUTSIDE, {"longer", I, PA, 101, 201, 71, .seen = ADDED}, false},
        {OUTSIDE, {"elsewhere", I, PA, 102, 201, 70, .seen = ADDED}, false},
        {OUTSIDE, {"with FIN", I, FA, 101, 201, 70, .seen = ADDED}, false},
        {INSIDE, {"here", I, PA, 101, 201, 70, .seen = KEPT}, false},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct sides sides = sides_new();

        CROSS(&sides, rows);
        sides.place[cases[i].at].port[I] = 7777;
        sides_play(&sides, &cases[i].hop, 1);
        sides.place[cases[i].at].port[I] = sides.place[!cases[i].at].port[I];
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        g_assert_cmpint(meeting_of(&sides, 13).fate, ==,
                        cases[i].is_it ? FWX_FATE_UNPROVEN : FWX_FATE_DROPPED);
        g_assert_cmpint(meeting_of(&sides, 13).doubt, ==,
                        cases[i].is_it ? FWX_DOUBT_ANSWERED : FWX_DOUBT_NONE);
        sides_end(&sides);
    }
}

/* ---- added --------------------------------------------------------------------------------------- */

static void test_added(void)
{
    static const struct hop rows[] = {
        OPENING,
        TALK,
        {"the response once more", R, PA, 1, 101, 200, .seen = ADDED, .fate = COPY},
        {"bytes of nobody", R, PA, 201, 101, 20, .seen = ADDED, .fate = INJECTED},
        {"reset of nobody", R, RA, 201, 101, .seen = ADDED, .fate = INJECTED},
    };
    struct sides sides = SIDES_WITH(rows);

    g_assert_cmpuint(first_pair(&sides)->fates[FWX_FATE_INJECTED], ==, 2);
    g_assert_cmpuint(first_pair(&sides)->fates[FWX_FATE_COPY], ==, 1);
    sides_end(&sides);
}

/* ---- changed ------------------------------------------------------------------------------------- */

static void smaller_mss(struct wire *wire) { wire->mss = 1200; }
static void no_sack(struct wire *wire) { wire->sack_permitted = false; }
static void stamped(struct wire *wire) { wire->stamp = 77; }
static void higher_ttl(struct wire *wire) { wire->packet.ttl = 255; }
static void far_ttl(struct wire *wire) { wire->packet.ttl = 128 - 33; }
static void near_ttl(struct wire *wire) { wire->packet.ttl = 128 - 32; }
static void same_ttl(struct wire *wire) { wire->packet.ttl = 128; }
static void congested(struct wire *wire) { wire->packet.tos = 3; }
static void expedited(struct wire *wire) { wire->packet.tos = 46 << 2; }
static void small_window(struct wire *wire) { wire->packet.tcp.window = 100; }
static void scaled(struct wire *wire) { wire->packet.tcp.window_scale = 7; }
static void scaled_less(struct wire *wire) { wire->packet.tcp.window_scale = 2; }
static void no_push(struct wire *wire) { wire->packet.tcp.flags &= (uint8_t)~FWX_PSH; }
static void echoed(struct wire *wire) { wire->more_flags = 0x40; }
static void other_bytes(struct wire *wire) { wire->salt = 9; }
static void two_more(struct wire *wire) { wire->packet.tcp.payload_len += 2; }

/* A row each: its change, in words; or none, and then it is forwarded. */
static void test_changed(void)
{
    static const struct {
        alter *both;
        alter *out;
        const char *changes;
        unsigned row; /* of the talk */
    } cases[] = {
        {NULL, smaller_mss, "MSS 1460 to 1200", 0},
        {NULL, no_sack, "SACK permitted removed", 1},
        {NULL, stamped, "time stamps added", 4},
        {NULL, higher_ttl, "TTL 128 to 255", 2},
        {NULL, far_ttl, "TTL 128 to 95", 2},
        {NULL, near_ttl, NULL, 2},
        {NULL, same_ttl, NULL, 2},
        {NULL, congested, "ECN 0 to 3", 3},
        {NULL, expedited, "DSCP 0 to 46", 3},
        {NULL, small_window, "window 8192 to 100", 3},
        {scaled, scaled_less, "window scale 7 to 2", 0},
        {NULL, echoed, "flags 0x18 to 0x58", 3},
        {NULL, no_push, NULL, 3},
        {NULL, other_bytes, "payload", 3},
        {NULL, two_more, "payload 0 to 2 bytes", 2},
    };
    static const struct hop talk[] = {OPENING, TALK};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct hop rows[G_N_ELEMENTS(talk)];
        struct sides sides;

        memcpy(rows, talk, sizeof rows);
        rows[cases[i].row].both = cases[i].both;
        rows[cases[i].row].out = cases[i].out;
        rows[cases[i].row].fate = cases[i].changes ? CHANGED : FORWARDED;
        sides = SIDES_WITH(rows);
        assert_changes(&sides, 2 * cases[i].row + 1, cases[i].changes);
        assert_changes(&sides, 2 * cases[i].row + 2, cases[i].changes);
        sides_end(&sides);
    }
}

/* Filled up, where no IP ID tells that it is the same: up to the six bytes that a short frame has. */
static void six_more(struct wire *wire) { wire->packet.tcp.payload_len += 6; }
static void seven_more(struct wire *wire) { wire->packet.tcp.payload_len += 7; }

static void test_filled_up(void)
{
    static const struct hop talk[] = {OPENING, TALK};
    static alter *const longer[] = {two_more, six_more, seven_more};

    for (unsigned i = 0; i < G_N_ELEMENTS(longer); i++) {
        struct hop rows[G_N_ELEMENTS(talk)];
        struct sides sides = sides_new();

        memcpy(rows, talk, sizeof rows);
        rows[2].out = longer[i];
        sides.keeps_ids = false;
        CROSS(&sides, rows);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        g_assert_cmpuint(meeting_of(&sides, 5).frame, ==, longer[i] == seven_more ? 0 : 6);
        assert_changes(&sides, 6,
                       i == 0 ? "payload 0 to 2 bytes" : i == 1 ? "payload 0 to 6 bytes" : NULL);
        sides_end(&sides);
    }
}

/* Where IP IDs tell nothing, a repeated SYN with another time stamp is another SYN. */
static void first_stamp(struct wire *wire) { wire->stamp = 1000; }
static void second_stamp(struct wire *wire) { wire->stamp = 2000; }
static void second_stamp_and_mss(struct wire *wire)
{
    wire->stamp = 2000;
    wire->mss = 1200;
}

static void test_syn_again(void)
{
    static const struct hop rows[] = {
        {"syn", I, S, 0, .seen = KEPT, .fate = ONCE, .both = first_stamp},
        {"syn again", I, S, 0, .fate = CHANGED, .both = second_stamp, .out = second_stamp_and_mss,
         .gap_ms = 1000},
        {"syn-ack", R, SA, 0, 1, .fate = FORWARDED},
        {"ack", I, A, 1, 1, .fate = FORWARDED},
        TALK,
    };
    struct sides sides = sides_new();

    sides.keeps_ids = false;
    sides_bystander(&sides); /* that is there before */
    sides_next(&sides);
    CROSS(&sides, rows);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpint(meeting_of(&sides, 13).fate, ==, FWX_FATE_DROPPED_ONCE);
    g_assert_cmpint(meeting_of(&sides, 14).fate, ==, FWX_FATE_CHANGED);
    g_assert_cmpuint(meeting_of(&sides, 14).frame, ==, 15);
    assert_changes(&sides, 14, "MSS 1460 to 1200");
    sides_end(&sides);
}

static void test_resegmented(void)
{
    static const struct hop rows[] = {
        OPENING,
        {"one", I, PA, 1, 1, 2400, .seen = KEPT, .fate = RESEGMENTED},
        {"first half", I, A, 1, 1, 1200, .seen = ADDED, .fate = RESEGMENTED},
        {"second half", I, PA, 1201, 1, 1200, .seen = ADDED, .fate = RESEGMENTED},
        {"first half", R, A, 1, 2401, 1200, .seen = KEPT, .fate = RESEGMENTED},
        {"second half", R, PA, 1201, 2401, 1200, .seen = KEPT, .fate = RESEGMENTED},
        {"one", R, PA, 1, 2401, 2400, .seen = ADDED, .fate = RESEGMENTED},
        {"ack", I, A, 2401, 2401, .fate = FORWARDED},
    };
    static const struct hop holes[] = {
        OPENING,
        {"one", I, PA, 1, 1, 2400, .seen = KEPT, .fate = DROPPED},
        {"first half", I, A, 1, 1, 1199, .seen = ADDED, .fate = COPY},
        {"second half", I, PA, 1201, 1, 1200, .seen = ADDED, .fate = COPY},
    };
    struct sides sides = SIDES_WITH(rows);

    g_assert_cmpuint(meeting_of(&sides, 7).frame, ==, 8);
    g_assert_cmpuint(meeting_of(&sides, 9).frame, ==, 7);
    sides_end(&sides);
    sides = SIDES_WITH(holes);
    sides_end(&sides);
}

/* ---- connections that one point saw alone ---------------------------------------------------------- */

static void play_alone(struct sides *sides, bool answered, bool other_start)
{
    const struct hop syn[] = {{"syn", I, S, 0, .seen = KEPT}};
    const struct hop answer[] = {{"answer", R, SA, 0, 1, .seen = ADDED}};
    const struct hop start[] = {{"somebody's syn", I, S, 0, .seen = ADDED}};

    sides_bystander(sides);
    sides->time += 3 * FWX_SECOND;
    sides_next(sides);
    sides->place[INSIDE].port[R] = 8443;
    CROSS(sides, syn);
    if (answered)
        CROSS(sides, answer);
    if (other_start) {
        sides->place[OUTSIDE].isn[I] += 1000000;
        sides->place[OUTSIDE].port[R] = 9000;
        CROSS(sides, start);
        sides->place[OUTSIDE].isn[I] -= 1000000;
    }
    sides->place[INSIDE].port[R] = sides->place[OUTSIDE].port[R] = 443;
    sides->time += 3 * FWX_SECOND;
    sides_bystander(sides);
    fwx_engine_review(sides->scene.engine);
}

/* A SYN for a server whose other connections come out: dropped, unless it was answered, or something
 * came out that it may be. */
static void test_alone(void)
{
    struct sides sides = sides_new();
    struct fwx_account account;

    play_alone(&sides, false, false);
    g_assert_cmpint(meeting_of(&sides, 13).fate, ==, FWX_FATE_DROPPED);
    g_assert_cmpint(meeting_of(&sides, 13).pair->leg[1], ==, 0);
    g_assert_cmpint(meeting_of(&sides, 13).pair->method, ==, FWX_ALONE);
    account = fwx_account_of(sides.scene.engine, connection_of(&sides.scene, 3));
    g_assert_cmpint(account.cause, ==, FWX_CAUSE_DROPPED_IN_BETWEEN);
    sides_end(&sides);

    for (unsigned i = 0; i < 2; i++) {
        sides = sides_new();
        play_alone(&sides, i == 0, i == 1);
        g_assert_cmpint(meeting_of(&sides, 13).fate, ==, FWX_FATE_UNPROVEN);
        g_assert_cmpint(meeting_of(&sides, 13).doubt, ==, FWX_DOUBT_ANSWERED);
        assert_reason(&sides, 13, "Not seen at outside: it may be there under another name");
        sides_end(&sides);
    }
}

/* To a server of whom nothing has come out, nothing is said. */
static void test_no_route(void)
{
    static const struct hop syn[] = {{"syn", I, S, 0, .seen = KEPT}};
    struct sides sides = sides_new();

    sides_bystander(&sides);
    sides_next(&sides);
    sides.place[INSIDE].host[R] = 99;
    CROSS(&sides, syn);
    sides.place[INSIDE].host[R] = 2;
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    g_assert_cmpuint(fwx_points_pair_count(sides.scene.engine), ==, 2);
    g_assert_null(fwx_points_pair_of(sides.scene.engine, connection_of(&sides.scene, 3), 0));
    sides_end(&sides);
}

/* ---- what it proves -------------------------------------------------------------------------------- */

/* The firewall that is emulated drops what acknowledges two bytes too many. */
#define WRONG(way, what)                                                                           \
    {"syn", I, S, 0, .fate = FORWARDED}, {"syn-ack", R, SA, 0, 1, .fate = FORWARDED},              \
    {                                                                                              \
        "wrong", I, PA, 1, 3, 100, .seen = (way), .fate = (what)                                   \
    }

static void assert_explanation(const struct sides *sides, const char *explanation)
{
    char buffer[FWX_REASON_SIZE];

    g_assert_cmpstr(fwx_points_say_explanation(
                        sides->scene.engine,
                        fwx_points_number(sides->scene.engine, first_pair(sides)), buffer),
                    ==, explanation);
}

/* Nothing that the firewall objects to; some that it would have dropped, too, and that came out; and
 * nothing that was dropped. */
static void test_explained(void)
{
    static const struct hop other[] = {OPENING, LOST_REQUEST(10)};
    static const struct hop half[] = {
        WRONG(KEPT, DROPPED),
        {"wrong as well", I, PA, 101, 3, 50, .fate = FORWARDED},
        {"mere ack", I, A, 151, 3, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
    };
    static const struct hop none[] = {WRONG(THROUGH, FORWARDED)};
    struct sides sides = SIDES_WITH(other);

    assert_explanation(&sides, "no model explains it (tmg2010)");
    sides_end(&sides);
    sides = SIDES_WITH(half);
    assert_explanation(&sides, "tmg2010 would have dropped 2 of the 2 that did not come out, the "
                               "first in frame 5, but also 1 that came out: "
                               "FWX_E_SEQ_ACK_MISMATCH");
    sides_end(&sides);
    sides = SIDES_WITH(none);
    assert_explanation(&sides, "");
    sides_end(&sides);
}

/* Beside the main one, by what it said of the leg's own packets. */
static void test_explained_beside(void)
{
    static const struct hop dropped[] = {WRONG(KEPT, DROPPED)};
    static const struct hop arrived[] = {
        WRONG(KEPT, DROPPED),
        {"wrong as well", I, PA, 101, 3, 50, .fate = FORWARDED},
    };
    static const struct {
        const struct hop *rows;
        unsigned count;
        enum fwx_evidence evidence;
        const char *explanation;
    } cases[] = {
        {dropped, G_N_ELEMENTS(dropped), FWX_PROVEN,
         "tmg2010 would have dropped 1 of the 1 that did not come out, the first in frame 5: "
         "FWX_E_SEQ_ACK_MISMATCH; asa would have dropped 1 of the 1 that did not come out, the "
         "first in frame 5: drop, the handshake's acknowledgement does not fit (documented)"},
        {arrived, G_N_ELEMENTS(arrived), FWX_REFUTED,
         "tmg2010 would have dropped 1 of the 1 that did not come out, the first in frame 5, but "
         "also 1 that came out: FWX_E_SEQ_ACK_MISMATCH; asa would have dropped 1 of the 1 that did "
         "not come out, the first in frame 5, but also 1 that came out: drop, the handshake's "
         "acknowledgement does not fit (documented)"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_policy policy = fwx_policy_default();
        struct sides sides;

        fwx_policy_set_also(&policy, "pf,asa");
        sides = sides_new_under(&policy);
        sides_play(&sides, cases[i].rows, cases[i].count);
        sides_bystander(&sides);
        fwx_engine_review(sides.scene.engine);
        for (uint32_t id = 1; id <= 2; id++) {
            const struct fwx_connection *leg = connection_of(&sides.scene, id);

            g_assert_cmpint(fwx_points_evidence_beside(sides.scene.engine, leg, 0), ==,
                            FWX_EVIDENCE_NONE);
            g_assert_cmpint(fwx_points_evidence_beside(sides.scene.engine, leg, 1), ==,
                            id == 1 ? cases[i].evidence : FWX_EVIDENCE_NONE);
        }
        assert_explanation(&sides, cases[i].explanation);
        sides_end(&sides);
        fwx_policy_clear(&policy);
    }
}

static void test_proven(void)
{
    static const struct hop rows[] = {WRONG(KEPT, DROPPED)};
    struct sides sides = SIDES_WITH(rows);
    char buffer[FWX_REASON_SIZE];
    struct fwx_account account;

    assert_evidence(&sides.scene, 1, FWX_PROVEN);
    assert_evidence(&sides.scene, 2, FWX_EVIDENCE_NONE);
    assert_verdict(&sides.scene, 1, BAD_ACK, 5);
    assert_explanation(&sides, "tmg2010 would have dropped 1 of the 1 that did not come out, the "
                               "first in frame 5: FWX_E_SEQ_ACK_MISMATCH");
    account = fwx_account_of(sides.scene.engine, connection_of(&sides.scene, 1));
    fwx_account_headline(sides.scene.engine, connection_of(&sides.scene, 1), &account, buffer);
    g_assert_cmpstr(buffer, ==, "ACK of frame 5 is 2 too high for frame 4; 1 packet dropped");
    sides_end(&sides);
}

/* It comes out a hop further: there is no such firewall, and its verdict counts no more. */
static void test_refuted(void)
{
    static const struct hop rows[] = {WRONG(THROUGH, FORWARDED)};
    struct sides sides = SIDES_WITH(rows);
    char buffer[FWX_REASON_SIZE];
    struct fwx_account account;

    assert_evidence(&sides.scene, 1, FWX_REFUTED);
    account = fwx_account_of(sides.scene.engine, connection_of(&sides.scene, 1));
    fwx_account_headline(sides.scene.engine, connection_of(&sides.scene, 1), &account, buffer);
    g_assert_cmpstr(buffer, ==, "ACK of frame 5 is 2 too high for frame 4");
    sides_end(&sides);
}

/* It has got through here, but its sender had to repeat it: it was dropped farther on. */
static void test_not_refuted(void)
{
    static const struct hop rows[] = {
        WRONG(THROUGH, FORWARDED),
        {"again", I, PA, 1, 3, 100, .fate = FORWARDED, .gap_ms = 300},
    };
    struct sides sides = SIDES_WITH(rows);

    assert_evidence(&sides.scene, 1, FWX_CORROBORATED);
    sides_end(&sides);
}

/* With the same TTL there is no router in between, and no firewall either. */
static void test_same_segment(void)
{
    static const struct hop rows[] = {WRONG(THROUGH, FORWARDED)};
    struct sides sides = sides_new();

    sides.place[OUTSIDE].hops = 0;
    CROSS(&sides, rows);
    sides_bystander(&sides);
    fwx_engine_review(sides.scene.engine);
    ASSERT_FATES(&sides, rows);
    assert_evidence(&sides.scene, 1, FWX_EVIDENCE_NONE);
    sides_end(&sides);
}

/* Too little to be told a drop: nothing is proven. */
static void test_unproven(void)
{
    static const struct hop rows[] = {
        {"syn", I, S, 0, .fate = FORWARDED},
        {"syn-ack", R, SA, 0, 1, .fate = FORWARDED},
        {"wrong, and nothing else", I, A, 1, 3, .seen = KEPT, DOUBT(UNACKNOWLEDGED)},
    };
    struct sides sides = SIDES_WITH(rows);

    assert_evidence(&sides.scene, 1, FWX_EVIDENCE_NONE);
    sides_end(&sides);
}

/* ---- how much a headline can hold -------------------------------------------------------------------- */

static const char *long_name(uint16_t point)
{
    return point ? "the outer interface of the firewall" : "the inner interface of the firewall";
}

static void test_headline(void)
{
    static const struct hop rows[] = {OPENING, LOST_REQUEST(10)};
    struct sides sides = SIDES_WITH(rows);
    const struct fwx_connection *connection = connection_of(&sides.scene, 1);
    struct fwx_account account = fwx_account_of(sides.scene.engine, connection);
    char buffer[FWX_REASON_SIZE];

    fwx_account_headline(sides.scene.engine, connection, &account, buffer);
    g_assert_cmpstr(buffer, ==, "Dropped between inside and outside: 1 packet, frame 7");
    fwx_points_remember(sides.scene.engine, 100, long_name);
    fwx_account_headline(sides.scene.engine, connection, &account, buffer);
    g_assert_cmpstr(buffer, ==, "Dropped in between: 1 packet, frame 7");
    sides_end(&sides);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/points/fate/dropped", test_dropped);
    g_test_add_func("/points/fate/dropped-control", test_dropped_control);
    g_test_add_func("/points/fate/once", test_once);
    g_test_add_func("/points/fate/capture-loss", test_capture_loss);
    g_test_add_func("/points/fate/unacknowledged", test_unacknowledged);
    g_test_add_func("/points/fate/end", test_end);
    g_test_add_func("/points/fate/before", test_before);
    g_test_add_func("/points/fate/loss", test_loss);
    g_test_add_func("/points/fate/drops", test_drops);
    g_test_add_func("/points/fate/one-direction", test_one_direction);
    g_test_add_func("/points/fate/astray", test_astray);
    g_test_add_func("/points/fate/added", test_added);
    g_test_add_func("/points/fate/changed", test_changed);
    g_test_add_func("/points/fate/filled-up", test_filled_up);
    g_test_add_func("/points/fate/syn-again", test_syn_again);
    g_test_add_func("/points/fate/resegmented", test_resegmented);
    g_test_add_func("/points/fate/alone", test_alone);
    g_test_add_func("/points/fate/no-route", test_no_route);
    g_test_add_func("/points/fate/explained", test_explained);
    g_test_add_func("/points/fate/explained-beside", test_explained_beside);
    g_test_add_func("/points/fate/proven", test_proven);
    g_test_add_func("/points/fate/refuted", test_refuted);
    g_test_add_func("/points/fate/not-refuted", test_not_refuted);
    g_test_add_func("/points/fate/same-segment", test_same_segment);
    g_test_add_func("/points/fate/unproven", test_unproven);
    g_test_add_func("/points/fate/headline", test_headline);
    return g_test_run();
}
