/* test_beside.c
 * Further firewalls beside the main one: what they say, of which packets, and what the capture
 * shows of it afterwards.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/model/beside.h"
#include "engine/turn.h" /* what an engine has beside it is nobody else's business */

/* Rows end where they have no more to say. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* A packet, and what all firewalls together say of it; NULL: nothing. */
struct told {
    struct segment row;
    const char *said;
};

/* Firewalls of a user's file. */
#define M                                                                                          \
    "m\ttcp-half-open\t5\t\tsilent\tassumed\n"                                                     \
    "m\ttcp-idle\t100\t\tsilent\tdocumented\n"                                                     \
    "m\ttcp-closed\t0\t\tsilent\tassumed\n"                                                        \
    "m\tudp-idle\t30\t\tsilent\tassumed\n"                                                         \
    "m\tnot-open\t\t\tdrop\tinferred\t\t\tno session\t\t\tOpen it.\n"                              \
    "r\ttcp-idle\t100\t\treset-next\tassumed\n"                                                    \
    "f\tbad-flags\t\t\tdrop\tassumed\n"                                                            \
    "m\tsynack-data\t\t\tdrop\tobserved\t\t\t\t\t\tAllow it.\n"

struct rules {
    const char *also;
    const char *linux_settings;
    void (*change)(struct fwx_policy *policy);
};

static const struct rules m_only = {"m"};
static const struct rules f_only = {"f"};
static const struct rules linux_only = {"linux"};
static const struct rules strict_linux = {"linux", "tcp_loose=0"};

static struct fwx_policy policy_of(const struct rules *rules)
{
    struct fwx_policy policy = fwx_policy_default();

    if (rules->change)
        rules->change(&policy);
    fwx_policy_set_firewalls(&policy, M, "mine");
    fwx_policy_set_also(&policy, rules->also);
    fwx_policy_set_linux(&policy, rules->linux_settings);
    g_assert_null(policy.problems);
    return policy;
}

/* All that is said of a frame, in order, each with a bar before it; to be freed. */
static char *said_of(const struct scene *scene, uint32_t frame)
{
    GString *all = g_string_new(NULL);
    uint32_t first;
    uint32_t count = fwx_beside_sayings(scene->engine, frame, &first);

    for (uint32_t i = first; i < first + count; i++) {
        const struct fwx_saying *saying = fwx_beside_saying(scene->engine, i);
        char buffer[FWX_REASON_SIZE];

        g_assert_cmpuint(saying->frame, ==, frame);
        g_string_append_printf(all, "%s%s", all->len ? " | " : "",
                               fwx_beside_say(scene->engine, saying, NULL, buffer));
    }
    return g_string_free(all, FALSE);
}

typedef void (*look)(const struct scene *scene);

static void tell_in(const struct world *world, const struct fwx_policy *policy,
                    const struct told *told, unsigned count, look look)
{
    struct scene scene = scene_new_under(world, policy);

    for (unsigned i = 0; i < count; i++)
        scene_see(&scene, &told[i].row);
    fwx_engine_review(scene.engine);
    for (unsigned i = 0; i < count; i++) {
        char *said = said_of(&scene, i + 1);

        g_test_message("world \"%s\", frame %u \"%s\"", world->name, i + 1, told[i].row.does);
        g_assert_cmpstr(said, ==, told[i].said ? told[i].said : "");
        g_free(said);
    }
    if (look)
        look(&scene);
    scene_end(&scene);
}

static void tell(const struct rules *rules, const struct told *told, unsigned count, look look)
{
    struct fwx_policy policy = policy_of(rules);

    for (unsigned i = 0; i < world_count; i++)
        tell_in(&worlds[i], &policy, told, count, look);
    fwx_policy_clear(&policy);
}

#define TELL(rules, told, look) tell(&(rules), told, G_N_ELEMENTS(told), look)

static void assert_account(const struct scene *scene, uint32_t id, unsigned number,
                           uint32_t dropped, uint32_t frame, enum fwx_evidence evidence)
{
    struct fwx_beside_account account =
        fwx_beside_account(scene->engine, connection_of(scene, id), number);

    g_assert_cmpuint(account.dropped, ==, dropped);
    g_assert_cmpuint(account.saying ? account.saying->frame : 0, ==, frame);
    g_assert_cmpint(account.evidence, ==, evidence);
}

/* Ten milliseconds each. */
#define OPENED                                                                                     \
    {{"syn", I, S, 0}}, {{"syn-ack", R, SA, 0, 1}},                                                \
    {                                                                                              \
        {                                                                                          \
            "ack", I, A, 1, 1                                                                      \
        }                                                                                          \
    }
#define IDLE_101 "m: drop, no session; 101 s of silence, TCP idle 100 s (documented)"

/* ---- what is said ---------------------------------------------------------------------------- */

static void idle_advice(const struct scene *scene)
{
    uint32_t first;

    assert_account(scene, 1, 0, 1, 4, FWX_EVIDENCE_NONE);
    g_assert_cmpuint(fwx_beside_sayings(scene->engine, 4, &first), ==, 1);
    g_assert_cmpuint(first, ==, 0);
    g_assert_cmpint(fwx_beside_saying(scene->engine, 0)->event, ==, FWX_EVENT_IDLE_EXPIRED);
    g_assert_cmpstr(fwx_beside_advice(scene->engine, fwx_beside_saying(scene->engine, 0)), ==,
                    "Open it."); /* as for any packet without a session */
    /* Before the first and behind the last. */
    g_assert_cmpuint(fwx_beside_sayings(scene->engine, 0, &first), ==, 0);
    g_assert_cmpuint(fwx_beside_sayings(scene->engine, UINT32_MAX, &first), ==, 0);
}

static void synack_advice(const struct scene *scene)
{
    g_assert_cmpstr(fwx_beside_advice(scene->engine, fwx_beside_saying(scene->engine, 0)), ==,
                    "Allow it.");
}

static void test_words(void)
{
    static const struct told idle[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 101999}, IDLE_101},
        {{"syn", I, S, 500}},
    };
    static const struct told synack[] = {
        {{"syn", I, S, 0}},
        {{"syn-ack with data", R, SA, 0, 1, 5}, "m: drop, data in the SYN-ACK (observed)"},
    };
    static const struct told half_open[] = {
        {{"syn", I, S, 0}},
        {{"late syn-ack", R, SA, 0, 1, .gap_ms = 5000},
         "m: drop, no session; 5 s of silence, TCP half-open 5 s (assumed)"},
    };

    TELL(m_only, idle, idle_advice);
    TELL(m_only, synack, synack_advice);
    TELL(m_only, half_open, NULL);
}

static void no_advice(const struct scene *scene)
{
    g_assert_null(fwx_beside_advice(scene->engine, fwx_beside_saying(scene->engine, 1)));
}

/* Its own words; ours where none are known. */
static void test_other_words(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 60000},
         "own: reset, its own words; 60 s of silence, TCP idle 60 s (assumed) | "
         "dumb: drop, idle for too long; 60 s of silence, TCP idle 50 s (assumed)"},
    };
    struct fwx_policy policy = fwx_policy_default();

    fwx_policy_set_firewalls(&policy,
                             "dumb\ttcp-idle\t50\t\tsilent\tassumed\n"
                             "own\ttcp-idle\t60\t\tsilent\tassumed\n"
                             "own\tnot-open\t\t\tdrop\tassumed\t\t\tany\n"
                             "own\tidle-expired\t\t\treset\tassumed\t\t\tits own words\n",
                             "mine");
    fwx_policy_set_also(&policy, "own dumb");
    tell_in(&worlds[0], &policy, rows, G_N_ELEMENTS(rows), no_advice);
    fwx_policy_clear(&policy);
}

static void no_flags(struct fwx_packet *packet)
{
    packet->tcp.flags = 0;
}

/* The kernel's words; ours where it logs nothing. What ran out is told by the entry's state. */
static void test_linux_words(void)
{
    static const struct told flags[] = {
        OPENED,
        {{"nothing set", I, A, 1, 1, .tweak = no_flags},
         "linux: drop, nf_ct_proto_6: invalid tcp flag combination"},
        {{"syn and fin", I, S | F, 1, 1},
         "linux: drop, nf_ct_proto_6: invalid tcp flag combination"},
    };
    static const struct told reset[] = {
        OPENED,
        {{"reset below what was acknowledged", R, RST, 0},
         "linux: drop, nf_ct_proto_6: invalid rst"},
    };

    TELL(linux_only, flags, NULL);
    TELL(linux_only, reset, NULL);
}

/* No stack sends it, so it is of no connection that began before the capture; and begins none. */
static void test_impossible_flags(void)
{
    static const struct told seen[] = {
        {{"nothing set", I, A, 1, 1, .tweak = no_flags}, "f: drop, impossible flags (assumed)"},
        {{"ack of what began before", I, A, 1, 1}},
        {{"nothing set", I, A, 1, 1, .tweak = no_flags}, "f: drop, impossible flags (assumed)"},
    };
    static const struct told unknown[] = {
        {{"nothing set", I, A, 1, 1, .tweak = no_flags}, "m: drop, no session (inferred)"},
        {{"reset of what began before", R, RST, 1}},
    };
    static const struct told by_linux[] = {
        {{"nothing set", I, A, 1, 1, .tweak = no_flags},
         "linux: drop, nf_ct_proto_6: invalid tcp flag combination"},
        {{"ack of what began before", I, A, 1, 1}},
    };

    TELL(f_only, seen, NULL);
    TELL(m_only, unknown, NULL);
    TELL(linux_only, by_linux, NULL);
}

static void event_is(const struct scene *scene, enum fwx_event event)
{
    g_assert_cmpstr(fwx_event_id((enum fwx_event)fwx_beside_saying(scene->engine, 0)->event), ==,
                    fwx_event_id(event));
}

static void syn_expired(const struct scene *scene)
{
    event_is(scene, FWX_EVENT_SYN_EXPIRED);
}

static void idle_expired(const struct scene *scene)
{
    event_is(scene, FWX_EVENT_IDLE_EXPIRED);
}

static void half_closed_expired(const struct scene *scene)
{
    event_is(scene, FWX_EVENT_HALF_CLOSED_EXPIRED);
}

static void bad_flags(const struct scene *scene)
{
    event_is(scene, FWX_EVENT_BAD_FLAGS);
}

static void closed(const struct scene *scene)
{
    event_is(scene, FWX_EVENT_AFTER_CLOSE);
    assert_account(scene, 1, 0, 0, 0, FWX_EVIDENCE_NONE); /* late */
}

static void test_linux_expiry(void)
{
    static const struct told syn[] = {
        {{"syn", I, S, 0}},
        {{"syn-ack", R, SA, 0, 1, .gap_ms = 119999}},
    };
    static const struct told late_syn_ack[] = {
        {{"syn", I, S, 0}},
        {{"syn-ack", R, SA, 0, 1, .gap_ms = 120000}, "linux: drop, nf_ct_proto_6: invalid new"},
    };
    /* What is invalid for what it is has not run out. */
    static const struct told lives[] = {
        OPENED,
        {{"nothing set", I, A, 1, 1, .tweak = no_flags},
         "linux: drop, nf_ct_proto_6: invalid tcp flag combination"},
    };
    static const struct told late_ack[] = {
        {{"syn", I, S, 0}},
        {{"syn-ack", R, SA, 0, 1}},
        {{"ack", I, A, 1, 1, .gap_ms = 60000}, "linux: drop, half-open for too long"},
    };
    static const struct told idle[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 432000000}, "linux: drop, idle for too long"},
    };
    static const struct told half_closed[] = {
        OPENED,
        {{"fin", I, FA, 1, 1}},
        {{"its ack", R, A, 1, 2}},
        {{"data", R, PA, 1, 2, 10, .gap_ms = 60000}, "linux: drop, half-closed for too long"},
    };
    static const struct told after_close[] = {
        OPENED,
        {{"fin", I, FA, 1, 1}},
        {{"fin", R, FA, 1, 2}},
        {{"ack", I, A, 2, 2}},
        {{"again", I, A, 2, 2, .gap_ms = 120000}, "linux: drop, after the close"},
    };
    TELL(strict_linux, syn, NULL);
    TELL(strict_linux, lives, bad_flags);
    TELL(strict_linux, late_syn_ack, syn_expired);
    TELL(strict_linux, late_ack, syn_expired);
    TELL(strict_linux, idle, idle_expired);
    TELL(strict_linux, half_closed, half_closed_expired);
    TELL(strict_linux, after_close, closed);
}

static void not_dropped(const struct scene *scene)
{
    assert_account(scene, 1, 0, 0, 0, FWX_EVIDENCE_NONE);
    g_assert_cmpint(fwx_beside_saying(scene->engine, 0)->reaction, ==, FWX_REACTION_PASS);
}

static void let_invalid_pass(struct fwx_policy *policy)
{
    policy->linux_drops_invalid = false;
}

/* A ruleset without a rule for it: it is said, and dropped is nothing. */
static void test_invalid_passes(void)
{
    static const struct rules rules = {"linux", .change = let_invalid_pass};
    static const struct told rows[] = {
        OPENED,
        {{"nothing set", I, A, 1, 1, .tweak = no_flags},
         "linux: invalid, nf_ct_proto_6: invalid tcp flag combination"},
    };

    TELL(rules, rows, not_dropped);
}

static void numbered(const struct scene *scene)
{
    uint32_t first;

    g_assert_cmpuint(fwx_beside_count(scene->engine), ==, 3);
    g_assert_cmpstr(fwx_beside_firewall(scene->engine, 0)->id, ==, "asa");
    g_assert_cmpstr(fwx_beside_firewall(scene->engine, 1)->id, ==, "gcp-vpc");
    g_assert_cmpstr(fwx_beside_firewall(scene->engine, 2)->id, ==, "m");
    g_assert_cmpuint(fwx_beside_sayings(scene->engine, 2, &first), ==, 2);
    g_assert_cmpuint(fwx_beside_saying(scene->engine, first)->firewall, ==, 0);
    g_assert_cmpuint(fwx_beside_saying(scene->engine, first + 1)->firewall, ==, 2);
    for (unsigned number = 0; number < 3; number += 2)
        assert_account(scene, 1, number, 2, 2, FWX_CORROBORATED);
    assert_account(scene, 1, 1, 0, 0, FWX_EVIDENCE_NONE);
}

static void test_several(void)
{
    static const struct rules rules = {"asa gcp-vpc m"};
    static const struct told rows[] = {
        {{"syn", I, S, 0}},
        {{"syn-ack with data", R, SA, 0, 1, 5},
         "asa: drop, data in the SYN-ACK (documented) | m: drop, data in the SYN-ACK (observed)"},
        {{"again", R, SA, 0, 1, 5, .gap_ms = 1000},
         "asa: drop, data in the SYN-ACK (documented) | m: drop, data in the SYN-ACK (observed)"},
    };

    TELL(rules, rows, numbered);
}

/* ---- one entry for all connections of the tuple ---------------------------------------------- */

static void two_connections(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 2);
    assert_account(scene, 1, 0, 0, 0, FWX_EVIDENCE_NONE);
    assert_account(scene, 2, 0, 0, 0, FWX_EVIDENCE_NONE);
}

/* A session that lives does not begin anew with a SYN: data in the answer is nothing to it. */
static void test_inherited(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10}},
        {{"syn of another", I, S, 900000}},
        {{"syn-ack with data", R, SA, 700000, 900001, 5}},
    };

    TELL(m_only, rows, two_connections);
}

/* From whichever end the new one is opened. */
static void test_inherited_turned(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"fin", I, FA, 1, 1}},
        {{"fin", R, FA, 1, 2}},
        {{"ack", I, A, 2, 2}},
        {{"syn of the other end", R, S, 900000}},
        {{"syn-ack with data", I, SA, 700000, 900001, 5},
         "m: drop, data in the SYN-ACK (observed)"},
    };

    TELL(m_only, rows, NULL);
}

static void contradicted_once(const struct scene *scene)
{
    g_assert_cmpuint(fwx_engine_connections(scene->engine)->pool.count, ==, 2);
    assert_account(scene, 1, 0, 1, 4, FWX_CONTRADICTED);
    assert_account(scene, 2, 0, 1, 8, FWX_EVIDENCE_NONE);
}

/* What it would have dropped arrived: it does not stand there, and is not asked any more. Nor has
 * the next connection of the tuple its entry: that is not known. */
static void test_contradicted(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 101000}, IDLE_101},
        {{"ack of it", R, A, 1, 11}},
        {{"more", I, PA, 11, 1, 10, .gap_ms = 200000}},
        {{"syn of another", I, S, 900000}},
        {{"syn-ack with data", R, SA, 700000, 900001, 5},
         "m: drop, data in the SYN-ACK (observed)"},
    };

    TELL(m_only, rows, contradicted_once);
}

static void answer_unknown(const struct scene *scene)
{
    assert_account(scene, 1, 0, 1, 4, FWX_CONTRADICTED);
    assert_account(scene, 2, 0, 1, 7, FWX_EVIDENCE_NONE);
}

/* To who has no entry of the last connection the next one's state is that of its SYN. */
static void test_contradicted_is_unknown(void)
{
    static const struct told unknown[] = {
        OPENED,
        {{"nothing set, and data", I, A, 1, 1, 10, .tweak = no_flags},
         "linux: drop, nf_ct_proto_6: invalid tcp flag combination"},
        {{"arrived", R, A, 1, 11}},
        {{"syn of another", I, S, 900000}},
        {{"fin instead of a syn-ack", R, FA, 600000, 900001},
         "linux: drop, nf_ct_proto_6: packet (index 2) in dir 1 invalid, state SYN_SENT"},
    };

    TELL(linux_only, unknown, answer_unknown);
}

/* ---- evidence -------------------------------------------------------------------------------- */

static void corroborated(const struct scene *scene)
{
    assert_account(scene, 1, 0, 2, 4, FWX_CORROBORATED);
}

static void once(const struct scene *scene)
{
    assert_account(scene, 1, 0, 1, 4, FWX_EVIDENCE_NONE);
}

static void contradicted(const struct scene *scene)
{
    assert_account(scene, 1, 0, 1, 4, FWX_CONTRADICTED);
}

static void not_contradicted(const struct scene *scene)
{
    assert_account(scene, 1, 0, 2, 4, FWX_EVIDENCE_NONE);
}

#define DROPPED                                                                                    \
    OPENED,                                                                                        \
    {                                                                                              \
        {"data", I, PA, 1, 1, 10, .gap_ms = 101000}, IDLE_101                                      \
    }

static void corroborated_by_data(const struct scene *scene)
{
    assert_account(scene, 1, 0, 3, 5, FWX_CORROBORATED);
}

static void test_corroborated(void)
{
    static const struct told ack[] = {DROPPED, {{"ack", I, A, 1, 1}, IDLE_101}};
    /* Nobody waits for an answer to the first. */
    static const struct told ack_before[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10}},
        {{"ack", I, A, 11, 1, .gap_ms = 101000}, IDLE_101},
        {{"data again", I, PA, 1, 1, 10}, IDLE_101},
        {{"data again", I, PA, 1, 1, 10, .gap_ms = 300}, IDLE_101},
    };
    static const struct told rows[] = {
        DROPPED,
        {{"data again", I, PA, 1, 1, 10, .gap_ms = 300}, IDLE_101},
    };
    static const struct told other_data[] = {
        DROPPED,
        {{"more data", I, PA, 11, 1, 10, .gap_ms = 300}, IDLE_101},
    };

    TELL(m_only, rows, corroborated);
    TELL(m_only, other_data, not_contradicted);
    TELL(m_only, ack, not_contradicted);
    TELL(m_only, ack_before, corroborated_by_data);
}

static void test_arrived(void)
{
    static const struct told one_byte[] = {DROPPED, {{"ack of one byte", R, A, 1, 2}}};
    static const struct told all[] = {DROPPED, {{"data and ack", R, PA, 1, 11, 10}}};

    TELL(m_only, one_byte, contradicted);
    TELL(m_only, all, contradicted);
}

static void test_no_proof(void)
{
    static const struct told old_ack[] = {
        DROPPED,
        {{"ack of what was before", R, A, 1, 1}, IDLE_101},
    };
    /* Nor is counted what comes after it. */
    static const struct told reset[] = {
        DROPPED,
        {{"reset", R, RA, 1, 11}, IDLE_101},
        {{"more data", I, PA, 11, 1, 10}, IDLE_101},
    };
    static const struct told no_weight[] = {
        OPENED,
        {{"ack", I, A, 1, 1, .gap_ms = 101000}, IDLE_101},
        {{"ack again", I, A, 1, 1, .gap_ms = 101000}, IDLE_101},
    };

    TELL(m_only, old_ack, not_contradicted);
    TELL(m_only, reset, not_contradicted);
    TELL(m_only, no_weight, not_contradicted); /* nobody waits for an answer to it */
}

/* But to who answers with one it does. */
static void test_reset_by_the_firewall(void)
{
    static const struct rules rules = {"r"};
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 101000},
         "r: reset, idle for too long; 101 s of silence, TCP idle 100 s (assumed)"},
        {{"reset", R, RA, 1, 11},
         "r: reset, idle for too long; 101 s of silence, TCP idle 100 s (assumed)"},
    };

    TELL(rules, rows, corroborated);
}

static void dropped_answer(const struct scene *scene)
{
    assert_account(scene, 1, 0, 1, 2, FWX_EVIDENCE_NONE);
}

static void dropped_answers(const struct scene *scene)
{
    assert_account(scene, 1, 0, 2, 2, FWX_EVIDENCE_NONE);
}

/* Who did not get an answer asks again, as who did. */
static void test_datagrams_prove_nothing(void)
{
    static const struct told rows[] = {
        {{"query", I, 0, 0, 0, 30, .protocol = UDP}},
        {{"answer", R, 0, 0, 0, 30, .protocol = UDP, .gap_ms = 31000},
         "m: drop, idle for too long; 31 s of silence, UDP idle 30 s (assumed)"},
        {{"query", I, 0, 0, 0, 30, .protocol = UDP}},
        {{"answer", R, 0, 0, 0, 30, .protocol = UDP, .gap_ms = 31000},
         "m: drop, idle for too long; 31 s of silence, UDP idle 30 s (assumed)"},
    };
    struct fwx_policy policy = policy_of(&m_only);

    policy.udp_idle_s = 0; /* one session */
    for (unsigned i = 0; i < world_count; i++)
        tell_in(&worlds[i], &policy, rows, 3, dropped_answer);
    for (unsigned i = 0; i < world_count; i++)
        tell_in(&worlds[i], &policy, rows, 4, dropped_answers);
    fwx_policy_clear(&policy);
}

/* ---- where captures begin -------------------------------------------------------------------- */

/* What began before is known to a firewall, and there is nothing to say of it. */
static void test_adopted(void)
{
    static const struct rules all = {"linux asa m pf openvswitch panos", "tcp_loose=0"};
    static const struct told ack[] = {
        {{"data", I, PA, 1, 1, 10}}, {{"ack", R, A, 1, 11}},   {{"data", R, PA, 1, 11, 10}},
        {{"fin", I, FA, 11, 11}},    {{"fin", R, FA, 11, 12}}, {{"ack", I, A, 12, 12}},
    };
    static const struct told fin[] = {
        {{"fin", R, FA, 1, 1}}, {{"fin", R, FA, 1, 1, .gap_ms = 200}},
        {{"ack", I, A, 1, 2}},  {{"fin", I, FA, 1, 2}},
        {{"ack", R, A, 2, 2}},
    };
    static const struct told reset[] = {{{"reset", R, RST, 1}}, {{"reset", R, RST, 1}}};
    static const struct told syn_ack[] = {
        {{"syn-ack", R, SA, 0, 1}}, {{"again", R, SA, 0, 1, .gap_ms = 1000}},
        {{"ack", I, A, 1, 1}},      {{"data", I, PA, 1, 1, 10}},
        {{"ack", R, A, 1, 11}},
    };
    static const struct told reply[] = {
        {{"pong", R, REPLY, 0, 0, 32, .protocol = ECHO}},
        {{"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO}},
        {{"pong", R, REPLY, 0, 0, 32, .protocol = ECHO}},
    };

    TELL(all, ack, NULL);
    TELL(all, fin, NULL);
    TELL(all, reset, NULL);
    TELL(all, syn_ack, NULL);
    TELL(all, reply, NULL);
}

/* An ACK shows a connection that lives; from then on it has its time. */
static void test_adopted_expires(void)
{
    static const struct told rows[] = {
        {{"data", I, PA, 1, 1, 10}},
        {{"ack", R, A, 1, 11}},
        {{"data", R, PA, 1, 11, 10, .gap_ms = 101000}, IDLE_101},
    };

    TELL(m_only, rows, NULL);
}

/* Of who answers it needs no answer. */
static void test_adopted_responder(void)
{
    static const struct told rows[] = {
        {{"syn-ack", R, SA, 0, 1}},
        {{"data", R, PA, 1, 1, 10}},
        {{"more data", R, PA, 11, 1, 10, .gap_ms = 101000}, IDLE_101},
    };

    TELL(m_only, rows, NULL);
}

/* Of who asks and is never heard to be answered nothing is said: a firewall has seen the answer. */
static void test_missed_answers(void)
{
    static const struct rules all = {"linux asa m pf openvswitch", "tcp_loose=0"};
    static const struct told rows[] = {
        {{"syn", I, S, 0}},
        {{"ack", I, A, 1, 1}},
        {{"data", I, PA, 1, 1, 10, .gap_ms = 101000}},
        {{"fin", I, FA, 11, 1}},
        {{"ack", I, A, 12, 2}},
    };

    TELL(all, rows, NULL);
}

/* A reply without a request that the capture would show. */
static void test_reply_without_request(void)
{
    static const struct told rows[] = {
        {{"ping", I, REQUEST, 0, 0, 32, .protocol = ECHO}},
        {{"pong", R, REPLY, 0, 0, 32, .protocol = ECHO, .gap_ms = 31000},
         "linux: drop, no session"},
    };
    struct fwx_policy policy = policy_of(&linux_only);

    policy.udp_idle_s = 0; /* one session */
    tell_in(&worlds[0], &policy, rows, G_N_ELEMENTS(rows), NULL);
    fwx_policy_clear(&policy);
}

/* ---- what is not counted, not asked ---------------------------------------------------------- */

static void late_only(const struct scene *scene)
{
    assert_account(scene, 1, 0, 0, 0, FWX_EVIDENCE_NONE);
    g_assert_true(fwx_beside_saying(scene->engine, 0)->late);
}

/* Behind a close it is everyday noise: said, and not counted. */
static void test_late(void)
{
    static const struct told after_close[] = {
        OPENED,
        {{"fin", I, FA, 1, 1}},
        {{"fin", R, FA, 1, 2}},
        {{"ack", I, A, 2, 2}},
        {{"fin again", R, FA, 1, 2, .gap_ms = 200},
         "m: drop, no session; 0 s of silence, TCP after the close 0 s (assumed)"},
    };
    static const struct told after_reset[] = {
        OPENED,
        {{"reset", R, RST, 1}},
        {{"data", I, PA, 1, 1, 10},
         "m: drop, no session; 0 s of silence, TCP after the close 0 s (assumed)"},
    };

    /* The connection is closed by this frame, the session by the one before. */
    static const struct told last_ack[] = {
        OPENED,
        {{"fin", I, FA, 1, 1}},
        {{"fin", R, FA, 1, 1}},
        {{"ack", R, A, 2, 2}},
        {{"ack", I, A, 2, 2},
         "m: drop, no session; 0 s of silence, TCP after the close 0 s (assumed)"},
    };

    TELL(m_only, after_close, late_only);
    TELL(m_only, last_ack, late_only);
    TELL(m_only, after_reset, late_only);
}

/* The main firewall has forgotten it, too: that ends nothing. */
static void test_forgotten_by_both(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 86400000},
         "m: drop, no session; 86400 s of silence, TCP idle 100 s (documented)"},
        {{"arrived", R, A, 1, 11}},
    };

    TELL(m_only, rows, contradicted);
}

/* One packet, captured twice, is asked once. */
static void test_captured_twice(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 101000, .id = 2000}, IDLE_101},
        {{"its copy", I, PA, 1, 1, 10, .gap_ms = 1, .id = 2000}},
    };

    TELL(m_only, rows, once);
}

/* Time only moves forward for its timers. */
static void test_clock_put_back(void)
{
    static const struct told rows[] = {
        OPENED,
        {{"data", I, PA, 1, 1, 10, .gap_ms = 60000}},
        {{"ack", R, A, 1, 11, .gap_ms = -50000}},
        {{"data", I, PA, 11, 1, 10, .gap_ms = 149000}}, /* 99 s after the latest */
        {{"data", I, PA, 21, 1, 10, .gap_ms = 101000}, IDLE_101},
    };

    TELL(m_only, rows, NULL);
}

static void no_time(struct fwx_packet *packet)
{
    packet->time = FWX_NO_TIME;
}

/* A packet without a time is one without a silence. */
static void test_no_times(void)
{
    static const struct told rows[] = {
        {{"syn", I, S, 0, .tweak = no_time}},
        {{"syn-ack", R, SA, 0, 1, .gap_ms = 500000, .tweak = no_time}},
        {{"ack", I, A, 1, 1, .gap_ms = 500000, .tweak = no_time}},
        {{"data", I, PA, 1, 1, 10, .gap_ms = 500000}},
        {{"ack", R, A, 1, 11, .gap_ms = 500000, .tweak = no_time}},
        {{"data", R, PA, 1, 11, 10, .gap_ms = 500000}},
    };
    static const struct rules rules = {"m linux"};

    TELL(rules, rows, NULL);
}

/* ---- nobody beside --------------------------------------------------------------------------- */

static void test_nobody(void)
{
    static const struct told rows[] = {OPENED, {{"data", I, PA, 1, 1, 10, .gap_ms = 500000}}};
    static const char *const nobody[] = {NULL, "", "  "};

    for (unsigned i = 0; i < G_N_ELEMENTS(nobody); i++) {
        struct rules rules = {nobody[i]};
        struct fwx_policy policy = policy_of(&rules);
        struct scene scene = scene_new_under(&worlds[0], &policy);
        uint32_t first;

        for (unsigned row = 0; row < G_N_ELEMENTS(rows); row++)
            scene_see(&scene, &rows[row].row);
        g_assert_null(scene.engine->beside);
        g_assert_cmpuint(fwx_beside_count(scene.engine), ==, 0);
        g_assert_cmpuint(fwx_beside_sayings(scene.engine, 4, &first), ==, 0);
        scene_end(&scene);
        fwx_policy_clear(&policy);
    }
    fwx_beside_free(NULL);
}

/* A connection that no firewall was asked about. */
static void test_not_asked(void)
{
    struct fwx_policy policy = policy_of(&m_only);
    struct scene scene = scene_new_under(&worlds[0], &policy);
    struct fwx_connection none = {.id = 1};
    struct fwx_beside_account account = fwx_beside_account(scene.engine, &none, 0);

    g_assert_cmpuint(account.dropped, ==, 0);
    g_assert_null(account.saying);
    g_assert_cmpint(account.evidence, ==, FWX_EVIDENCE_NONE);
    scene_end(&scene);
    fwx_policy_clear(&policy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/beside/words", test_words);
    g_test_add_func("/beside/other-words", test_other_words);
    g_test_add_func("/beside/linux-words", test_linux_words);
    g_test_add_func("/beside/impossible-flags", test_impossible_flags);
    g_test_add_func("/beside/linux-expiry", test_linux_expiry);
    g_test_add_func("/beside/invalid-passes", test_invalid_passes);
    g_test_add_func("/beside/several", test_several);
    g_test_add_func("/beside/inherited", test_inherited);
    g_test_add_func("/beside/inherited-turned", test_inherited_turned);
    g_test_add_func("/beside/contradicted", test_contradicted);
    g_test_add_func("/beside/contradicted-is-unknown", test_contradicted_is_unknown);
    g_test_add_func("/beside/corroborated", test_corroborated);
    g_test_add_func("/beside/arrived", test_arrived);
    g_test_add_func("/beside/no-proof", test_no_proof);
    g_test_add_func("/beside/reset-by-the-firewall", test_reset_by_the_firewall);
    g_test_add_func("/beside/datagrams-prove-nothing", test_datagrams_prove_nothing);
    g_test_add_func("/beside/adopted", test_adopted);
    g_test_add_func("/beside/adopted-expires", test_adopted_expires);
    g_test_add_func("/beside/adopted-responder", test_adopted_responder);
    g_test_add_func("/beside/missed-answers", test_missed_answers);
    g_test_add_func("/beside/reply-without-request", test_reply_without_request);
    g_test_add_func("/beside/late", test_late);
    g_test_add_func("/beside/forgotten-by-both", test_forgotten_by_both);
    g_test_add_func("/beside/captured-twice", test_captured_twice);
    g_test_add_func("/beside/clock-put-back", test_clock_put_back);
    g_test_add_func("/beside/no-times", test_no_times);
    g_test_add_func("/beside/nobody", test_nobody);
    g_test_add_func("/beside/not-asked", test_not_asked);
    return g_test_run();
}
