/* connection.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/connection.h"

enum { FIRST_SLOTS = 1024 };

void fwx_connections_init(struct fwx_connections *table)
{
    fwx_pool_init(&table->pool, sizeof(struct fwx_connection));
    fwx_pool_init(&table->kin, sizeof(struct fwx_kin));
    fwx_pool_init(&table->claims, sizeof(struct fwx_claim));
    table->slots = g_new0(uint64_t, FIRST_SLOTS);
    table->mask = FIRST_SLOTS - 1;
    table->used = 0;
    table->opened = 0;
    table->seed = ((uint64_t)g_random_int() << 32) | g_random_int();
}

void fwx_connections_clear(struct fwx_connections *table)
{
    for (uint32_t i = 0; i < table->pool.count; i++) {
        struct fwx_connection *connection = (struct fwx_connection *)fwx_pool_at(&table->pool, i);

        while (connection->synacks) {
            struct fwx_synack *synack = connection->synacks;

            connection->synacks = synack->next;
            g_free(synack);
        }
    }
    fwx_pool_clear(&table->pool);
    fwx_pool_clear(&table->kin);
    fwx_pool_clear(&table->claims);
    g_free(table->slots);
    table->slots = NULL;
}

/* Odd multipliers make each end a bijection of its port, so that no two ports collide. */
static inline uint64_t hash_end(uint64_t seed, const struct fwx_address *address, uint16_t port)
{
    uint64_t x = (address->word[0] ^ seed) * 0x9e3779b97f4a7c15u ^ address->word[1];

    x = (x ^ (uint64_t)port << 40 ^ x >> 29) * 0xd6e8feb86659fd93u;
    return x ^ x >> 32;
}

/* The same for both directions. */
static uint32_t hash_tuple(const struct fwx_connections *table, const struct fwx_packet *packet)
{
    uint64_t ends = hash_end(table->seed, &packet->src, packet->src_port) +
                    hash_end(table->seed, &packet->dst, packet->dst_port);

    ends ^= packet->protocol ^ (uint64_t)packet->capture_point << 8;
    return (uint32_t)(ends * 0x94d049bb133111ebu >> 32);
}

/* With many connections each look at one is a wait for memory: wait for all of it at once. */
static inline void prefetch(const struct fwx_connection *connection)
{
#if defined(__GNUC__)
    enum { LINE = 64 };

    for (size_t at = LINE; at <= FWX_CONNECTION_HOT; at += LINE)
        __builtin_prefetch((const char *)connection + at);
#else
    (void)connection;
#endif
}

/* And ahead of time, for all of it. */
static inline void prefetch_all(const struct fwx_connection *connection)
{
#if defined(__GNUC__)
    enum { LINE = 64 };

    for (size_t at = 0; at < sizeof *connection; at += LINE)
        __builtin_prefetch((const char *)connection + at, 1);
    __builtin_prefetch((const char *)(connection + 1) - 1, 1);
#else
    (void)connection;
#endif
}

/* The tuple's newest connection, and which side of it sent the packet; NULL: there is none. The
 * slot is where it is, or belongs. */
static struct fwx_connection *find_newest(const struct fwx_connections *table,
                                          const struct fwx_packet *packet, uint32_t hash,
                                          enum fwx_side *sender, uint64_t **slot)
{
    for (uint32_t at = hash & table->mask;; at = (at + 1) & table->mask) {
        uint64_t found = table->slots[at];

        *slot = &table->slots[at];
        if (!found)
            return NULL;
        if (found >> 32 == hash) {
            struct fwx_connection *connection = fwx_connections_get(table, (uint32_t)found);

            prefetch(connection);
            *sender = fwx_connection_sender(connection, packet);
            if (*sender != FWX_SIDE_UNKNOWN)
                return connection;
        }
    }
}

/* At three quarters full, probes are still short: a new tuple looks at nine slots, in two lines of
 * memory (Knuth, TAOCP 6.4, linear probing). */
static void grow_if_needed(struct fwx_connections *table)
{
    uint32_t size = table->mask + 1;

    if (table->used < size / 4 * 3)
        return;

    uint64_t *old = table->slots;

    table->mask = size * 2 - 1;
    table->slots = (uint64_t *)fwx_room_new((gsize)size * 2 * sizeof *table->slots);
    for (uint32_t i = 0; i < size; i++) {
        if (!old[i])
            continue;
        uint32_t at = (uint32_t)(old[i] >> 32) & table->mask;

        while (table->slots[at])
            at = (at + 1) & table->mask;
        table->slots[at] = old[i];
    }
    g_free(old);
}

struct fwx_connection *fwx_connections_newest(const struct fwx_connections *table,
                                              const struct fwx_packet *packet,
                                              enum fwx_side *sender)
{
    uint64_t *slot;

    return find_newest(table, packet, hash_tuple(table, packet), sender, &slot);
}

void fwx_connections_prefetch_slot(const struct fwx_connections *table,
                                   const struct fwx_packet *packet)
{
#if defined(__GNUC__)
    __builtin_prefetch(&table->slots[hash_tuple(table, packet) & table->mask]);
#else
    (void)table, (void)packet;
#endif
}

/* Without a look at the connection: by what the slot has of the hash. */
void fwx_connections_prefetch(const struct fwx_connections *table, const struct fwx_packet *packet)
{
    uint32_t hash = hash_tuple(table, packet);

    for (uint32_t at = hash & table->mask; table->slots[at]; at = (at + 1) & table->mask) {
        if (table->slots[at] >> 32 == hash) {
            const struct fwx_connection *connection =
                fwx_connections_get(table, (uint32_t)table->slots[at]);

            prefetch_all(connection);
            return;
        }
    }
}

static struct fwx_kin kin_of(const struct fwx_connections *table, uint32_t id)
{
    uint32_t kin = fwx_connections_get(table, id)->kin;

    return kin ? *(const struct fwx_kin *)fwx_pool_at(&table->kin, kin - 1) : (struct fwx_kin){0};
}

uint32_t fwx_connections_older(const struct fwx_connections *table,
                               const struct fwx_connection *connection)
{
    return kin_of(table, connection->id).older;
}

/*
 * Where the leap goes: with these, each connection reaches any older one of its tuple in
 * logarithmically many steps (Myers, "An applicative random-access stack", 1983).
 */
static uint32_t leap_over(const struct fwx_connections *table, uint32_t older)
{
    struct fwx_kin from = kin_of(table, older);
    struct fwx_kin near;

    if (!from.leap)
        return older;
    near = kin_of(table, from.leap);
    if (!near.leap)
        return older;
    return from.depth - near.depth == near.depth - kin_of(table, near.leap).depth ? near.leap
                                                                                  : older;
}

/* Links a new connection to the one that was the tuple's newest. */
static void join_kin(struct fwx_connections *table, struct fwx_connection *connection,
                     uint32_t older)
{
    struct fwx_kin kin = {older, leap_over(table, older), kin_of(table, older).depth + 1};

    *(struct fwx_kin *)fwx_pool_add(&table->kin) = kin;
    connection->kin = table->kin.count;
}

/* The place of the newest connection of the packet's tuple, which the one added last becomes. */
static void enlist(struct fwx_connections *table, const struct fwx_packet *packet,
                   struct fwx_connection *connection)
{
    uint32_t hash = hash_tuple(table, packet);
    enum fwx_side known;
    uint64_t *slot;
    const struct fwx_connection *older = find_newest(table, packet, hash, &known, &slot);

    if (older)
        join_kin(table, connection, older->id);
    else
        table->used++;
    *slot = (uint64_t)hash << 32 | connection->id;
}

struct fwx_connection *fwx_connections_adopt(struct fwx_connections *table,
                                             const struct fwx_connection *connection)
{
    struct fwx_packet packet = {
        .src = connection->address[0],
        .dst = connection->address[1],
        .src_port = connection->port[0],
        .dst_port = connection->port[1],
        .protocol = connection->protocol,
        .capture_point = connection->capture_point,
    };
    struct fwx_connection *adopted;

    grow_if_needed(table);
    adopted = (struct fwx_connection *)fwx_pool_add(&table->pool);
    *adopted = *connection;
    adopted->id = table->pool.count;
    adopted->kin = 0;
    enlist(table, &packet, adopted);
    return adopted;
}

struct fwx_connection *fwx_connections_open(struct fwx_connections *table,
                                            const struct fwx_packet *packet, enum fwx_side sender)
{
    struct fwx_connection *connection;

    grow_if_needed(table);
    connection = (struct fwx_connection *)fwx_pool_add(&table->pool);
    connection->id = table->pool.count;
    connection->number = ++table->opened;
    connection->address[sender] = packet->src;
    connection->address[!sender] = packet->dst;
    connection->port[sender] = packet->src_port;
    connection->port[!sender] = packet->dst_port;
    connection->capture_point = packet->capture_point;
    connection->protocol = packet->protocol;
    connection->first_frame = packet->frame;
    connection->first_index = packet->index;
    connection->first_time = connection->last_time = connection->spoke_time = packet->time;
    connection->data_time = FWX_NO_TIME;
    connection->peer[0].window_scale = FWX_NO_WINDOW_SCALE;
    connection->peer[1].window_scale = FWX_NO_WINDOW_SCALE;
    enlist(table, packet, connection);
    return connection;
}

/* A frame may hold several packets, and two of them the same addresses and ports. */
static bool began_after(const struct fwx_connection *connection, const struct fwx_packet *packet)
{
    return connection->first_frame > packet->frame ||
           (connection->first_frame == packet->frame && connection->first_index > packet->index);
}

void fwx_connections_claim(struct fwx_connections *table, const struct fwx_connection *connection,
                           const struct fwx_packet *packet)
{
    struct fwx_claim *claim = (struct fwx_claim *)fwx_pool_add(&table->claims);

    *claim = (struct fwx_claim){packet->frame, connection->id, packet->index};
}

static const struct fwx_claim *claim_at(const struct fwx_connections *table, uint32_t number)
{
    return (const struct fwx_claim *)fwx_pool_at(&table->claims, number);
}

static bool claims_earlier(const struct fwx_claim *claim, const struct fwx_packet *packet)
{
    return claim->frame < packet->frame ||
           (claim->frame == packet->frame && claim->index < packet->index);
}

/* Id of the connection that has claimed the packet, or 0. */
static uint32_t claimant(const struct fwx_connections *table, const struct fwx_packet *packet)
{
    uint32_t low = 0;
    uint32_t high = table->claims.count;
    const struct fwx_claim *claim;

    /* What is being read lies behind all claims. */
    if (!high || claims_earlier(claim_at(table, high - 1), packet))
        return 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (claims_earlier(claim_at(table, middle), packet))
            low = middle + 1;
        else
            high = middle;
    }
    claim = claim_at(table, low);
    return claim->frame == packet->frame && claim->index == packet->index ? claim->connection : 0;
}

struct fwx_connection *fwx_connections_at(const struct fwx_connections *table,
                                          const struct fwx_packet *packet)
{
    struct fwx_connection *connection;
    enum fwx_side sender;
    uint32_t id = claimant(table, packet);

    if (id)
        return fwx_connections_get(table, id);
    connection = fwx_connections_newest(table, packet, &sender);
    while (connection && began_after(connection, packet)) {
        struct fwx_kin kin = kin_of(table, connection->id);
        struct fwx_connection *far;

        if (!kin.older)
            return NULL;
        far = fwx_connections_get(table, kin.leap);
        connection = began_after(far, packet) ? far : fwx_connections_get(table, kin.older);
    }
    return connection;
}

/* The state that a move leads to. */
static enum fwx_state state_after(const struct fwx_connection *connection, enum fwx_move move)
{
    static const enum fwx_state states[FWX_MOVES] = {
        [FWX_MOVE_SYN_SENT] = FWX_STATE_SYN_SENT,
        [FWX_MOVE_SYN_RECEIVED] = FWX_STATE_SYN_RECEIVED,
        [FWX_MOVE_ESTABLISHED] = FWX_STATE_ESTABLISHED,
        [FWX_MOVE_FIN_WAIT] = FWX_STATE_FIN_WAIT,
        [FWX_MOVE_CLOSING] = FWX_STATE_CLOSING,
    };

    return move == FWX_MOVE_OVER ? (enum fwx_state)connection->state : states[move];
}

static enum fwx_move move_to(enum fwx_state state)
{
    static const enum fwx_move moves[FWX_STATES] = {
        [FWX_STATE_SYN_SENT] = FWX_MOVE_SYN_SENT,
        [FWX_STATE_SYN_RECEIVED] = FWX_MOVE_SYN_RECEIVED,
        [FWX_STATE_ESTABLISHED] = FWX_MOVE_ESTABLISHED,
        [FWX_STATE_FIN_WAIT] = FWX_MOVE_FIN_WAIT,
        [FWX_STATE_CLOSING] = FWX_MOVE_CLOSING,
        [FWX_STATE_CLOSED] = FWX_MOVE_OVER,
        [FWX_STATE_RESET] = FWX_MOVE_OVER,
    };

    return moves[state];
}

bool fwx_connection_enter(struct fwx_connection *connection, enum fwx_state state, uint32_t frame)
{
    if (state <= connection->state)
        return false;
    if (!connection->first_state)
        connection->first_state = (uint8_t)state;
    else
        connection->moved[move_to(state)] = frame;
    connection->state = (uint8_t)state;
    return true;
}

enum fwx_state fwx_connection_state_at(const struct fwx_connection *connection, uint32_t frame)
{
    enum fwx_state state = FWX_STATE_NONE;

    /* What began before the capture was there before its first packet. */
    if (connection->first_frame < frame || connection->first_state == FWX_STATE_UNKNOWN)
        state = (enum fwx_state)connection->first_state;
    for (unsigned move = 0; move < FWX_MOVES; move++) {
        if (connection->moved[move] && connection->moved[move] < frame)
            state = state_after(connection, (enum fwx_move)move);
    }
    return state;
}

enum fwx_state fwx_connection_lived_in(const struct fwx_connection *connection)
{
    struct fwx_connection alive = *connection;

    alive.moved[FWX_MOVE_OVER] = 0;
    return fwx_connection_state_at(&alive, UINT32_MAX);
}

void fwx_connection_revive(struct fwx_connection *connection)
{
    connection->flags &= ~(uint32_t)FWX_CONNECTION_EXPIRED;
    connection->state = (uint8_t)fwx_connection_lived_in(connection);
    connection->moved[FWX_MOVE_OVER] = 0;
}

void fwx_connection_answered(struct fwx_connection *connection, int64_t time)
{
    if (connection->flags & FWX_CONNECTION_ANSWERED)
        return;
    connection->flags |= FWX_CONNECTION_ANSWERED;
    connection->answer_time = time;
}

uint32_t fwx_connection_established_frame(const struct fwx_connection *connection)
{
    return connection->first_state == FWX_STATE_ESTABLISHED
               ? connection->first_frame
               : connection->moved[FWX_MOVE_ESTABLISHED];
}

uint32_t fwx_connection_over_frame(const struct fwx_connection *connection)
{
    return connection->moved[FWX_MOVE_OVER];
}

const char *fwx_state_name(enum fwx_state state)
{
    static const char *const names[FWX_STATES] = {
        [FWX_STATE_NONE] = "none",
        [FWX_STATE_DENIED] = "denied",
        [FWX_STATE_SYN_SENT] = "syn-sent",
        [FWX_STATE_SYN_RECEIVED] = "syn-received",
        [FWX_STATE_ESTABLISHED] = "established",
        [FWX_STATE_UNKNOWN] = "unknown",
        [FWX_STATE_FIN_WAIT] = "fin-wait",
        [FWX_STATE_CLOSING] = "closing",
        [FWX_STATE_CLOSED] = "closed",
        [FWX_STATE_RESET] = "reset",
    };

    return names[state];
}
