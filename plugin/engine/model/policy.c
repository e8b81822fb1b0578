/* policy.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/policy.h"

#include "engine/model/timeouts.h"

static const struct fwx_size_range usual_marker_sizes[] = {
    {22, 22}, {33, 33}, {44, 44}, {55, 55}, {66, 66},
};

static const struct {
    const char *id;
    const char *title;
} point_kinds[FWX_POINTS_KINDS] = {
    [FWX_POINTS_AUTO] = {"auto", "Each interface"},
    [FWX_POINTS_ONE] = {"one", "The whole capture"},
    [FWX_POINTS_INTERFACE] = {"interface", "Each interface of each section"},
};

const char *fwx_points_id(enum fwx_points points)
{
    return point_kinds[points].id;
}

const char *fwx_points_title(enum fwx_points points)
{
    return point_kinds[points].title;
}

void fwx_policy_complete(struct fwx_policy *policy)
{
    /* "Automatically calculated" (TcpLimit). */
    policy->limits.half_open = policy->limits.concurrent / 2;
    policy->special_limits.half_open = policy->special_limits.concurrent / 2;
    /* RulePerSecondLimit is for each rule, whoever asks. */
    policy->special_limits.non_tcp_per_second = policy->limits.non_tcp_per_second;
}

/* ---- lists in order ------------------------------------------------------------------------- */

static void replace(GArray **list, GArray *with)
{
    if (*list)
        g_array_unref(*list);
    *list = with;
}

/* The preference of a timer; one that is as installed leaves it to the product. */
static int64_t timer_of(const struct fwx_policy *policy, enum fwx_session_timer timer)
{
    static const struct {
        size_t offset;
        uint16_t unit_ms;
        uint8_t like; /* the timer of TMG 2010 that its default is */
    } preferences[FWX_SESSION_TIMERS] = {
#define BY(timer, member, unit_ms, like)                                                           \
    [FWX_SESSION_##timer] = {offsetof(struct fwx_policy, member), unit_ms, FWX_SESSION_##like}
        BY(SYN, no_reply_s, 1000, SYN),   BY(SYN_ACK, no_reply_s, 1000, SYN),
        BY(IDLE, tcp_idle_s, 1000, IDLE), BY(HALF_CLOSED, tcp_idle_s, 1000, IDLE),
        BY(CLOSED, linger_ms, 1, CLOSED), BY(RESET, linger_ms, 1, CLOSED),
        BY(UDP, udp_idle_s, 1000, UDP),   BY(UDP_ONE_WAY, udp_idle_s, 1000, UDP),
#undef BY
    };
    const void *place = (const char *)policy + preferences[timer].offset;
    int64_t set = (int64_t) * (const uint32_t *)place * preferences[timer].unit_ms;
    bool own = set == fwx_models[FWX_TMG_2010].timers[preferences[timer].like].ms;

    return (own ? fwx_policy_model(policy)->timers[timer].ms : set) * FWX_MILLISECOND;
}

struct fwx_policy fwx_policy_copy(const struct fwx_policy *policy)
{
    struct fwx_policy copy = *policy;

    for (unsigned kind = 0; kind < FWX_NETWORK_KINDS; kind++) {
        if (policy->networks[kind])
            g_array_ref(policy->networks[kind]);
    }
    if (policy->filters)
        g_array_ref(policy->filters);
    if (policy->marker_sizes)
        g_array_ref(policy->marker_sizes);
    if (policy->timeouts)
        g_array_ref(policy->timeouts);
    if (policy->firewalls)
        fwx_firewalls_ref(policy->firewalls);
    if (policy->point_names)
        g_ptr_array_ref(policy->point_names);
    if (policy->point_order)
        g_ptr_array_ref(policy->point_order);
    if (policy->also)
        g_ptr_array_ref(policy->also);
    if (policy->problems)
        g_ptr_array_ref(policy->problems);
    for (unsigned timer = 0; timer < FWX_SESSION_TIMERS; timer++)
        copy.timers[timer] = timer_of(policy, (enum fwx_session_timer)timer);
    return copy;
}

void fwx_policy_clear(struct fwx_policy *policy)
{
    for (unsigned kind = 0; kind < FWX_NETWORK_KINDS; kind++)
        replace(&policy->networks[kind], NULL);
    replace(&policy->filters, NULL);
    replace(&policy->marker_sizes, NULL);
    replace(&policy->timeouts, NULL);
    fwx_firewalls_unref(policy->firewalls);
    policy->firewalls = NULL;
    g_clear_pointer(&policy->point_names, g_ptr_array_unref);
    g_clear_pointer(&policy->point_order, g_ptr_array_unref);
    g_clear_pointer(&policy->also, g_ptr_array_unref);
    g_clear_pointer(&policy->problems, g_ptr_array_unref);
}

/* Of rows in order, the last that does not lie behind the key; NULL where all do. */
static const void *last_up_to(const void *rows, unsigned count, size_t size, const void *key,
                              GCompareFunc compare)
{
    unsigned low = 0;
    unsigned high = count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (compare((const char *)rows + middle * size, key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? (const char *)rows + (low - 1) * size : NULL;
}

/* Puts ranges in order, and leaves out those that an earlier one holds. None that is left ends
 * before an earlier one, so that the last that begins up to a value has it, or none has. */
static void sort_ranges(GArray *ranges, GCompareFunc by_begin, GEqualFunc holds)
{
    size_t size = g_array_get_element_size(ranges);
    unsigned kept = 0;

    g_array_sort(ranges, by_begin);
    for (unsigned i = 0; i < ranges->len; i++) {
        char *range = ranges->data + i * size;

        if (!kept || !holds(ranges->data + (kept - 1) * size, range))
            memmove(ranges->data + kept++ * size, range, size);
    }
    g_array_set_size(ranges, kept);
}

/* ---- networks: two of them are apart, or one holds the other -------------------------------- */

/* The address that the network begins with. */
static struct fwx_address begin_of(const struct fwx_network *network)
{
    struct fwx_address begin = network->address;
    uint8_t *bytes = (uint8_t *)begin.word;

    for (int i = 0; i < 16; i++)
        bytes[i] &= (uint8_t)(0xff00 >> CLAMP(network->prefix_len - 8 * i, 0, 8));
    return begin;
}

/* Where one begins before another; of those that begin together the widest is first. */
static gint by_begin(gconstpointer a, gconstpointer b)
{
    const struct fwx_network *left = (const struct fwx_network *)a;
    const struct fwx_network *right = (const struct fwx_network *)b;
    int order = memcmp(&left->address, &right->address, sizeof left->address);

    return order ? order : left->prefix_len - right->prefix_len;
}

/* Does it hold one that does not begin before it? */
static gboolean network_holds(gconstpointer outer, gconstpointer inner)
{
    const struct fwx_network *network = (const struct fwx_network *)outer;
    const struct fwx_network around = {.address = ((const struct fwx_network *)inner)->address,
                                       .prefix_len = network->prefix_len};
    const struct fwx_address begin = begin_of(&around);

    return fwx_address_equal(&network->address, &begin);
}

void fwx_policy_set_networks(struct fwx_policy *policy, const struct fwx_network *rows,
                             unsigned count)
{
    for (unsigned kind = 0; kind < FWX_NETWORK_KINDS; kind++) {
        GArray *networks = g_array_new(FALSE, FALSE, sizeof *rows);

        for (unsigned i = 0; i < count; i++) {
            struct fwx_network network = rows[i];

            network.address = begin_of(&rows[i]);
            if (network.kind == kind)
                g_array_append_val(networks, network);
        }
        sort_ranges(networks, by_begin, network_holds);
        replace(&policy->networks[kind], networks);
        if (!networks->len)
            replace(&policy->networks[kind], NULL); /* every packet asks whether there are any */
    }
}

bool fwx_networks_hold(const GArray *networks, const struct fwx_address *address)
{
    const struct fwx_network key = {.address = *address, .prefix_len = 128};
    const void *network = last_up_to(networks->data, networks->len, sizeof key, &key, by_begin);

    return network && network_holds(network, &key);
}

/* ---- application filters -------------------------------------------------------------------- */

static gint by_port(gconstpointer a, gconstpointer b)
{
    const struct fwx_app_filter *left = (const struct fwx_app_filter *)a;
    const struct fwx_app_filter *right = (const struct fwx_app_filter *)b;

    return left->port != right->port ? left->port - right->port : left->protocol - right->protocol;
}

void fwx_policy_set_filters(struct fwx_policy *policy, const struct fwx_app_filter *rows,
                            unsigned count)
{
    GArray *filters = g_array_new(FALSE, FALSE, sizeof *rows);

    g_array_append_vals(filters, rows, count);
    g_array_sort(filters, by_port); /* stable: the last of equals stays the last */
    replace(&policy->filters, filters);
}

static const struct fwx_app_filter *find_filter(const void *rows, unsigned count,
                                                const struct fwx_app_filter *key)
{
    const struct fwx_app_filter *filter =
        (const struct fwx_app_filter *)last_up_to(rows, count, sizeof *key, key, by_port);

    return filter && by_port(filter, key) == 0 ? filter : NULL;
}

const struct fwx_app_filter *fwx_policy_filter(const struct fwx_policy *policy, uint8_t protocol,
                                               uint16_t port)
{
    const struct fwx_app_filter key = {.port = port, .protocol = protocol};
    const struct fwx_model *model = fwx_policy_model(policy);
    const GArray *own = policy->filters;
    const struct fwx_app_filter *filter = own ? find_filter(own->data, own->len, &key) : NULL;

    if (!filter)
        filter = find_filter(model->filters, model->filter_count, &key);
    return filter && filter->name[0] ? filter : NULL;
}

/* ---- marker sizes --------------------------------------------------------------------------- */

static gint by_low(gconstpointer a, gconstpointer b)
{
    uint32_t left = ((const struct fwx_size_range *)a)->low;
    uint32_t right = ((const struct fwx_size_range *)b)->low;

    return (left > right) - (left < right);
}

/* Does it hold one that does not begin before it? */
static gboolean range_holds(gconstpointer outer, gconstpointer inner)
{
    return ((const struct fwx_size_range *)inner)->high <=
           ((const struct fwx_size_range *)outer)->high;
}

void fwx_policy_set_marker_sizes(struct fwx_policy *policy, const struct fwx_size_range *rows,
                                 unsigned count)
{
    GArray *sizes = g_array_new(FALSE, FALSE, sizeof *rows);

    g_array_append_vals(sizes, rows, count);
    sort_ranges(sizes, by_low, range_holds);
    replace(&policy->marker_sizes, sizes);
}

const struct fwx_size_range *fwx_policy_usual_marker_sizes(unsigned *count)
{
    *count = G_N_ELEMENTS(usual_marker_sizes);
    return usual_marker_sizes;
}

bool fwx_policy_is_marker_size(const struct fwx_policy *policy, uint32_t size)
{
    const GArray *own = policy->marker_sizes;
    const void *rows = own ? own->data : (const void *)usual_marker_sizes;
    unsigned count = own ? own->len : G_N_ELEMENTS(usual_marker_sizes);
    const struct fwx_size_range key = {size, size};
    const void *range = last_up_to(rows, count, sizeof key, &key, by_low);

    return range && range_holds(range, &key);
}

/* ---- capture points -------------------------------------------------------------------------- */

/* NULL where there is nothing in it. */
static GPtrArray *split_names(const char *text)
{
    char **words = g_strsplit(text ? text : "", ",", -1);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; words[i]; i++)
        g_ptr_array_add(names, g_strdup(g_strstrip(words[i])));
    g_strfreev(words);
    if (!names->len)
        g_clear_pointer(&names, g_ptr_array_unref);
    return names;
}

void fwx_policy_set_points(struct fwx_policy *policy, const char *names, const char *order)
{
    g_clear_pointer(&policy->point_names, g_ptr_array_unref);
    g_clear_pointer(&policy->point_order, g_ptr_array_unref);
    policy->point_names = split_names(names);
    policy->point_order = split_names(order);
}

/* ---- firewalls ------------------------------------------------------------------------------ */

/* text: taken over */
static void complain(struct fwx_policy *policy, char *text)
{
    if (!policy->problems)
        policy->problems = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(policy->problems, text);
}

char *fwx_policy_problems(const struct fwx_policy *policy)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; policy->problems && i < policy->problems->len; i++)
        g_string_append_printf(text, "%s%s", i ? "; " : "",
                               (const char *)g_ptr_array_index(policy->problems, i));
    return g_string_free(text, !policy->problems);
}

void fwx_policy_set_timeouts(struct fwx_policy *policy, const struct fwx_timeout *rows,
                             unsigned count)
{
    replace(&policy->timeouts, count || policy->firewalls
                                   ? fwx_timeouts_with(fwx_policy_firewalls(policy), rows, count)
                                   : NULL);
}

void fwx_policy_set_firewalls(struct fwx_policy *policy, const char *text, const char *name)
{
    fwx_firewalls_unref(policy->firewalls);
    policy->firewalls = text ? fwx_firewalls_with(text, name) : NULL;
    for (unsigned i = 0; text && i < policy->firewalls->problems->len; i++)
        complain(policy, g_strdup((const char *)g_ptr_array_index(policy->firewalls->problems, i)));
}

static void add_also(struct fwx_policy *policy, const char *id)
{
    const struct fwx_firewall *firewall = fwx_firewalls_find(fwx_policy_firewalls(policy), id);

    if (!firewall)
        complain(policy, g_strdup_printf("no firewall is called \"%s\"", id));
    else if (g_str_equal(id, "tmg2010") || g_str_equal(id, "isa2006") || g_str_equal(id, "isa2004"))
        complain(policy, g_strdup_printf("\"%s\" is chosen as the product", id));
    else if (policy->also->len > UINT8_MAX)
        complain(policy, g_strdup_printf("\"%s\" is one firewall too many", id));
    else if (!g_ptr_array_find(policy->also, firewall, NULL))
        g_ptr_array_add(policy->also, (gpointer)firewall);
}

void fwx_policy_set_also(struct fwx_policy *policy, const char *ids)
{
    char **words = g_strsplit_set(ids ? ids : "", " ,;", -1);

    g_clear_pointer(&policy->also, g_ptr_array_unref);
    policy->also = g_ptr_array_new();
    for (unsigned i = 0; words[i]; i++) {
        if (*words[i])
            add_also(policy, words[i]);
    }
    g_strfreev(words);
}

void fwx_policy_set_linux(struct fwx_policy *policy, const char *sysctls)
{
    char **words = g_strsplit_set(sysctls ? sysctls : "", " ,;", -1);

    policy->linux_settings = fwx_linux_defaults(policy->linux_version);
    policy->linux_settings.drops_invalid = policy->linux_drops_invalid;
    policy->linux_settings.drops_not_syn = policy->linux_drops_not_syn;
    for (unsigned i = 0; words[i]; i++) {
        if (*words[i] && !fwx_linux_set(&policy->linux_settings, words[i]))
            complain(policy, g_strdup_printf("\"%s\" is no setting of Linux", words[i]));
    }
    g_strfreev(words);
}
