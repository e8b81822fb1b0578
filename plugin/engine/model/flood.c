/* flood.c
 * Flood mitigation: what one client address may ask for.
 *
 * Windows tumble: a minute begins with an address's first request, and when it is over the count
 * begins anew ("after one minute ... resets the quota"). Nothing runs by a timer; connections that
 * ended by time alone are swept when a limit would be passed. Where a capture tells no times, none
 * of this can be counted.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/turn.h"

/* ---- what ended by time alone --------------------------------------------------------------- */

static bool is_idle(const struct fwx_turn *turn, const struct fwx_connection *connection)
{
    int64_t silent = fwx_connection_silence(connection, turn->packet->time);
    int64_t limit = turn->policy->timers[fwx_timer_of(connection)];

    /* A clock set back says nothing of how long it was, so it counts as long. */
    return limit && (silent >= limit || silent <= -limit);
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
            fwx_hosts_uncount(host, connection);
        if (connection->flags & FWX_CONNECTION_COUNTED) {
            *newest = *link;
            link = &connection->next_of_host;
        } else {
            *link = connection->next_of_host;
            connection->next_of_host = 0;
        }
    }
}

/* Is the time further from the begin than that, forward or back? */
static bool is_past(int64_t begin, int64_t now, int64_t length)
{
    int64_t since = fwx_time_between(begin, now);

    return since >= length || since <= -length;
}

/* At most once a second, so that a flood does not make it the work of every packet. */
static void sweep(struct fwx_turn *turn, struct fwx_host *host)
{
    if (!is_past(host->swept, turn->packet->time, FWX_SECOND))
        return;
    host->swept = turn->packet->time;
    sweep_list(turn, host, &host->oldest, &host->newest);
    sweep_list(turn, host, &host->oldest_udp, &host->newest_udp);
}

/* Starts the window anew when it is over, or when the clock was set back beyond it. */
static void tumble(int64_t *begin, uint32_t *count, int64_t now, int64_t length)
{
    if (is_past(*begin, now, length) || *begin == FWX_NO_TIME) {
        *begin = now;
        *count = 0;
    }
}

/* ---- refusing ------------------------------------------------------------------------------- */

static bool is_special(const struct fwx_turn *turn)
{
    return fwx_policy_in_network(turn->policy, &turn->connection->address[FWX_INITIATOR],
                                 FWX_NETWORK_SPECIAL);
}

static const struct fwx_limits *limits_of(const struct fwx_turn *turn)
{
    return is_special(turn) ? &turn->policy->special_limits : &turn->policy->limits;
}

static bool over(uint32_t count, uint32_t limit)
{
    return limit && count > limit;
}

static enum fwx_outcome refuse(struct fwx_turn *turn, struct fwx_host *host, enum fwx_quota quota,
                               uint32_t count, uint32_t limit)
{
    static const enum fwx_event events[] = {
        [FWX_QUOTA_RATE] = FWX_EVENT_LIMIT_RATE,
        [FWX_QUOTA_CONCURRENT] = FWX_EVENT_LIMIT_OPEN,
        [FWX_QUOTA_HALF_OPEN] = FWX_EVENT_LIMIT_HALF_OPEN,
        [FWX_QUOTA_NON_TCP] = FWX_EVENT_LIMIT_SESSIONS,
    };
    struct fwx_finding *finding;
    struct fwx_notes *notes;

    if ((host->refuted & 1u << quota) && !turn->policy->against_evidence)
        return FWX_PASS;
    finding = fwx_report(turn, FWX_FINDING_QUOTA);
    notes = fwx_turn_notes(turn);
    if (!notes->refusal)
        notes->refusal = turn->engine->findings.count;
    host->passed_ever = true;
    finding->quota = (struct fwx_over_quota){
        .count = count,
        .limit = limit,
        .quota = (uint8_t)quota,
        .first = !(host->passed & 1u << quota),
        .special = is_special(turn),
    };
    host->passed |= (uint8_t)(1u << quota);
    return fwx_judge(turn, finding, events[quota]);
}

static void release(struct fwx_host *host, enum fwx_quota quota)
{
    host->passed &= (uint8_t) ~(1u << quota);
}

static enum fwx_outcome admit_tcp(struct fwx_turn *turn, struct fwx_host *host, bool again)
{
    const struct fwx_limits *limits = limits_of(turn);
    bool rated = fwx_policy_words(turn->policy, FWX_EVENT_LIMIT_RATE) != NULL;

    tumble(&host->minute, &host->requests, turn->packet->time, 60 * FWX_SECOND);
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
    return FWX_PASS;
}

/* The oldest session of the address makes room for the new one (UdpLimit). */
static void evict_oldest_udp(struct fwx_turn *turn, struct fwx_host *host, uint32_t limit)
{
    struct fwx_connection *newcomer = turn->connection;

    sweep(turn, host);
    while (over(host->open_udp + 1, limit) && host->oldest_udp) {
        struct fwx_connection *oldest =
            fwx_connections_get(&turn->engine->connections, host->oldest_udp);

        host->oldest_udp = oldest->next_of_host;
        oldest->next_of_host = 0;
        if (!host->oldest_udp)
            host->newest_udp = 0;
        if (!(oldest->flags & FWX_CONNECTION_COUNTED))
            continue;
        fwx_hosts_uncount(host, oldest);
        oldest->flags |= FWX_CONNECTION_EVICTED;
        turn->connection = oldest;
        fwx_turn_enter(turn, FWX_STATE_CLOSED);
    }
    turn->connection = newcomer;
}

static enum fwx_outcome admit_session(struct fwx_turn *turn, struct fwx_host *host)
{
    const struct fwx_limits *limits = limits_of(turn);

    tumble(&host->second, &host->sessions, turn->packet->time, FWX_SECOND);
    host->sessions++;
    if (over(host->sessions, limits->non_tcp_per_second))
        return refuse(turn, host, FWX_QUOTA_NON_TCP, host->sessions, limits->non_tcp_per_second);
    release(host, FWX_QUOTA_NON_TCP);
    if (turn->packet->protocol == FWX_PROTOCOL_UDP &&
        over(host->open_udp + 1, limits->concurrent_udp))
        evict_oldest_udp(turn, host, limits->concurrent_udp);
    return FWX_PASS;
}

/* The first connection of an address passes no limit. */
enum fwx_outcome fwx_flood_stage(struct fwx_turn *turn, bool again)
{
    struct fwx_hosts *hosts = &turn->engine->hosts;
    uint8_t protocol = turn->packet->protocol;
    struct fwx_host *host;
    enum fwx_outcome outcome = FWX_PASS;

    if (turn->packet->time == FWX_NO_TIME)
        return FWX_PASS;
    host = fwx_hosts_ask(hosts, turn->connection);
    if (host)
        outcome =
            protocol == FWX_PROTOCOL_TCP ? admit_tcp(turn, host, again) : admit_session(turn, host);
    if (outcome != FWX_PASS)
        return outcome;
    if (protocol == FWX_PROTOCOL_TCP || protocol == FWX_PROTOCOL_UDP)
        fwx_hosts_count(hosts, host, turn->connection);
    return FWX_PASS;
}
