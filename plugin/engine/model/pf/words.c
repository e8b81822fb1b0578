/* words.c
 * What each variant is, and says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/pf/rules.h"

#include <glib.h>

/* ---- variants ------------------------------------------------------------------------------- */

static const struct fwx_pf_rules rules[FWX_PF_VARIANTS] = {
    [FWX_PF_OPEN_VSWITCH] = {.asks_ports = true,
                             .refuses_syn_ack = true,
                             .renews_syn = true,
                             .guesses_scale = true,
                             .trusts_first_ack = true,
                             .resets_exactly = true,
                             .needs_code_0 = true,
                             .needs_request = true},
    [FWX_PF_BSD] = {.tells_first_by_lo = true, .trusts_early_ack = true, .refuses_handshake = true},
};

const struct fwx_pf_rules *fwx_pf_rules_of(const struct fwx_pf_settings *settings)
{
    return &rules[settings->variant];
}

/* ovs-vswitchd.conf.db(5), CT_Timeout_Policy, and what dump-conntrack -s shows; pf.conf(5),
 * OPTIONS.
 */
static const uint32_t timeouts_s[FWX_PF_VARIANTS][FWX_PF_TIMERS] = {
    [FWX_PF_OPEN_VSWITCH] = {[FWX_PF_TCP_FIRST] = 30,
                             [FWX_PF_TCP_OPENING] = 30,
                             [FWX_PF_TCP_ESTABLISHED] = 24 * 60 * 60,
                             [FWX_PF_TCP_CLOSING] = 15 * 60,
                             [FWX_PF_TCP_FINWAIT] = 45,
                             [FWX_PF_TCP_CLOSED] = 30,
                             [FWX_PF_UDP_FIRST] = 60,
                             [FWX_PF_UDP_SINGLE] = 60,
                             [FWX_PF_UDP_MULTIPLE] = 30,
                             [FWX_PF_ICMP_FIRST] = 60,
                             [FWX_PF_ICMP_REPLY] = 30},
    [FWX_PF_BSD] = {[FWX_PF_TCP_FIRST] = 120,
                    [FWX_PF_TCP_OPENING] = 30,
                    [FWX_PF_TCP_ESTABLISHED] = 24 * 60 * 60,
                    [FWX_PF_TCP_CLOSING] = 15 * 60,
                    [FWX_PF_TCP_FINWAIT] = 45,
                    [FWX_PF_TCP_CLOSED] = 90,
                    [FWX_PF_UDP_FIRST] = 60,
                    [FWX_PF_UDP_SINGLE] = 30,
                    [FWX_PF_UDP_MULTIPLE] = 60,
                    [FWX_PF_ICMP_FIRST] = 20,
                    [FWX_PF_ICMP_REPLY] = 10},
};

struct fwx_pf_settings fwx_pf_defaults(enum fwx_pf_variant variant)
{
    struct fwx_pf_settings settings = {
        .variant = (uint8_t)variant,
        .scrubs = true,
        .drops_invalid = true,
        .drops_not_syn = variant == FWX_PF_BSD,
    };

    memcpy(settings.timeout_s, timeouts_s[variant], sizeof settings.timeout_s);
    return settings;
}

/* ---- words ---------------------------------------------------------------------------------- */

const char *fwx_pf_counter_name(enum fwx_pf_counter counter)
{
    static const char *const names[] = {NULL, "state-mismatch", "normalize",
                                        "conntrack_tcp_seq_chk_failed"};

    return names[counter];
}

/* As ovs-ofctl prints them. */
static void add_ct_state(GString *out, unsigned ct)
{
    static const char *const names[] = {"new", "est", "rel", "rpl", "inv", "trk"};
    char before = '=';

    g_string_append(out, "ct_state");
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!(ct & 1U << i))
            continue;
        g_string_append_c(out, before);
        g_string_append(out, names[i]);
        before = '|';
    }
}

static void add_flags(GString *out, uint8_t flags)
{
    static const char letters[] = "FSRPAUEW"; /* from the lowest bit on */

    for (unsigned i = 0; i < 8; i++) {
        if (flags & 1U << i)
            g_string_append_c(out, letters[i]);
    }
}

static void add_sides(GString *out, const struct fwx_pf_verdict *verdict)
{
    const struct fwx_pf_side *side = verdict->side;
    bool scaled = side[0].scaled && side[1].scaled;

    g_string_append(out, " TCP");
    for (unsigned i = 0; i < 2; i++) {
        g_string_append_printf(out, " [lo=%u high=%u win=%u modulator=0", side[i].lo, side[i].hi,
                               side[i].win);
        if (scaled)
            g_string_append_printf(out, " wscale=%u", side[i].scale);
        g_string_append_c(out, ']');
    }
    g_string_append_printf(out, " %u:%u ", side[0].state, side[1].state);
}

/* A reset need not be exact for that: its numbers are all that counts. */
static void add_failure(GString *out, uint8_t broke)
{
    enum { FAR = 4, ALL = 6 };

    g_string_append(out, "\npf: State failure on:");
    for (unsigned i = 0; i < ALL; i++)
        g_string_append_printf(out, "%s %c", i == FAR ? " |" : "",
                               (broke & 1U << i) ? (char)('1' + i) : ' ');
}

static void add_figures(GString *out, const struct fwx_pf_verdict *verdict,
                        const struct fwx_tcp_segment *tcp)
{
    add_flags(out, tcp->flags);
    g_string_append_printf(out, " seq=%u ack=%u len=%u ackskew=%d pkts=%u:%u dir=%s", tcp->seq,
                           tcp->ack, tcp->payload_len, verdict->skew, verdict->packets[0],
                           verdict->packets[1], verdict->from ? "out,rev" : "in,fwd");
}

static void add_log(GString *out, const struct fwx_pf_verdict *verdict,
                    const struct fwx_tcp_segment *tcp)
{
    switch (verdict->says) {
    case FWX_PF_SAYS_BAD_STATE:
    case FWX_PF_SAYS_LOOSE:
        g_string_append(out, verdict->says == FWX_PF_SAYS_LOOSE ? "pf: loose state match:"
                                                                : "pf: BAD state:");
        add_sides(out, verdict);
        add_figures(out, verdict, tcp);
        if (verdict->says == FWX_PF_SAYS_BAD_STATE)
            add_failure(out, verdict->broke);
        break;
    case FWX_PF_SAYS_REUSE:
        g_string_append(out, "pf: state reuse");
        add_sides(out, verdict);
        add_flags(out, tcp->flags);
        break;
    case FWX_PF_SAYS_DENIED:
        g_string_append(out, "block TCP:");
        add_flags(out, tcp->flags);
        break;
    default:
        break;
    }
}

char *fwx_pf_text(const struct fwx_pf_verdict *verdict, const struct fwx_packet *packet,
                  const struct fwx_pf_settings *settings, char *text, size_t size)
{
    GString *out = g_string_new(NULL);

    if (settings->variant == FWX_PF_BSD)
        add_log(out, verdict, &packet->tcp);
    else
        add_ct_state(out, verdict->ct);
    g_strlcpy(text, out->str, size);
    g_string_free(out, TRUE);
    return text;
}
