/* beside.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/beside.h"

#include "engine/turn.h"
#include "engine/words.h"

/* What a firewall keeps of a tuple. */
union entry {
    struct fwx_linux_entry linux_tcp;
    struct fwx_linux_session linux_session;
    struct fwx_timed_session timed;
};

/* The first packet that it would not pass and that somebody has to acknowledge. */
struct watch {
    uint32_t seq;
    bool set;
    uint8_t from;
    bool repeated; /* its sender says it again */
};

/* One firewall and one connection; the entry goes on from the tuple's connection before it. */
struct record {
    union entry entry;
    int64_t now;      /* the latest time of its packets: none runs backwards */
    uint32_t dropped; /* as in struct fwx_beside_account */
    uint32_t saying;  /* number of the first + 1, 0: none */
    struct watch watch;
    bool begun;        /* there was an entry, now or once */
    bool contradicted; /* what it would have dropped arrived: there is none in between */
};

struct fwx_beside {
    struct fwx_pool records; /* by id of the connection and number of the firewall */
    struct fwx_pool sayings; /* of struct fwx_saying */
};

/* One packet before one firewall. */
struct encounter {
    const struct fwx_policy *policy;
    const struct fwx_firewall *firewall;
    const struct fwx_packet *packet;
    struct record *record;
    unsigned from; /* 0 or 1, the same for all connections of the tuple */
};

/* ---- mechanisms ----------------------------------------------------------------------------- */

/* How a firewall is emulated. */
struct mechanism {
    const char *id; /* the firewall that it is for; NULL: all others */
    /* True where it passes and there is nothing to say. */
    bool (*meet)(const struct encounter *met, struct fwx_saying *saying);
    /* A connection that began before the capture. */
    void (*adopt)(const struct encounter *met);
    void (*say)(struct fwx_sentence *sentence, const struct fwx_policy *policy,
                const struct fwx_firewall *firewall, const struct fwx_saying *saying,
                const struct fwx_packet *packet);
};

static const uint8_t linux_events[] = {
    [FWX_LINUX_SAYS_FLAGS] = FWX_EVENT_BAD_FLAGS,   [FWX_LINUX_SAYS_NEW] = FWX_EVENT_NOT_OPEN,
    [FWX_LINUX_SAYS_STATE] = FWX_EVENT_STATE,       [FWX_LINUX_SAYS_IGNORED] = FWX_EVENT_STATE,
    [FWX_LINUX_SAYS_CHALLENGE] = FWX_EVENT_STATE,   [FWX_LINUX_SAYS_RST] = FWX_EVENT_RST_INEXACT,
    [FWX_LINUX_SAYS_MORE] = FWX_EVENT_SEQ_HIGH,     [FWX_LINUX_SAYS_SEQ_HIGH] = FWX_EVENT_SEQ_HIGH,
    [FWX_LINUX_SAYS_ACK_HIGH] = FWX_EVENT_ACK_HIGH, [FWX_LINUX_SAYS_SEQ_LOW] = FWX_EVENT_SEQ_LOW,
    [FWX_LINUX_SAYS_ACK_LOW] = FWX_EVENT_ACK_LOW,   [FWX_LINUX_SAYS_LOWERED] = FWX_EVENT_STATE,
    [FWX_LINUX_SAYS_OUTER] = FWX_EVENT_NOT_OPEN,
};

enum { NO_WORDS = FWX_LINUX_KINDS }; /* as a kind: the kernel logs nothing */

/* What an entry of this state that ran out makes of the next packet. */
static const uint8_t linux_ends[FWX_LINUX_STATES] = {
    [FWX_LINUX_NONE] = FWX_EVENT_NOT_OPEN,
    [FWX_LINUX_SYN_SENT] = FWX_EVENT_SYN_EXPIRED,
    [FWX_LINUX_SYN_RECV] = FWX_EVENT_SYN_EXPIRED,
    [FWX_LINUX_ESTABLISHED] = FWX_EVENT_IDLE_EXPIRED,
    [FWX_LINUX_FIN_WAIT] = FWX_EVENT_HALF_CLOSED_EXPIRED,
    [FWX_LINUX_CLOSE_WAIT] = FWX_EVENT_HALF_CLOSED_EXPIRED,
    [FWX_LINUX_LAST_ACK] = FWX_EVENT_HALF_CLOSED_EXPIRED,
    [FWX_LINUX_TIME_WAIT] = FWX_EVENT_CLOSED,
    [FWX_LINUX_CLOSE] = FWX_EVENT_CLOSED,
    [FWX_LINUX_SYN_SENT2] = FWX_EVENT_SYN_EXPIRED,
};

static bool linux_says(const struct fwx_linux_verdict *verdict, enum fwx_linux_state ended,
                       struct fwx_saying *saying)
{
    if (verdict->passes && verdict->ct != FWX_LINUX_CT_INVALID)
        return true;
    saying->reaction = verdict->passes ? FWX_REACTION_PASS : FWX_REACTION_DROP;
    saying->event = linux_ends[ended];
    if (verdict->said) {
        saying->linux_words = verdict->says[0];
        if (ended == FWX_LINUX_NONE)
            saying->event = linux_events[verdict->says[0].word];
    }
    return false;
}

static bool linux_meet(const struct encounter *met, struct fwx_saying *saying)
{
    const struct fwx_linux_settings *settings = &met->policy->linux_settings;
    int64_t now = met->record->now;
    union entry *entry = &met->record->entry;
    struct fwx_linux_verdict verdict;
    enum fwx_linux_state ended = FWX_LINUX_NONE;

    saying->linux_words.kind = NO_WORDS;
    if (met->packet->protocol == FWX_PROTOCOL_TCP) {
        if (!fwx_linux_lives(&entry->linux_tcp, now))
            ended = (enum fwx_linux_state)entry->linux_tcp.state;
        verdict = fwx_linux_tcp(&entry->linux_tcp, met->from, met->packet, settings, now);
    } else {
        verdict = fwx_linux_session(&entry->linux_session, met->from, met->packet, settings, now);
    }
    return linux_says(&verdict, ended, saying);
}

/* As the kernel picks up what it has not seen begin, and quietly where it would not. */
static void linux_adopt(const struct encounter *met)
{
    struct fwx_linux_settings settings = met->policy->linux_settings;
    union entry *entry = &met->record->entry;

    settings.loose = true;
    settings.drops_not_syn = false;
    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        fwx_linux_tcp(&entry->linux_tcp, met->from, met->packet, &settings, met->record->now);
    else
        fwx_linux_session(&entry->linux_session, met->from, met->packet, &settings,
                          met->record->now);
}

static void linux_say(struct fwx_sentence *sentence, const struct fwx_policy *policy,
                      const struct fwx_firewall *firewall, const struct fwx_saying *saying,
                      const struct fwx_packet *packet)
{
    char text[FWX_LINUX_TEXT_SIZE];

    (void)firewall;
    if (saying->linux_words.kind == NO_WORDS)
        fwx_say(sentence, "%s", fwx_event_title((enum fwx_event)saying->event));
    else
        fwx_say(sentence, "%s",
                fwx_linux_text(&saying->linux_words, packet, &policy->linux_settings, text,
                               sizeof text));
}

static bool timed_meet(const struct encounter *met, struct fwx_saying *saying)
{
    struct fwx_timed_session *session = &met->record->entry.timed;
    struct fwx_timed_said *said = &saying->timed;
    bool passes = true;

    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        passes = fwx_timed_tcp(session, met->from, &met->packet->tcp, met->firewall,
                               met->record->now, said);
    else if (met->packet->protocol == FWX_PROTOCOL_UDP)
        passes = fwx_timed_udp(session, met->from, met->firewall, met->record->now, said);
    saying->event = said->event;
    saying->reaction = said->reaction;
    return passes;
}

static void timed_adopt(const struct encounter *met)
{
    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        fwx_timed_adopt(&met->record->entry.timed, met->from, met->record->now);
}

static void timed_say(struct fwx_sentence *sentence, const struct fwx_policy *policy,
                      const struct fwx_firewall *firewall, const struct fwx_saying *saying,
                      const struct fwx_packet *packet)
{
    const struct fwx_timed_said *said = &saying->timed;
    const struct fwx_response *own = &firewall->responses[saying->event];
    const struct fwx_response *any = &firewall->responses[FWX_EVENT_NOT_OPEN];
    const struct fwx_timeout *timer =
        said->timer < FWX_SESSION_TIMERS ? firewall->timers[said->timer] : NULL;
    const char *words = own->words && *own->words ? own->words : timer ? any->words : NULL;

    (void)policy;
    (void)packet;
    fwx_say(sentence, "%s",
            words && *words ? words : fwx_event_title((enum fwx_event)saying->event));
    if (timer)
        fwx_say(sentence, "; %u s of silence, %s %u s (%s)", said->silence_s,
                fwx_timer_id((enum fwx_timer)timer->timer), timer->seconds,
                fwx_confidence_name((enum fwx_confidence)timer->confidence));
    else
        fwx_say(sentence, " (%s)", fwx_confidence_name((enum fwx_confidence)own->confidence));
}

static const struct mechanism mechanisms[] = {
    {"linux", linux_meet, linux_adopt, linux_say},
    {NULL, timed_meet, timed_adopt, timed_say},
};

static const struct mechanism *mechanism_of(const struct fwx_firewall *firewall)
{
    const struct mechanism *mechanism = mechanisms;

    while (mechanism->id && !g_str_equal(mechanism->id, firewall->id))
        mechanism++;
    return mechanism;
}

/* ---- life ----------------------------------------------------------------------------------- */

struct fwx_beside *fwx_beside_new(const struct fwx_policy *policy)
{
    struct fwx_beside *beside;

    if (!policy->also || !policy->also->len)
        return NULL;
    beside = g_new0(struct fwx_beside, 1);
    fwx_pool_init(&beside->records, sizeof(struct record));
    fwx_pool_init(&beside->sayings, sizeof(struct fwx_saying));
    return beside;
}

void fwx_beside_free(struct fwx_beside *beside)
{
    if (!beside)
        return;
    fwx_pool_clear(&beside->records);
    fwx_pool_clear(&beside->sayings);
    g_free(beside);
}

static const struct fwx_firewall *firewall_at(const struct fwx_policy *policy, unsigned number)
{
    return (const struct fwx_firewall *)g_ptr_array_index(policy->also, number);
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

/* What comes after tells whether what was dropped has arrived all the same. A reset does not. */
static void look_back(const struct encounter *met)
{
    const struct fwx_packet *packet = met->packet;
    struct watch *watch = &met->record->watch;

    if (!watch->set)
        return;
    if (met->from == watch->from)
        watch->repeated |= packet->tcp.seq == watch->seq && weight_of(packet);
    else if ((packet->tcp.flags & (FWX_ACK | FWX_RST)) == FWX_ACK &&
             fwx_seq_after(packet->tcp.ack, watch->seq))
        met->record->contradicted = true;
}

static void count_drop(const struct encounter *met, uint32_t saying)
{
    struct record *record = met->record;

    if (!record->dropped++)
        record->saying = saying + 1;
    if (!record->watch.set && weight_of(met->packet))
        record->watch = (struct watch){
            .seq = met->packet->tcp.seq,
            .set = true,
            .from = met->from & 1,
        };
}

/* Behind the close, by the firewall's own account or by the connection's; but what the main
 * firewall alone has forgotten goes on. */
static bool is_late(const struct fwx_turn *turn, const struct fwx_saying *saying)
{
    uint32_t over = fwx_connection_over_frame(turn->connection);

    return saying->event == FWX_EVENT_CLOSED ||
           (over && over < turn->packet->frame &&
            !(turn->connection->flags & FWX_CONNECTION_EXPIRED));
}

static void keep(const struct fwx_turn *turn, const struct encounter *met, struct fwx_saying saying)
{
    struct fwx_pool *sayings = &turn->engine->beside->sayings;

    saying.late = is_late(turn, &saying);
    *(struct fwx_saying *)fwx_pool_add(sayings) = saying;
    if (!saying.late && saying.reaction > FWX_REACTION_PASS)
        count_drop(met, sayings->count - 1);
}

static void ask(const struct fwx_turn *turn, unsigned number)
{
    struct record *record = record_of(turn->engine, turn->connection, number);
    const struct fwx_firewall *firewall = firewall_at(turn->policy, number);
    const struct mechanism *mechanism = mechanism_of(firewall);
    struct encounter met = {turn->policy, firewall, turn->packet, record, end_of(turn->packet)};
    struct fwx_saying saying = {
        .frame = turn->packet->frame,
        .connection = turn->connection->id,
        .packet = turn->packet->index,
        .firewall = (uint8_t)number,
    };

    record->now = MAX(record->now, turn->packet->time);
    if (turn->packet->time == FWX_NO_TIME)
        record->now = FWX_NO_TIME;
    look_back(&met);
    if (record->contradicted)
        return;
    if (!record->begun && !begins(turn->packet)) {
        mechanism->adopt(&met);
        record->begun = turn->tcp && fwx_segment_of(turn->tcp->flags) == FWX_SEGMENT_ACK;
        return;
    }
    record->begun = true;
    if (!mechanism->meet(&met, &saying))
        keep(turn, &met, saying);
}

void fwx_beside_stage(const struct fwx_turn *turn)
{
    for (unsigned i = 0; i < turn->policy->also->len; i++)
        ask(turn, i);
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
    return record->watch.repeated ? FWX_CORROBORATED : FWX_EVIDENCE_NONE;
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
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    fwx_say(&sentence, "%s: %s, ", firewall->id,
            saying->reaction == FWX_REACTION_PASS
                ? "invalid"
                : fwx_reaction_name((enum fwx_reaction)saying->reaction));
    mechanism_of(firewall)->say(&sentence, &engine->policy, firewall, saying,
                                packet ? packet : &like);
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
