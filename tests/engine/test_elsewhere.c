/* test_elsewhere.c
 * What other firewalls say of an event: by their lines of firewalls.tsv, and only where it applies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/model/elsewhere.h"

#define UNTIMED FWX_SESSION_TIMERS

/* In the order of enum fwx_elsewhere. */
#define LINUX_SAYS(text)    text, NULL, NULL, NULL, NULL, NULL
#define NOBODY_SAYS         LINUX_SAYS(NULL)
#define NOT_OPEN_OF_ASA     "%ASA-6-106015: Deny TCP (no connection) / tcp-not-syn"
#define NOT_OPEN_CHECKPOINT "TCP packet out of state: First packet isn't SYN"
#define BLOCKED_BY_PF       "pflog: block, Flags [A], [FA] or [RA]; pfSense: Default deny, TCP:A"
#define TEARDOWN            "%ASA-6-302014: Teardown TCP connection … "
#define AGED_OUT            "session_end_reason aged-out / flow_tcp_non_syn_drop"

struct said {
    enum fwx_event event;
    enum fwx_session_timer timer;
    int64_t silence_s;
    const char *words[FWX_ELSEWHERES];
};

static void try(const struct fwx_firewalls *table, const struct said *said)
{
    for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
        char buffer[FWX_REASON_SIZE];
        const struct fwx_waited waited = {said->silence_s * FWX_SECOND, said->timer};

        g_test_message("%s, %s", fwx_event_id(said->event), fwx_elsewhere_names[i].firewall);
        g_assert_cmpstr(
            fwx_elsewhere_say(table, (enum fwx_elsewhere)i, said->event, waited, buffer), ==,
            said->words[i]);
    }
}

static void test_events(void)
{
    static const struct said cases[] = {
        {FWX_EVENT_ACK_WRONG,
         UNTIMED,
         0,
         {"nf_ct_proto_6: ACK is over upper bound … (ACKed data not seen yet) / invalid",
          "tcp-3whs-failed", NULL, NULL, NULL, NULL}},
        /* Linux picks it up. */
        {FWX_EVENT_NOT_OPEN,
         UNTIMED,
         0,
         {NULL, NOT_OPEN_OF_ASA, "flow_tcp_non_syn_drop", NOT_OPEN_CHECKPOINT, "no session matched",
          BLOCKED_BY_PF}},
        {FWX_EVENT_SEQ_LOW, UNTIMED, 0, {NULL, NULL, NULL, NULL, NULL, "pf: BAD state"}},
        {FWX_EVENT_RST_INEXACT, UNTIMED, 0, {LINUX_SAYS("nf_ct_proto_6: invalid rst / invalid")}},
        {FWX_EVENT_CLOSED,
         UNTIMED,
         0,
         {"TIME_WAIT", (TEARDOWN "TCP FINs"), "session_end_reason tcp-fin", NULL, NULL, NULL}},
        /* Of a session that is no TCP connection nothing is known; nor of limits as installed. */
        {FWX_EVENT_UDP_EXPIRED, FWX_SESSION_UDP, 86400, {NOBODY_SAYS}},
        {FWX_EVENT_LIMIT_OPEN, UNTIMED, 0, {NOBODY_SAYS}},
        /* Whose own doing it would have been is another question. */
        {FWX_EVENT_INJECTED, UNTIMED, 0, {NOBODY_SAYS}},
        {FWX_EVENT_ESTABLISHED, UNTIMED, 0, {NOBODY_SAYS}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        try(fwx_firewalls_known(), &cases[i]);
}

/* Who would still wait says nothing: on either side of each time-out. */
static void test_waits(void)
{
    static const struct said cases[] = {
        {FWX_EVENT_IDLE_EXPIRED, FWX_SESSION_IDLE, 3599, {NOBODY_SAYS}},
        {FWX_EVENT_IDLE_EXPIRED,
         FWX_SESSION_IDLE,
         3600,
         {NULL, (TEARDOWN "Conn-timeout / tcp-not-syn"), AGED_OUT, NOT_OPEN_CHECKPOINT,
          "no session matched", NULL}},
        {FWX_EVENT_IDLE_EXPIRED,
         FWX_SESSION_IDLE,
         86400,
         {NULL, (TEARDOWN "Conn-timeout / tcp-not-syn"), AGED_OUT, NOT_OPEN_CHECKPOINT,
          "no session matched", BLOCKED_BY_PF}},
        {FWX_EVENT_SYN_EXPIRED,
         FWX_SESSION_SYN,
         29,
         {NULL, NULL, AGED_OUT, NOT_OPEN_CHECKPOINT, "no session matched", NULL}},
        {FWX_EVENT_SYN_EXPIRED,
         FWX_SESSION_SYN,
         30,
         {NULL, (TEARDOWN "SYN Timeout / tcp-not-syn"), AGED_OUT, NOT_OPEN_CHECKPOINT,
          "no session matched", NULL}},
        /* ASA forgets at once: no time is known. */
        {FWX_EVENT_AFTER_CLOSE,
         FWX_SESSION_CLOSED,
         0,
         {NULL, NOT_OPEN_OF_ASA, NULL, NULL, NULL, NULL}},
        {FWX_EVENT_AFTER_CLOSE,
         FWX_SESSION_CLOSED,
         45,
         {NULL, NOT_OPEN_OF_ASA, NULL, NOT_OPEN_CHECKPOINT, NULL, BLOCKED_BY_PF}},
        {FWX_EVENT_AFTER_CLOSE,
         FWX_SESSION_RESET,
         45,
         {NULL, NOT_OPEN_OF_ASA, NULL, NOT_OPEN_CHECKPOINT, NULL, NULL}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        try(fwx_firewalls_known(), &cases[i]);
}

/* A user's lines stand for the known ones here, too: those that hold as installed. */
static void test_own_lines(void)
{
    struct fwx_firewalls *table = fwx_firewalls_with(
        "pf\tevicted\t\t\tdrop\tobserved\tits log\t2026-11\tpf: state limit\tstates\n"
        "asa\tevicted\t\tsome setting\tdrop\tobserved\tits log\t2026-11\tnot so\n"
        "asa\tack-wrong\t\t\tpass\tobserved\tits set-up\t2026-11\n",
        "own");
    const struct said cases[] = {
        {FWX_EVENT_EVICTED, UNTIMED, 0, {NULL, NULL, NULL, NULL, NULL, "pf: state limit / states"}},
        {FWX_EVENT_ACK_WRONG,
         UNTIMED,
         0,
         {LINUX_SAYS(
             "nf_ct_proto_6: ACK is over upper bound … (ACKed data not seen yet) / invalid")}},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        try(table, &cases[i]);
    fwx_firewalls_unref(table);
}

/* ---- which event it is, and what was waited -------------------------------------------------- */

enum { DAY_MS = 86400 * 1000 };

#define TOO_LATE .finds = LATE, .code = NOT_SYN

static const struct segment closed[] = {
    HANDSHAKE,
    EXCHANGE,
    {"fin", I, FA, 11, 11, .met = ESTB},
    {"fin of the responder", R, FA, 11, 12, .met = FINW},
    {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    {"late data", R, PA, 12, 12, 1, .met = CLSD, TOO_LATE},
    {"late reset", I, RST, 12, .met = CLSD, .finds = RESET, .code = NOT_SYN,
     .reset = CLASS(AFTER_CLOSE)},
};

static const struct segment idle[] = {
    HANDSHAKE,
    EXCHANGE,
    {"after a day", I, PA, 11, 11, 1, .gap_ms = DAY_MS, .met = CLSD, TOO_LATE},
    {"its reset", I, RA, 12, 11, .met = CLSD, .finds = RESET, .code = NOT_SYN,
     .reset = CLASS(DATA_ABORT)},
};

/* What comes behind a close is another thing than what was forgotten. */
static void behind_a_close(const struct scene *scene)
{
    g_assert_cmpuint(found(scene, EXCHANGED + 3, FWX_FINDING_CLOSE)->event, ==, FWX_EVENT_CLOSED);
    g_assert_cmpuint(found(scene, EXCHANGED + 4, FWX_FINDING_NOT_SYN)->event, ==,
                     FWX_EVENT_AFTER_CLOSE);
    g_assert_cmpuint(found(scene, EXCHANGED + 5, FWX_FINDING_RESET)->event, ==,
                     FWX_EVENT_AFTER_CLOSE);
    g_assert_cmpint(concluded(scene, 1).event, ==, FWX_EVENT_CLOSED);
    g_assert_cmpint(concluded(scene, 1).waited.timer, ==, UNTIMED);
}

static void forgotten(const struct scene *scene)
{
    struct fwx_conclusion silence;

    g_assert_cmpuint(found(scene, EXCHANGED + 1, FWX_FINDING_NOT_SYN)->event, ==,
                     FWX_EVENT_NOT_OPEN);
    g_assert_cmpuint(found(scene, EXCHANGED + 2, FWX_FINDING_RESET)->event, ==, FWX_EVENT_NOT_OPEN);
    g_assert_true(fwx_engine_conclude_silence(scene->engine, connection_of(scene, 1), &silence));
    g_assert_cmpint(silence.event, ==, FWX_EVENT_IDLE_EXPIRED);
    g_assert_cmpint(silence.waited.timer, ==, FWX_SESSION_IDLE);
    g_assert_cmpint(silence.waited.silence, ==, 86400 * FWX_SECOND);
}

static void test_events_of_findings(void)
{
    PLAY(closed, behind_a_close);
    PLAY(idle, forgotten);
}

/* The last SYN begins it: 9 s after the first. */
static void test_waited_for_an_answer(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"again", I, S, 0, .gap_ms = 9000, .met = SENT},
    };
    static const struct segment other = {"elsewhere",     I,        0, 0, 0, 10, .gap_ms = 21000,
                                         .protocol = UDP, .conn = 2};
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_conclusion conclusion;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    scene_see(&scene, &other);
    conclusion = concluded(&scene, 1);
    g_assert_cmpint(conclusion.ground, ==, FWX_GROUND_NO_REPLY);
    g_assert_cmpint(conclusion.event, ==, FWX_EVENT_SYN_EXPIRED);
    g_assert_cmpint(conclusion.waited.timer, ==, FWX_SESSION_SYN);
    g_assert_cmpint(conclusion.waited.silence, ==, 21 * FWX_SECOND);
    scene_end(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/elsewhere/events", test_events);
    g_test_add_func("/elsewhere/waits", test_waits);
    g_test_add_func("/elsewhere/own-lines", test_own_lines);
    g_test_add_func("/elsewhere/events-of-findings", test_events_of_findings);
    g_test_add_func("/elsewhere/waited-for-an-answer", test_waited_for_an_answer);
    return g_test_run();
}
