/* test_model.c
 * The records of the firewalls: what each says of each event.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/rules/sanity.h"
#include "engine/turn.h"

#include <string.h>

/* What a product has no words for. */
static const enum fwx_event silent_2004[] = {FWX_EVENT_SYN_EXPIRED, FWX_EVENT_LIMIT_RATE,
                                             FWX_EVENT_IPV6};
static const enum fwx_event silent_2006[] = {FWX_EVENT_IPV6};

static const struct {
    const char *id;
    const char *title;
    const enum fwx_event *silent;
    unsigned silent_count;
} products[FWX_PRODUCTS] = {
    [FWX_ISA_2004] = {"isa2004", "ISA Server 2004", silent_2004, G_N_ELEMENTS(silent_2004)},
    [FWX_ISA_2006] = {"isa2006", "ISA Server 2006", silent_2006, G_N_ELEMENTS(silent_2006)},
    [FWX_TMG_2010] = {"tmg2010", "Forefront TMG 2010", NULL, 0},
};

static bool is_silent(unsigned product, unsigned event)
{
    switch (event) { /* what only other firewalls tell apart */
    case FWX_EVENT_SYN_REUSE:
    case FWX_EVENT_SYNACK_DATA:
    case FWX_EVENT_ACK_LOW:
    case FWX_EVENT_STATE:
    case FWX_EVENT_HALF_CLOSED_EXPIRED:
        return true;
    default:
        break;
    }
    for (unsigned i = 0; i < products[product].silent_count; i++) {
        if (products[product].silent[i] == event)
            return true;
    }
    return false;
}

static void test_names(void)
{
    GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
        const char *id = fwx_event_id((enum fwx_event)event);

        g_assert_true(g_regex_match_simple("^[a-z0-9]+(-[a-z0-9]+)*$", id, 0, 0));
        g_assert_true(g_hash_table_add(ids, (gpointer)id));
    }
    g_hash_table_destroy(ids);
    for (unsigned i = 0; i < FWX_PRODUCTS; i++) {
        g_assert_cmpstr(fwx_models[i].id, ==, products[i].id);
        g_assert_cmpstr(fwx_models[i].title, ==, products[i].title);
    }
}

/* Every event has words, with a code that the product has, or is among those without any. */
static void test_words(void)
{
    for (unsigned product = 0; product < FWX_PRODUCTS; product++) {
        for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
            const struct fwx_words *words =
                fwx_model_words(&fwx_models[product], (enum fwx_event)event);
            const struct fwx_words *latest = &fwx_models[FWX_TMG_2010].words[event];
            const struct fwx_result *result = words ? fwx_result_find(words->code) : NULL;

            g_test_message("%s, %s", products[product].id, fwx_event_id((enum fwx_event)event));
            g_assert_cmpint(words == NULL, ==, is_silent(product, event));
            if (!words)
                continue;
            g_assert_nonnull(result);
            g_assert_cmpuint(result->since, <=, product);
            g_assert_cmpuint(words->confidence, <=, FWX_ASSUMED);
            g_assert_cmpstr(words->source, !=, "");
            /* Of the lineage, what one says all later ones say. */
            g_assert_cmphex(words->code, ==, latest->code);
            g_assert_cmpint(words->confidence, ==, latest->confidence);
            g_assert_cmpstr(words->source, ==, latest->source);
        }
    }
}

/* The codes that the sources show, and who is denied what. */
static void test_facts(void)
{
    static const struct {
        enum fwx_event event;
        uint32_t code;
        enum fwx_confidence confidence;
        bool denies;
    } facts[] = {
        {FWX_EVENT_ESTABLISHED, 0, FWX_DOCUMENTED, false},
        {FWX_EVENT_NOT_OPEN, 0xC0040017, FWX_DOCUMENTED, true},
        {FWX_EVENT_AFTER_CLOSE, 0xC0040017, FWX_DOCUMENTED, true},
        {FWX_EVENT_SYNACK_WRONG, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_ACK_WRONG, 0xC0040034, FWX_DOCUMENTED, true},
        {FWX_EVENT_ACK_FAST_OPEN, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_SEQ_HIGH, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_SEQ_LOW, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_ACK_HIGH, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_RST_INEXACT, 0xC0040034, FWX_INFERRED, true},
        {FWX_EVENT_CLOSED, 0x80074E20, FWX_INFERRED, false},
        {FWX_EVENT_RESET, 0x80074E21, FWX_INFERRED, false},
        {FWX_EVENT_INJECTED, 0x80074E24, FWX_INFERRED, false},
        {FWX_EVENT_SYN_EXPIRED, 0xC0040038, FWX_ASSUMED, false},
        {FWX_EVENT_IDLE_EXPIRED, 0x80074E20, FWX_ASSUMED, false},
        {FWX_EVENT_UDP_EXPIRED, 0x80074E20, FWX_OBSERVED, false},
        {FWX_EVENT_ICMP_EXPIRED, 0x80074E20, FWX_ASSUMED, false},
        {FWX_EVENT_EVICTED, 0x80074E20, FWX_ASSUMED, false},
        {FWX_EVENT_LIMIT_RATE, 0xC0040037, FWX_DOCUMENTED, true},
        {FWX_EVENT_LIMIT_OPEN, 0x80074E23, FWX_OBSERVED, true},
        {FWX_EVENT_LIMIT_HALF_OPEN, 0x80074E23, FWX_ASSUMED, true},
        {FWX_EVENT_LIMIT_SESSIONS, 0xC0040033, FWX_INFERRED, true},
    };
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < G_N_ELEMENTS(facts); i++) {
        const struct fwx_words *words = fwx_policy_words(&policy, facts[i].event);

        g_test_message("%s", fwx_event_id(facts[i].event));
        g_assert_cmphex(words->code, ==, facts[i].code);
        g_assert_cmpint(words->confidence, ==, facts[i].confidence);
        g_assert_cmpint(fwx_policy_denies(&policy, facts[i].event), ==, facts[i].denies);
    }
    /* What a product has no words for it does not deny. */
    g_assert_true(fwx_policy_denies(&policy, FWX_EVENT_IPV6));
    policy.product = FWX_ISA_2006;
    g_assert_false(fwx_policy_denies(&policy, FWX_EVENT_IPV6));
    g_assert_null(fwx_policy_words(&policy, FWX_EVENT_IPV6));
}

/* Each rule on one packet has an event of its own, the last ones in the order of the rules, and TMG
 * drops the packet. */
static void test_rules(void)
{
    struct fwx_policy policy = fwx_policy_default();

    g_assert_cmpuint(FWX_EVENT_SHORT_HEADER + fwx_sanity_rule_count, ==, FWX_EVENT_KINDS);
    for (unsigned i = 0; i < fwx_sanity_rule_count; i++) {
        g_assert_cmpuint(fwx_sanity_rules[i].event, ==, FWX_EVENT_SHORT_HEADER + i);
        g_assert_true(fwx_policy_denies(&policy, fwx_sanity_rules[i].event));
    }
}

/* What a product's record has is what is known of it, and what preferences are installed with. */
static void test_timers(void)
{
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned product = 0; product < FWX_PRODUCTS; product++) {
        const struct fwx_model *model = &fwx_models[product];
        const struct fwx_model_timer *timers = model->timers;
        const struct fwx_firewall *known = fwx_firewalls_find(fwx_firewalls_known(), model->id);

        g_assert_cmpstr(known->title, ==, model->title);
        for (unsigned timer = 0; timer < FWX_SESSION_TIMERS; timer++) {
            const struct fwx_timeout *row = known->timers[timer];

            g_assert_cmpuint(timers[timer].expiry, ==, FWX_EXPIRY_SILENT);
            g_assert_cmpstr(timers[timer].source, !=, "");
            if (!row)
                continue;
            g_assert_cmpuint(timers[timer].ms, ==, row->seconds * 1000);
            g_assert_cmpuint(timers[timer].expiry, ==, row->expiry);
        }
        g_assert_cmpuint(timers[FWX_SESSION_IDLE].confidence, ==,
                         known->timers[FWX_SESSION_IDLE]->confidence);
        g_assert_cmpuint(timers[FWX_SESSION_UDP].confidence, ==,
                         known->timers[FWX_SESSION_UDP]->confidence);
        g_assert_cmpuint(timers[FWX_SESSION_SYN].ms, ==, policy.no_reply_s * 1000);
        g_assert_cmpuint(timers[FWX_SESSION_IDLE].ms, ==, policy.tcp_idle_s * 1000);
        g_assert_cmpuint(timers[FWX_SESSION_CLOSED].ms, ==, policy.linger_ms);
        g_assert_cmpuint(timers[FWX_SESSION_UDP].ms, ==, policy.udp_idle_s * 1000);
    }
}

/* Those that hold, by state: the product's, and a preference where it is changed. */
static void test_timers_that_hold(void)
{
    enum { MS = 1000000 };
    static const struct {
        uint32_t no_reply_s, tcp_idle_s, linger_ms, udp_idle_s;
        int64_t ms[FWX_SESSION_TIMERS];
    } cases[] = {
        {21, 86400, 0, 60, {21000, 21000, 86400000, 86400000, 0, 0, 60000, 60000}},
        {20, 86400, 0, 60, {20000, 20000, 86400000, 86400000, 0, 0, 60000, 60000}},
        {21, 0, 0, 60, {21000, 21000, 0, 0, 0, 0, 60000, 60000}},
        {21, 60, 0, 60, {21000, 21000, 60000, 60000, 0, 0, 60000, 60000}},
        {0, 3600, 1, 61, {0, 0, 3600000, 3600000, 1, 1, 61000, 61000}},
        {UINT32_MAX,
         UINT32_MAX,
         UINT32_MAX,
         UINT32_MAX,
         {UINT32_MAX * INT64_C(1000), UINT32_MAX * INT64_C(1000), UINT32_MAX * INT64_C(1000),
          UINT32_MAX * INT64_C(1000), UINT32_MAX, UINT32_MAX, UINT32_MAX * INT64_C(1000),
          UINT32_MAX * INT64_C(1000)}},
    };

    for (unsigned product = 0; product < FWX_PRODUCTS; product++) {
        for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
            struct fwx_policy policy = fwx_policy_default();
            struct fwx_policy copy;

            policy.product = (enum fwx_product)product;
            policy.no_reply_s = cases[i].no_reply_s;
            policy.tcp_idle_s = cases[i].tcp_idle_s;
            policy.linger_ms = cases[i].linger_ms;
            policy.udp_idle_s = cases[i].udp_idle_s;
            copy = fwx_policy_copy(&policy);
            for (unsigned timer = 0; timer < FWX_SESSION_TIMERS; timer++)
                g_assert_cmpint(copy.timers[timer], ==, cases[i].ms[timer] * MS);
            fwx_policy_clear(&copy);
        }
    }
}

/* Each state has its own: what is half-closed is forgotten sooner here, and
 * what a clock put back shows to be no silence goes on. */
static void test_timer_of_the_state(void)
{
    static const struct segment begin[] = {
        HANDSHAKE, EXCHANGE, {"fin", R, FA, 11, 11, .met = ESTB}};
    static const struct {
        enum fwx_session_timer changed;
        int64_t gap_ms;
        int state; /* that the next packet meets */
    } cases[] = {
        {FWX_SESSION_HALF_CLOSED, 59999, FINW}, {FWX_SESSION_HALF_CLOSED, 60000, CLSD},
        {FWX_SESSION_IDLE, 60000, FINW},        {FWX_SESSION_SYN_ACK, 60000, FINW},
        {FWX_SESSION_CLOSED, 60000, FINW},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct scene scene = scene_new(&worlds[0]);
        struct segment next = {"ack", I, A, 11, 12, .gap_ms = cases[i].gap_ms};
        struct segment back = {"data", I, PA, 11, 12, 1, .gap_ms = -1};

        scene.engine->policy.timers[cases[i].changed] = 60 * FWX_SECOND;
        for (unsigned row = 0; row < G_N_ELEMENTS(begin); row++)
            scene_see(&scene, &begin[row]);
        scene_see(&scene, &next);
        g_assert_cmpint(connection_of(&scene, 1)->state, ==, cases[i].state);
        scene_see(&scene, &back);
        g_assert_cmpint(connection_of(&scene, 1)->state, ==, FINW);
        scene_end(&scene);
    }
}

static void test_forgets(void)
{
    struct fwx_policy policy = {.timers = {[FWX_SESSION_IDLE] = 10}};

    g_assert_false(fwx_policy_forgets(&policy, FWX_SESSION_IDLE, 9));
    g_assert_true(fwx_policy_forgets(&policy, FWX_SESSION_IDLE, 10));
    g_assert_false(fwx_policy_forgets(&policy, FWX_SESSION_IDLE, -10));
    g_assert_false(fwx_policy_forgets(&policy, FWX_SESSION_SYN, INT64_MAX)); /* never */
}

/* For fwx_policy_filter(). The one that is blind under TLS is among them. */
static void test_filters(void)
{
    for (unsigned product = 0; product < FWX_PRODUCTS; product++) {
        const struct fwx_model *model = &fwx_models[product];
        const struct fwx_app_filter *row = model->filters;
        unsigned blind = 0;

        for (unsigned i = 0; i < model->filter_count; i++) {
            blind += !strcmp(row[i].name, model->tls_blind_filter);
            if (i)
                g_assert_cmpint(row[i - 1].port * 256 + row[i - 1].protocol, <,
                                row[i].port * 256 + row[i].protocol);
        }
        g_assert_cmpuint(blind, ==, 1);
        g_assert_cmpuint(model->filter_count, ==, product == FWX_TMG_2010 ? 18 : 15);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/names", test_names);
    g_test_add_func("/model/words", test_words);
    g_test_add_func("/model/facts", test_facts);
    g_test_add_func("/model/rules", test_rules);
    g_test_add_func("/model/timers", test_timers);
    g_test_add_func("/model/timers-that-hold", test_timers_that_hold);
    g_test_add_func("/model/timer-of-the-state", test_timer_of_the_state);
    g_test_add_func("/model/forgets", test_forgets);
    g_test_add_func("/model/filters", test_filters);
    return g_test_run();
}
