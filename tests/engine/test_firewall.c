/* test_firewall.c
 * The table of firewalls: the compiled-in one, a user's lines in it, and which of them are refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/firewall.h"

#include "engine/finding.h"
#include "engine/model/policy.h"

#include <string.h>

static const struct fwx_firewall *known(const char *id)
{
    const struct fwx_firewall *firewall = fwx_firewalls_find(fwx_firewalls_known(), id);

    g_assert_nonnull(firewall);
    return firewall;
}

/* ---- the compiled-in table ------------------------------------------------------------------- */

static void test_shipped(void)
{
    static const char *const ids[] = {
        "tmg2010",  "isa2006",   "isa2004", "linux",     "windows",    "openvswitch",
        "pf",       "asa",       "panos",   "fortigate", "checkpoint", "srx",
        "aws-nlb",  "aws-natgw", "aws-sg",  "aws-nfw",   "azure-lb",   "azure-natgw",
        "azure-fw", "gcp-vpc",   "gcp-nat", "f5",        "haproxy",    "nginx",
    };
    const struct fwx_firewalls *table = fwx_firewalls_known();

    g_assert_cmpuint(table->problems->len, ==, 0);
    g_assert_true(table == fwx_firewalls_known());
    g_assert_cmpuint(table->firewalls->len, ==, G_N_ELEMENTS(ids));
    for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
        const struct fwx_firewall *firewall =
            (const struct fwx_firewall *)g_ptr_array_index(table->firewalls, i);

        g_assert_cmpstr(firewall->id, ==, ids[i]);
        g_assert_true(firewall == known(ids[i]));
        g_assert_cmpstr(firewall->title, !=, "");
    }
    g_assert_null(fwx_firewalls_find(table, "Linux"));
    g_assert_null(fwx_firewalls_find(table, ""));
}

/* What is known of a response is whole: no text is missing, and one that is unknown is empty. */
static void test_responses(void)
{
    const struct fwx_firewalls *table = fwx_firewalls_known();

    for (unsigned i = 0; i < table->firewalls->len; i++) {
        const struct fwx_firewall *firewall =
            (const struct fwx_firewall *)g_ptr_array_index(table->firewalls, i);

        for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
            const struct fwx_response *response = &firewall->responses[event];

            g_test_message("%s, %s", firewall->id, fwx_event_id((enum fwx_event)event));
            g_assert_cmpuint(response->reaction, <=, FWX_REACTION_RESET);
            if (response->reaction == FWX_REACTION_UNKNOWN) {
                g_assert_null(response->words);
                continue;
            }
            g_assert_cmpuint(response->confidence, <=, FWX_ASSUMED);
            g_assert_cmpstr(response->source, !=, "");
            g_assert_nonnull(response->words);
            g_assert_nonnull(response->counter);
            g_assert_nonnull(response->command);
            g_assert_nonnull(response->advice);
        }
    }
}

static void test_a_response(void)
{
    const struct fwx_response *response = &known("linux")->responses[FWX_EVENT_RST_INEXACT];

    g_assert_cmpstr(response->words, ==, "nf_ct_proto_6: invalid rst");
    g_assert_cmpstr(response->counter, ==, "invalid");
    g_assert_cmpstr(response->command, ==,
                    "sysctl net.netfilter.nf_conntrack_log_invalid=6; conntrack -S");
    g_assert_true(g_str_has_prefix(response->advice,
                                   "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst=1: "));
    g_assert_cmpuint(response->reaction, ==, FWX_REACTION_DROP);
    g_assert_cmpuint(response->confidence, ==, FWX_OBSERVED);
}

static void test_names(void)
{
    GHashTable *ids = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
        g_assert_true(g_hash_table_add(ids, (gpointer)fwx_event_id((enum fwx_event)event)));
        g_assert_cmpstr(fwx_event_title((enum fwx_event)event), !=, "");
    }
    g_hash_table_destroy(ids);
    g_assert_cmpstr(fwx_event_id(FWX_EVENT_AFTER_CLOSE), ==, "after-close");
    g_assert_cmpstr(fwx_event_title(FWX_EVENT_NOT_OPEN), ==, "no session");
    g_assert_cmpstr(fwx_reaction_name(FWX_REACTION_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(fwx_reaction_name(FWX_REACTION_PASS), ==, "pass");
    g_assert_cmpstr(fwx_reaction_name(FWX_REACTION_DROP), ==, "drop");
    g_assert_cmpstr(fwx_reaction_name(FWX_REACTION_RESET), ==, "reset");
}

/* ---- which line is a session's --------------------------------------------------------------- */

/* Seconds; -1: not known. */
static int64_t timer_of(const struct fwx_firewall *firewall, enum fwx_session_timer timer)
{
    return firewall->timers[timer] ? (int64_t)firewall->timers[timer]->seconds : -1;
}

struct timers {
    const char *id;
    int64_t seconds[FWX_SESSION_TIMERS];
};

static void hold_timers(const struct fwx_firewall *firewall, const struct timers *timers)
{
    for (unsigned timer = 0; timer < FWX_SESSION_TIMERS; timer++) {
        g_test_message("%s, timer %u", firewall->id, timer);
        g_assert_cmpint(timer_of(firewall, (enum fwx_session_timer)timer), ==,
                        timers->seconds[timer]);
    }
}

/* SYN, SYN-ACK, idle, half-closed, closed, reset, UDP, UDP one way. Lines of other settings or
 * versions count for none: neither linux, kube-proxy nor fortigate, FortiOS 5.2. */
static const struct timers shipped[] = {
    {"linux", {120, 60, 432000, 60, 120, 10, 120, 30}},
    {"pf", {120, 30, 86400, 900, 45, 90, 60, 30}},
    {"asa", {30, 30, 3600, 600, -1, -1, 120, 120}},
    {"panos", {5, 10, 3600, 120, 15, 15, 30, 30}},
    {"fortigate", {10, 10, 3600, 120, 1, 1, 180, 180}},
    {"checkpoint", {25, 25, 3600, 3600, 20, 20, 40, 40}},
    {"srx", {20, 20, 1800, 1800, 2, 2, 60, 60}},
    {"aws-nlb", {-1, -1, 350, 350, -1, -1, 120, 120}},
    {"aws-natgw", {-1, -1, 350, 350, -1, -1, -1, -1}},
    {"aws-sg", {-1, -1, 432000, 432000, -1, -1, 180, 30}},
    {"aws-nfw", {-1, -1, 350, 350, -1, -1, -1, -1}},
    {"azure-lb", {-1, -1, 240, 240, -1, -1, -1, -1}},
    {"azure-natgw", {-1, -1, 240, 240, -1, -1, -1, -1}},
    {"azure-fw", {-1, -1, -1, -1, -1, -1, -1, -1}},
    {"gcp-vpc", {-1, -1, 600, 600, -1, -1, 600, 600}},
    {"gcp-nat", {30, 30, 1200, 30, 120, 120, 30, 30}},
    {"f5", {5, 5, 300, 300, -1, -1, -1, -1}},
    {"haproxy", {-1, -1, -1, -1, -1, -1, -1, -1}},
};

static void test_session_timers(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(shipped); i++)
        hold_timers(known(shipped[i].id), &shipped[i]);
}

/* ---- a user's file --------------------------------------------------------------------------- */

static struct fwx_firewalls *with(const char *text)
{
    return fwx_firewalls_with(text, "mine.tsv");
}

static const struct fwx_firewall *of(const struct fwx_firewalls *table, const char *id)
{
    const struct fwx_firewall *firewall = fwx_firewalls_find(table, id);

    g_assert_nonnull(firewall);
    return firewall;
}

static void test_added_model(void)
{
    static const struct timers timers = {"cellar", {7, 8, 900, 40, 0, 3, 25, 12}};
    struct fwx_firewalls *table =
        with("# mine\n"
             "\n"
             "cellar\ttitle\tProxy in the cellar\n"
             "cellar\ttcp-idle\t900\t\treset-both\tobserved\tour own\t2026-11\n"
             "cellar\ttcp-idle\t950\tat night\tclose\tassumed\n"
             "cellar\ttcp-half-open\t7\tSYN not answered\tsilent\tassumed\n"
             "cellar\ttcp-half-open\t8\tSYN-ACK not answered\tsilent\tassumed\n"
             "cellar\ttcp-half-closed\t40\t\tsilent\tassumed\n"
             "cellar\ttcp-closed\t0\t\tsilent\tassumed\n"
             "cellar\ttcp-closed\t3\treset\tsilent\tassumed\n"
             "cellar\tudp-idle\t25\t\tsilent\tassumed\n"
             "cellar\tudp-one-way\t12\t\tsilent\tassumed\n"
             "cellar\tnot-open\t\t\treset\tinferred\tits log\t\tstray "
             "packet\tstrays\tcellarctl\tMend it.\n"
             "cellar\tclosed\t\tat night\tdrop\tinferred\n"
             "cellar\tbad-flags\t\t\tpass\tdocumented");
    const struct fwx_firewall *cellar = of(table, "cellar");
    const struct fwx_response *response = &cellar->responses[FWX_EVENT_NOT_OPEN];

    g_assert_cmpuint(table->problems->len, ==, 0);
    g_assert_cmpuint(table->firewalls->len, ==, fwx_firewalls_known()->firewalls->len + 1);
    g_assert_cmpuint(table->timeouts->len, ==, fwx_firewalls_known()->timeouts->len + 9);
    g_assert_cmpstr(cellar->title, ==, "Proxy in the cellar");
    hold_timers(cellar, &timers);
    g_assert_cmpstr(cellar->timers[FWX_SESSION_IDLE]->title, ==, "Proxy in the cellar");
    g_assert_cmpstr(cellar->timers[FWX_SESSION_IDLE]->source, ==, "our own");
    g_assert_cmpstr(cellar->timers[FWX_SESSION_IDLE]->date, ==, "2026-11");
    g_assert_null(cellar->timers[FWX_SESSION_IDLE]->when);
    g_assert_cmpuint(cellar->timers[FWX_SESSION_IDLE]->expiry, ==, FWX_EXPIRY_RESET_BOTH);
    g_assert_cmpuint(cellar->timers[FWX_SESSION_IDLE]->confidence, ==, FWX_OBSERVED);
    g_assert_cmpuint(response->reaction, ==, FWX_REACTION_RESET);
    g_assert_cmpuint(response->confidence, ==, FWX_INFERRED);
    g_assert_cmpstr(response->words, ==, "stray packet");
    g_assert_cmpstr(response->counter, ==, "strays");
    g_assert_cmpstr(response->command, ==, "cellarctl");
    g_assert_cmpstr(response->advice, ==, "Mend it.");
    g_assert_cmpstr(response->source, ==, "its log");
    g_assert_cmpuint(cellar->responses[FWX_EVENT_BAD_FLAGS].reaction, ==, FWX_REACTION_PASS);
    g_assert_cmpstr(cellar->responses[FWX_EVENT_BAD_FLAGS].words, ==, "");
    g_assert_cmpuint(cellar->responses[FWX_EVENT_AFTER_CLOSE].reaction, ==, FWX_REACTION_UNKNOWN);
    fwx_firewalls_unref(table);
}

/* Who has no title is called nothing but its id, and who has one line has a model. */
static void test_without_title(void)
{
    struct fwx_firewalls *table = with("bare\ttcp-idle\t30\t\tsilent\tassumed\n");

    g_assert_cmpuint(table->problems->len, ==, 0);
    g_assert_cmpstr(of(table, "bare")->title, ==, "");
    g_assert_cmpstr(of(table, "bare")->timers[FWX_SESSION_IDLE]->title, ==, "");
    g_assert_cmpint(timer_of(of(table, "bare"), FWX_SESSION_HALF_CLOSED), ==, 30);
    fwx_firewalls_unref(table);
}

/* A line stands for all those of the same model and topic, and for no others. */
static void test_replaced_lines(void)
{
    static const struct timers timers = {"linux", {-1, 9, 432000, 60, 120, 10, 120, 30}};
    struct fwx_firewalls *table =
        with("linux\ttcp-half-open\t9\tSYN-ACK not answered\tsilent\tassumed\n"
             "asa\tidle-expired\t\t\treset\tassumed\n"
             "asa\ttcp-idle\t3601\t\tsilent\tassumed\n");

    g_assert_cmpuint(table->problems->len, ==, 0);
    hold_timers(of(table, "linux"), &timers);
    g_assert_cmpint(timer_of(of(table, "asa"), FWX_SESSION_IDLE), ==, 3601);
    g_assert_cmpint(timer_of(of(table, "panos"), FWX_SESSION_IDLE), ==, 3600);
    g_assert_cmpstr(of(table, "asa")->timers[FWX_SESSION_IDLE]->title, ==, "Cisco ASA");
    g_assert_cmpuint(of(table, "asa")->responses[FWX_EVENT_IDLE_EXPIRED].reaction, ==,
                     FWX_REACTION_RESET);
    g_assert_cmpstr(of(table, "asa")->responses[FWX_EVENT_IDLE_EXPIRED].words, ==, "");
    g_assert_cmpuint(of(table, "asa")->responses[FWX_EVENT_NOT_OPEN].reaction, ==,
                     FWX_REACTION_DROP);
    /* The compiled-in table is as it was. */
    g_assert_cmpint(timer_of(known("asa"), FWX_SESSION_IDLE), ==, 3600);
    fwx_firewalls_unref(table);
}

/* The last of a user's own lines for the same counts, as for a response. */
static void test_own_lines_twice(void)
{
    struct fwx_firewalls *table = with("asa\tnot-open\t\t\tpass\tassumed\n"
                                       "asa\tnot-open\t\t\treset\tassumed\n");

    g_assert_cmpuint(of(table, "asa")->responses[FWX_EVENT_NOT_OPEN].reaction, ==,
                     FWX_REACTION_RESET);
    fwx_firewalls_unref(table);
}

static void test_titles(void)
{
    struct fwx_firewalls *table = with("mine\ttcp-idle\t60\t\tsilent\tassumed\n"
                                       "mine\ttcp-keep-alive\t30\t\tprobe\tassumed\n"
                                       "mine\ttitle\tIts clock\ttcp-keep-alive\n"
                                       "mine\ttitle\tMine\n"
                                       "asa\ttitle\tOld ASA\n");

    for (unsigned i = 0; i < table->timeouts->len; i++) {
        const struct fwx_timeout *row = &g_array_index(table->timeouts, struct fwx_timeout, i);

        if (g_str_equal(row->model, "mine"))
            g_assert_cmpstr(row->title, ==,
                            row->timer == FWX_TIMER_TCP_IDLE ? "Mine" : "Its clock");
        else if (g_str_equal(row->model, "asa"))
            g_assert_cmpstr(row->title, ==, "Old ASA");
        else if (g_str_equal(row->model, "linux"))
            g_assert_cmpstr(row->title, ==,
                            row->timer == FWX_TIMER_KEEP_ALIVE ? "Linux" : "Linux netfilter");
    }
    g_assert_cmpstr(of(table, "mine")->title, ==, "Mine");
    g_assert_cmpstr(of(table, "asa")->title, ==, "Old ASA");
    fwx_firewalls_unref(table);
}

/* ---- what is refused ------------------------------------------------------------------------- */

#define LONGEST "thirty-one-bytes-are-a-name-ab"

struct refusal {
    const char *line;
    const char *why;
};

static const struct refusal refusals[] = {
    {"m\ttcp-idle\t1\t\tsilent\tassumed\t\t\t\t\t\t\tone more", "more than 12 columns"},
    {"\ttcp-idle\t1\t\tsilent\tassumed", "a model's name has 1 to 31 bytes"},
    {LONGEST "yz\ttcp-idle\t1\t\tsilent\tassumed", "a model's name has 1 to 31 bytes"},
    {"My Wall\ttcp-idle\t1\t\tsilent\tassumed",
     "a model's name has small letters, digits, - _ and . only"},
    {"a,b\ttcp-idle\t1\t\tsilent\tassumed",
     "a model's name has small letters, digits, - _ and . only"},
    {"m", "no such topic: title, a timer or an event"},
    {"m\ttcp-idol\t1\t\tsilent\tassumed", "no such topic: title, a timer or an event"},
    {"m\tTCP idle\t1\t\tsilent\tassumed", "no such topic: title, a timer or an event"},
    {"m\ttitle", "a title has 1 to 39 bytes"},
    {"m\ttitle\tforty bytes are one more than fit in here", "a title has 1 to 39 bytes"},
    {"m\ttcp-idle\t\t\tsilent\tassumed", "seconds have to be a whole number"},
    {"m\ttcp-idle\t-1\t\tsilent\tassumed", "seconds have to be a whole number"},
    {"m\ttcp-idle\t1.5\t\tsilent\tassumed", "seconds have to be a whole number"},
    {"m\ttcp-idle\t1h\t\tsilent\tassumed", "seconds have to be a whole number"},
    {"m\ttcp-idle\t4294967296\t\tsilent\tassumed", "seconds have to be a whole number"},
    {"m\ttcp-idle\t1\t\tdrop\tassumed", "a timer's reaction is one of silent, silent-or-reset, "
                                        "reset-next, reset-both, close, probe"},
    {"m\ttcp-idle\t1\t\t\tassumed", "a timer's reaction is one of silent, silent-or-reset, "
                                    "reset-next, reset-both, close, probe"},
    {"m\tnot-open\t\t\tsilent\tassumed", "a reaction is one of drop, reset, pass"},
    {"m\tnot-open\t\t\t\tassumed", "a reaction is one of drop, reset, pass"},
    {"m\tnot-open\t\t\tunknown\tassumed", "a reaction is one of drop, reset, pass"},
    {"m\tnot-open\t\t\tdrop\tsure", "certainty is one of documented, observed, inferred, assumed"},
    {"m\ttcp-idle\t1\t\tsilent", "certainty is one of documented, observed, inferred, assumed"},
    {"m\ttitle\tM\xfcller", "not UTF-8"},
    {"\xff\xfem\xff", "not UTF-8"},
};

static void test_refused(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(refusals); i++) {
        char *text = g_strconcat("# one\n\n", refusals[i].line,
                                 "\nkept\ttcp-idle\t5\t\tsilent\tassumed", NULL);
        char *problem = g_strconcat("mine.tsv:3: ", refusals[i].why, NULL);
        struct fwx_firewalls *table = with(text);

        g_test_message("%s", refusals[i].why);
        g_assert_cmpuint(table->problems->len, ==, 1);
        g_assert_cmpstr((const char *)g_ptr_array_index(table->problems, 0), ==, problem);
        g_assert_null(fwx_firewalls_find(table, "m"));
        g_assert_cmpuint(table->firewalls->len, ==, fwx_firewalls_known()->firewalls->len + 1);
        g_assert_cmpint(timer_of(of(table, "kept"), FWX_SESSION_IDLE), ==, 5);
        fwx_firewalls_unref(table);
        g_free(problem);
        g_free(text);
    }
}

/* A refused line replaces nothing. */
static void test_refused_replaces_nothing(void)
{
    struct fwx_firewalls *table = with("asa\ttcp-idle\tan hour\t\tsilent\tassumed");

    g_assert_cmpuint(table->problems->len, ==, 1);
    g_assert_cmpint(timer_of(of(table, "asa"), FWX_SESSION_IDLE), ==, 3600);
    fwx_firewalls_unref(table);
}

/* As many as there may be: the longest name and title, the largest number, all columns. */
static void test_limits(void)
{
    struct fwx_firewalls *table =
        with(LONGEST "x\ttitle\tthirty-nine bytes are just what fits in\n" LONGEST
                     "x\ttcp-idle\t4294967295\t\tsilent\tassumed\ta\tb\tc\td\te\tf\n");
    const struct fwx_firewall *firewall = of(table, LONGEST "x");

    g_assert_cmpuint(table->problems->len, ==, 0);
    g_assert_cmpuint(strlen(firewall->id), ==, FWX_MODEL_SIZE - 1);
    g_assert_cmpuint(strlen(firewall->title), ==, FWX_MODEL_TITLE_SIZE - 1);
    g_assert_cmpstr(firewall->timers[FWX_SESSION_IDLE]->model, ==, firewall->id);
    g_assert_cmpstr(firewall->timers[FWX_SESSION_IDLE]->title, ==, firewall->title);
    g_assert_cmpint(timer_of(firewall, FWX_SESSION_IDLE), ==, UINT32_MAX);
    fwx_firewalls_unref(table);
}

/* Of a file that is something else altogether the first lines are named, and how many are left. */
static void test_many_refused(void)
{
    GString *text = g_string_new(NULL);
    struct fwx_firewalls *table;

    for (unsigned i = 0; i < 11; i++)
        g_string_append(text, "\x7f"
                              "ELF\n");
    table = with(text->str);
    g_assert_cmpuint(table->problems->len, ==, 11);
    g_assert_cmpstr((const char *)g_ptr_array_index(table->problems, 9), ==,
                    "mine.tsv:10: a model's name has small letters, digits, - _ and . only");
    g_assert_cmpstr((const char *)g_ptr_array_index(table->problems, 10), ==,
                    "mine.tsv: 1 more lines are wrong");
    fwx_firewalls_unref(table);

    g_string_truncate(text, 10 * strlen("\x7f"
                                        "ELF\n"));
    table = with(text->str);
    g_assert_cmpuint(table->problems->len, ==, 10);
    fwx_firewalls_unref(table);
    g_string_free(text, TRUE);
}

/* ---- how it is written ----------------------------------------------------------------------- */

static void test_line_ends(void)
{
    static const char *const texts[] = {
        "m\ttitle\tM\nm\ttcp-idle\t5\t\tsilent\tassumed\n",
        "m\ttitle\tM\r\nm\ttcp-idle\t5\t\tsilent\tassumed\r\n",
        "\r\n  \r\nm\ttitle\tM\t\t\t\r\n\t\nm\ttcp-idle\t5\t\tsilent\tassumed",
        "\xef\xbb\xbf# Windows' editor\r\nm\ttitle\tM\r\nm\ttcp-idle\t5\t\tsilent\tassumed\r\n",
        "\xef\xbb\xbfm\ttitle\tM\n m \t tcp-idle \t 5 \t \t silent \t assumed \n",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct fwx_firewalls *table = with(texts[i]);

        g_test_message("text %u", i);
        g_assert_cmpuint(table->problems->len, ==, 0);
        g_assert_cmpstr(of(table, "m")->title, ==, "M");
        g_assert_cmpint(timer_of(of(table, "m"), FWX_SESSION_IDLE), ==, 5);
        g_assert_null(of(table, "m")->timers[FWX_SESSION_IDLE]->when);
        fwx_firewalls_unref(table);
    }
}

static void test_nothing(void)
{
    static const char *const texts[] = {NULL, "", "\n", "\r\n", "# nothing", "\xef\xbb\xbf"};

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct fwx_firewalls *table = with(texts[i]);

        g_assert_cmpuint(table->problems->len, ==, 0);
        g_assert_cmpuint(table->firewalls->len, ==, fwx_firewalls_known()->firewalls->len);
        g_assert_cmpuint(table->timeouts->len, ==, fwx_firewalls_known()->timeouts->len);
        fwx_firewalls_unref(table);
    }
    fwx_firewalls_unref(NULL);
}

/* ---- in the policy --------------------------------------------------------------------------- */

static const char *also(const struct fwx_policy *policy, unsigned number)
{
    return ((const struct fwx_firewall *)g_ptr_array_index(policy->also, number))->id;
}

static void test_also(void)
{
    struct fwx_policy policy = fwx_policy_default();

    fwx_policy_set_firewalls(&policy, "cellar\ttcp-idle\t5\t\tsilent\tassumed\n?", "mine.tsv");
    fwx_policy_set_also(&policy, " linux,asa;; cellar linux  nosuch tmg2010 isa2006 isa2004");
    g_assert_cmpuint(policy.also->len, ==, 3);
    g_assert_cmpstr(also(&policy, 0), ==, "linux");
    g_assert_cmpstr(also(&policy, 1), ==, "asa");
    g_assert_cmpstr(also(&policy, 2), ==, "cellar");

    char *problems = fwx_policy_problems(&policy);
    struct fwx_policy copy = fwx_policy_copy(&policy);

    g_assert_cmpstr(problems, ==,
                    "mine.tsv:2: a model's name has small letters, digits, - _ and . only; "
                    "no firewall is called \"nosuch\"; \"tmg2010\" is chosen as the product; "
                    "\"isa2006\" is chosen as the product; \"isa2004\" is chosen as the product");
    g_free(problems);
    fwx_policy_clear(&policy);
    g_assert_null(policy.also);
    g_assert_cmpstr(also(&copy, 2), ==, "cellar"); /* the copy holds the table */
    g_assert_cmpint(timer_of(fwx_firewalls_find(copy.firewalls, "cellar"), FWX_SESSION_IDLE), ==,
                    5);
    fwx_policy_clear(&copy);
}

static void test_also_none(void)
{
    static const char *const texts[] = {NULL, "", " ,; "};

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        struct fwx_policy policy = fwx_policy_default();

        fwx_policy_set_firewalls(&policy, NULL, "mine.tsv");
        fwx_policy_set_also(&policy, texts[i]);
        g_assert_cmpuint(policy.also->len, ==, 0);
        g_assert_null(policy.firewalls);
        g_assert_null(fwx_policy_problems(&policy));
        fwx_policy_clear(&policy);
    }
}

/* Numbers of firewalls are bytes. */
static void test_also_too_many(void)
{
    GString *file = g_string_new(NULL);
    GString *ids = g_string_new(NULL);
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < 257; i++) {
        g_string_append_printf(file, "m%u\ttcp-idle\t5\t\tsilent\tassumed\n", i);
        g_string_append_printf(ids, "m%u ", i);
    }
    fwx_policy_set_firewalls(&policy, file->str, "mine.tsv");
    fwx_policy_set_also(&policy, ids->str);
    g_assert_cmpuint(policy.also->len, ==, 256);
    g_assert_cmpuint(policy.problems->len, ==, 1);
    g_assert_cmpstr((const char *)g_ptr_array_index(policy.problems, 0), ==,
                    "\"m256\" is one firewall too many");
    fwx_policy_clear(&policy);
    g_string_free(file, TRUE);
    g_string_free(ids, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/firewall/shipped", test_shipped);
    g_test_add_func("/firewall/responses", test_responses);
    g_test_add_func("/firewall/a-response", test_a_response);
    g_test_add_func("/firewall/names", test_names);
    g_test_add_func("/firewall/session-timers", test_session_timers);
    g_test_add_func("/firewall/added-model", test_added_model);
    g_test_add_func("/firewall/without-title", test_without_title);
    g_test_add_func("/firewall/replaced-lines", test_replaced_lines);
    g_test_add_func("/firewall/own-lines-twice", test_own_lines_twice);
    g_test_add_func("/firewall/titles", test_titles);
    g_test_add_func("/firewall/refused", test_refused);
    g_test_add_func("/firewall/refused-replaces-nothing", test_refused_replaces_nothing);
    g_test_add_func("/firewall/limits", test_limits);
    g_test_add_func("/firewall/many-refused", test_many_refused);
    g_test_add_func("/firewall/line-ends", test_line_ends);
    g_test_add_func("/firewall/nothing", test_nothing);
    g_test_add_func("/firewall/also", test_also);
    g_test_add_func("/firewall/also-none", test_also_none);
    g_test_add_func("/firewall/also-too-many", test_also_too_many);
    return g_test_run();
}
