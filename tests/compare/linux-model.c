/* linux-model.c
 * The engine's model of Linux as a firewall of its own: lines in, lines out.
 *
 *   settings [NAME=NUMBER]...   an empty table, with these settings and the version's defaults
 * else: sysctls (fwx_linux_set()), version, hz, drops_invalid, drops_not_syn packet TIME HEX an IP
 * packet, at a time in nanoseconds; answered by a line:
 *
 *   CT PASSES TEXT; TEXT...     tab-separated; then, of the packet's TCP entry or session, if any:
 *     FROM STATE REPLIED ASSURED LEFT-MS, of TCP also SCALE FLAGS END MAXEND MAXWIN MAXACK of the
 *     initiator and of the responder, and END ACK WINDOW of the last segment; of others STREAM-MS
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/linux.h"
#include "model-table.h"

#include <glib.h>
#include <inttypes.h>
#include <stdio.h>

static struct fwx_linux_settings settings;

static bool knows_quote(const struct fwx_quote *quote, int64_t now)
{
    unsigned from;
    const void *entry = model_quoted(quote, &from);

    if (!entry)
        return false;
    return quote->protocol == FWX_PROTOCOL_TCP ? fwx_linux_lives(entry, now)
                                               : fwx_linux_session_lives(entry, now);
}

/* ---- answers -------------------------------------------------------------------------------- */

static unsigned flags_of(struct fwx_linux_traits traits)
{
    return traits.has_scale | traits.sack << 1 | traits.closed << 2 | traits.liberal << 3 |
           traits.unacked << 4 | (unsigned)traits.has_maxack << 5;
}

static void print_verdict(const struct fwx_linux_verdict *verdict, const struct fwx_packet *packet)
{
    static const char *const names[] = {"invalid", "new", "established", "related"};
    char text[FWX_LINUX_TEXT_SIZE];

    printf("%s\t%d\t", names[verdict->ct], verdict->passes);
    for (unsigned i = 0; i < verdict->said; i++)
        printf("%s%s", i ? "; " : "",
               fwx_linux_text(&verdict->says[i], packet, &settings, text, sizeof text));
}

static void print_entry(const struct fwx_linux_entry *entry, unsigned from, int64_t now)
{
    if (!fwx_linux_lives(entry, now))
        return;
    printf("\t%u %u %u %u %" PRId64, (from ^ entry->initiator) & 1, entry->state, entry->replied,
           entry->assured, (entry->expires - now) / FWX_MILLISECOND);
    for (unsigned i = 0; i < 2; i++)
        printf(" %u %u %u %u %u %u", entry->traits[i].scale, flags_of(entry->traits[i]),
               entry->side[i].end, entry->side[i].maxend, entry->side[i].maxwin,
               entry->side[i].maxack);
    printf(" %u %u %u", entry->last_end, entry->last_ack, entry->last_window);
}

static void print_session(const struct fwx_linux_session *session, unsigned from, int64_t now)
{
    if (fwx_linux_session_lives(session, now))
        printf("\t%u 0 %u %u %" PRId64 " %" PRId64, (from ^ session->initiator) & 1,
               session->replied, session->assured, (session->expires - now) / FWX_MILLISECOND,
               (session->stream - now) / FWX_MILLISECOND);
}

static void see(const struct fwx_packet *packet, int64_t now)
{
    bool tcp = packet->protocol == FWX_PROTOCOL_TCP;
    struct fwx_linux_verdict verdict;
    void *entry = NULL;
    unsigned from = 0;

    if (model_is_error(packet)) {
        verdict = fwx_linux_error(packet, knows_quote(&packet->icmp.quote, now), &settings);
    } else {
        entry = model_entry(packet, &from);
        verdict = tcp ? fwx_linux_tcp(entry, from, packet, &settings, now)
                      : fwx_linux_session(entry, from, packet, &settings, now);
    }
    print_verdict(&verdict, packet);
    if (entry && tcp)
        print_entry(entry, from, now);
    else if (entry)
        print_session(entry, from, now);
    putchar('\n');
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* What is no sysctl. */
static bool begin(const char *name, unsigned value)
{
    const struct model_switch switches[] = {{"drops_invalid", &settings.drops_invalid},
                                            {"drops_not_syn", &settings.drops_not_syn}};
    char sysctl[64];

    if (!name || !strcmp(name, "version")) {
        settings = fwx_linux_defaults(name ? (enum fwx_linux_version)value : FWX_LINUX_6_18);
        return true;
    }
    if (!strcmp(name, "hz")) {
        settings.hz = (uint16_t)value;
        return true;
    }
    g_snprintf(sysctl, sizeof sysctl, "%s=%u", name, value);
    return model_switched(switches, G_N_ELEMENTS(switches), name, value) ||
           fwx_linux_set(&settings, sysctl);
}

int main(void)
{
    return model_run("linux-model", begin, see);
}
