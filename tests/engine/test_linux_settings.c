/* test_linux_settings.c
 * The model of Linux: its sysctls, as a user writes them, and its versions.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/linux.h"
#include "engine/model/policy.h"

#include <glib.h>

static struct fwx_linux_settings installed(void)
{
    return fwx_linux_defaults(FWX_LINUX_6_18);
}

/* Nothing but what is set changes: member by member, for there may be padding between them. */
static void assert_same(const struct fwx_linux_settings *a, const struct fwx_linux_settings *b)
{
    for (unsigned timer = 0; timer < FWX_LINUX_TIMERS; timer++)
        g_assert_cmpuint(a->timeout_s[timer], ==, b->timeout_s[timer]);
    g_assert_cmpuint(a->hz, ==, b->hz);
    g_assert_cmpuint(a->version, ==, b->version);
    g_assert_cmpuint(a->max_retrans, ==, b->max_retrans);
    g_assert_cmpint(a->loose, ==, b->loose);
    g_assert_cmpint(a->liberal, ==, b->liberal);
    g_assert_cmpint(a->ignore_invalid_rst, ==, b->ignore_invalid_rst);
    g_assert_cmpint(a->drops_invalid, ==, b->drops_invalid);
    g_assert_cmpint(a->drops_not_syn, ==, b->drops_not_syn);
}

static void test_versions(void)
{
    g_assert_cmpint(FWX_LINUX_VERSIONS, ==, 3);
    g_assert_cmpstr(fwx_linux_version_name(FWX_LINUX_6_1), ==, "6.1");
    g_assert_cmpstr(fwx_linux_version_name(FWX_LINUX_6_12), ==, "6.12");
    g_assert_cmpstr(fwx_linux_version_name(FWX_LINUX_6_18), ==, "6.18");
    for (unsigned i = 0; i < FWX_LINUX_VERSIONS; i++)
        g_assert_cmpuint(fwx_linux_defaults((enum fwx_linux_version)i).version, ==, i);
}

static void test_timeouts(void)
{
    static const struct {
        const char *name;
        unsigned timer;
        uint32_t installed_s;
    } rows[] = {
        {"tcp_timeout_syn_sent", FWX_LINUX_SYN_SENT, 120},
        {"tcp_timeout_syn_recv", FWX_LINUX_SYN_RECV, 60},
        {"tcp_timeout_established", FWX_LINUX_ESTABLISHED, 432000},
        {"tcp_timeout_fin_wait", FWX_LINUX_FIN_WAIT, 120},
        {"tcp_timeout_close_wait", FWX_LINUX_CLOSE_WAIT, 60},
        {"tcp_timeout_last_ack", FWX_LINUX_LAST_ACK, 30},
        {"tcp_timeout_time_wait", FWX_LINUX_TIME_WAIT, 120},
        {"tcp_timeout_close", FWX_LINUX_CLOSE, 10},
        {"tcp_timeout_max_retrans", FWX_LINUX_RETRANSMITTED, 300},
        {"tcp_timeout_unacknowledged", FWX_LINUX_UNACKNOWLEDGED, 300},
        {"udp_timeout", FWX_LINUX_UDP, 30},
        {"udp_timeout_stream", FWX_LINUX_UDP_STREAM, 120},
        {"icmp_timeout", FWX_LINUX_ICMP, 30},
        {"icmpv6_timeout", FWX_LINUX_ICMPV6, 30},
    };
    static const char *const prefixes[] = {"", "nf_conntrack_", "net.netfilter.nf_conntrack_"};

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (unsigned prefix = 0; prefix < G_N_ELEMENTS(prefixes); prefix++) {
            struct fwx_linux_settings settings = installed();
            struct fwx_linux_settings wanted = installed();
            char *text = g_strconcat(prefixes[prefix], rows[i].name, "=7001", NULL);

            g_test_message("%s", text);
            g_assert_cmpuint(settings.timeout_s[rows[i].timer], ==, rows[i].installed_s);
            g_assert_true(fwx_linux_set(&settings, text));
            wanted.timeout_s[rows[i].timer] = 7001;
            assert_same(&settings, &wanted);
            g_free(text);
        }
    }
}

static void test_others(void)
{
    struct fwx_linux_settings settings = installed();
    struct fwx_linux_settings wanted = installed();

    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_loose=0"));
    wanted.loose = false;
    assert_same(&settings, &wanted);
    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_be_liberal=1"));
    wanted.liberal = true;
    assert_same(&settings, &wanted);
    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_ignore_invalid_rst=1"));
    wanted.ignore_invalid_rst = true;
    assert_same(&settings, &wanted);
    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_max_retrans=255"));
    wanted.max_retrans = 255;
    assert_same(&settings, &wanted);
    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_loose=1"));
    g_assert_true(fwx_linux_set(&settings, "nf_conntrack_tcp_max_retrans=0"));
    wanted.loose = true;
    wanted.max_retrans = 0;
    assert_same(&settings, &wanted);
}

static void test_ranges(void)
{
    static const char *const good[] = {
        "nf_conntrack_tcp_timeout_close=0",
        "nf_conntrack_tcp_timeout_close=2147483",
        "nf_conntrack_tcp_max_retrans=255",
        "nf_conntrack_tcp_loose=1",
    };
    static const char *const wrong[] = {
        "",
        "=",
        "=1",
        "1",
        "nf_conntrack_=1",
        "nf_conntrack_tcp_loose",
        "nf_conntrack_tcp_loose=",
        "nf_conntrack_tcp_loose=2",
        "nf_conntrack_tcp_loose=yes",
        "nf_conntrack_tcp_loose=1 ",
        "nf_conntrack_tcp_loose==1",
        "nf_conntrack_tcp_loose =1",
        "Nf_conntrack_tcp_loose=1",
        "nf_conntrack_tcp_loose.x=1",
        "tcp_loos=1",
        "net.ipv4.tcp_loose=1",
        "net.netfilter=1",
        "nf_conntrack=1",
        "nf_conntrack_max=65536",
        "nf_conntrack_tcp_max_retrans=256",
        "nf_conntrack_tcp_timeout_close=-1",
        "nf_conntrack_tcp_timeout_close=1.5",
        "nf_conntrack_tcp_timeout_close=2147484",
        "nf_conntrack_tcp_timeout_close=18446744073709551616",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(good); i++) {
        struct fwx_linux_settings settings = installed();

        g_assert_true(fwx_linux_set(&settings, good[i]));
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
        struct fwx_linux_settings settings = installed();
        struct fwx_linux_settings before = settings;

        g_test_message("%s", wrong[i]);
        g_assert_false(fwx_linux_set(&settings, wrong[i]));
        assert_same(&settings, &before);
    }
}

/* ---- in the policy --------------------------------------------------------------------------- */

static void test_policy_default(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_linux_settings wanted = installed();

    g_assert_cmpint(policy.linux_version, ==, FWX_LINUX_6_18);
    fwx_policy_set_linux(&policy, NULL);
    assert_same(&policy.linux_settings, &wanted);
    g_assert_true(policy.linux_settings.drops_invalid);
    g_assert_false(policy.linux_settings.drops_not_syn);
    fwx_policy_clear(&policy);
}

static void test_policy(void)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_linux_settings wanted = fwx_linux_defaults(FWX_LINUX_6_1);

    policy.linux_version = FWX_LINUX_6_1;
    policy.linux_drops_invalid = false;
    policy.linux_drops_not_syn = true;
    fwx_policy_set_linux(&policy, " nf_conntrack_tcp_loose=0,tcp_max_retrans=9;; tcp_loose=3 x");
    wanted.drops_invalid = false;
    wanted.drops_not_syn = true;
    wanted.loose = false;
    wanted.max_retrans = 9;
    assert_same(&policy.linux_settings, &wanted);

    char *problems = fwx_policy_problems(&policy);

    g_assert_cmpstr(problems, ==,
                    "\"tcp_loose=3\" is no setting of Linux; \"x\" is no setting of Linux");
    g_free(problems);
    fwx_policy_set_linux(&policy, ""); /* as installed again */
    g_assert_true(policy.linux_settings.loose);
    g_assert_cmpuint(policy.linux_settings.version, ==, FWX_LINUX_6_1);
    fwx_policy_clear(&policy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/linux-settings/versions", test_versions);
    g_test_add_func("/linux-settings/timeouts", test_timeouts);
    g_test_add_func("/linux-settings/others", test_others);
    g_test_add_func("/linux-settings/ranges", test_ranges);
    g_test_add_func("/linux-settings/policy-default", test_policy_default);
    g_test_add_func("/linux-settings/policy", test_policy);
    return g_test_run();
}
