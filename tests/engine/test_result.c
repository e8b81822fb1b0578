/* test_result.c
 * The table of result codes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

static void test_sorted(void)
{
    g_assert_cmpuint(fwx_result_count(), >, 50);
    for (size_t i = 0; i + 1 < fwx_result_count(); i++)
        g_assert_cmphex(fwx_result_at(i)->code, <, fwx_result_at(i + 1)->code);
    g_assert_null(fwx_result_at(fwx_result_count()));
    g_assert_null(fwx_result_at(SIZE_MAX));
}

static void test_all_found(void)
{
    for (size_t i = 0; i < fwx_result_count(); i++)
        g_assert_true(fwx_result_find(fwx_result_at(i)->code) == fwx_result_at(i));
    /* Between, before and behind them there is nothing. */
    for (size_t i = 0; i + 1 < fwx_result_count(); i++) {
        uint32_t next = fwx_result_at(i)->code + 1;

        if (next != fwx_result_at(i + 1)->code)
            g_assert_null(fwx_result_find(next));
    }
    g_assert_null(fwx_result_find(UINT32_MAX));
}

static void test_filled_in(void)
{
    GHashTable *symbols = g_hash_table_new(g_str_hash, g_str_equal);

    for (size_t i = 0; i < fwx_result_count(); i++) {
        const struct fwx_result *result = fwx_result_at(i);
        size_t length = strlen(result->message);

        g_assert_cmpstr(result->symbol, !=, "");
        g_assert_true(g_hash_table_add(symbols, (gpointer)result->symbol)); /* names are unique */
        g_assert_cmpuint(length, >, 1);
        g_assert_cmpint(result->message[length - 1], ==, '.');
        g_assert_cmpint(result->action, >=, FWX_ACTION_NONE);
        g_assert_cmpint(result->action, <=, FWX_ACTION_FAILED);
        g_assert_cmpint(result->since, <=, FWX_TMG_2010);
    }
    g_hash_table_destroy(symbols);
}

/* Facts of the SDK and of public logs that other people's filters rely on. */
static void test_facts(void)
{
    static const struct {
        uint32_t code;
        const char *symbol;
        enum fwx_action action;
        enum fwx_product since;
    } facts[] = {
        {0xC0040034, "FWX_E_SEQ_ACK_MISMATCH", FWX_ACTION_DENIED, FWX_ISA_2004},
        {0xC0040017, "FWX_E_TCP_NOT_SYN_PACKET_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2004},
        {0x80074E20, "FWX_E_GRACEFUL_SHUTDOWN", FWX_ACTION_TERMINATE, FWX_ISA_2004},
        {0x80074E21, "FWX_E_ABORTIVE_SHUTDOWN", FWX_ACTION_TERMINATE, FWX_ISA_2004},
        {0x80074E24, "FWX_E_CONNECTION_KILLED", FWX_ACTION_TERMINATE, FWX_ISA_2004},
        {0xC0040037, "FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED", FWX_ACTION_DENIED, FWX_ISA_2006},
        {0xC0040038, "FWX_E_TCP_NO_SERVER_REPLY", FWX_ACTION_DENIED, FWX_ISA_2006},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(facts); i++) {
        const struct fwx_result *result = fwx_result_find(facts[i].code);

        g_assert_nonnull(result);
        g_assert_cmpstr(result->symbol, ==, facts[i].symbol);
        g_assert_cmpint(result->since, ==, facts[i].since);
        if (facts[i].code != 0xC0040038) /* of that one no log line is known */
            g_assert_cmpint(result->action, ==, facts[i].action);
    }
    g_assert_cmpint(fwx_result_find(0)->action, ==, FWX_ACTION_ESTABLISH);
}

static void test_describe(void)
{
    char text[64];
    char small[8];

    fwx_result_describe(0xC0040034, text, sizeof text);
    g_assert_cmpstr(text, ==, "FWX_E_SEQ_ACK_MISMATCH");
    fwx_result_describe(0x80074E22, text, sizeof text); /* nothing is known of it */
    g_assert_true(g_str_has_prefix(text, "0x80074e22"));
    g_assert_nonnull(strstr(text, "20000"));
    fwx_result_describe(0x80074E2F, text, sizeof text); /* the last of its series, and beside it */
    g_assert_cmpstr(text, ==, "0x80074e2f (20000-series, undocumented)");
    fwx_result_describe(0x80074E30, text, sizeof text);
    g_assert_cmpstr(text, ==, "0x80074e30");
    fwx_result_describe(0x80074E1F, text, sizeof text);
    g_assert_cmpstr(text, ==, "0x80074e1f");
    fwx_result_describe(0xdeadbeef, text, sizeof text);
    g_assert_cmpstr(text, ==, "0xdeadbeef");

    memset(small, '#', sizeof small);
    fwx_result_describe(0xC0040034, small, sizeof small - 1);
    g_assert_cmpstr(small, ==, "FWX_E_");
    g_assert_cmpint(small[7], ==, '#');
    fwx_result_describe(0xC0040034, small, 1);
    g_assert_cmpstr(small, ==, "");
}

static void test_names(void)
{
    g_assert_cmpstr(fwx_action_name(FWX_ACTION_ESTABLISH), ==, "Establish");
    g_assert_cmpstr(fwx_action_name(FWX_ACTION_TERMINATE), ==, "Terminate");
    g_assert_cmpstr(fwx_action_name(FWX_ACTION_DENIED), ==, "Denied");
    g_assert_cmpstr(fwx_action_name(FWX_ACTION_FAILED), ==, "Failed");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/result/sorted", test_sorted);
    g_test_add_func("/result/all-found", test_all_found);
    g_test_add_func("/result/filled-in", test_filled_in);
    g_test_add_func("/result/facts", test_facts);
    g_test_add_func("/result/describe", test_describe);
    g_test_add_func("/result/names", test_names);
    return g_test_run();
}
