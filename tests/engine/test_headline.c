/* test_headline.c
 * Headlines with the largest numbers that there can be: all of them fit, and none is cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

/* A connection with whatever a headline can speak of, as large as it can be. */
struct largest {
    struct scene scene;
    struct fwx_connection *connection;
    struct fwx_notes *notes;
};

static void enlarge(struct fwx_finding *finding)
{
    finding->frame = UINT32_MAX;
    if (finding->kind == FWX_FINDING_PADDING)
        finding->padding_len = UINT32_MAX;
    if (finding->kind == FWX_FINDING_SILENCE)
        finding->silence.length = INT64_MAX;
}

static struct largest largest_of(const struct segment *rows)
{
    struct fwx_policy policy = fwx_policy_default();
    struct largest l = {.scene = scene_of(&worlds[0], &policy, rows)};

    l.connection = fwx_connections_get(&l.scene.engine->connections, 1);
    l.notes = fwx_notes_of(l.scene.engine, l.connection);
    for (uint32_t i = 0; i < l.scene.engine->findings.count; i++)
        enlarge(fwx_finding_at(l.scene.engine, i));
    for (unsigned side = 0; side < 2; side++) {
        struct fwx_repeat *repeat = &l.notes->repeat[side];

        repeat->frame = repeat->copies = UINT32_MAX;
        repeat->end = repeat->seq + UINT32_MAX;
        repeat->first_time = INT64_MIN + 1;
        repeat->last_time = INT64_MAX;
        repeat->kind = FWX_SEGMENT_SYN_ACK;
    }
    l.notes->icmp.type = 3;
    l.notes->icmp.code = 4;
    l.notes->icmp.frame = l.notes->old_answer = l.notes->translation = UINT32_MAX;
    l.notes->sack_frame = l.notes->sack_beyond = UINT32_MAX;
    l.connection->dropped = l.connection->syn_count = UINT32_MAX;
    l.connection->peer[I].packets = UINT32_MAX;
    l.connection->moved[FWX_MOVE_SYN_RECEIVED] = UINT32_MAX;
    l.connection->first_time = INT64_MIN + 1;
    l.scene.engine->last_times[0] = INT64_MAX;
    return l;
}

static void assert_all_said(struct largest *l, struct fwx_account account, const char *expected)
{
    char headline[FWX_REASON_SIZE];

    fwx_account_headline(l->scene.engine, l->connection, &account, headline);
    g_assert_cmpstr(headline, ==, expected);
    g_assert_cmpuint(strlen(headline), <=, FWX_HEADLINE);
}

/* A conversation with padding, a mismatch, a silence and a reset. */
#define ROWS                                                                                       \
    {"syn", I, S, 0}, {"syn-ack", R, SA, 0, 1, 2, .header = 24, .zeros = true},                    \
        {"wrong ack", I, A, 1, 3}, {"ack", I, A, 1, 1},                                            \
        {"data", I, PA, 1, 1, 10, .gap_ms = 30000},                                                \
        {"reset", R, RA, 1, 1, 9, .ttl = 250, .id = 7777},                                         \
    {                                                                                              \
        0                                                                                          \
    }

static void test_causes(void)
{
    static const struct segment rows[] = {ROWS};
    static const struct {
        enum fwx_ending ending;
        enum fwx_cause cause;
        const char *headline;
    } cases[] = {
        {FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING,
         "ACK of frame 4294967295 is 2 too high: padding of frame 2 counted"},
        {FWX_ENDING_HALF_OPEN, FWX_CAUSE_ACK_MISMATCH,
         "ACK of frame 4294967295 is 2 too high for frame 2; 4294967295 packets dropped"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_TRANSLATION_LOST,
         "Translation lost: frame 4294967295 belongs here, under another address or port"},
        {FWX_ENDING_REFUSED, FWX_CAUSE_PORT_REUSE,
         "Port reused too early: an older connection answers in frame 4294967295"},
        {FWX_ENDING_RESET, FWX_CAUSE_FORGOTTEN,
         "Forgotten after 9223372037 s of silence: a reset answers frame 4294967295"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_HALF_CLOSED_FORGOTTEN,
         "Half-closed, then forgotten: nobody hears frame 4294967295 any more"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_MTU,
         "Segments of 4294967295 bytes never arrive (4294967295 copies), smaller ones do"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_CHECKSUM_SHORT_FRAMES,
         "Checksums of short segments are wrong, those of longer ones right"},
        {FWX_ENDING_OPEN, FWX_CAUSE_SACK_REWRITTEN,
         "SACK of frame 4294967295 lies 4294967295 bytes off all that was sent"},
        {FWX_ENDING_UNANSWERED, FWX_CAUSE_LIMIT,
         "Beyond a limit of its address: others were answered before"},
        {FWX_ENDING_REFUSED, FWX_CAUSE_ICMP,
         "Refused by ICMP in frame 4294967295: fragmentation needed"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_ICMP,
         "Told by ICMP in frame 4294967295: fragmentation needed"},
        {FWX_ENDING_RESET, FWX_CAUSE_RESET_IN_BETWEEN,
         "Reset from in between in frame 4294967295: TTL 250 instead of 57"},
        {FWX_ENDING_RESET, FWX_CAUSE_DIRTY_CLOSE,
         "Reset in frame 4294967295 instead of a FIN, with 4294967295 bytes unacknowledged"},
        {FWX_ENDING_RESET, FWX_CAUSE_RESET_BY_ENDPOINT,
         "Reset by the responder in frame 4294967295, with 4294967295 bytes unacknowledged"},
        {FWX_ENDING_UNANSWERED, FWX_CAUSE_NONE, "No answer to 4294967295 SYNs in 9223372036.9 s"},
        {FWX_ENDING_REFUSED, FWX_CAUSE_NONE, "Refused by a reset in frame 4294967295"},
        {FWX_ENDING_HALF_OPEN, FWX_CAUSE_NONE,
         "Answered in frame 4294967295, but the handshake was never completed"},
        {FWX_ENDING_UNHEARD, FWX_CAUSE_NONE,
         "The responder is not heard: SYN-ACK sent 4294967295 times in 9223372037 s"},
        {FWX_ENDING_ONE_WAY, FWX_CAUSE_NONE,
         "Only the initiator's packets were captured; it repeats itself, 4294967295 times"},
        {FWX_ENDING_STRAY, FWX_CAUSE_NONE, "A reset, and no connection that it could end"},
        {FWX_ENDING_CUT, FWX_CAUSE_NONE, "The capture cannot tell: the rest of it is not there"},
        {FWX_ENDING_ANSWERED, FWX_CAUSE_NONE, "Works; answered"},
        {FWX_ENDING_OPEN, FWX_CAUSE_NONE, "Open; SYN-ACK sent 4294967295 times, to frame 4294967295, has no answer yet"},
        {FWX_ENDING_CLOSED, FWX_CAUSE_NONE, "Works; closed in order"},
    };
    struct largest l = largest_of(rows);
    struct fwx_finding *reset = fwx_finding_at(l.scene.engine, l.notes->reset - 1);

    g_assert_cmpint(reset->kind, ==, FWX_FINDING_RESET);
    reset->reset.in_flight = UINT32_MAX;
    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_all_said(&l,
                        (struct fwx_account){.ending = cases[i].ending,
                                             .cause = cases[i].cause,
                                             .gravity = FWX_GRAVITY_TROUBLE,
                                             .unheard = FWX_RESPONDER},
                        cases[i].headline);
    scene_end(&l.scene);
}

static struct fwx_account caused_by(enum fwx_ending ending, enum fwx_cause cause)
{
    return (struct fwx_account){ending, cause, FWX_GRAVITY_TROUBLE, FWX_RESPONDER};
}

/* What is left out where there is no room, and only there. */
static void test_room(void)
{
    static const struct segment rows[] = {ROWS};
    struct largest l = largest_of(rows);
    struct fwx_finding *mismatch = fwx_finding_at(l.scene.engine, l.notes->mismatch - 1);
    struct fwx_finding *reset = fwx_finding_at(l.scene.engine, l.notes->reset - 1);
    struct fwx_repeat *repeat = &l.notes->repeat[R];

    mismatch->mismatch.actual = mismatch->mismatch.expected - INT32_MAX - 1;
    mismatch->mismatch.synack_frame = UINT32_MAX;
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_ACK_MISMATCH),
                    "ACK of frame 4294967295 is 2147483648 too low for frame 4294967295");
    mismatch->frame = 1234567;
    mismatch->mismatch.cause_frame = 1234567;
    mismatch->mismatch.actual = mismatch->mismatch.expected + 6;
    l.connection->dropped = 1;
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING),
                    "ACK of frame 1234567 is 6 too high: padding of frame 1234567 counted; "
                    "1 dropped");
    mismatch->frame = mismatch->mismatch.cause_frame = 123;
    l.connection->dropped = 89;
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING),
                    "ACK of frame 123 is 6 too high: padding of frame 123 counted; "
                    "89 packets dropped");
    l.connection->dropped = 890; /* one character more */
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING),
                    "ACK of frame 123 is 6 too high: padding of frame 123 counted; 890 dropped");
    l.connection->evidence = FWX_CONTRADICTED;
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING),
                    "ACK of frame 123 is 6 too high: padding of frame 123 counted");
    l.connection->evidence = FWX_EVIDENCE_NONE;
    l.connection->dropped = 0;
    assert_all_said(&l, caused_by(FWX_ENDING_HALF_OPEN, FWX_CAUSE_PADDING),
                    "ACK of frame 123 is 6 too high: padding of frame 123 counted");

    repeat->copies = 12;
    repeat->first_time = 0;
    repeat->last_time = 1234 * FWX_SECOND;
    assert_all_said(&l, caused_by(FWX_ENDING_UNHEARD, FWX_CAUSE_NONE),
                    "The responder is not heard: SYN-ACK sent 12 times in 1234 s, "
                    "to frame 4294967295");
    repeat->copies = 123; /* one character more */
    assert_all_said(&l, caused_by(FWX_ENDING_UNHEARD, FWX_CAUSE_NONE),
                    "The responder is not heard: SYN-ACK sent 123 times in 1234 s");
    repeat->last_time = 99900 * FWX_MILLISECOND;
    repeat->kind = FWX_SEGMENT_FIN;
    assert_all_said(&l, caused_by(FWX_ENDING_UNHEARD, FWX_CAUSE_NONE),
                    "The responder is not heard: FIN sent 123 times in 99.9 s, "
                    "to frame 4294967295");
    repeat->last_time = 999 * FWX_MILLISECOND;
    repeat->kind = FWX_SEGMENT_ACK;
    assert_all_said(&l, caused_by(FWX_ENDING_UNHEARD, FWX_CAUSE_NONE),
                    "The responder is not heard: data sent 123 times in 0.999 s, "
                    "to frame 4294967295");
    repeat->copies = 0;
    assert_all_said(&l, caused_by(FWX_ENDING_UNHEARD, FWX_CAUSE_NONE),
                    "The responder is not heard: nobody answers its keep-alives");

    reset->reset.signs = FWX_SIGN_ANSWERS;
    assert_all_said(&l, caused_by(FWX_ENDING_RESET, FWX_CAUSE_RESET_IN_BETWEEN),
                    "Reset from in between in frame 4294967295");
    reset->frame = 1;
    assert_all_said(&l, caused_by(FWX_ENDING_RESET, FWX_CAUSE_RESET_IN_BETWEEN),
                    "Reset from in between in frame 1: its endpoint answers the SYN afterwards");
    scene_end(&l.scene);
}

/* What to do, and where to read on, for each. */
static void test_next_step(void)
{
    for (unsigned ending = 0; ending < FWX_ENDINGS; ending++) {
        struct fwx_account works = {(enum fwx_ending)ending, FWX_CAUSE_NONE, FWX_GRAVITY_OK,
                                    FWX_INITIATOR};

        g_assert_nonnull(fwx_ending_name((enum fwx_ending)ending));
        g_assert_null(fwx_account_next_step(&works));
        g_assert_null(fwx_account_page(&works));
    }
    for (unsigned cause = FWX_CAUSE_NONE + 1; cause < FWX_CAUSES; cause++) {
        struct fwx_account account = caused_by(FWX_ENDING_UNHEARD, (enum fwx_cause)cause);

        g_assert_cmpstr(fwx_account_page(&account), ==, fwx_cause_name((enum fwx_cause)cause));
        g_assert_true(g_str_has_suffix(fwx_account_next_step(&account), "."));
        account.gravity = FWX_GRAVITY_OK;
        g_assert_null(fwx_account_next_step(&account));
    }
    g_assert_null(fwx_cause_name(FWX_CAUSE_NONE));
}

static void test_pages(void)
{
    static const struct {
        enum fwx_ending ending;
        const char *page;
    } cases[] = {
        {FWX_ENDING_REFUSED, "resets"},    {FWX_ENDING_UNANSWERED, "no-reply"},
        {FWX_ENDING_HALF_OPEN, "unheard"}, {FWX_ENDING_UNHEARD, "unheard"},
        {FWX_ENDING_ONE_WAY, "one-way"},   {FWX_ENDING_STRAY, "resets"},
        {FWX_ENDING_CUT, "one-way"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct fwx_account account = caused_by(cases[i].ending, FWX_CAUSE_NONE);

        g_assert_cmpstr(fwx_account_page(&account), ==, cases[i].page);
        g_assert_true(g_str_has_suffix(fwx_account_next_step(&account), "."));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/headline/causes", test_causes);
    g_test_add_func("/headline/room", test_room);
    g_test_add_func("/headline/next-step", test_next_step);
    g_test_add_func("/headline/pages", test_pages);
    return g_test_run();
}
