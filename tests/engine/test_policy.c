/* test_policy.c
 * The rows of the preferences, the policy as installed, and its lists.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/model/preference.h"

/* ---- the rows -------------------------------------------------------------------------------- */

static size_t size_of(const struct fwx_preference *row)
{
    return row->kind == FWX_PREFERENCE_NUMBER    ? sizeof(uint32_t)
           : row->kind == FWX_PREFERENCE_FLAG    ? sizeof(bool)
           : row->kind == FWX_PREFERENCE_PRODUCT ? sizeof(enum fwx_product)
                                                 : 0;
}

/* Each has a name and a place of its own, and says in whole sentences what it does. */
static void test_rows(void)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    bool taken[sizeof(struct fwx_policy)] = {false};

    g_assert_cmpint(fwx_policy_preferences.rows[0].kind, ==, FWX_PREFERENCE_HEADING);
    for (unsigned i = 0; i < fwx_policy_preferences.count; i++) {
        const struct fwx_preference *row = &fwx_policy_preferences.rows[i];

        g_test_message("%s", row->name);
        g_assert_true(g_hash_table_add(names, (gpointer)row->name));
        g_assert_cmpuint(strspn(row->name, "abcdefghijklmnopqrstuvwxyz0123456789_"), ==,
                         strlen(row->name));
        g_assert_true(*row->title);
        g_assert_cmpint(row->text == NULL, ==, row->kind == FWX_PREFERENCE_HEADING);
        g_assert_true(!row->text || g_str_has_suffix(row->text, "."));
        g_assert_true(!row->grounds || strchr(" ,", row->grounds[0]));
        for (size_t byte = 0; byte < size_of(row); byte++) {
            g_assert_false(taken[row->offset + byte]);
            taken[row->offset + byte] = true;
        }
    }
    g_hash_table_destroy(names);
}

/* As installed each value is its row's, and the rest follows from them. */
static void test_as_installed(void)
{
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < fwx_policy_preferences.count; i++) {
        const struct fwx_preference *row = &fwx_policy_preferences.rows[i];
        const void *place = (const char *)&policy + row->offset;

        g_test_message("%s", row->name);
        if (row->kind == FWX_PREFERENCE_NUMBER)
            g_assert_cmpuint(*(const uint32_t *)place, ==, row->value);
        if (row->kind == FWX_PREFERENCE_FLAG)
            g_assert_cmpuint(*(const bool *)place, ==, row->value);
        if (row->kind == FWX_PREFERENCE_PRODUCT)
            g_assert_cmpuint(*(const enum fwx_product *)place, ==, row->value);
    }
    g_assert_cmpint(policy.product, ==, FWX_TMG_2010);
    g_assert_cmpuint(policy.limits.requests_per_minute, ==, 600);
    g_assert_cmpuint(policy.limits.concurrent, ==, 160);
    g_assert_cmpuint(policy.limits.concurrent_udp, ==, 160);
    g_assert_cmpuint(policy.limits.non_tcp_per_second, ==, 1000);
    g_assert_cmpuint(policy.special_limits.requests_per_minute, ==, 6000);
    g_assert_cmpuint(policy.special_limits.concurrent, ==, 400);
    g_assert_cmpuint(policy.special_limits.concurrent_udp, ==, 400);
    g_assert_cmpuint(policy.linger_ms, ==, 0);
    g_assert_cmpuint(policy.tcp_idle_s, ==, 86400);
    g_assert_cmpuint(policy.udp_idle_s, ==, 60);
    g_assert_cmpuint(policy.no_reply_s, ==, 21);
    g_assert_false(policy.midstream_not_syn || policy.sequence_window || policy.tcp_checksum);
    g_assert_false(policy.against_evidence);
    g_assert_false(policy.block_fragments || policy.block_ip_options || policy.block_ipv6);
    g_assert_true(policy.check_injected);
    g_assert_cmpuint(policy.limits.half_open, ==, 80);
    g_assert_cmpuint(policy.special_limits.half_open, ==, 200);
    g_assert_cmpuint(policy.special_limits.non_tcp_per_second, ==, 1000);
    for (unsigned kind = 0; kind < FWX_NETWORK_KINDS; kind++)
        g_assert_null(policy.networks[kind]);
    g_assert_null(policy.filters);
    g_assert_null(policy.marker_sizes);
    g_assert_null(policy.timeouts);
}

static void assert_words(const struct fwx_preference *row, const char *value, const char *text)
{
    char *words[2] = {fwx_preference_default(row), fwx_preference_text(row)};

    g_assert_cmpstr(words[0], ==, value);
    g_assert_cmpstr(words[1], ==, text);
    g_free(words[0]);
    g_free(words[1]);
}

/* How a description is put together, for each kind. */
static void test_words(void)
{
    static const struct {
        struct fwx_preference row;
        const char *value;
        const char *text;
    } cases[] = {
        {{FWX_PREFERENCE_HEADING, 0, 0, "", "", NULL, NULL}, NULL, NULL},
        {{FWX_PREFERENCE_NUMBER, 7, 0, "", "", "So.", NULL}, "7", "So. Default: 7."},
        {{FWX_PREFERENCE_NUMBER, UINT32_MAX, 0, "", "", "So.", ", all (KB 1)"},
         "4294967295",
         "So. Default: 4294967295, all (KB 1)."},
        {{FWX_PREFERENCE_FLAG, 1, 0, "", "", "So.", " (KB 1)"}, "on", "So. Default: on (KB 1)."},
        {{FWX_PREFERENCE_FLAG, 0, 0, "", "", "So.", NULL}, "off", "So. Default: off."},
        {{FWX_PREFERENCE_PRODUCT, FWX_ISA_2006, 0, "", "", "So.", NULL},
         "ISA Server 2006",
         "So. Default: ISA Server 2006."},
        {{FWX_PREFERENCE_NETWORKS, 0, 0, "", "", "So.", NULL}, "none", "So. Default: none."},
        {{FWX_PREFERENCE_FILTERS, 0, 0, "", "", "So.", NULL}, NULL, "So."},
        {{FWX_PREFERENCE_TIMEOUTS, 0, 0, "", "", "So.", NULL}, NULL, "So."},
        {{FWX_PREFERENCE_MARKER_SIZES, 0, 0, "", "", "So.", NULL},
         "22,33,44,55,66",
         "So. Default: 22,33,44,55,66."},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_words(&cases[i].row, cases[i].value, cases[i].text);
}

/* ---- networks -------------------------------------------------------------------------------- */

static struct fwx_address ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    uint8_t bytes[4] = {a, b, c, d};

    return fwx_address_from(bytes, 4);
}

static bool contains(struct fwx_address network, unsigned prefix_len, struct fwx_address address)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_network row = {network, (uint8_t)prefix_len, FWX_NETWORK_SPECIAL};
    bool special;

    fwx_policy_set_networks(&policy, &row, 1);
    special = fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL);
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    fwx_policy_clear(&policy);
    return special;
}

/* Every length there is: an address that differs in one bit is inside exactly where that bit lies
 * behind the prefix. */
static void test_prefixes(void)
{
    static const uint8_t base[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0x00, 0xaa, 0x55,
                                     0x80, 0x01, 0x7f, 0xfe, 0x12, 0x34, 0x56, 0x78};
    struct fwx_address network = fwx_address_from(base, 6);

    for (unsigned prefix_len = 0; prefix_len <= 128; prefix_len++) {
        g_assert_true(contains(network, prefix_len, network));
        for (unsigned bit = 0; bit < 128; bit++) {
            uint8_t other[16];

            memcpy(other, base, sizeof other);
            other[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
            g_assert_cmpint(contains(network, prefix_len, fwx_address_from(other, 6)), ==,
                            bit >= prefix_len);
        }
    }
}

/* What a user would write, with 96 added for IPv4. */
static void test_networks(void)
{
    static const uint8_t documentation[16] = {0x20, 0x01, 0x0d, 0xb8};

    g_assert_true(contains(ipv4(10, 0, 0, 0), 96 + 8, ipv4(10, 255, 255, 255)));
    g_assert_false(contains(ipv4(10, 0, 0, 0), 96 + 8, ipv4(11, 0, 0, 0)));
    g_assert_true(contains(ipv4(172, 16, 0, 0), 96 + 12, ipv4(172, 31, 255, 255)));
    g_assert_false(contains(ipv4(172, 16, 0, 0), 96 + 12, ipv4(172, 32, 0, 0)));
    g_assert_true(contains(ipv4(192, 0, 2, 128), 96 + 25, ipv4(192, 0, 2, 129)));
    g_assert_false(contains(ipv4(192, 0, 2, 128), 96 + 25, ipv4(192, 0, 2, 127)));
    g_assert_true(contains(ipv4(192, 0, 2, 1), 96 + 32, ipv4(192, 0, 2, 1)));
    g_assert_false(contains(ipv4(192, 0, 2, 1), 96 + 32, ipv4(192, 0, 2, 0)));
    /* Bits behind the prefix do not matter, whatever the user wrote there. */
    g_assert_true(contains(ipv4(192, 0, 2, 77), 96 + 24, ipv4(192, 0, 2, 1)));
    /* 0.0.0.0/0 is all of IPv4 and nothing else; ::/0 is all there is. */
    g_assert_true(contains(ipv4(0, 0, 0, 0), 96, ipv4(255, 255, 255, 255)));
    g_assert_false(contains(ipv4(0, 0, 0, 0), 96, fwx_address_from(documentation, 6)));
    g_assert_true(contains(fwx_address_from(documentation, 6), 0, ipv4(192, 0, 2, 1)));
}

static void test_kinds_of_networks(void)
{
    enum { ROWS = 300 };
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_address address = ipv4(192, 0, 2, 1);
    struct fwx_network rows[ROWS];

    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    for (unsigned i = 0; i < ROWS; i++)
        rows[i] = (struct fwx_network){ipv4(10, 0, 0, 1), 128, FWX_NETWORK_SPECIAL};
    fwx_policy_set_networks(&policy, rows, ROWS);
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    /* The last of many, and both kinds at once. */
    rows[ROWS - 1].address = address;
    fwx_policy_set_networks(&policy, rows, ROWS);
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    rows[0] = (struct fwx_network){address, 128, FWX_NETWORK_SPOOFED};
    fwx_policy_set_networks(&policy, rows, ROWS);
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    /* Only so many count, and none takes them all away. */
    fwx_policy_set_networks(&policy, rows, ROWS - 1);
    g_assert_false(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPECIAL));
    g_assert_true(fwx_policy_in_network(&policy, &address, FWX_NETWORK_SPOOFED));
    fwx_policy_set_networks(&policy, NULL, 0);
    g_assert_null(policy.networks[FWX_NETWORK_SPECIAL]);
    g_assert_null(policy.networks[FWX_NETWORK_SPOOFED]);
    fwx_policy_clear(&policy);
}

/* Near 10.0.0.0, so that networks meet, and at both ends of all addresses. */
static struct fwx_address random_address(GRand *random)
{
    static const uint8_t ends[2][16] = {
        {0}, {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}};
    guint32 bits = g_rand_int(random);

    if (bits % 64 < 2)
        return fwx_address_from(ends[bits % 64], 6);
    return ipv4(10, bits >> 28 & 1, (uint8_t)(bits >> 20 & 7), (uint8_t)(bits >> 12));
}

static bool lies_in(const struct fwx_network *network, const struct fwx_address *address)
{
    const uint8_t *left = (const uint8_t *)network->address.word;
    const uint8_t *right = (const uint8_t *)address->word;
    unsigned bits = 0; /* that they share */

    while (bits < 128 && left[bits / 8] == right[bits / 8])
        bits += 8;
    while (bits < 128 && !((left[bits / 8] ^ right[bits / 8]) & 0x80 >> bits % 8))
        bits++;
    return bits >= network->prefix_len;
}

/* Rows one by one are the measure: any number of them, nested, twice the same, in any order. */
static void test_many_networks(void)
{
    enum { ROUNDS = 200, MAX_ROWS = 400, ADDRESSES = 200 };
    GRand *random = g_rand_new_with_seed(20060816);
    static const int shortests[] = {0, 96 + 14, 96 + 28, 96 + 30}; /* few lie outside short ones */
    struct fwx_network rows[MAX_ROWS];
    unsigned answers[2] = {0, 0};

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct fwx_policy policy = fwx_policy_default();
        unsigned count = (unsigned)g_rand_int_range(random, 0, MAX_ROWS);
        int shortest = shortests[round % G_N_ELEMENTS(shortests)];

        for (unsigned i = 0; i < count; i++)
            rows[i] = (struct fwx_network){random_address(random),
                                           (uint8_t)g_rand_int_range(random, shortest, 129),
                                           (uint8_t)g_rand_int_range(random, 0, 2)};
        fwx_policy_set_networks(&policy, rows, count);
        for (unsigned i = 0; i < ADDRESSES; i++) {
            struct fwx_address address = random_address(random);
            bool in[FWX_NETWORK_KINDS] = {false};

            for (unsigned row = 0; row < count; row++)
                in[rows[row].kind] |= lies_in(&rows[row], &address);
            for (unsigned kind = 0; kind < FWX_NETWORK_KINDS; kind++) {
                g_assert_cmpint(
                    fwx_policy_in_network(&policy, &address, (enum fwx_network_kind)kind), ==,
                    in[kind]);
                answers[in[kind]]++;
            }
        }
        fwx_policy_clear(&policy);
    }
    g_assert_cmpuint(MIN(answers[false], answers[true]), >, ROUNDS * ADDRESSES / 2);
    g_rand_free(random);
}

/* ---- application filters --------------------------------------------------------------------- */

static const char *filter_on(const struct fwx_policy *policy, uint8_t protocol, uint16_t port)
{
    const struct fwx_app_filter *filter = fwx_policy_filter(policy, protocol, port);

    return filter ? filter->name : NULL;
}

/* The known ones, in the product that they are known of, and in no earlier one. */
static void test_presets(void)
{
    static const struct {
        uint16_t port;
        uint8_t protocol;
        enum fwx_product since;
        const char *name;
    } known[] = {
        {21, FWX_PROTOCOL_TCP, FWX_ISA_2004, "FTP Access"},
        {25, FWX_PROTOCOL_TCP, FWX_ISA_2004, "SMTP"},
        {53, FWX_PROTOCOL_TCP, FWX_ISA_2004, "DNS"},
        {53, FWX_PROTOCOL_UDP, FWX_ISA_2004, "DNS"},
        {69, FWX_PROTOCOL_UDP, FWX_TMG_2010, "TFTP Access"},
        {110, FWX_PROTOCOL_TCP, FWX_ISA_2004, "POP Intrusion Detection"},
        {135, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RPC"},
        {554, FWX_PROTOCOL_TCP, FWX_ISA_2004, "RTSP"},
        {1720, FWX_PROTOCOL_TCP, FWX_ISA_2004, "H.323"},
        {1723, FWX_PROTOCOL_TCP, FWX_ISA_2004, "PPTP"},
        {5060, FWX_PROTOCOL_TCP, FWX_TMG_2010, "SIP Access"},
        {5060, FWX_PROTOCOL_UDP, FWX_TMG_2010, "SIP Access"},
        {8080, FWX_PROTOCOL_TCP, FWX_ISA_2004, "Web Proxy"},
        {69, FWX_PROTOCOL_TCP, FWX_TMG_2010, NULL},
        {25, FWX_PROTOCOL_UDP, FWX_ISA_2004, NULL},
        {443, FWX_PROTOCOL_TCP, FWX_ISA_2004, NULL},
        {0, FWX_PROTOCOL_TCP, FWX_ISA_2004, NULL},
    };

    for (int product = FWX_ISA_2004; product <= FWX_TMG_2010; product++) {
        struct fwx_policy policy = fwx_policy_default();

        policy.product = (enum fwx_product)product;
        for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
            g_assert_cmpstr(filter_on(&policy, known[i].protocol, known[i].port), ==,
                            product >= (int)known[i].since ? known[i].name : NULL);
    }
}

struct binding {
    uint8_t protocol;
    uint16_t port;
    const char *name;
};

static void set(struct fwx_policy *policy, const struct binding *bindings, unsigned count)
{
    struct fwx_app_filter *rows = g_new0(struct fwx_app_filter, count);

    for (unsigned i = 0; i < count; i++) {
        rows[i].port = bindings[i].port;
        rows[i].protocol = bindings[i].protocol;
        g_strlcpy(rows[i].name, bindings[i].name, sizeof rows[i].name);
    }
    fwx_policy_set_filters(policy, rows, count);
    g_free(rows);
}

static void test_set_filters(void)
{
    static const struct binding bindings[] = {
        {FWX_PROTOCOL_TCP, 8554, "Camera"},       {FWX_PROTOCOL_TCP, 53, "My DNS"},
        {FWX_PROTOCOL_TCP, 21, ""},               {FWX_PROTOCOL_TCP, 9000, "Gone"},
        {FWX_PROTOCOL_TCP, 9000, ""},             {FWX_PROTOCOL_UDP, 9000, ""},
        {FWX_PROTOCOL_UDP, 9000, "Back"},         {FWX_PROTOCOL_TCP, 65535, "Last"},
        {FWX_PROTOCOL_TCP, 5060, "SIP, by hand"},
    };
    struct fwx_policy policy = fwx_policy_default();

    set(&policy, bindings, G_N_ELEMENTS(bindings));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 8554), ==, "Camera");
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_UDP, 8554));
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 8553));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 65535), ==, "Last");
    /* In place of one that is known. */
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 53), ==, "My DNS");
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_UDP, 53), ==, "DNS");
    /* An empty name takes it away, and the last of two rows counts. */
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 21));
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 9000));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_UDP, 9000), ==, "Back");
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 8080), ==, "Web Proxy");
    /* A newer product's filter in an older product, and one by hand. */
    policy.product = FWX_ISA_2006;
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_UDP, 5060));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 5060), ==, "SIP, by hand");
    /* No rows: the known ones. */
    fwx_policy_set_filters(&policy, NULL, 0);
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_TCP, 8554));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_TCP, 53), ==, "DNS");
    fwx_policy_clear(&policy);
}

/* A row for each port there is, twice, in a mixed order: the later rows count. */
static void test_many_filters(void)
{
    enum { PORTS = 65535, STRIDE = 4099 }; /* nothing that divides PORTS */
    struct fwx_app_filter *rows = g_new0(struct fwx_app_filter, 2 * PORTS);
    struct fwx_policy policy = fwx_policy_default();

    for (unsigned i = 0; i < 2 * PORTS; i++) {
        rows[i].port = (uint16_t)(i * STRIDE % PORTS + 1);
        rows[i].protocol = FWX_PROTOCOL_TCP;
        g_snprintf(rows[i].name, sizeof rows[i].name, "%u%s", rows[i].port, i < PORTS ? "!" : "");
    }
    fwx_policy_set_filters(&policy, rows, 2 * PORTS);
    for (unsigned port = 1; port <= PORTS; port++) {
        g_assert_cmpuint(strtoul(filter_on(&policy, FWX_PROTOCOL_TCP, (uint16_t)port), NULL, 10),
                         ==, port);
        g_assert_null(strchr(filter_on(&policy, FWX_PROTOCOL_TCP, (uint16_t)port), '!'));
    }
    g_assert_null(filter_on(&policy, FWX_PROTOCOL_UDP, 25));
    g_assert_cmpstr(filter_on(&policy, FWX_PROTOCOL_UDP, 53), ==, "DNS");
    fwx_policy_clear(&policy);
    g_free(rows);
}

/* ---- marker sizes ---------------------------------------------------------------------------- */

static void test_usual_marker_sizes(void)
{
    struct fwx_policy policy = fwx_policy_default();

    for (uint32_t size = 0; size < 100; size++)
        g_assert_cmpint(fwx_policy_is_marker_size(&policy, size), ==,
                        size >= 22 && size <= 66 && size % 11 == 0);
    fwx_policy_set_marker_sizes(&policy, NULL, 0);
    g_assert_false(fwx_policy_is_marker_size(&policy, 22));
    fwx_policy_clear(&policy);
    g_assert_true(fwx_policy_is_marker_size(&policy, 22));
}

/* Ranges one by one are the measure: nested, beside and across each other, the wrong way round. */
static void test_many_marker_sizes(void)
{
    enum { ROUNDS = 500, MAX_ROWS = 600, SIZES = 4000 };
    GRand *random = g_rand_new_with_seed(22334455);
    struct fwx_size_range rows[MAX_ROWS];

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct fwx_policy policy = fwx_policy_default();
        unsigned count = (unsigned)g_rand_int_range(random, 0, round % 2 ? MAX_ROWS : 10);
        bool in[SIZES] = {false};

        for (unsigned i = 0; i < count; i++) {
            rows[i].low = (uint32_t)g_rand_int_range(random, 0, SIZES);
            rows[i].high = (uint32_t)g_rand_int_range(random, MAX((int)rows[i].low - 2, 0),
                                                      MIN((int)rows[i].low + 20, SIZES));
            for (uint32_t size = rows[i].low; size <= rows[i].high; size++)
                in[size] = true;
        }
        fwx_policy_set_marker_sizes(&policy, rows, count);
        for (uint32_t size = 0; size < SIZES; size++)
            g_assert_cmpint(fwx_policy_is_marker_size(&policy, size), ==, in[size]);
        g_assert_false(fwx_policy_is_marker_size(&policy, UINT32_MAX));
        fwx_policy_clear(&policy);
    }
    g_rand_free(random);
}

/* ---- whose the lists are --------------------------------------------------------------------- */

static unsigned freed;

static void note_freed(gpointer row)
{
    (void)row;
    freed++;
}

static void watch(const struct fwx_policy *policy)
{
    g_array_set_clear_func(policy->networks[FWX_NETWORK_SPECIAL], note_freed);
    g_array_set_clear_func(policy->filters, note_freed);
    g_array_set_clear_func(policy->marker_sizes, note_freed);
    g_array_set_size(policy->timeouts, 1); /* of all the known ones */
    g_array_set_clear_func(policy->timeouts, note_freed);
}

/* A list lives as long as one of those that share it, and no longer. */
static void test_lists_are_shared(void)
{
    static const struct fwx_network network = {.prefix_len = 128, .kind = FWX_NETWORK_SPECIAL};
    static const struct fwx_app_filter filter = {99, FWX_PROTOCOL_TCP, "Mine"};
    static const struct fwx_size_range size = {7, 7};
    static const struct fwx_timeout timeout = {.model = "mine", .seconds = 7};
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_engine *engine;

    for (unsigned again = 0; again < 2; again++) {
        freed = 0;
        fwx_policy_set_networks(&policy, &network, 1);
        fwx_policy_set_filters(&policy, &filter, 1);
        fwx_policy_set_marker_sizes(&policy, &size, 1);
        fwx_policy_set_timeouts(&policy, &timeout, 1);
        g_assert_cmpuint(freed, ==, 0);
        watch(&policy);
        engine = fwx_engine_new(&policy);
        fwx_policy_clear(&policy);
        g_assert_null(policy.filters);
        g_assert_cmpuint(freed, ==, 0);
        g_assert_cmpstr(filter_on(fwx_engine_policy(engine), FWX_PROTOCOL_TCP, 99), ==, "Mine");
        fwx_engine_free(engine);
        g_assert_cmpuint(freed, ==, 4);
    }
    /* New lists take the place of old ones. */
    for (unsigned again = 0; again < 3; again++) {
        freed = 0;
        fwx_policy_set_networks(&policy, &network, 1);
        fwx_policy_set_filters(&policy, &filter, 1);
        fwx_policy_set_marker_sizes(&policy, &size, 1);
        fwx_policy_set_timeouts(&policy, &timeout, 1);
        g_assert_cmpuint(freed, ==, again ? 4 : 0);
        watch(&policy);
    }
    fwx_policy_clear(&policy);
    fwx_policy_clear(&policy);
    g_assert_cmpuint(freed, ==, 4 + 4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/policy/rows", test_rows);
    g_test_add_func("/policy/as-installed", test_as_installed);
    g_test_add_func("/policy/words", test_words);
    g_test_add_func("/policy/prefixes", test_prefixes);
    g_test_add_func("/policy/networks", test_networks);
    g_test_add_func("/policy/kinds-of-networks", test_kinds_of_networks);
    g_test_add_func("/policy/many-networks", test_many_networks);
    g_test_add_func("/policy/presets", test_presets);
    g_test_add_func("/policy/set-filters", test_set_filters);
    g_test_add_func("/policy/many-filters", test_many_filters);
    g_test_add_func("/policy/usual-marker-sizes", test_usual_marker_sizes);
    g_test_add_func("/policy/many-marker-sizes", test_many_marker_sizes);
    g_test_add_func("/policy/lists-are-shared", test_lists_are_shared);
    return g_test_run();
}
