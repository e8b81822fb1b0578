/* text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/text.h"

#include <inttypes.h>
#include <string.h>

#include <epan/address.h>
#include <epan/to_str.h>

#include "engine/model/timeouts.h"

static address as_address(const struct fwx_address *of)
{
    bool v4 = fwx_address_is_v4(of);
    address end;

    set_address(&end, v4 ? AT_IPv4 : AT_IPv6, v4 ? 4 : 16, fwx_address_bytes(of));
    return end;
}

/* From wmem's allocation without a scope to GLib's. */
static char *take(char *text)
{
    char *copy = g_strdup(text);

    wmem_free(NULL, text);
    return copy;
}

char *fwx_text_address(const struct fwx_address *of)
{
    address end = as_address(of);

    return take(address_to_display(NULL, &end));
}

char *fwx_text_plain_address(const struct fwx_address *of)
{
    address end = as_address(of);

    return take(address_to_str(NULL, &end));
}

bool fwx_text_has_ports(uint8_t protocol)
{
    return protocol == FWX_PROTOCOL_TCP || protocol == FWX_PROTOCOL_UDP;
}

const char *fwx_text_protocol(uint8_t protocol)
{
    switch (protocol) {
    case FWX_PROTOCOL_TCP:
        return "TCP";
    case FWX_PROTOCOL_UDP:
        return "UDP";
    case FWX_PROTOCOL_ICMP:
        return "ICMP";
    case FWX_PROTOCOL_ICMPV6:
        return "ICMPv6";
    default:
        return "IP";
    }
}

char *fwx_text_end(const struct fwx_connection *connection, enum fwx_side side)
{
    char *text = fwx_text_address(&connection->address[side]);
    char *end;

    if (!fwx_text_has_ports(connection->protocol))
        return text;
    end = g_strdup_printf(strchr(text, ':') ? "[%s]:%u" : "%s:%u", text, connection->port[side]);
    g_free(text);
    return end;
}

char *fwx_text_ends(const struct fwx_connection *connection)
{
    char *from = fwx_text_end(connection, FWX_INITIATOR);
    char *to = fwx_text_end(connection, FWX_RESPONDER);
    char *ends = g_strdup_printf("%s > %s", from, to);

    g_free(from);
    g_free(to);
    return ends;
}

char *fwx_text_time(int64_t time)
{
    int64_t seconds = time / FWX_SECOND - (time % FWX_SECOND < 0);
    GDateTime *date = time == FWX_NO_TIME ? NULL : g_date_time_new_from_unix_utc(seconds);
    char *day = date ? g_date_time_format(date, "%Y-%m-%dT%H:%M:%S") : NULL;
    char *text = day ? g_strdup_printf("%s.%09dZ", day, (int)(time - seconds * FWX_SECOND)) : NULL;

    g_free(day);
    if (date)
        g_date_time_unref(date);
    return text;
}

/* Of the conversation's silences the shortest that was fatal, and the longest that was not. False:
 * none was fatal. */
static bool silence_of(const struct fwx_engine *engine, const struct fwx_connection *connection,
                       const GArray *findings, struct fwx_silence_met *met)
{
    *met = (struct fwx_silence_met){.protocol = connection->protocol};
    for (unsigned i = 0; findings && i < findings->len; i++) {
        const struct fwx_finding *finding =
            fwx_engine_finding(engine, g_array_index(findings, uint32_t, i));
        const struct fwx_silence *silence = &finding->silence;

        if (finding->kind != FWX_FINDING_SILENCE || silence->end == FWX_SILENCE_OPEN)
            continue;
        if (silence->end == FWX_SILENCE_SURVIVED) {
            met->survived = MAX(met->survived, silence->gap);
        } else if (!met->fatal || silence->gap < met->fatal) {
            met->fatal = silence->gap;
            met->life = silence->life;
            met->end = silence->end;
        }
    }
    return met->fatal != 0;
}

const char *fwx_text_silence(const struct fwx_engine *engine,
                             const struct fwx_connection *connection, const GArray *findings,
                             char *buffer)
{
    struct fwx_sentence sentence = fwx_sentence_in(buffer);
    struct fwx_silence_met met;

    if (!silence_of(engine, connection, findings, &met))
        return NULL;
    fwx_timeouts_explain(&sentence, fwx_engine_policy(engine)->timeouts, &met, FWX_MOST_EXPLAINED);
    return buffer;
}

char *fwx_text_frames(const GArray *frames, unsigned most)
{
    GString *text = g_string_new(frames->len > 1 ? "frames " : "frame ");
    guint ranges = 0;

    for (guint i = 0; i < frames->len; ranges++) {
        uint32_t first = g_array_index(frames, uint32_t, i);
        uint32_t last = first;

        while (++i < frames->len && g_array_index(frames, uint32_t, i) <= last + 1)
            last = g_array_index(frames, uint32_t, i);
        if (most && ranges == most) {
            g_string_append_printf(text, " and on to %" PRIu32,
                                   g_array_index(frames, uint32_t, frames->len - 1));
            break;
        }
        g_string_append_printf(text, "%s%" PRIu32, ranges ? ", " : "", first);
        if (last > first)
            g_string_append_printf(text, "-%" PRIu32, last);
    }
    return g_string_free(text, FALSE);
}
