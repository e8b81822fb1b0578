/* beside.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/mechanism.h"

#include "engine/words.h"

/* The first packet that it would not pass and that somebody has to acknowledge. */
struct watch {
    uint32_t seq;
    bool set;
    uint8_t from;
    bool resets;    /* the firewall would have reset it */
    bool borne_out; /* its sender says it again, or is reset */
};

/* One firewall and one connection; the entry goes on from the tuple's connection before it. */
struct record {
    union fwx_entry entry;
    int64_t now;      /* the latest time of its packets: none runs backwards */
    uint32_t dropped; /* as in struct fwx_beside_account */
    uint32_t saying;  /* number of the first + 1, 0: none */
    struct watch watch;
    bool begun;        /* there was an entry, now or once */
    bool contradicted; /* what it would have dropped arrived: there is none in between */
};

struct fwx_beside {
    const struct fwx_mechanism **mechanisms; /* by number of the firewall */
    struct fwx_pool records; /* by id of the connection and number of the firewall */
    struct fwx_pool sayings; /* of struct fwx_saying */
    struct fwx_pool wordy;   /* of struct fwx_wordy */
};

/* ---- life ----------------------------------------------------------------------------------- */

static const struct fwx_firewall *firewall_at(const struct fwx_policy *policy, unsigned number)
{
    return (const struct fwx_firewall *)g_ptr_array_index(policy->also, number);
}

static struct fwx_beside new_one(void)
{
    struct fwx_beside beside = {0};

    fwx_pool_init(&beside.records, sizeof(struct record));
    fwx_pool_init(&beside.sayings, sizeof(struct fwx_saying));
    fwx_pool_init(&beside.wordy, sizeof(struct fwx_wordy));
    return beside;
}

static void clear(struct fwx_beside *beside)
{
    fwx_pool_clear(&beside->records);
    fwx_pool_clear(&beside->sayings);
    fwx_pool_clear(&beside->wordy);
}

struct fwx_beside *fwx_beside_new(const struct fwx_policy *policy)
{
    struct fwx_beside *beside;

    if (!policy->also || !policy->also->len)
        return NULL;
    beside = g_new(struct fwx_beside, 1);
    *beside = new_one();
    beside->mechanisms = g_new(const struct fwx_mechanism *, policy->also->len);
    for (unsigned i = 0; i < policy->also->len; i++)
        beside->mechanisms[i] = fwx_mechanism_of(firewall_at(policy, i));
    return beside;
}

void fwx_beside_free(struct fwx_beside *beside)
{
    if (!beside)
        return;
    clear(beside);
    g_free(beside->mechanisms);
    g_free(beside);
}

static uint32_t index_of(const struct fwx_engine *engine, uint32_t connection, unsigned number)
{
    return (connection - 1) * engine->policy.also->len + number;
}

/* The tuple's connection before it left an entry, unless that is known to be none. */
static void inherit(const struct fwx_engine *engine, struct record *record,
                    const struct fwx_connection *connection, unsigned number)
{
    uint32_t older = fwx_connections_older(&engine->connections, connection);
    const struct record *before;

    record->now = FWX_NO_TIME;
    if (!older || index_of(engine, older, number) >= engine->beside->records.count)
        return;
    before = (const struct record *)fwx_pool_at(&engine->beside->records,
                                                index_of(engine, older, number));
    if (before->contradicted)
        return;
    record->entry = before->entry;
    record->now = before->now;
    record->begun = before->begun;
}

/* Made where there is none yet, with those of all connections before. */
static struct record *record_of(const struct fwx_engine *engine,
                                const struct fwx_connection *connection, unsigned number)
{
    struct fwx_pool *records = &engine->beside->records;
    uint32_t index = index_of(engine, connection->id, number);

    while (records->count <= index) {
        unsigned count = engine->policy.also->len;
        uint32_t id = records->count / count + 1;
        struct record *record = (struct record *)fwx_pool_add(records);

        inherit(engine, record, fwx_connections_get(&engine->connections, id),
                (records->count - 1) % count);
    }
    return (struct record *)fwx_pool_at(records, index);
}

/* ---- one packet ----------------------------------------------------------------------------- */

/* Of the tuple's two ends the first: the same for all of its connections, whoever asks. */
static unsigned end_of(const struct fwx_packet *packet)
{
    const uint64_t *src = packet->src.word;
    const uint64_t *dst = packet->dst.word;

    if (src[0] != dst[0])
        return src[0] > dst[0];
    if (src[1] != dst[1])
        return src[1] > dst[1];
    return packet->src_port > packet->dst_port;
}

/* Such a packet belongs to nothing, whatever a capture has not shown. */
static bool is_impossible(const struct fwx_packet *packet)
{
    return packet->protocol == FWX_PROTOCOL_TCP && fwx_flags_impossible(packet->tcp.flags);
}

/* Where a capture begins, firewalls know what it has not shown. */
static bool begins(const struct fwx_packet *packet)
{
    if (packet->protocol == FWX_PROTOCOL_TCP)
        return fwx_segment_of(packet->tcp.flags) == FWX_SEGMENT_SYN;
    return packet->protocol == FWX_PROTOCOL_UDP || packet->icmp.echo == FWX_ECHO_REQUEST;
}

/* Sequence space that has to be acknowledged: only TCP tells what has arrived. */
static uint32_t weight_of(const struct fwx_packet *packet)
{
    return packet->protocol == FWX_PROTOCOL_TCP ? fwx_tcp_length(&packet->tcp) : 0;
}

/* What comes after tells whether what was dropped has arrived all the same. A reset tells nothing
 * of that, but it may be the one that was foretold. */
static void look_back(struct record *record, const struct fwx_encounter *met)
{
    const struct fwx_packet *packet = met->packet;
    struct watch *watch = &record->watch;

    if (!watch->set)
        return;
    if (met->from == watch->from)
        watch->borne_out |= packet->tcp.seq == watch->seq && weight_of(packet);
    else if (packet->tcp.flags & FWX_RST)
        watch->borne_out |= watch->resets;
    else if ((packet->tcp.flags & FWX_ACK) && fwx_seq_after(packet->tcp.ack, watch->seq))
        record->contradicted = true;
}

static void count_drop(struct record *record, const struct fwx_encounter *met, uint32_t saying,
                       bool resets)
{
    if (!record->dropped++)
        record->saying = saying + 1;
    if (!record->watch.set && weight_of(met->packet))
        record->watch = (struct watch){
            .seq = met->packet->tcp.seq,
            .set = true,
            .from = met->from & 1,
            .resets = resets,
        };
}

/* Behind the close, by the firewall's own account or by the connection's; but what the main
 * firewall alone has forgotten goes on. */
static bool is_late(const struct fwx_turn *turn, const struct fwx_saying *saying)
{
    uint32_t over = fwx_connection_over_frame(turn->connection);

    return saying->event == FWX_EVENT_AFTER_CLOSE ||
           (over && over < turn->packet->frame &&
            !(turn->connection->flags & FWX_CONNECTION_EXPIRED));
}

static void keep(const struct fwx_turn *turn, struct record *record,
                 const struct fwx_encounter *met, struct fwx_saying saying)
{
    struct fwx_pool *sayings = &turn->engine->beside->sayings;

    saying.late = is_late(turn, &saying);
    *(struct fwx_saying *)fwx_pool_add(sayings) = saying;
    if (!saying.late && saying.reaction > FWX_REACTION_PASS)
        count_drop(record, met, sayings->count - 1, saying.reaction == FWX_REACTION_RESET);
}

/* It goes on from an answer that the capture does not have, or not yet: a firewall that sees both
 * ways has met it. */
static bool has_missed_answer(const struct fwx_turn *turn)
{
    enum fwx_segment kind = turn->tcp ? fwx_segment_of(turn->tcp->flags) : FWX_SEGMENT_SYN;

    return turn->side == FWX_INITIATOR && (kind == FWX_SEGMENT_ACK || kind == FWX_SEGMENT_FIN) &&
           !turn->receiver->packets;
}

/* Times without any time stand still. */
static int64_t later(int64_t now, int64_t time)
{
    return time == FWX_NO_TIME ? FWX_NO_TIME : MAX(now, time);
}

static void ask(const struct fwx_turn *turn, unsigned number)
{
    const struct fwx_packet *packet = turn->packet;
    struct record *record = record_of(turn->engine, turn->connection, number);
    const struct fwx_firewall *firewall = firewall_at(turn->policy, number);
    const struct fwx_mechanism *mechanism = turn->engine->beside->mechanisms[number];
    const struct fwx_encounter met = {
        .policy = turn->policy,
        .firewall = firewall,
        .packet = packet,
        .entry = &record->entry,
        .wordy = &turn->engine->beside->wordy,
        .now = later(record->now, packet->time),
        .from = end_of(packet),
    };
    struct fwx_saying saying = {
        .frame = packet->frame,
        .connection = turn->connection->id,
        .packet = packet->index,
        .firewall = (uint8_t)number,
    };

    record->now = met.now;
    look_back(record, &met);
    if (record->contradicted)
        return;
    if (has_missed_answer(turn)) {
        record->entry = (union fwx_entry){0};
        record->begun = false;
    }
    if (!record->begun && !begins(packet) && !is_impossible(packet)) {
        mechanism->adopt(&met);
        record->begun = turn->tcp && fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_ACK;
        return;
    }
    record->begun |= begins(packet);
    if (!mechanism->meet(&met, &saying))
        keep(turn, record, &met, saying);
}

void fwx_beside_stage(const struct fwx_turn *turn)
{
    for (unsigned i = 0; i < turn->policy->also->len; i++)
        ask(turn, i);
}

/* ---- forgetting ----------------------------------------------------------------------------- */

/* Sayings of connections that are kept, and what they name. Returns the new numbers + 1. */
static uint32_t *move_sayings(const struct fwx_beside *old, struct fwx_beside *moved,
                              const uint32_t *ids)
{
    uint32_t *numbers = g_new0(uint32_t, old->sayings.count + 1);

    for (uint32_t i = 0; i < old->sayings.count; i++) {
        struct fwx_saying saying = *(const struct fwx_saying *)fwx_pool_at(&old->sayings, i);

        saying.connection = ids[saying.connection];
        if (!saying.connection)
            continue;
        if (old->mechanisms[saying.firewall]->is_wordy) {
            *(struct fwx_wordy *)fwx_pool_add(&moved->wordy) =
                *(const struct fwx_wordy *)fwx_pool_at(&old->wordy, saying.wordy);
            saying.wordy = moved->wordy.count - 1;
        }
        *(struct fwx_saying *)fwx_pool_add(&moved->sayings) = saying;
        numbers[i + 1] = moved->sayings.count;
    }
    return numbers;
}

void fwx_beside_move(struct fwx_engine *engine, const uint32_t *ids)
{
    struct fwx_beside *old = engine->beside;
    struct fwx_beside moved;
    uint32_t *numbers;

    if (!old)
        return;
    moved = new_one();
    moved.mechanisms = old->mechanisms;
    numbers = move_sayings(old, &moved, ids);
    for (uint32_t i = 0; i < old->records.count; i++) {
        struct record *record;

        if (!ids[i / engine->policy.also->len + 1])
            continue;
        record = (struct record *)fwx_pool_add(&moved.records);
        *record = *(const struct record *)fwx_pool_at(&old->records, i);
        record->saying = numbers[record->saying];
    }
    g_free(numbers);
    clear(old);
    *old = moved;
}

/* ---- afterwards ----------------------------------------------------------------------------- */

unsigned fwx_beside_count(const struct fwx_engine *engine)
{
    return engine->beside ? engine->policy.also->len : 0;
}

const struct fwx_firewall *fwx_beside_firewall(const struct fwx_engine *engine, unsigned number)
{
    return firewall_at(&engine->policy, number);
}

const struct fwx_saying *fwx_beside_saying(const struct fwx_engine *engine, uint32_t number)
{
    return (const struct fwx_saying *)fwx_pool_at(&engine->beside->sayings, number);
}

uint32_t fwx_beside_sayings(const struct fwx_engine *engine, uint32_t frame, uint32_t *first)
{
    uint32_t low = 0;
    uint32_t high = engine->beside ? engine->beside->sayings.count : 0;
    uint32_t all = high;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (fwx_beside_saying(engine, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < all && fwx_beside_saying(engine, high)->frame == frame)
        high++;
    return high - low;
}

static enum fwx_evidence evidence_of(const struct record *record)
{
    if (record->contradicted)
        return FWX_CONTRADICTED;
    return record->watch.borne_out ? FWX_CORROBORATED : FWX_EVIDENCE_NONE;
}

struct fwx_beside_account fwx_beside_account(const struct fwx_engine *engine,
                                             const struct fwx_connection *connection,
                                             unsigned number)
{
    uint32_t index = index_of(engine, connection->id, number);
    const struct record *record;

    if (index >= engine->beside->records.count)
        return (struct fwx_beside_account){0};
    record = (const struct record *)fwx_pool_at(&engine->beside->records, index);
    return (struct fwx_beside_account){
        .dropped = record->dropped,
        .saying = record->saying ? fwx_beside_saying(engine, record->saying - 1) : NULL,
        .evidence = evidence_of(record),
    };
}

const char *fwx_beside_say(const struct fwx_engine *engine, const struct fwx_saying *saying,
                           const struct fwx_packet *packet, char *buffer)
{
    const struct fwx_firewall *firewall = firewall_at(&engine->policy, saying->firewall);
    struct fwx_packet like = {
        .protocol = fwx_connections_get(&engine->connections, saying->connection)->protocol};
    const struct fwx_spoken spoken = {
        .policy = &engine->policy,
        .firewall = firewall,
        .saying = saying,
        .wordy = &engine->beside->wordy,
        .packet = packet ? packet : &like,
    };
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    fwx_say(&sentence, "%s: %s, ", firewall->id,
            saying->reaction == FWX_REACTION_PASS
                ? "invalid"
                : fwx_reaction_name((enum fwx_reaction)saying->reaction));
    engine->beside->mechanisms[saying->firewall]->say(&sentence, &spoken);
    return buffer;
}

const char *fwx_beside_advice(const struct fwx_engine *engine, const struct fwx_saying *saying)
{
    const struct fwx_firewall *firewall = firewall_at(&engine->policy, saying->firewall);
    const char *own = firewall->responses[saying->event].advice;
    const char *any = firewall->responses[FWX_EVENT_NOT_OPEN].advice;

    if (own && *own)
        return own;
    return any && *any ? any : NULL;
}
