/* test_timeouts.c
 * Known time-outs: the table itself, the user's rows in it, and which of them explain a silence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/facts/life.h"
#include "engine/model/timeouts.h"

#include <string.h>

/* How it ended matters to words alone. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define MS FWX_MILLISECOND

static const GArray *known(void)
{
    return fwx_firewalls_known()->timeouts;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void assert_column(const char *text, const char *forbidden)
{
    g_assert_nonnull(text);
    g_assert_cmpuint(strlen(text), >, 0);
    g_assert_null(strpbrk(text, forbidden));
}

/* Every column is filled, within its room and its values. */
static void test_columns(void)
{
    for (unsigned i = 0; i < known()->len; i++) {
        const struct fwx_timeout *row = &g_array_index(known(), struct fwx_timeout, i);

        g_test_message("%u: %s", i, row->model);
        g_assert_nonnull(memchr(row->model, '\0', sizeof row->model));
        g_assert_nonnull(memchr(row->title, '\0', sizeof row->title));
        assert_column(row->model, "\t\" ");
        g_assert_cmpuint(strspn(row->model, "abcdefghijklmnopqrstuvwxyz0123456789-"), ==,
                         strlen(row->model));
        assert_column(row->title, "\t\"|");
        assert_column(row->source, "\t\"|");
        g_assert_true(!row->when || *row->when);
        g_assert_true(g_regex_match_simple("^20[0-9]{2}-(0[1-9]|1[0-2])$", row->date, 0, 0));
        g_assert_cmpuint(row->timer, <, FWX_TIMER_KINDS);
        g_assert_cmpuint(row->expiry, <, FWX_EXPIRY_KINDS);
        g_assert_cmpuint(row->confidence, <=, FWX_ASSUMED);
        g_assert_true(row->seconds > 0 || row->timer == FWX_TIMER_CLOSED); /* at once */
        g_assert_cmpuint(row->seconds, <=, 432000);
        g_assert_cmpint(row->timer == FWX_TIMER_KEEP_ALIVE, ==, row->expiry == FWX_EXPIRY_PROBE);
    }
    g_assert_cmpuint(known()->len, >, 80);
}

static void test_keys(void)
{
    GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = 0; i < known()->len; i++) {
        const struct fwx_timeout *row = &g_array_index(known(), struct fwx_timeout, i);

        g_assert_true(g_hash_table_add(
            keys, g_strdup_printf("%s %u %s", row->model, row->timer, row->when ? row->when : "")));
    }
    g_hash_table_destroy(keys);
}

/* Each has words, and is used. */
static void test_words(void)
{
    for (unsigned timer = 0; timer < FWX_TIMER_KINDS; timer++) {
        bool used = false;

        g_assert_true(*fwx_timer_id((enum fwx_timer)timer));
        g_assert_nonnull(fwx_timer_title((enum fwx_timer)timer));
        for (unsigned i = 0; i < known()->len; i++)
            used |= g_array_index(known(), struct fwx_timeout, i).timer == timer;
        g_assert_true(used);
    }
    for (unsigned expiry = 0; expiry < FWX_EXPIRY_KINDS; expiry++)
        g_assert_true(*fwx_expiry_title((enum fwx_expiry)expiry));
    g_assert_cmpuint(fwx_timer_protocol(FWX_TIMER_HALF_CLOSED), ==, FWX_PROTOCOL_TCP);
    g_assert_cmpuint(fwx_timer_protocol(FWX_TIMER_KEEP_ALIVE), ==, FWX_PROTOCOL_TCP);
    g_assert_cmpuint(fwx_timer_protocol(FWX_TIMER_UDP_IDLE), ==, FWX_PROTOCOL_UDP);
    g_assert_cmpuint(fwx_timer_protocol(FWX_TIMER_UDP_ONE_WAY), ==, FWX_PROTOCOL_UDP);
}

/* ---- one row against a silence --------------------------------------------------------------- */

/* Does a table of one row (and the known ones of no other) explain it? */
static bool fits(uint8_t timer, uint32_t seconds, const struct fwx_silence_met *met)
{
    struct fwx_timeout own = {.model = "mine", .timer = timer, .seconds = seconds};
    GArray *timeouts = fwx_timeouts_with(fwx_firewalls_known(), &own, 1);
    const struct fwx_timeout *found[200];
    unsigned count = fwx_timeouts_fit(timeouts, met, found, G_N_ELEMENTS(found));
    bool mine = false;

    g_assert_cmpuint(count, <=, G_N_ELEMENTS(found));
    for (unsigned i = 0; i < count; i++)
        mine |= g_str_equal(found[i]->model, "mine");
    g_array_unref(timeouts);
    return mine;
}

static bool idle_fits(uint32_t seconds, int64_t survived, int64_t fatal)
{
    const struct fwx_silence_met met = {fatal, survived, FWX_PROTOCOL_TCP, FWX_LIFE_ESTABLISHED};

    return fits(FWX_TIMER_TCP_IDLE, seconds, &met);
}

/* It had run out: at its time, a second early, however late. */
static void test_fatal(void)
{
    g_assert_true(idle_fits(350, 0, 350000 * MS));
    g_assert_true(idle_fits(350, 0, 350000 * MS + 1));
    g_assert_true(idle_fits(350, 0, 349000 * MS));
    g_assert_false(idle_fits(350, 0, 349000 * MS - 1));
    g_assert_true(idle_fits(350, 0, 86400000 * MS));
    g_assert_true(idle_fits(31622400, 0, 31622400000 * MS));
}

/* And not yet: up to its time, and the slack. */
static void test_survived(void)
{
    static const struct {
        uint32_t seconds;
        int64_t slack_s;
    } cases[] = {{30, 10},  {100, 10}, {109, 10}, {110, 11},  {150, 15},
                 {200, 20}, {209, 20}, {350, 20}, {86400, 20}};

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        int64_t last = (cases[i].seconds + cases[i].slack_s) * FWX_SECOND;

        g_assert_cmpint(fwx_timeout_slack(cases[i].seconds), ==, cases[i].slack_s * FWX_SECOND);
        g_assert_true(idle_fits(cases[i].seconds, cases[i].seconds * FWX_SECOND, 2 * last));
        g_assert_true(idle_fits(cases[i].seconds, last - 1, 2 * last));
        g_assert_false(idle_fits(cases[i].seconds, last, 2 * last));
    }
    /* What was survived is longer than what was fatal: no time-out. */
    g_assert_false(idle_fits(350, 500 * FWX_SECOND, 363 * FWX_SECOND));
}

/* A keep-alive ends the silence when its time has come, and later nothing is its doing. */
static void test_keep_alive(void)
{
    struct fwx_silence_met met = {.protocol = FWX_PROTOCOL_TCP, .life = FWX_LIFE_ESTABLISHED};

    met.fatal = 7199 * FWX_SECOND;
    g_assert_true(fits(FWX_TIMER_KEEP_ALIVE, 7200, &met));
    met.fatal = 7199 * FWX_SECOND - 1;
    g_assert_false(fits(FWX_TIMER_KEEP_ALIVE, 7200, &met));
    met.fatal = 7220 * FWX_SECOND - 1;
    g_assert_true(fits(FWX_TIMER_KEEP_ALIVE, 7200, &met));
    met.fatal = 7220 * FWX_SECOND;
    g_assert_false(fits(FWX_TIMER_KEEP_ALIVE, 7200, &met));
    g_assert_true(fits(FWX_TIMER_TCP_IDLE, 7200, &met));
}

/* Which timer runs when. */
static void test_lives(void)
{
    static const struct {
        uint8_t timer;
        unsigned lives; /* bits */
    } cases[] = {
        {FWX_TIMER_TCP_IDLE, 1 << FWX_LIFE_ESTABLISHED | 1 << FWX_LIFE_MIDSTREAM |
                                 1 << FWX_LIFE_HALF_CLOSED}, /* has no half-closed timer */
        {FWX_TIMER_UNACKNOWLEDGED, 1 << FWX_LIFE_ESTABLISHED | 1 << FWX_LIFE_MIDSTREAM},
        {FWX_TIMER_KEEP_ALIVE, 1 << FWX_LIFE_ESTABLISHED | 1 << FWX_LIFE_MIDSTREAM},
        {FWX_TIMER_HALF_OPEN, 1 << FWX_LIFE_ASKED | 1 << FWX_LIFE_ANSWERED},
        {FWX_TIMER_HALF_CLOSED, 1 << FWX_LIFE_HALF_CLOSED},
        {FWX_TIMER_CLOSED, 1 << FWX_LIFE_CLOSING | 1 << FWX_LIFE_CLOSED | 1 << FWX_LIFE_RESET},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (unsigned life = 0; life <= FWX_LIFE_RESET; life++) {
            struct fwx_silence_met met = {100 * FWX_SECOND, 0, FWX_PROTOCOL_TCP, (uint8_t)life};

            g_assert_cmpint(fits(cases[i].timer, 100, &met), ==, cases[i].lives >> life & 1);
            met.protocol = FWX_PROTOCOL_UDP;
            g_assert_false(fits(cases[i].timer, 100, &met));
        }
    }
    for (unsigned timer = FWX_TIMER_UDP_IDLE; timer < FWX_TIMER_KINDS; timer++) {
        struct fwx_silence_met met = {100 * FWX_SECOND, 0, FWX_PROTOCOL_UDP, FWX_LIFE_NONE};

        g_assert_true(fits((uint8_t)timer, 100, &met));
        met.protocol = FWX_PROTOCOL_TCP;
        g_assert_false(fits((uint8_t)timer, 100, &met));
    }
}

/* ---- the known ones -------------------------------------------------------------------------- */

/* In words: as many as asked for. */
static char *say(const GArray *timeouts, struct fwx_silence_met met, unsigned most)
{
    char buffer[FWX_REASON_SIZE];
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    fwx_timeouts_say(&sentence, timeouts, &met, most, "Known: ");
    return g_strdup(buffer);
}

#define ASSERT_SAID(timeouts, most, said, ...)                                                     \
    do {                                                                                           \
        char *text = say(timeouts, (struct fwx_silence_met){__VA_ARGS__}, most);                   \
                                                                                                   \
        g_assert_cmpstr(text, ==, said);                                                           \
        g_free(text);                                                                              \
    } while (0)

#define TCP(fatal_s, survived_s, in)                                                               \
    (fatal_s) * FWX_SECOND, (survived_s)*FWX_SECOND, FWX_PROTOCOL_TCP, FWX_LIFE_##in

/* Survived 300 s, fatal at 363 s: the nearest first, those of one length as in the table. */
static void test_nearest_first(void)
{
    ASSERT_SAID(NULL, 8,
                "Known: 350 s AWS NLB (aws-nlb), 350 s AWS NAT gateway (aws-natgw), "
                "350 s AWS security group, Nitro v6 (aws-sg), 350 s AWS Network Firewall (aws-nfw)",
                TCP(363, 320, ESTABLISHED));
    ASSERT_SAID(NULL, 2,
                "Known: 350 s AWS NLB (aws-nlb), 350 s AWS NAT gateway (aws-natgw) and 2 more",
                TCP(363, 320, ESTABLISHED));
    ASSERT_SAID(NULL, 4,
                "Known: 350 s AWS NLB (aws-nlb), 350 s AWS NAT gateway (aws-natgw), "
                "350 s AWS security group, Nitro v6 (aws-sg), 350 s AWS Network Firewall (aws-nfw)",
                TCP(363, 320, ESTABLISHED));
    ASSERT_SAID(NULL, 8,
                "Known: 300 s Linux netfilter, data unacknowledged (linux), "
                "300 s Juniper SRX, HTTP (srx), 300 s Azure Firewall, east-west (azure-fw), "
                "300 s F5 BIG-IP, FastL4 (f5)",
                TCP(330, 260, ESTABLISHED));
    ASSERT_SAID(NULL, 8,
                "Known: 7200 s Linux, keep-alive (linux), 7200 s Windows, keep-alive (windows)",
                TCP(7205, 7000, ESTABLISHED));
    ASSERT_SAID(NULL, 8, "", TCP(7300, 7250, ESTABLISHED));
    ASSERT_SAID(NULL, 8, "", TCP(30, 0, ESTABLISHED));
}

#define ASSERT_EXPLAINED(timeouts, most, said, ...)                                                \
    do {                                                                                           \
        char buffer[FWX_REASON_SIZE];                                                              \
        struct fwx_sentence sentence = fwx_sentence_in(buffer);                                    \
        const struct fwx_silence_met met = {__VA_ARGS__};                                          \
                                                                                                   \
        fwx_timeouts_explain(&sentence, timeouts, &met, most);                                     \
        g_assert_cmpstr(buffer, ==, said);                                                         \
    } while (0)

/* Who explains it, and who does not: a model that has a row that fits is not ruled out by another
 * of its rows, and of two that do not the nearer counts, once. Windows' keep-alive rules nobody
 * out. */
static void test_explained(void)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct fwx_timeout));
    static const struct fwx_timeout own[] = {
        {"lb", "Balancer", FWX_TIMER_TCP_IDLE, 0, FWX_DOCUMENTED, 240, NULL},
        {"lb", "Balancer", FWX_TIMER_TCP_IDLE, 0, FWX_DOCUMENTED, 300, "set so"},
        {"far", "Far", FWX_TIMER_TCP_IDLE, 0, FWX_DOCUMENTED, 3600, NULL},
        {"near", "Near", FWX_TIMER_TCP_IDLE, 0, FWX_OBSERVED, 7200, NULL},
        {"near", "Near", FWX_TIMER_TCP_IDLE, 0, FWX_OBSERVED, 350, "set so"},
        {"mine", "", FWX_TIMER_TCP_IDLE, 0, FWX_ASSUMED, 60, NULL},
        {"udp", "Datagrams", FWX_TIMER_UDP_IDLE, 0, FWX_ASSUMED, 250, NULL},
        {"host", "Host", FWX_TIMER_KEEP_ALIVE, 0, FWX_ASSUMED, 300, NULL},
        {"half", "Half", FWX_TIMER_HALF_CLOSED, 0, FWX_INFERRED, 245, NULL},
    };

    g_array_append_vals(rows, own, G_N_ELEMENTS(own));
    ASSERT_EXPLAINED(rows, 4,
                     "silent after 251 s of silence, alive after 200 s: Balancer (240 s, "
                     "documented); not Near, mine, Far",
                     TCP(251, 200, ESTABLISHED), FWX_SILENCE_UNHEARD);
    ASSERT_EXPLAINED(rows, 2,
                     "reset after 251 s of silence, alive after 200 s: Balancer (240 s, "
                     "documented); not Near, mine and 1 more",
                     TCP(251, 200, ESTABLISHED), FWX_SILENCE_FATAL);
    ASSERT_EXPLAINED(rows, 1,
                     "reset after 305 s of silence: Balancer (300 s, set so, documented) and 3 "
                     "more; not Near and 1 more",
                     TCP(305, 0, ESTABLISHED), FWX_SILENCE_FATAL);
    ASSERT_EXPLAINED(rows, 4,
                     "silent after 58 s of silence, alive after 30 s: no known time-out; not mine, "
                     "Balancer, Near, Far",
                     TCP(58, 30, ESTABLISHED), FWX_SILENCE_UNHEARD);
    ASSERT_EXPLAINED(rows, 4, "silent after 300 s of silence: Datagrams (250 s, assumed)",
                     300 * FWX_SECOND, 0, FWX_PROTOCOL_UDP, FWX_LIFE_NONE, FWX_SILENCE_UNHEARD);
    ASSERT_EXPLAINED(
        NULL, 4,
        "silent after 251 s of silence, alive after 200 s: Azure Load Balancer (240 s, "
        "documented), Azure NAT gateway (240 s, documented), Azure Firewall (240 s, "
        "north-south, documented); not Linux netfilter, Juniper SRX, F5 BIG-IP, FastL4, "
        "AWS NLB and 15 more",
        TCP(251, 200, ESTABLISHED), FWX_SILENCE_UNHEARD);
    g_array_unref(rows);
}

/* Half-closed: who has a timer of its own for it, has that and not the one for idle ones. */
static void test_half_closed(void)
{
    ASSERT_SAID(NULL, 8,
                "Known: 3600 s Linux netfilter, half-closed, Kubernetes, kube-proxy (linux), "
                "3600 s Check Point (checkpoint)",
                TCP(3600, 3000, HALF_CLOSED));
    ASSERT_SAID(
        NULL, 8,
        "Known: 600 s Cisco ASA, half-closed (asa), "
        "600 s Google Cloud VPC firewall (gcp-vpc), 600 s nginx, stream, proxy_timeout (nginx)",
        TCP(700, 400, HALF_CLOSED));
    ASSERT_SAID(NULL, 8,
                "Known: 600 s Google Cloud VPC firewall (gcp-vpc), "
                "600 s nginx, stream, proxy_timeout (nginx)",
                TCP(700, 400, ESTABLISHED));
}

static void test_half_open(void)
{
    ASSERT_SAID(NULL, 2,
                "Known: 30 s Open vSwitch, userspace, half-open (openvswitch), "
                "30 s OpenBSD pf, half-open, SYN-ACK not answered (pf) and 2 more",
                TCP(31, 36, ANSWERED));
}

/* ---- the user's ------------------------------------------------------------------------------ */

/* Beside the known ones, and first among equals. */
static void test_own(void)
{
    static const struct fwx_timeout own[] = {
        {.model = "Proxy in the cellar", .timer = FWX_TIMER_TCP_IDLE, .seconds = 350},
        {.model = "asa", .timer = FWX_TIMER_TCP_IDLE, .seconds = 340},
    };
    GArray *timeouts = fwx_timeouts_with(fwx_firewalls_known(), own, G_N_ELEMENTS(own));

    g_assert_cmpuint(timeouts->len, ==, known()->len + 1);
    ASSERT_SAID(timeouts, 2, "Known: 350 s Proxy in the cellar, 350 s AWS NLB (aws-nlb) and 4 more",
                TCP(363, 330, ESTABLISHED));
    ASSERT_SAID(timeouts, 2, "Known: 340 s Cisco ASA (asa)", TCP(345, 330, ESTABLISHED));
    ASSERT_SAID(timeouts, 3,
                "Known: 3600 s Palo Alto PAN-OS (panos), 3600 s FortiGate (fortigate), "
                "3600 s Check Point (checkpoint)",
                TCP(3600, 3000, ESTABLISHED));
    g_array_unref(timeouts);
}

/* All rows of the model and timer go, whatever their condition; the last of two counts. */
static void test_override(void)
{
    static const struct fwx_timeout own[] = {
        {.model = "aws-sg", .timer = FWX_TIMER_TCP_IDLE, .seconds = 345},
        {.model = "aws-natgw", .timer = FWX_TIMER_TCP_IDLE, .seconds = 0},
        {.model = "aws-nfw", .timer = FWX_TIMER_TCP_IDLE, .seconds = 350},
        {.model = "aws-nfw", .timer = FWX_TIMER_TCP_IDLE, .seconds = 0},
        {.model = "aws-nlb", .timer = FWX_TIMER_UDP_IDLE, .seconds = 0},
        {.model = "aws-sg", .timer = FWX_TIMER_TCP_IDLE, .seconds = 340},
    };
    GArray *timeouts = fwx_timeouts_with(fwx_firewalls_known(), own, G_N_ELEMENTS(own));

    g_assert_cmpuint(timeouts->len, ==, known()->len - (2 + 1 + 1 + 1) + 1);
    ASSERT_SAID(timeouts, 8, "Known: 350 s AWS NLB (aws-nlb), 340 s AWS security group (aws-sg)",
                TCP(363, 320, ESTABLISHED));
    ASSERT_SAID(timeouts, 8, "Known: 432000 s Linux netfilter (linux)",
                TCP(432000, 86500, ESTABLISHED));
    g_array_unref(timeouts);
}

/* What the policy has is what counts, and copies share it. */
static void test_policy(void)
{
    static const struct fwx_timeout own = {.model = "x", .timer = FWX_TIMER_TCP_IDLE, .seconds = 9};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_policy copy;

    g_assert_null(policy.timeouts);
    fwx_policy_set_timeouts(&policy, &own, 1);
    copy = fwx_policy_copy(&policy);
    g_assert_true(copy.timeouts == policy.timeouts);
    fwx_policy_set_timeouts(&policy, NULL, 0);
    g_assert_null(policy.timeouts);
    fwx_policy_clear(&policy);
    ASSERT_SAID(copy.timeouts, 1, "Known: 9 s x", TCP(9, 0, ESTABLISHED));
    fwx_policy_clear(&copy);
    g_assert_null(copy.timeouts);
}

/* ---- what runs while a connection is silent -------------------------------------------------- */

/* Of its ends, whatever a firewall knows by then: at 86400 s it is TMG that has forgotten. */
static void test_life_in_silence(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"request", I, PA, 11, 11, 10, .gap_ms = 86500000},
        {"response", R, PA, 11, 21, 10, .met = ESTB},
        {"fin", I, FA, 21, 21, .gap_ms = 100000},
        {"ack", R, A, 21, 22, .met = FINW},
        {"rest", R, PA, 21, 22, 10, .gap_ms = 100000},
        {"fin", R, FA, 31, 22, .gap_ms = 100000},
        {"last ack", I, A, 22, 32, .gap_ms = 100000},
    };
    static const uint8_t lives[G_N_ELEMENTS(rows)] = {[6] = FWX_LIFE_ESTABLISHED,
                                                      [8] = FWX_LIFE_ESTABLISHED,
                                                      [10] = FWX_LIFE_HALF_CLOSED,
                                                      [11] = FWX_LIFE_HALF_CLOSED,
                                                      [12] = FWX_LIFE_CLOSING};

    struct scene scene = scene_new(&worlds[0]);

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        scene_see(&scene, &rows[i]);
        if (lives[i])
            g_assert_cmpuint(found(&scene, scene.frame, FWX_FINDING_SILENCE)->silence.life, ==,
                             lives[i]);
    }
    scene_end(&scene);
}

/* ---- the sentence ---------------------------------------------------------------------------- */

static void assert_reason(const struct fwx_silence *silence, const char *text)
{
    static const struct segment rows[] = {HANDSHAKE, {"data", I, PA, 1, 1, 10, .met = ESTB}};
    struct scene scene = scene_new(&worlds[0]);
    struct fwx_finding finding = {
        .kind = FWX_FINDING_SILENCE, .connection = 1, .frame = 5, .silence = *silence};
    char buffer[FWX_REASON_SIZE];

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++)
        scene_see(&scene, &rows[i]);
    g_assert_cmpstr(fwx_reason(scene.engine, &finding, buffer), ==, text);
    scene_end(&scene);
}

/* Where it was fatal, two at most, by the time without any packet. */
static void test_sentence(void)
{
    struct fwx_silence silence = {
        .length = 643999 * MS, .gap = 643999 * MS, .life = FWX_LIFE_ESTABLISHED};

    silence.end = FWX_SILENCE_UNHEARD;
    assert_reason(&silence, "643.999 s of silence end here; nobody answers any more; known "
                            "time-outs up to there: 600 s Google Cloud VPC firewall (gcp-vpc), "
                            "600 s nginx, stream, proxy_timeout (nginx) and 13 more");
    silence.end = FWX_SILENCE_FATAL;
    silence.gap = 65000 * MS;
    assert_reason(&silence, "643.999 s of silence end here; a reset is the answer; known time-outs "
                            "up to there: 60 s nginx, proxy_read_timeout (nginx)");
    silence.gap = 30000 * MS;
    assert_reason(&silence, "643.999 s of silence end here; a reset is the answer");
    silence.gap = 643999 * MS;
    silence.end = FWX_SILENCE_SURVIVED;
    assert_reason(&silence, "643.999 s of silence end here; the connection survived it");
    silence.end = FWX_SILENCE_OPEN;
    assert_reason(&silence, "643.999 s of silence end here");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeouts/columns", test_columns);
    g_test_add_func("/timeouts/keys", test_keys);
    g_test_add_func("/timeouts/words", test_words);
    g_test_add_func("/timeouts/fatal", test_fatal);
    g_test_add_func("/timeouts/survived", test_survived);
    g_test_add_func("/timeouts/keep-alive", test_keep_alive);
    g_test_add_func("/timeouts/lives", test_lives);
    g_test_add_func("/timeouts/nearest-first", test_nearest_first);
    g_test_add_func("/timeouts/explained", test_explained);
    g_test_add_func("/timeouts/half-closed", test_half_closed);
    g_test_add_func("/timeouts/half-open", test_half_open);
    g_test_add_func("/timeouts/own", test_own);
    g_test_add_func("/timeouts/override", test_override);
    g_test_add_func("/timeouts/policy", test_policy);
    g_test_add_func("/timeouts/life-in-silence", test_life_in_silence);
    g_test_add_func("/timeouts/sentence", test_sentence);
    return g_test_run();
}
