/* pf-model.c
 * The engine's model of pf and Open vSwitch as a firewall of its own: lines in, lines out.
 *
 *   settings [NAME=NUMBER]...   an empty table, with these settings and the variant's defaults else
 *   packet TIME HEX             an IP packet, at a time in nanoseconds; answered by a line:
 *
 *   CT PASSES COUNTER TEXT      tab-separated; CT are the bits of ct_state; then, of the packet's
 * TCP entry or session, if any: FROM LEFT-MS, of TCP also STATE SCALE FLAGS LO HI WIN of the
 *     initiator and of the responder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/pf/pf.h"
#include "model-table.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

static struct fwx_pf_settings settings;

/* ---- answers -------------------------------------------------------------------------------- */

static void print_verdict(const struct fwx_pf_verdict *verdict, const struct fwx_packet *packet)
{
    const char *counter = fwx_pf_counter_name(verdict->counts);
    char text[FWX_PF_TEXT_SIZE];

    fwx_pf_text(verdict, packet, &settings, text, sizeof text);
    printf("%u\t%d\t%s\t%s", verdict->ct, verdict->passes, counter ? counter : "",
           g_strdelimit(text, "\n", ';'));
}

static void print_entry(const struct fwx_pf_entry *entry, unsigned from, int64_t now)
{
    if (!fwx_pf_lives(entry, now))
        return;
    printf("\t%u %" PRId64, (from ^ entry->initiator) & 1,
           (entry->expires - now) / FWX_MILLISECOND);
    for (unsigned i = 0; i < 2; i++)
        printf(" %u %u %u %u %u %u", entry->side[i].state, entry->side[i].scale,
               entry->side[i].scaled | entry->side[i].guessed << 1, entry->side[i].lo,
               entry->side[i].hi, entry->side[i].win);
}

static void print_session(const struct fwx_pf_session *session, unsigned from, int64_t now)
{
    if (fwx_pf_session_lives(session, now))
        printf("\t%u %" PRId64, (from ^ session->initiator) & 1,
               (session->expires - now) / FWX_MILLISECOND);
}

static struct fwx_pf_verdict see_error(const struct fwx_packet *packet, int64_t now)
{
    const struct fwx_quote *quote = &packet->icmp.quote;
    unsigned from = 0;
    void *quoted = model_quoted(quote, &from);
    bool known = false;

    if (quoted && quote->protocol == FWX_PROTOCOL_TCP) {
        known = fwx_pf_lives(quoted, now);
        from ^= ((struct fwx_pf_entry *)quoted)->initiator;
    } else if (quoted) {
        known = fwx_pf_session_lives(quoted, now);
        from ^= ((struct fwx_pf_session *)quoted)->initiator;
    }
    return fwx_pf_error(packet, known, from == 0, &settings);
}

static void see(const struct fwx_packet *packet, int64_t now)
{
    bool tcp = packet->protocol == FWX_PROTOCOL_TCP;
    struct fwx_pf_verdict verdict;
    void *entry = NULL;
    unsigned from = 0;

    if (model_is_error(packet)) {
        verdict = see_error(packet, now);
    } else {
        entry = model_entry(packet, &from);
        verdict = tcp ? fwx_pf_tcp(entry, from, packet, &settings, now)
                      : fwx_pf_session(entry, from, packet, &settings, now);
    }
    print_verdict(&verdict, packet);
    if (entry && tcp)
        print_entry(entry, from, now);
    else if (entry)
        print_session(entry, from, now);
    putchar('\n');
}

/* ---- settings ------------------------------------------------------------------------------- */

static bool begin(const char *name, unsigned value)
{
    const struct model_switch switches[] = {{"unchecked", &settings.unchecked},
                                            {"scrubs", &settings.scrubs},
                                            {"drops_invalid", &settings.drops_invalid},
                                            {"drops_not_syn", &settings.drops_not_syn}};

    if (!name || !strcmp(name, "variant")) {
        settings = fwx_pf_defaults(name ? (enum fwx_pf_variant)value : FWX_PF_OPEN_VSWITCH);
        return true;
    }
    return model_switched(switches, G_N_ELEMENTS(switches), name, value);
}

int main(void)
{
    return model_run("pf-model", begin, see);
}
