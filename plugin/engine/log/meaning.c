/* meaning.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/meaning.h"

#include <string.h>

#include "engine/inet.h"
#include "engine/log/moment.h"

/* ---- patterns and values -------------------------------------------------------------------- */

bool fwx_log_search(const GRegex *regex, const char *text, gsize length, GMatchInfo **found)
{
    GError *error = NULL;

    *found = NULL;
    if (length > G_MAXINT ||
        (!g_regex_match_full(regex, text, (gssize)length, 0, 0, found, &error) && error)) {
        g_clear_error(&error);
        return false;
    }
    return true;
}

/* Only whether it is there. */
bool fwx_log_is_there(const GRegex *regex, const char *text, gsize length)
{
    GMatchInfo *found = NULL;
    bool matches =
        regex && fwx_log_search(regex, text, length, &found) && g_match_info_matches(found);

    if (found)
        g_match_info_free(found);
    return matches;
}

static bool has(const struct fwx_log_extractor *extractor, enum fwx_log_slot slot)
{
    return extractor->present >> slot & 1;
}

static const char *value(const struct fwx_log_extractor *extractor, enum fwx_log_slot slot)
{
    return has(extractor, slot) ? extractor->values[slot]->str : NULL;
}

/* ---- addresses and numbers ------------------------------------------------------------------ */

static bool number_of(const char *text, guint64 most, guint64 *number)
{
    bool hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

    return text &&
           g_ascii_string_to_unsigned(hex ? text + 2 : text, hex ? 16 : 10, 0, most, number, NULL);
}

static bool plain_address(const char *text, struct fwx_address *address)
{
    char *end = strchr(text, '%'); /* the zone of a link-local address */
    char *copy = g_strndup(text, end ? (gsize)(end - text) : strlen(text));
    uint8_t bytes[16];
    uint8_t version;
    bool found = fwx_inet_parse(copy, bytes, &version);

    if (found)
        *address = fwx_address_from(bytes, version);
    g_free(copy);
    return found;
}

bool fwx_log_address(const char *text, struct fwx_address *address, uint16_t *port)
{
    const char *behind = strrchr(text, '/');
    const char *colon = strrchr(text, ':');
    guint64 number = 0;
    char *head;
    bool good;

    if (plain_address(text, address))
        return true;
    behind = behind && (!colon || behind > colon) ? behind : colon;
    if (*text == '[' && text[strlen(text) - 1] == ']')
        behind = text + strlen(text);
    if (!behind || (*behind && !number_of(behind + 1, UINT16_MAX, &number)))
        return false;
    head = *text == '[' && behind > text + 1 && behind[-1] == ']'
               ? g_strndup(text + 1, (gsize)(behind - text - 2))
               : g_strndup(text, (gsize)(behind - text));
    good = plain_address(head, address);
    g_free(head);
    if (good && *behind)
        *port = (uint16_t)number;
    return good;
}

static bool protocol_of(const char *text, uint32_t *protocol)
{
    static const struct {
        const char *name;
        uint8_t number;
    } names[] = {
        {"tcp", 6},   {"udp", 17},   {"icmp", 1}, {"icmpv6", 58}, {"ipv6-icmp", 58},
        {"igmp", 2},  {"gre", 47},   {"esp", 50}, {"ah", 51},     {"sctp", 132},
        {"ospf", 89}, {"icmp6", 58}, {"t", 6},    {"u", 17},      {"i", 1},
    };
    guint64 read;

    if (number_of(text, UINT8_MAX, &read)) {
        *protocol = (uint32_t)read;
        return true;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i].name);

        /* "tcp/https" */
        if (!g_ascii_strncasecmp(text, names[i].name, length) && !g_ascii_isalnum(text[length])) {
            *protocol = names[i].number;
            return true;
        }
    }
    return false;
}

static const char *read_tuple(const struct fwx_log_extractor *extractor, struct fwx_log_line *line)
{
    struct fwx_log_tuple *tuple = &line->tuple;
    const char *src = value(extractor, FWX_LOG_SLOT_SRC);
    const char *dst = value(extractor, FWX_LOG_SLOT_DST);
    guint64 port;

    if (!src || (!dst && extractor->format->has_dst))
        return "no addresses";
    if (!fwx_log_address(src, &tuple->src, &tuple->src_port) ||
        (dst && !fwx_log_address(dst, &tuple->dst, &tuple->dst_port)))
        return "what stands for an address is none";
    if (number_of(value(extractor, FWX_LOG_SLOT_SPORT), UINT16_MAX, &port))
        tuple->src_port = (uint16_t)port;
    if (number_of(value(extractor, FWX_LOG_SLOT_DPORT), UINT16_MAX, &port))
        tuple->dst_port = (uint16_t)port;
    tuple->protocol = extractor->format->protocol;
    if (has(extractor, FWX_LOG_SLOT_PROTO) &&
        !protocol_of(value(extractor, FWX_LOG_SLOT_PROTO), &tuple->protocol))
        return "no such protocol";
    if (tuple->protocol != FWX_PROTOCOL_TCP && tuple->protocol != FWX_PROTOCOL_UDP)
        tuple->src_port = tuple->dst_port = 0; /* type and code, if anything */
    return NULL;
}

/* "::" and 0.0.0.0 stand for no translation. */
static void read_nat_end(const struct fwx_log_extractor *extractor, enum fwx_log_slot address,
                         enum fwx_log_slot port, struct fwx_address *to, uint16_t *to_port)
{
    static const struct fwx_address none = {{0, 0}};
    struct fwx_address found = none;
    const char *text = value(extractor, address);
    guint64 number;
    uint16_t behind = *to_port;

    if (!text || !fwx_log_address(text, &found, &behind) || fwx_address_equal(&found, &none) ||
        g_str_equal(text, "0.0.0.0"))
        return;
    *to = found;
    *to_port = behind;
    if (*to_port && number_of(value(extractor, port), UINT16_MAX, &number) && number)
        *to_port = (uint16_t)number;
}

static void read_nat(const struct fwx_log_extractor *extractor, struct fwx_log_line *line)
{
    line->nat = line->tuple;
    read_nat_end(extractor, FWX_LOG_SLOT_NSRC, FWX_LOG_SLOT_NSPORT, &line->nat.src,
                 &line->nat.src_port);
    read_nat_end(extractor, FWX_LOG_SLOT_NDST, FWX_LOG_SLOT_NDPORT, &line->nat.dst,
                 &line->nat.dst_port);
    if (memcmp(&line->nat, &line->tuple, sizeof line->nat) != 0)
        line->known |= FWX_LOG_HAS_NAT;
}

/* As one of the layouts has it: with all that other columns have, or less. */
static bool read_moment(struct fwx_log_extractor *extractor, const char *time,
                        struct fwx_moment *moment)
{
    const char *date = value(extractor, FWX_LOG_SLOT_DATE);
    const char *zone = value(extractor, FWX_LOG_SLOT_ZONE);
    GString *text = extractor->scratch;

    for (unsigned left = 4; left > 0; left--) {
        unsigned way = left - 1;

        if ((way & 1 && !date) || (way & 2 && !zone))
            continue;
        g_string_printf(text, "%s%s%s%s%s", way & 1 ? date : "", way & 1 ? " " : "", time,
                        way & 2 ? " " : "", way & 2 ? zone : "");
        for (char **layout = extractor->format->times; *layout; layout++) {
            if (fwx_moment_read(text->str, *layout, moment))
                return true;
        }
    }
    return false;
}

static bool read_duration(const char *text, int64_t *nanoseconds)
{
    double seconds = 0;
    char *end;

    do {
        double part = g_ascii_strtod(text, &end);
        if (end == text || !(part >= 0 && part < 1e8))
            return false;
        seconds = seconds * 60 + part;
        text = end + 1;
    } while (*end == ':');
    *nanoseconds = (int64_t)(seconds * 1e9);
    return seconds < 1e9;
}

static bool place(struct fwx_log_extractor *extractor, const struct fwx_moment *moment,
                  int64_t *time)
{
    return fwx_moment_time(moment, extractor->zone, extractor->near, time);
}

static const char *read_times(struct fwx_log_extractor *extractor, struct fwx_log_line *line)
{
    const struct fwx_log_format *format = extractor->format;
    const char *time = value(extractor, FWX_LOG_SLOT_TIME);
    const char *begin = value(extractor, FWX_LOG_SLOT_BEGIN);
    const char *duration = value(extractor, FWX_LOG_SLOT_DURATION);
    struct fwx_moment moment;
    int64_t length;

    if (!time)
        return "no time";
    if (!read_moment(extractor, time, &moment))
        return "a time that is laid out otherwise";
    if (!place(extractor, &moment, &line->time))
        return "no such date";
    line->resolution = format->resolution ? format->resolution : moment.resolution;
    if (moment.has_zone || extractor->zone || format->zone == FWX_LOG_ZONE_UTC)
        line->known |= FWX_LOG_HAS_ZONE;
    if (begin && read_moment(extractor, begin, &moment) &&
        place(extractor, &moment, &line->begin)) {
        line->known |= FWX_LOG_HAS_BEGIN;
    } else if (duration && read_duration(duration, &length)) {
        line->begin = line->time - length;
        line->known |= FWX_LOG_HAS_BEGIN;
    }
    return NULL;
}

static void read_numbers(const struct fwx_log_extractor *extractor, struct fwx_log_line *line)
{
    guint64 number;

    if (number_of(value(extractor, FWX_LOG_SLOT_SEQ), UINT32_MAX, &number)) {
        line->seq = (uint32_t)number;
        line->known |= FWX_LOG_HAS_SEQ;
    }
    if (number_of(value(extractor, FWX_LOG_SLOT_ACK), UINT32_MAX, &number)) {
        line->ack = (uint32_t)number;
        line->known |= FWX_LOG_HAS_ACK;
    }
    if (number_of(value(extractor, FWX_LOG_SLOT_IPID), UINT16_MAX, &number)) {
        line->ip_id = (uint16_t)number;
        line->known |= FWX_LOG_HAS_IP_ID;
    }
}

static void classify(struct fwx_log_extractor *extractor, struct fwx_log_line *line)
{
    const struct fwx_log_format *format = extractor->format;
    GString *text = extractor->scratch;

    g_string_printf(text, "%s %s %s", line->action ? line->action : "",
                    line->code ? line->code : "", line->reason ? line->reason : "");
    for (unsigned i = 0; i < format->reasons->len; i++) {
        const struct fwx_log_reason *reason =
            &g_array_index(format->reasons, struct fwx_log_reason, i);

        if (fwx_log_is_there(reason->regex, text->str, text->len)) {
            line->class = (uint8_t)reason->class;
            break;
        }
    }
    line->stage =
        (uint8_t)(format->stage >= 0 ? format->stage : (int)fwx_log_class_stage(line->class));
}

const char *fwx_log_hand_on(struct fwx_log_extractor *extractor, fwx_log_take *take, void *data)
{
    struct fwx_log_line line = {
        .number = extractor->number,
        .action = value(extractor, FWX_LOG_SLOT_ACTION),
        .code = value(extractor, FWX_LOG_SLOT_CODE),
        .reason = value(extractor, FWX_LOG_SLOT_REASON),
        .rule = value(extractor, FWX_LOG_SLOT_RULE),
        .text = extractor->text,
    };
    const char *wrong = read_tuple(extractor, &line);

    if (!wrong)
        wrong = read_times(extractor, &line);
    if (wrong)
        return wrong;
    read_nat(extractor, &line);
    read_numbers(extractor, &line);
    classify(extractor, &line);
    take(&line, data);
    return NULL;
}
