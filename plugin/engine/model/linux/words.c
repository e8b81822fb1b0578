/* words.c
 * The kernel's words, and how its versions differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/turn.h"

#include <glib.h>

/* ---- versions ------------------------------------------------------------------------------- */

/* Each is held against a kernel of that series, of which others may differ:
 * tests/compare/netfilter-model.md. */
static const struct fwx_linux_rules rules[FWX_LINUX_VERSIONS] = {
    [FWX_LINUX_6_1] = {.resets_closely = true, .reset_shortens = true},
    [FWX_LINUX_6_12] = {.says_new = true, .resets_closely = true},
    [FWX_LINUX_6_18] = {.says_new = true,
                        .resets_closely = true,
                        .reset_shortens = true,
                        .says_ticks = true},
};

const struct fwx_linux_rules *fwx_linux_rules_of(enum fwx_linux_version version)
{
    return &rules[MIN((unsigned)version, FWX_LINUX_6_18)];
}

/* Documentation/networking/nf_conntrack-sysctl.rst. SYN_SENT2 has no setting. */
struct fwx_linux_settings fwx_linux_defaults(enum fwx_linux_version version)
{
    enum { MINUTE = 60, DAY = 24 * 60 * MINUTE };

    return (struct fwx_linux_settings){
        .timeout_s = {[FWX_LINUX_SYN_SENT] = 2 * MINUTE,
                      [FWX_LINUX_SYN_RECV] = MINUTE,
                      [FWX_LINUX_ESTABLISHED] = 5 * DAY,
                      [FWX_LINUX_FIN_WAIT] = 2 * MINUTE,
                      [FWX_LINUX_CLOSE_WAIT] = MINUTE,
                      [FWX_LINUX_LAST_ACK] = 30,
                      [FWX_LINUX_TIME_WAIT] = 2 * MINUTE,
                      [FWX_LINUX_CLOSE] = 10,
                      [FWX_LINUX_SYN_SENT2] = 2 * MINUTE,
                      [FWX_LINUX_RETRANSMITTED] = 5 * MINUTE,
                      [FWX_LINUX_UNACKNOWLEDGED] = 5 * MINUTE,
                      [FWX_LINUX_UDP] = 30,
                      [FWX_LINUX_UDP_STREAM] = 2 * MINUTE,
                      [FWX_LINUX_ICMP] = 30,
                      [FWX_LINUX_ICMPV6] = 30},
        .hz = 250,
        .version = (uint8_t)version,
        .max_retrans = 3,
        .loose = true,
        .drops_invalid = true,
    };
}

/* ---- words ---------------------------------------------------------------------------------- */

const char *fwx_linux_state_name(enum fwx_linux_state state)
{
    static const char *const names[FWX_LINUX_STATES] = {
        "NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
        "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};

    return names[state];
}

void fwx_linux_say(struct fwx_linux_turn *turn, enum fwx_linux_word word, uint32_t number)
{
    struct fwx_linux_verdict *verdict = turn->verdict;
    bool lowered = word == FWX_LINUX_SAYS_LOWERED;

    if (verdict->said == FWX_LINUX_MOST_SAID)
        return;
    verdict->says[verdict->said++] = (struct fwx_linux_said){
        .number = number,
        .word = (uint8_t)word,
        .kind = turn->kind,
        .from = turn->from,
        .with = lowered ? turn->entry->last_kind : turn->state,
    };
}

/* As the kernel counts them. */
static unsigned index_of(unsigned kind)
{
    return kind - FWX_LINUX_SYN;
}

static void add_lowered(GString *out, const struct fwx_linux_said *said,
                        const struct fwx_linux_settings *settings)
{
    if (fwx_linux_rules_of(settings->version)->says_ticks)
        g_string_append_printf(
            out, "packet (index %u, dir %u) response for index %u lower timeout to %u",
            index_of(said->kind), said->from, index_of(said->with), said->number * settings->hz);
    else
        g_string_append(out, "lowered timeout to UNACK");
}

/* IPv6 without any abbreviation, as the kernel's %pI6. */
static void add_address(GString *out, const struct fwx_address *address)
{
    const uint8_t *bytes = fwx_address_bytes(address);

    if (fwx_address_is_v4(address)) {
        g_string_append_printf(out, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
        return;
    }
    for (unsigned i = 0; i < 16; i += 2)
        g_string_append_printf(out, "%s%02x%02x", i ? ":" : "", bytes[i], bytes[i + 1]);
}

static void add_outer(GString *out, const struct fwx_packet *packet)
{
    g_string_append(out, "outer daddr ");
    add_address(out, &packet->dst);
    g_string_append(out, " != inner ");
    add_address(out, &packet->icmp.quote.src);
}

/* What stands around the number, if there is one. */
static const struct {
    const char *before, *after;
} texts[] = {
    [FWX_LINUX_SAYS_FLAGS] = {"invalid tcp flag combination", NULL},
    [FWX_LINUX_SAYS_NEW] = {"invalid new", NULL},
    [FWX_LINUX_SAYS_CHALLENGE] = {"challenge-ack ignored", NULL},
    [FWX_LINUX_SAYS_RST] = {"invalid rst", NULL},
    [FWX_LINUX_SAYS_MORE] = {"", " bytes more than expected"},
    [FWX_LINUX_SAYS_SEQ_HIGH] = {"SEQ is over upper bound ", " (over the window of the receiver)"},
    [FWX_LINUX_SAYS_ACK_HIGH] = {"ACK is over upper bound ", " (ACKed data not seen yet)"},
    [FWX_LINUX_SAYS_SEQ_LOW] = {"SEQ is under lower bound ", " (already ACKed data retransmitted)"},
    [FWX_LINUX_SAYS_ACK_LOW] = {"ignored ACK under lower bound ", " (possible overly delayed)"},
};

static void add_text(GString *out, const struct fwx_linux_said *said,
                     const struct fwx_packet *packet, const struct fwx_linux_settings *settings)
{
    switch (said->word) {
    case FWX_LINUX_SAYS_STATE:
    case FWX_LINUX_SAYS_IGNORED:
        g_string_append_printf(out, "packet (index %u) in dir %u %s, state %s",
                               index_of(said->kind), said->from,
                               said->word == FWX_LINUX_SAYS_STATE ? "invalid" : "ignored",
                               fwx_linux_state_name(said->with));
        break;
    case FWX_LINUX_SAYS_LOWERED:
        add_lowered(out, said, settings);
        break;
    case FWX_LINUX_SAYS_OUTER:
        add_outer(out, packet);
        break;
    default:
        g_string_append(out, texts[said->word].before);
        if (texts[said->word].after)
            g_string_append_printf(out, "%u%s", said->number, texts[said->word].after);
        break;
    }
}

char *fwx_linux_text(const struct fwx_linux_said *said, const struct fwx_packet *packet,
                     const struct fwx_linux_settings *settings, char *text, size_t size)
{
    GString *out = g_string_new(NULL);

    g_string_printf(out, "nf_ct_proto_%u: ", packet->protocol);
    add_text(out, said, packet, settings);
    g_strlcpy(text, out->str, size);
    g_string_free(out, TRUE);
    return text;
}
