/* flood.c
 *
 * Windows tumble: a minute begins with an address's first request, and when it is over the count
 * begins anew ("after one minute ... resets the quota"). Nothing runs by a timer; connections that
 * ended by time alone are swept when a limit would be passed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/flood.h"

#include "engine/model/result.h"
#include "engine/turn.h"

static const int64_t second_ns = 1000000000;

/* Drawn once a run, so that no capture can be made to collide; GLib hands a hash function no more
 * than the key. */
static uint64_t hash_seed;

static guint hash_host(gconstpointer key)
{
    const struct fwx_host *host = (const struct fwx_host *)key;
    uint64_t x = (host->address.word[0] ^ hash_seed) * 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 32 ^ host->address.word[1]) * 0xbf58476d1ce4e5b9u;
    return (guint)((x ^ x >> 29 ^ host->capture_point) * 0x94d049bb133111ebu >> 32);
}

/* Who is seen at two capture points asks once at each. */
static gboolean equal_hosts(gconstpointer a, gconstpointer b)
{
    const struct fwx_host *left = (const struct fwx_host *)a;
    const struct fwx_host *right = (const struct fwx_host *)b;

    return left->capture_point == right->capture_point &&
           fwx_address_equal(&left->address, &right->address);
}

void fwx_flood_init(struct fwx_flood *flood)
{
    if (!hash_seed)
        hash_seed = ((uint64_t)g_random_int() << 32) | g_random_int() | 1;
    flood->hosts = g_hash_table_new_full(hash_host, equal_hosts, g_free, NULL);
}

void fwx_flood_clear(struct fwx_flood *flood)
{
    g_hash_table_destroy(flood->hosts);
    flood->hosts = NULL;
}

/* The initiator, where the connection was seen. */
static struct fwx_host *find_host(const struct fwx_flood *flood,
                                  const struct fwx_connection *connection)
{
    struct fwx_host key = {.address = connection->address[FWX_INITIATOR],
                           .capture_point = connection->capture_point};

    return (struct fwx_host *)g_hash_table_lookup(flood->hosts, &key);
}

static struct fwx_host *host_of(struct fwx_turn *turn)
{
    struct fwx_flood *flood = &turn->engine->flood;
    const struct fwx_address *initiator = &turn->connection->address[FWX_INITIATOR];
    struct fwx_host *host = find_host(flood, turn->connection);

    if (!host) {
        host = g_new0(struct fwx_host, 1);
        host->address = *initiator;
        host->capture_point = turn->connection->capture_point;
        host->minute = host->second = host->swept = turn->packet->time;
        host->special = fwx_policy_in_network(turn->policy, initiator, FWX_NETWORK_SPECIAL);
        g_hash_table_add(flood->hosts, host);
    }
    return host;
}

/* ---- counting -----------------------------------------------------------------------------------
 */

static void uncount(struct fwx_host *host, struct fwx_connection *connection)
{
    if (connection->flags & FWX_CONNECTION_HALF_COUNTED)
        host->half_open--;
    if (connection->flags & FWX_CONNECTION_COUNTED) {
        if (connection->protocol == FWX_PROTOCOL_TCP)
            host->open--;
        else
            host->open_udp--;
    }
    connection->flags &= (uint16_t) ~(FWX_CONNECTION_COUNTED | FWX_CONNECTION_HALF_COUNTED);
}

void fwx_flood_moved(struct fwx_flood *flood, struct fwx_connection *connection)
{
    bool half = (connection->flags & FWX_CONNECTION_HALF_COUNTED) != 0;
    struct fwx_host *host;

    if (!(connection->flags & FWX_CONNECTION_COUNTED) ||
        (!fwx_connection_over(connection) && !(half && connection->state >= FWX_STATE_ESTABLISHED)))
        return;
    host = find_host(flood, connection);
    if (fwx_connection_over(connection)) {
        uncount(host, connection);
        return;
    }
    host->half_open--;
    connection->flags &= (uint16_t)~FWX_CONNECTION_HALF_COUNTED;
}

static void append(struct fwx_turn *turn, uint32_t *oldest, uint32_t *newest)
{
    if (*newest)
        fwx_connections_get(&turn->engine->connections, *newest)->next_of_host =
            turn->connection->id;
    else
        *oldest = turn->connection->id;
    *newest = turn->connection->id;
}

static void count_tcp(struct fwx_turn *turn, struct fwx_host *host)
{
    host->open++;
    host->half_open++;
    turn->connection->flags |= FWX_CONNECTION_COUNTED | FWX_CONNECTION_HALF_COUNTED;
    append(turn, &host->oldest, &host->newest);
}

static void count_udp(struct fwx_turn *turn, struct fwx_host *host)
{
    host->open_udp++;
    turn->connection->flags |= FWX_CONNECTION_COUNTED;
    append(turn, &host->oldest_udp, &host->newest_udp);
}

/* ---- what ended by time alone --------------------------------------------------------------- */

static bool is_idle(const struct fwx_turn *turn, const struct fwx_connection *connection)
{
    int64_t silent = fwx_connection_silence(connection, turn->packet->time);
    uint32_t limit_s = connection->flags & FWX_CONNECTION_HALF_COUNTED ? turn->policy->no_reply_s
                       : connection->protocol == FWX_PROTOCOL_TCP      ? turn->policy->tcp_idle_s
                                                                       : turn->policy->udp_idle_s;

    /* A clock set back says nothing of how long it was, so it counts as long. */
    return limit_s && ABS(silent) >= (int64_t)limit_s * 1000;
}

/* Takes ended and idle connections off the list. */
static void sweep_list(struct fwx_turn *turn, struct fwx_host *host, uint32_t *oldest,
                       uint32_t *newest)
{
    struct fwx_connections *connections = &turn->engine->connections;
    uint32_t *link = oldest;

    *newest = 0;
    while (*link) {
        struct fwx_connection *connection = fwx_connections_get(connections, *link);

        if ((connection->flags & FWX_CONNECTION_COUNTED) && is_idle(turn, connection))
            uncount(host, connection);
        if (connection->flags & FWX_CONNECTION_COUNTED) {
            *newest = *link;
            link = &connection->next_of_host;
        } else {
            *link = connection->next_of_host;
            connection->next_of_host = 0;
        }
    }
}

/* At most once a second, so that a flood does not make it the work of every packet. */
static void sweep(struct fwx_turn *turn, struct fwx_host *host)
{
    int64_t since = fwx_time_between(host->swept, turn->packet->time);

    if (ABS(since) < second_ns)
        return;
    host->swept = turn->packet->time;
    sweep_list(turn, host, &host->oldest, &host->newest);
    sweep_list(turn, host, &host->oldest_udp, &host->newest_udp);
}

/* Starts the window anew when it is over, or when the clock was set back beyond it. */
static void tumble(int64_t *begin, uint32_t *count, int64_t now, int64_t length)
{
    int64_t since = fwx_time_between(*begin, now);

    if (since >= length || since <= -length) {
        *begin = now;
        *count = 0;
    }
}

/* ---- refusing ------------------------------------------------------------------------------- */

static const struct fwx_limits *limits_of(const struct fwx_turn *turn, const struct fwx_host *host)
{
    return host->special ? &turn->policy->special_limits : &turn->policy->limits;
}

static bool over(uint32_t count, uint32_t limit)
{
    return limit && count > limit;
}

static enum fwx_outcome refuse(struct fwx_turn *turn, struct fwx_host *host, enum fwx_quota quota,
                               uint32_t count, uint32_t limit)
{
    static const struct {
        uint32_t code;
        enum fwx_confidence confidence;
    } verdicts[] = {
        [FWX_QUOTA_RATE] = {FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED, FWX_DOCUMENTED},
        [FWX_QUOTA_CONCURRENT] = {FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED,
                                  FWX_OBSERVED},
        [FWX_QUOTA_HALF_OPEN] = {FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED, FWX_ASSUMED},
        /* Documented for each rule, which packets do not show. */
        [FWX_QUOTA_NON_TCP] = {FWX_E_RULE_QUOTA_EXCEEDED_DROPPED, FWX_INFERRED},
    };
    struct fwx_finding *finding = fwx_report(turn, FWX_FINDING_QUOTA);

    finding->quota = (struct fwx_over_quota){
        .count = count,
        .limit = limit,
        .quota = (uint8_t)quota,
        .first = !(host->passed & 1u << quota),
        .special = host->special,
    };
    host->passed |= (uint8_t)(1u << quota);
    return fwx_judge(turn, finding, verdicts[quota].code, verdicts[quota].confidence);
}

static void release(struct fwx_host *host, enum fwx_quota quota)
{
    host->passed &= (uint8_t) ~(1u << quota);
}

static enum fwx_outcome admit_tcp(struct fwx_turn *turn, struct fwx_host *host, bool again)
{
    const struct fwx_limits *limits = limits_of(turn, host);
    bool rated = fwx_policy_knows(turn->policy, FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED);

    tumble(&host->minute, &host->requests, turn->packet->time, 60 * second_ns);
    if (!again || !host->requests)
        host->requests++;
    if (rated && over(host->requests, limits->requests_per_minute))
        return refuse(turn, host, FWX_QUOTA_RATE, host->requests, limits->requests_per_minute);
    release(host, FWX_QUOTA_RATE);
    if (over(host->open + 1, limits->concurrent) || over(host->half_open + 1, limits->half_open))
        sweep(turn, host);
    if (over(host->open + 1, limits->concurrent))
        return refuse(turn, host, FWX_QUOTA_CONCURRENT, host->open + 1, limits->concurrent);
    release(host, FWX_QUOTA_CONCURRENT);
    if (over(host->half_open + 1, limits->half_open))
        return refuse(turn, host, FWX_QUOTA_HALF_OPEN, host->half_open + 1, limits->half_open);
    release(host, FWX_QUOTA_HALF_OPEN);
    count_tcp(turn, host);
    return FWX_PASS;
}

/* The oldest session of the address makes room for the new one (UdpLimit). */
static void evict_oldest_udp(struct fwx_turn *turn, struct fwx_host *host)
{
    struct fwx_connection *newcomer = turn->connection;

    sweep(turn, host);
    while (over(host->open_udp + 1, limits_of(turn, host)->concurrent_udp) && host->oldest_udp) {
        struct fwx_connection *oldest =
            fwx_connections_get(&turn->engine->connections, host->oldest_udp);

        host->oldest_udp = oldest->next_of_host;
        oldest->next_of_host = 0;
        if (!host->oldest_udp)
            host->newest_udp = 0;
        if (!(oldest->flags & FWX_CONNECTION_COUNTED))
            continue;
        uncount(host, oldest);
        oldest->flags |= FWX_CONNECTION_EVICTED;
        turn->connection = oldest;
        fwx_turn_enter(turn, FWX_STATE_CLOSED);
    }
    turn->connection = newcomer;
}

static enum fwx_outcome admit_session(struct fwx_turn *turn, struct fwx_host *host)
{
    const struct fwx_limits *limits = limits_of(turn, host);

    tumble(&host->second, &host->sessions, turn->packet->time, second_ns);
    host->sessions++;
    if (over(host->sessions, limits->non_tcp_per_second))
        return refuse(turn, host, FWX_QUOTA_NON_TCP, host->sessions, limits->non_tcp_per_second);
    release(host, FWX_QUOTA_NON_TCP);
    if (turn->packet->protocol != FWX_PROTOCOL_UDP)
        return FWX_PASS;
    if (over(host->open_udp + 1, limits->concurrent_udp))
        evict_oldest_udp(turn, host);
    count_udp(turn, host);
    return FWX_PASS;
}

enum fwx_outcome fwx_flood_stage(struct fwx_turn *turn, bool again)
{
    struct fwx_host *host = host_of(turn);

    return turn->packet->protocol == FWX_PROTOCOL_TCP ? admit_tcp(turn, host, again)
                                                      : admit_session(turn, host);
}
