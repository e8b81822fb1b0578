/* test_timed.c
 * A firewall of timers: its state table cell by cell, each time-out to the nanosecond, and how it
 * meets what has no session.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/timed.h"

/* Rows end where they have no more to say. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { I = 0, R = 1 }; /* who sent the table's first row, and the other one */

enum {
    S = FWX_SYN,
    A = FWX_ACK,
    SA = FWX_SYN | FWX_ACK,
    FA = FWX_FIN | FWX_ACK,
    RST = FWX_RST,
    BARE = FWX_PSH,
    XMAS = FWX_FIN | FWX_PSH | FWX_URG,
    UDP = 0xff, /* in the place of flags */
};

/* Of a session; as in struct fwx_timed_session. */
enum {
    NONE,
    SENT = FWX_SESSION_SYN + 1,
    RECV = FWX_SESSION_SYN_ACK + 1,
    OPEN = FWX_SESSION_IDLE + 1,
    HALF = FWX_SESSION_HALF_CLOSED + 1,
    CLSD = FWX_SESSION_CLOSED + 1,
    RSET = FWX_SESSION_RESET + 1,
    BOTH = FWX_SESSION_UDP + 1,
    ONE = FWX_SESSION_UDP_ONE_WAY + 1,
};

/* Events from 1, so that 0 says nothing. */
#define SAYS(name) (FWX_EVENT_##name + 1)

struct row {
    int from;
    uint8_t flags;
    int64_t after_s; /* since the row before */
    int64_t after_ns;
    int64_t ack;    /* from the other's ISN */
    uint32_t ahead; /* of its own ISN */
    uint32_t len;

    int state;          /* afterwards */
    int says;           /* SAYS(...), 0: it passes */
    int reaction;       /* where it says something */
    uint32_t silence_s; /* where a timer ran out */
    bool turned;        /* the initiator is now R */
};

#define DROP  FWX_REACTION_DROP
#define PASS  FWX_REACTION_PASS
#define RESET FWX_REACTION_RESET

/* A firewall with a time-out of its own for each state, that refuses what has no session. */
#define TIMERS                                                                                     \
    "m\ttcp-half-open\t5\tSYN not answered\tsilent\tassumed\n"                                     \
    "m\ttcp-half-open\t6\tSYN-ACK not answered\tsilent\tassumed\n"                                 \
    "m\ttcp-idle\t100\t\tsilent\tassumed\n"                                                        \
    "m\ttcp-half-closed\t50\t\tsilent\tassumed\n"                                                  \
    "m\ttcp-closed\t20\t\tsilent\tassumed\n"                                                       \
    "m\ttcp-closed\t10\treset\tsilent\tassumed\n"                                                  \
    "m\tudp-idle\t30\t\tsilent\tassumed\n"                                                         \
    "m\tudp-one-way\t15\t\tsilent\tassumed\n"
#define STRICT TIMERS "m\tnot-open\t\t\tdrop\tdocumented\n"

/* When a timer of this event's ran out it is known which: it has run since the last packet. */
static bool is_expiry(const struct row *row)
{
    return row->silence_s != 0;
}

static void hold(const struct row *row, const struct fwx_timed_session *session, bool passes,
                 const struct fwx_timed_said *said, unsigned first)
{
    g_assert_cmpint(session->state, ==, row->state);
    if (row->state)
        g_assert_cmpint(session->initiator, ==, first ^ row->turned);
    g_assert_cmpint(passes, ==, !row->says);
    if (!row->says)
        return;
    g_assert_cmpint(said->event, ==, row->says - 1);
    g_assert_cmpint(said->reaction, ==, row->reaction);
    g_assert_cmpuint(said->silence_s, ==, row->silence_s);
    g_assert_cmpint(said->timer < FWX_SESSION_TIMERS, ==, is_expiry(row));
}

static void play_from(const struct fwx_firewall *firewall, const struct row *rows, unsigned count,
                      unsigned first, const uint32_t *isn)
{
    struct fwx_timed_session session = {0};
    int64_t now = -FWX_SECOND; /* before 1970, and through it */

    for (unsigned i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct fwx_tcp_segment tcp = {
            .seq = isn[row->from] + row->ahead, /* of a SYN or SYN-ACK; else nobody asks */
            .ack = isn[!row->from] + (uint32_t)row->ack,
            .flags = row->flags,
            .payload_len = row->len,
        };
        struct fwx_timed_said said = {0};
        unsigned from = first ^ (unsigned)row->from;
        bool passes;

        now += row->after_s * FWX_SECOND + row->after_ns;
        g_test_message("end %u, ISN %u, row %u", first, isn[0], i);
        passes = row->flags == UDP ? fwx_timed_udp(&session, from, firewall, now, &said)
                                   : fwx_timed_tcp(&session, from, &tcp, firewall, now, &said);
        hold(row, &session, passes, &said, first);
    }
}

static void play(const char *lines, const struct row *rows, unsigned count)
{
    static const uint32_t isns[][2] = {{1000, 5000}, {0xffffffff, 0xffffffff}, {0, 0x80000000}};
    struct fwx_firewalls *table = fwx_firewalls_with(lines, "lines");
    const struct fwx_firewall *firewall = fwx_firewalls_find(table, "m");

    g_assert_cmpuint(table->problems->len, ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(isns); i++) {
        play_from(firewall, rows, count, 0, isns[i]);
        play_from(firewall, rows, count, 1, isns[i]);
    }
    fwx_firewalls_unref(table);
}

#define PLAY(lines, rows) play(lines, rows, G_N_ELEMENTS(rows))

/* ---- the state table ------------------------------------------------------------------------- */

enum { STATES = RSET, MOST_ROWS = 8 };

/* How each state is reached. */
static const struct way {
    struct row rows[MOST_ROWS];
    unsigned count;
} ways[STATES] = {
    [SENT - 1] = {{{I, S, .state = SENT}}, 1},
    [RECV - 1] = {{{I, S, .state = SENT}, {R, SA, .ack = 1, .state = RECV}}, 2},
    [OPEN - 1] = {{{I, S, .state = SENT},
                   {R, SA, .ack = 1, .state = RECV},
                   {I, A, .ack = 1, .state = OPEN}},
                  3},
    [HALF - 1] = {{{I, S, .state = SENT},
                   {R, SA, .ack = 1, .state = RECV},
                   {I, A, .ack = 1, .state = OPEN},
                   {I, FA, .ack = 1, .state = HALF}},
                  4},
    [CLSD - 1] = {{{I, S, .state = SENT},
                   {R, SA, .ack = 1, .state = RECV},
                   {I, A, .ack = 1, .state = OPEN},
                   {I, FA, .ack = 1, .state = HALF},
                   {R, FA, .ack = 2, .state = HALF},
                   {I, A, .ack = 2, .state = CLSD}},
                  6},
    [RSET - 1] = {{{I, S, .state = SENT}, {R, RST, .state = RSET}}, 2},
};

static const struct cells {
    int from;
    uint8_t flags;
    uint8_t next[STATES];
} table[] = {
    /* from SENT  RECV  OPEN  HALF  CLSD  RSET */
    {I, S, {SENT, RECV, OPEN, HALF, SENT, SENT}},
    {I, SA, {SENT, RECV, OPEN, HALF, CLSD, RSET}},
    {I, A, {SENT, OPEN, OPEN, HALF, CLSD, RSET}},
    {I, FA, {SENT, HALF, HALF, HALF, CLSD, RSET}},
    {I, RST, {RSET, RSET, RSET, RSET, CLSD, RSET}},
    {I, RST | A, {RSET, RSET, RSET, RSET, CLSD, RSET}},
    {I, BARE, {SENT, RECV, OPEN, HALF, CLSD, RSET}},
    {R, S, {SENT, RECV, OPEN, HALF, SENT, SENT}},
    {R, SA, {RECV, RECV, OPEN, HALF, CLSD, RSET}},
    {R, A, {SENT, RECV, OPEN, HALF, CLSD, RSET}},
    {R, FA, {SENT, RECV, HALF, HALF, CLSD, RSET}},
    {R, RST, {RSET, RSET, RSET, RSET, CLSD, RSET}},
    {R, BARE, {SENT, RECV, OPEN, HALF, CLSD, RSET}},
};

static void test_cells(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(table); i++) {
        for (unsigned state = 0; state < STATES; state++) {
            struct way way = ways[state];
            bool reopened = state >= CLSD - 1 && table[i].flags == S;

            way.rows[way.count++] = (struct row){
                .from = table[i].from,
                .flags = table[i].flags,
                .ack = 1,
                .state = table[i].next[state],
                .turned = reopened && table[i].from == R,
            };
            g_test_message("state %u, cell %u", state + 1, i);
            play(STRICT, way.rows, way.count);
        }
    }
}

/* Both FINs, in any order and repeated, and an ACK behind them: not before. */
static void test_close(void)
{
#define OPENED                                                                                     \
    {I, S, .state = SENT}, {R, SA, .ack = 1, .state = RECV},                                       \
    {                                                                                              \
        I, A, .ack = 1, .state = OPEN                                                              \
    }
    static const struct row responder_first[] = {
        OPENED,
        {R, FA, .ack = 1, .state = HALF},
        {R, FA, .ack = 1, .state = HALF},
        {I, A, .ack = 2, .state = HALF},
        {I, A, .ack = 2, .len = 10, .state = HALF},
        {I, FA, .ack = 2, .state = HALF},
        {R, A, .ack = 12, .state = CLSD},
    };
    /* Of a new session no FIN is known. */
    static const struct row again[] = {
        OPENED,
        {I, FA, .ack = 1, .state = HALF},
        {R, FA, .ack = 2, .state = HALF},
        {I, A, .ack = 2, .state = CLSD},
        OPENED,
        {R, FA, .ack = 1, .state = HALF},
        {I, A, .ack = 2, .state = HALF},
    };
    static const struct row completes_handshake[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, FA, .ack = 1, .state = HALF},
        {R, FA, .ack = 2, .state = HALF},
        {I, A, .ack = 2, .state = CLSD},
    };

    PLAY(STRICT, responder_first);
    PLAY(STRICT, again);
    PLAY(STRICT, completes_handshake);
}

/* ---- time-outs ------------------------------------------------------------------------------- */

static const struct expiry {
    int state;
    uint32_t seconds;
    int says;
} expiries[] = {
    {SENT, 5, SAYS(SYN_EXPIRED)},    {RECV, 6, SAYS(SYN_EXPIRED)},
    {OPEN, 100, SAYS(IDLE_EXPIRED)}, {HALF, 50, SAYS(HALF_CLOSED_EXPIRED)},
    {CLSD, 20, SAYS(AFTER_CLOSE)},   {RSET, 10, SAYS(AFTER_CLOSE)},
};

/* Just before, it is there; from then on it is not, whoever speaks; and nothing but a SYN brings it
 * back. */
static void test_expiry(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(expiries); i++) {
        const struct expiry *expiry = &expiries[i];
        struct row gone = {R,
                           BARE,
                           .after_s = expiry->seconds,
                           .says = expiry->says,
                           .reaction = DROP,
                           .silence_s = expiry->seconds};
        struct way way = ways[expiry->state - 1];

        g_test_message("state %d", expiry->state);
        way.rows[way.count++] = (struct row){R, BARE, .after_s = expiry->seconds, .after_ns = -1,
                                             .state = expiry->state};
        play(STRICT, way.rows, way.count);

        way = ways[expiry->state - 1];
        way.rows[way.count++] = gone;
        gone.from = I;
        gone.after_s = 0;
        way.rows[way.count++] = gone; /* the same is said as long as nothing else is known */
        play(STRICT, way.rows, way.count);

        way.count--;
        way.rows[way.count++] = (struct row){R, S, .state = SENT, .turned = true};
        play(STRICT, way.rows, way.count);
    }
}

/* What passes renews it, unless it is over; what does not pass does not. */
static void test_renewal(void)
{
    static const struct row idle[] = {
        OPENED,
        {R, A, .after_s = 99, .state = OPEN},
        {I, A, .after_s = 99, .state = OPEN},
        {I, BARE, .after_s = 99, .state = OPEN},
        {R, A, .after_s = 105, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 105},
    };
    static const struct row closed[] = {
        OPENED,
        {I, FA, .state = HALF},
        {R, FA, .state = HALF},
        {I, A, .state = CLSD},
        {R, FA, .after_s = 19, .state = CLSD},
        {I, A, .after_s = 1, .says = SAYS(AFTER_CLOSE), .reaction = DROP, .silence_s = 20},
    };
    static const struct row refused[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, A, .after_s = 3, .ack = 2, .state = RECV, .says = SAYS(ACK_WRONG), .reaction = DROP},
        {I, A, .after_s = 3, .ack = 2, .says = SAYS(SYN_EXPIRED), .reaction = DROP, .silence_s = 6},
    };

    PLAY(STRICT, idle);
    PLAY(STRICT, closed);
    PLAY(STRICT "m\tack-wrong\t\t\tdrop\tassumed\n", refused);
}

/* 0 s: it is gone at once, with and without a clock. */
static void test_at_once(void)
{
    static const struct row rows[] = {
        OPENED,
        {I, FA, .state = HALF},
        {R, FA, .state = HALF},
        {I, A, .state = CLSD},
        {R, FA, .says = SAYS(AFTER_CLOSE), .reaction = DROP},
        {I, S, .state = SENT},
    };
    const char *lines = "m\ttcp-closed\t0\t\tsilent\tassumed\nm\tnot-open\t\t\tdrop\tassumed\n";
    struct fwx_firewalls *firewalls = fwx_firewalls_with(lines, "lines");
    const struct fwx_firewall *firewall = fwx_firewalls_find(firewalls, "m");
    int64_t times[] = {FWX_NO_TIME, 0};

    for (unsigned end = 0; end < 2; end++) {
        for (unsigned t = 0; t < G_N_ELEMENTS(times); t++) {
            struct fwx_timed_session session = {0};
            struct fwx_timed_said said = {0};

            for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
                struct fwx_tcp_segment tcp = {.flags = rows[i].flags};
                bool passes = fwx_timed_tcp(&session, end ^ (unsigned)rows[i].from, &tcp, firewall,
                                            times[t], &said);

                g_assert_cmpint(passes, ==, !rows[i].says);
                g_assert_cmpint(session.state, ==, rows[i].state);
            }
            g_assert_cmpint(said.event, ==, FWX_EVENT_AFTER_CLOSE);
            g_assert_cmpint(said.timer, ==, FWX_SESSION_CLOSED);
            g_assert_cmpuint(said.silence_s, ==, 0);
        }
    }
    fwx_firewalls_unref(firewalls);
}

/* A timer that is not known never runs out, nor does one without a clock. */
static void test_no_timer(void)
{
    static const struct row rows[] = {
        OPENED,
        {I, FA, .after_s = 1000000, .state = HALF},
        {R, FA, .after_s = 1000000, .state = HALF},
        {I, A, .after_s = 1000000, .state = CLSD},
        {R, FA, .after_s = 1000000, .state = CLSD},
    };

    PLAY("m\tnot-open\t\t\tdrop\tassumed\n", rows);
}

static void test_no_clock(void)
{
    struct fwx_firewalls *firewalls = fwx_firewalls_with(STRICT, "lines");
    const struct fwx_firewall *firewall = fwx_firewalls_find(firewalls, "m");
    struct fwx_tcp_segment tcp = {.flags = FWX_SYN};
    struct fwx_timed_session session = {0};
    struct fwx_timed_said said;

    g_assert_true(fwx_timed_tcp(&session, 0, &tcp, firewall, FWX_NO_TIME, &said));
    tcp.flags = FWX_ACK;
    g_assert_true(fwx_timed_tcp(&session, 1, &tcp, firewall, INT64_MAX, &said));
    g_assert_true(fwx_timed_tcp(&session, 1, &tcp, firewall, FWX_NO_TIME, &said));
    g_assert_true(fwx_timed_tcp(&session, 1, &tcp, firewall, INT64_MIN + 1, &said));
    /* From one end of time to the other. */
    g_assert_false(fwx_timed_tcp(&session, 1, &tcp, firewall, INT64_MAX, &said));
    g_assert_cmpint(said.event, ==, FWX_EVENT_SYN_EXPIRED);
    g_assert_cmpuint(said.silence_s, ==, UINT32_MAX);
    fwx_firewalls_unref(firewalls);
}

/* ---- what has no session --------------------------------------------------------------------- */

struct meeting {
    const char *own;    /* its reaction to an idle session's end; NULL: not known */
    const char *expiry; /* of the timer */
    const char *any;    /* its reaction to what has no session */
    int gone;           /* what becomes of a packet behind the time-out */
    int stray;          /* and of one that never had a session */
};

static const struct meeting meetings[] = {
    {NULL, "silent", NULL, DROP, PASS},           {NULL, "silent", "drop", DROP, DROP},
    {NULL, "silent", "reset", RESET, RESET},      {NULL, "silent", "pass", PASS, PASS},
    {NULL, "silent-or-reset", NULL, DROP, PASS},  {NULL, "reset-both", "drop", DROP, DROP},
    {NULL, "reset-both", NULL, DROP, PASS},       {NULL, "probe", NULL, DROP, PASS},
    {NULL, "reset-next", NULL, RESET, PASS},      {NULL, "reset-next", "drop", RESET, DROP},
    {NULL, "reset-next", "pass", RESET, PASS},    {NULL, "close", "drop", RESET, DROP},
    {"drop", "reset-next", "reset", DROP, RESET}, {"reset", "silent", "drop", RESET, DROP},
    {"pass", "reset-next", "drop", PASS, DROP},   {"pass", "silent", NULL, PASS, PASS},
};

static char *lines_of(const struct meeting *meeting)
{
    GString *lines = g_string_new(NULL);

    g_string_printf(lines, "m\ttcp-idle\t100\t\t%s\tassumed\n", meeting->expiry);
    if (meeting->own)
        g_string_append_printf(lines, "m\tidle-expired\t\t\t%s\tassumed\n", meeting->own);
    if (meeting->any)
        g_string_append_printf(lines, "m\tnot-open\t\t\t%s\tassumed\n", meeting->any);
    return g_string_free(lines, FALSE);
}

/* By its own line, by that of the timer, by the one for any packet without a session. Who lets one
 * pass has a session from then on, of whom it came from. */
static void test_reactions(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(meetings); i++) {
        const struct meeting *meeting = &meetings[i];
        bool passes = meeting->gone == PASS;
        struct row gone[] = {
            OPENED,
            {R, A, .after_s = 100, .state = passes ? OPEN : NONE, .turned = passes,
             .says = passes ? 0 : SAYS(IDLE_EXPIRED), .reaction = meeting->gone,
             .silence_s = passes ? 0 : 100},
        };
        struct row stray[] = {
            {I, A, .state = meeting->stray == PASS ? OPEN : NONE,
             .says = meeting->stray == PASS ? 0 : SAYS(NOT_OPEN), .reaction = meeting->stray},
        };
        char *lines = lines_of(meeting);

        g_test_message("%s", lines);
        PLAY(lines, gone);
        PLAY(lines, stray);
        g_free(lines);
    }
}

/* Whatever it is, but a SYN. */
static void test_strays(void)
{
    static const uint8_t kinds[] = {SA, A, FA, RST, RST | A, BARE};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct row refused[] = {
            {I, kinds[i], .says = SAYS(NOT_OPEN), .reaction = DROP},
            {R, kinds[i], .says = SAYS(NOT_OPEN), .reaction = DROP},
            {R, S, .state = SENT, .turned = true},
        };
        bool adopted = (kinds[i] & (A | RST)) == A;
        struct row passed[] = {
            {I, kinds[i], .state = adopted ? OPEN : NONE},
            {R, A, .state = OPEN, .turned = !adopted},
        };

        PLAY(STRICT, refused);
        PLAY(TIMERS, passed);
    }
}

/* What no stack sends is no part of a connection that began before; nor what ends one. */
static void test_not_adopted(void)
{
    static const uint8_t kinds[] = {RST, RST | A, BARE, 0, XMAS, S | FA, S | RST | A};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct fwx_timed_session session = {0};

        fwx_timed_adopt(&session, I, &(struct fwx_tcp_segment){.flags = kinds[i]}, 77);
        g_assert_cmpint(session.state, ==, NONE);
    }
}

static void test_adopted(void)
{
    static const struct fwx_tcp_segment ack = {.flags = A};

    for (unsigned end = 0; end < 2; end++) {
        struct fwx_timed_session session = {.is_gone = 1, .fins = 3, .state = RSET};

        fwx_timed_adopt(&session, end, &ack, 77);
        g_assert_cmpint(session.state, ==, OPEN);
        g_assert_cmpuint(session.initiator, ==, end);
        g_assert_cmpint(session.last, ==, 77);
        g_assert_cmpuint(session.fins, ==, 0);
        g_assert_cmpuint(session.is_gone, ==, 0);
    }
}

/* ---- flags, and a SYN on a session that lives -------------------------------------------------
 */

/* In whatever state: it moves nothing, and renews nothing. Who has no line lets it pass. */
static void test_bad_flags(void)
{
    static const uint8_t kinds[] = {0, XMAS, S | FA, S | RST, FWX_FIN | S};

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        struct row refused[] = {
            {I, kinds[i], .says = SAYS(BAD_FLAGS), .reaction = RESET},
            OPENED,
            {R, kinds[i], .after_s = 99, .state = OPEN, .says = SAYS(BAD_FLAGS), .reaction = RESET},
            {I, A, .after_s = 1, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 100},
        };
        struct row passed[] = {OPENED, {I, XMAS, .after_s = 99, .state = OPEN}};
        struct row healthy[] = {OPENED, {I, A | FWX_PSH | FWX_URG, .state = OPEN}};

        PLAY(STRICT "m\tbad-flags\t\t\treset\tassumed\n", refused);
        PLAY(STRICT, passed);
        PLAY(STRICT "m\tbad-flags\t\t\tpass\tassumed\n", passed);
        PLAY(STRICT "m\tbad-flags\t\t\treset\tassumed\n", healthy);
    }
}

/* Another SYN than its own, from either side, while it is open; not in a handshake, and not when it
 * is over. */
static void test_syn_reuse(void)
{
    enum { OTHER = 1 };
    static const struct row refused[] = {
        {I, S, .state = SENT},
        {I, S, .ahead = OTHER, .state = SENT},
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, S, .ahead = OTHER, .state = RECV},
        {I, A, .ack = 1, .state = OPEN},
        {I, S, .state = OPEN}, /* its own, once more */
        {I, S, .ahead = OTHER, .state = OPEN, .says = SAYS(SYN_REUSE), .reaction = DROP},
        {R, S, .state = OPEN, .says = SAYS(SYN_REUSE), .reaction = DROP},
        {I, FA, .ack = 1, .state = HALF},
        {I, S, .ahead = OTHER, .state = HALF, .says = SAYS(SYN_REUSE), .reaction = DROP},
        {R, FA, .ack = 2, .state = HALF},
        {I, A, .ack = 2, .state = CLSD},
        {I, S, .ahead = OTHER, .state = SENT},
    };
    static const struct row passed[] = {
        OPENED,
        {I, S, .ahead = OTHER, .state = OPEN},
        {R, S, .ahead = OTHER, .state = OPEN},
    };

    PLAY(STRICT "m\tsyn-reuse\t\t\tdrop\tassumed\n", refused);
    PLAY(STRICT "m\tsyn-reuse\t\t\tpass\tassumed\n", passed);
    PLAY(STRICT, passed);
}

/* ---- the handshake --------------------------------------------------------------------------- */

static void test_synack_data(void)
{
    static const struct row refused[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .len = 1, .state = SENT, .says = SAYS(SYNACK_DATA), .reaction = RESET},
        {I, A, .ack = 2, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {R, SA, .ack = 1, .len = 1, .state = RECV, .says = SAYS(SYNACK_DATA), .reaction = RESET},
        {I, A, .ack = 1, .state = OPEN},
        {R, SA, .ack = 1, .len = 1, .state = OPEN},
    };
    static const struct row passed[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .len = 1, .state = RECV},
        {I, A, .ack = 2, .state = OPEN},
    };

    PLAY(STRICT "m\tsynack-data\t\t\treset\tassumed\n", refused);
    PLAY(STRICT "m\tsynack-data\t\t\tpass\tassumed\n", passed);
    PLAY(STRICT "m\tsynack-data\t\tif set so\tdrop\tassumed\n", passed);
    PLAY(STRICT, passed);
}

static void test_ack_wrong(void)
{
    static const struct row refused[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, A, .ack = 0, .state = RECV, .says = SAYS(ACK_WRONG), .reaction = DROP},
        {I, A, .ack = 2, .len = 10, .state = RECV, .says = SAYS(ACK_WRONG), .reaction = DROP},
        {I, FA, .ack = 2, .state = RECV, .says = SAYS(ACK_WRONG), .reaction = DROP},
        {R, A, .ack = 7, .state = RECV},
        {I, FA, .ack = 1, .state = HALF}, /* its FIN counts once, and now */
        {R, FA, .ack = 2, .state = HALF},
        {I, A, .ack = 77, .state = CLSD},
    };
    static const struct row passed[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, A, .ack = 2, .state = OPEN},
    };
    static const struct row fin_passed[] = {
        {I, S, .state = SENT},
        {R, SA, .ack = 1, .state = RECV},
        {I, FA, .ack = 2, .state = HALF},
    };

    PLAY(STRICT "m\tack-wrong\t\t\tdrop\tassumed\n", refused);
    PLAY(STRICT "m\tack-wrong\t\t\tpass\tassumed\n", passed);
    PLAY(STRICT, passed);
    PLAY(STRICT, fin_passed);
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void test_udp(void)
{
    static const struct row one_way[] = {
        {I, UDP, .state = ONE},
        {I, UDP, .after_s = 14, .state = ONE},
        {R, UDP, .after_s = 15, .after_ns = -1, .state = BOTH},
        {I, UDP, .after_s = 30, .after_ns = -1, .state = BOTH},
        {R, UDP, .after_s = 30, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 30},
        {R, UDP, .after_s = 99, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 30},
        {I, UDP, .state = ONE},
        {R, UDP, .after_s = 15, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 15},
        {I, UDP, .state = ONE},
        {R, UDP, .state = BOTH},
        {I, UDP, .after_s = 30, .state = ONE}, /* asks again, from the same port */
    };
    /* Who lets pass what has no session takes who speaks for the one who asks. */
    static const struct row open[] = {
        {I, UDP, .state = ONE},
        {R, UDP, .after_s = 15, .state = ONE, .turned = true},
        {I, UDP, .after_s = 1, .state = BOTH, .turned = true},
    };
    /* Nothing resets a datagram. */
    static const struct row no_reset[] = {
        {I, UDP, .state = ONE},
        {R, UDP, .after_s = 15, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 15},
    };

    PLAY(STRICT, one_way);
    PLAY(TIMERS "m\tnot-open\t\t\tpass\tassumed\n", open);
    PLAY(STRICT "m\tidle-expired\t\t\treset\tassumed\n", no_reset);
    PLAY(TIMERS "m\tnot-open\t\t\treset\tassumed\n", no_reset);
    PLAY("m\tudp-idle\t15\t\treset-next\tassumed\n", no_reset);
}

/* One that is not known is that of both directions; without any nothing runs out. */
static void test_udp_timers(void)
{
    static const struct row general[] = {
        {I, UDP, .state = ONE},
        {R, UDP, .after_s = 30, .says = SAYS(IDLE_EXPIRED), .reaction = DROP, .silence_s = 30},
    };
    static const struct row never[] = {
        {I, UDP, .state = ONE},
        {R, UDP, .after_s = 1000000, .state = BOTH},
        {R, UDP, .after_s = 1000000, .state = BOTH},
    };

    PLAY("m\tudp-idle\t30\t\tsilent\tassumed\n", general);
    PLAY("m\tnot-open\t\t\tdrop\tassumed\n", never);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timed/cells", test_cells);
    g_test_add_func("/timed/close", test_close);
    g_test_add_func("/timed/expiry", test_expiry);
    g_test_add_func("/timed/renewal", test_renewal);
    g_test_add_func("/timed/at-once", test_at_once);
    g_test_add_func("/timed/no-timer", test_no_timer);
    g_test_add_func("/timed/no-clock", test_no_clock);
    g_test_add_func("/timed/reactions", test_reactions);
    g_test_add_func("/timed/strays", test_strays);
    g_test_add_func("/timed/adopted", test_adopted);
    g_test_add_func("/timed/not-adopted", test_not_adopted);
    g_test_add_func("/timed/bad-flags", test_bad_flags);
    g_test_add_func("/timed/syn-reuse", test_syn_reuse);
    g_test_add_func("/timed/synack-data", test_synack_data);
    g_test_add_func("/timed/ack-wrong", test_ack_wrong);
    g_test_add_func("/timed/udp", test_udp);
    g_test_add_func("/timed/udp-timers", test_udp_timers);
    return g_test_run();
}
