/* mechanism.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/mechanism.h"

#include "engine/words.h"

/* ---- Linux ---------------------------------------------------------------------------------- */

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
    [FWX_LINUX_TIME_WAIT] = FWX_EVENT_AFTER_CLOSE,
    [FWX_LINUX_CLOSE] = FWX_EVENT_AFTER_CLOSE,
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

static bool linux_meet(const struct fwx_encounter *met, struct fwx_saying *saying)
{
    const struct fwx_linux_settings *settings = &met->policy->linux_settings;
    union fwx_entry *entry = met->entry;
    struct fwx_linux_verdict verdict;
    enum fwx_linux_state ended = FWX_LINUX_NONE;

    saying->linux_words.kind = NO_WORDS;
    if (met->packet->protocol == FWX_PROTOCOL_TCP) {
        if (!fwx_linux_lives(&entry->linux_tcp, met->now))
            ended = (enum fwx_linux_state)entry->linux_tcp.state;
        verdict = fwx_linux_tcp(&entry->linux_tcp, met->from, met->packet, settings, met->now);
    } else {
        verdict =
            fwx_linux_session(&entry->linux_session, met->from, met->packet, settings, met->now);
    }
    return linux_says(&verdict, ended, saying);
}

/* As the kernel picks up what it has not seen begin, and quietly where it would not. */
static void linux_adopt(const struct fwx_encounter *met)
{
    struct fwx_linux_settings settings = met->policy->linux_settings;
    union fwx_entry *entry = met->entry;

    settings.loose = true;
    settings.drops_not_syn = false;
    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        fwx_linux_tcp(&entry->linux_tcp, met->from, met->packet, &settings, met->now);
    else
        fwx_linux_session(&entry->linux_session, met->from, met->packet, &settings, met->now);
}

static void linux_say(struct fwx_sentence *sentence, const struct fwx_spoken *spoken)
{
    const struct fwx_saying *saying = spoken->saying;

    if (saying->linux_words.kind == NO_WORDS) {
        fwx_say(sentence, "%s", fwx_event_title((enum fwx_event)saying->event));
    } else {
        char text[FWX_LINUX_TEXT_SIZE];

        fwx_say(sentence, "%s",
                fwx_linux_text(&saying->linux_words, spoken->packet,
                               &spoken->policy->linux_settings, text, sizeof text));
    }
}

/* ---- pf and Open vSwitch -------------------------------------------------------------------- */

static struct fwx_pf_settings pf_settings(const struct fwx_firewall *firewall)
{
    return fwx_pf_defaults(g_str_equal(firewall->id, "pf") ? FWX_PF_BSD : FWX_PF_OPEN_VSWITCH);
}

static struct fwx_pf_verdict pf_verdict(const struct fwx_encounter *met,
                                        const struct fwx_pf_settings *settings)
{
    return met->packet->protocol == FWX_PROTOCOL_TCP
               ? fwx_pf_tcp(&met->entry->pf_tcp, met->from, met->packet, settings, met->now)
               : fwx_pf_session(&met->entry->pf_session, met->from, met->packet, settings,
                                met->now);
}

static enum fwx_event pf_event(const struct fwx_pf_verdict *verdict)
{
    static const struct {
        uint8_t bound;
        uint8_t event;
    } events[] = {
        {FWX_PF_RST, FWX_EVENT_RST_INEXACT},     {FWX_PF_ACK_HIGH, FWX_EVENT_ACK_HIGH},
        {FWX_PF_ACK_LOW, FWX_EVENT_ACK_LOW},     {FWX_PF_SEQ_HIGH, FWX_EVENT_SEQ_HIGH},
        {FWX_PF_LOOSE_HIGH, FWX_EVENT_SEQ_HIGH}, {FWX_PF_SEQ_LOW, FWX_EVENT_SEQ_LOW},
        {FWX_PF_LOOSE_LOW, FWX_EVENT_SEQ_LOW},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(events); i++) {
        if (verdict->broke & events[i].bound)
            return (enum fwx_event)events[i].event;
    }
    if (verdict->counts == FWX_PF_COUNTS_NORMALIZE)
        return FWX_EVENT_BAD_FLAGS;
    return FWX_EVENT_NOT_OPEN;
}

static void keep_words(const struct fwx_encounter *met, const struct fwx_pf_verdict *verdict)
{
    struct fwx_wordy *kept = (struct fwx_wordy *)fwx_pool_add(met->wordy);
    const struct fwx_tcp_segment *tcp = &met->packet->tcp;

    kept->verdict = *verdict;
    if (met->packet->protocol != FWX_PROTOCOL_TCP)
        return;
    kept->seq = tcp->seq;
    kept->ack = tcp->ack;
    kept->len = tcp->payload_len;
    kept->flags = tcp->flags;
}

static bool pf_meet(const struct fwx_encounter *met, struct fwx_saying *saying)
{
    struct fwx_pf_settings settings = pf_settings(met->firewall);
    struct fwx_pf_verdict verdict = pf_verdict(met, &settings);

    if (verdict.passes && !(verdict.ct & FWX_PF_INV))
        return true;
    saying->event = (uint8_t)pf_event(&verdict);
    saying->reaction = verdict.passes       ? FWX_REACTION_PASS
                       : verdict.is_refused ? FWX_REACTION_RESET
                                            : FWX_REACTION_DROP;
    keep_words(met, &verdict);
    saying->wordy = met->wordy->count - 1;
    return false;
}

static void pf_adopt(const struct fwx_encounter *met)
{
    struct fwx_pf_settings settings = pf_settings(met->firewall);

    settings.drops_not_syn = false;
    pf_verdict(met, &settings);
}

static void pf_say(struct fwx_sentence *sentence, const struct fwx_spoken *spoken)
{
    const struct fwx_saying *saying = spoken->saying;
    const struct fwx_wordy *kept =
        (const struct fwx_wordy *)fwx_pool_at(spoken->wordy, saying->wordy);
    const struct fwx_packet packet = {
        .protocol = spoken->packet->protocol,
        .tcp = {.seq = kept->seq, .ack = kept->ack, .payload_len = kept->len, .flags = kept->flags},
    };
    struct fwx_pf_settings settings = pf_settings(spoken->firewall);
    char text[FWX_PF_TEXT_SIZE];

    fwx_pf_text(&kept->verdict, &packet, &settings, text, sizeof text);
    g_strdelimit(text, "\n", ' ');
    fwx_say(sentence, "%s", *text ? text : fwx_event_title((enum fwx_event)saying->event));
}

/* ---- those known by their timers ------------------------------------------------------------ */

static bool timed_meet(const struct fwx_encounter *met, struct fwx_saying *saying)
{
    struct fwx_timed_session *session = &met->entry->timed;
    struct fwx_timed_said *said = &saying->timed;
    bool passes = true;

    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        passes =
            fwx_timed_tcp(session, met->from, &met->packet->tcp, met->firewall, met->now, said);
    else if (met->packet->protocol == FWX_PROTOCOL_UDP)
        passes = fwx_timed_udp(session, met->from, met->firewall, met->now, said);
    saying->event = said->event;
    saying->reaction = said->reaction;
    return passes;
}

static void timed_adopt(const struct fwx_encounter *met)
{
    if (met->packet->protocol == FWX_PROTOCOL_TCP)
        fwx_timed_adopt(&met->entry->timed, met->from, &met->packet->tcp, met->now);
}

/* Its log's words, where they are known: those of TCP, they are. */
static const char *words_of(const struct fwx_firewall *firewall, const struct fwx_saying *saying)
{
    const char *own = firewall->responses[saying->event].words;
    const char *any = firewall->responses[FWX_EVENT_NOT_OPEN].words;
    bool expired = saying->timed.timer < FWX_SESSION_TIMERS;

    if (saying->timed.timer != FWX_SESSION_UDP && saying->timed.timer != FWX_SESSION_UDP_ONE_WAY) {
        if (own && *own)
            return own;
        if (expired && any && *any) /* the packet meets no session any more */
            return any;
    }
    return fwx_event_title((enum fwx_event)saying->event);
}

static void timed_say(struct fwx_sentence *sentence, const struct fwx_spoken *spoken)
{
    const struct fwx_timed_said *said = &spoken->saying->timed;
    const struct fwx_firewall *firewall = spoken->firewall;
    const struct fwx_timeout *timer =
        said->timer < FWX_SESSION_TIMERS ? firewall->timers[said->timer] : NULL;

    fwx_say(sentence, "%s", words_of(firewall, spoken->saying));
    if (timer)
        fwx_say(sentence, "; %u s of silence, %s %u s (%s)", said->silence_s,
                fwx_timer_id((enum fwx_timer)timer->timer), timer->seconds,
                fwx_confidence_name((enum fwx_confidence)timer->confidence));
    else
        fwx_say(
            sentence, " (%s)",
            fwx_confidence_name((enum fwx_confidence)firewall->responses[said->event].confidence));
}

/* ---- which is which ------------------------------------------------------------------------- */

static const struct fwx_mechanism mechanisms[] = {
    {"linux", false, linux_meet, linux_adopt, linux_say},
    {"pf", true, pf_meet, pf_adopt, pf_say},
    {"openvswitch", true, pf_meet, pf_adopt, pf_say},
    {NULL, false, timed_meet, timed_adopt, timed_say},
};

const struct fwx_mechanism *fwx_mechanism_of(const struct fwx_firewall *firewall)
{
    const struct fwx_mechanism *mechanism = mechanisms;

    while (mechanism->id && !g_str_equal(mechanism->id, firewall->id))
        mechanism++;
    return mechanism;
}
