/* words.c
 * The kernel's words, and how its versions differ.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/turn.h"

#include <glib.h>

/* ---- versions ------------------------------------------------------------------------------- */

/* 6.18: held against the kernel. 6.12, 6.1: as read and observed by others (tests/compare/linux.md)
 * where they differ from it. */
static const struct fwx_linux_rules rules[FWX_LINUX_VERSIONS] = {
    [FWX_LINUX_6_1] = {.resets_closely = true},
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

static void lowered(GString *out, const struct fwx_linux_said *said,
                    const struct fwx_linux_settings *settings)
{
    g_string_printf(out, "packet (index %u, dir %u) response for index %u ", index_of(said->kind),
                    said->from, index_of(said->with));
    if (fwx_linux_rules_of(settings->version)->says_ticks)
        g_string_append_printf(out, "lower timeout to %u", said->number * settings->hz);
    else
        g_string_append(out, "lowered timeout to UNACK");
}

static const char *plain_text(enum fwx_linux_word word)
{
    switch (word) {
    case FWX_LINUX_SAYS_FLAGS:
        return "invalid tcp flag combination";
    case FWX_LINUX_SAYS_NEW:
        return "invalid new";
    case FWX_LINUX_SAYS_CHALLENGE:
        return "challenge-ack ignored";
    case FWX_LINUX_SAYS_RST:
        return "invalid rst";
    default:
        return NULL;
    }
}

static void window_text(GString *out, const struct fwx_linux_said *said)
{
    static const struct {
        const char *before, *after;
    } texts[] = {
        [FWX_LINUX_SAYS_MORE] = {"", " bytes more than expected"},
        [FWX_LINUX_SAYS_SEQ_HIGH] = {"SEQ is over upper bound ",
                                     " (over the window of the receiver)"},
        [FWX_LINUX_SAYS_ACK_HIGH] = {"ACK is over upper bound ", " (ACKed data not seen yet)"},
        [FWX_LINUX_SAYS_SEQ_LOW] = {"SEQ is under lower bound ",
                                    " (already ACKed data retransmitted)"},
        [FWX_LINUX_SAYS_ACK_LOW] = {"ignored ACK under lower bound ", " (possible overly delayed)"},
    };

    g_string_printf(out, "%s%u%s", texts[said->word].before, said->number, texts[said->word].after);
}

char *fwx_linux_text(const struct fwx_linux_said *said, const struct fwx_linux_settings *settings,
                     char *text, size_t size)
{
    GString *out = g_string_new(plain_text(said->word));

    if (said->word == FWX_LINUX_SAYS_STATE || said->word == FWX_LINUX_SAYS_IGNORED)
        g_string_printf(out, "packet (index %u) in dir %u %s, state %s", index_of(said->kind),
                        said->from, said->word == FWX_LINUX_SAYS_STATE ? "invalid" : "ignored",
                        fwx_linux_state_name(said->with));
    else if (said->word == FWX_LINUX_SAYS_LOWERED)
        lowered(out, said, settings);
    else if (!out->len)
        window_text(out, said);
    g_strlcpy(text, out->str, size);
    g_string_free(out, TRUE);
    return text;
}
