/* linux_rows.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "linux_rows.h"

#include <inttypes.h>

static const uint32_t isns[][2] = {{1000000, 2000000},
                                   {0xfffffffe, 0},
                                   {0x7fffffff, 0xffffffff},
                                   {3000000000u, 0x7ffffff0}};

struct fwx_linux_settings linux_strict(void)
{
    struct fwx_linux_settings settings = fwx_linux_defaults(FWX_LINUX_6_18);

    settings.loose = false;
    settings.drops_not_syn = true;
    return settings;
}

static struct fwx_packet packet_of(const struct linux_row *row, const uint32_t *isn)
{
    bool options = row->scale || row->sack || row->options || row->sack_to;
    uint32_t other = isn[!row->from];
    uint32_t ack = row->flags & FWX_ACK ? other + (uint32_t)row->ack : 0;

    return (struct fwx_packet){
        .protocol = FWX_PROTOCOL_TCP,
        .has_transport = true,
        .tcp = {.seq = isn[row->from] + (uint32_t)row->seq,
                .ack = ack,
                .payload_len = row->len,
                .window = (uint16_t)(row->window == ZERO_WINDOW ? 0
                                     : row->window              ? row->window
                                                                : WINDOW),
                .flags = row->flags,
                .header_len = options ? 24 : 20,
                .window_scale = row->scale ? row->scale - 1 : FWX_NO_WINDOW_SCALE,
                .sack_permitted = row->sack,
                .sack_high = row->sack_to ? other + (uint32_t)row->sack_to : ack},
    };
}

static uint32_t number_of(const struct linux_row *row, const uint32_t *isn)
{
    switch (row->says - 1) {
    case FWX_LINUX_SAYS_SEQ_HIGH:
    case FWX_LINUX_SAYS_SEQ_LOW:
        return isn[row->from] + (uint32_t)row->number;
    case FWX_LINUX_SAYS_ACK_HIGH:
    case FWX_LINUX_SAYS_ACK_LOW:
        return isn[!row->from] + (uint32_t)row->number;
    default:
        return (uint32_t)row->number;
    }
}

static bool passes(const struct linux_row *row, const struct fwx_linux_settings *settings)
{
    bool opens = (row->flags & (FWX_SYN | FWX_ACK | FWX_RST | FWX_FIN)) == FWX_SYN;

    return row->ct == OLD || (row->ct == NEW && (opens || !settings->drops_not_syn));
}

static void hold(const struct linux_row *row, const struct fwx_linux_verdict *verdict,
                 const struct fwx_linux_entry *entry, const uint32_t *isn, int64_t now)
{
    g_assert_cmpint(verdict->ct, ==, row->ct);
    g_assert_cmpint(verdict->said, ==, row->says != 0);
    if (row->says) {
        g_assert_cmpint(verdict->says[0].word, ==, row->says - 1);
        g_assert_cmpuint(verdict->says[0].number, ==, number_of(row, isn));
    }
    g_assert_cmpint(entry->state, ==, row->state);
    if (row->left_s)
        g_assert_cmpint((entry->expires - now) / FWX_SECOND, ==, row->left_s);
}

static struct fwx_linux_entry play(const struct linux_row *rows, unsigned count,
                                   const struct fwx_linux_settings *settings, const uint32_t *isn,
                                   unsigned first)
{
    struct fwx_linux_entry entry = {0};
    int64_t now = 1000 * FWX_SECOND;

    for (unsigned i = 0; i < count; i++) {
        const struct linux_row *row = &rows[i];
        struct fwx_packet packet = packet_of(row, isn);
        struct fwx_linux_verdict verdict;

        now += row->after_s * FWX_SECOND + row->after_ns;
        verdict = fwx_linux_tcp(&entry, first ^ (unsigned)row->from, &packet, settings, now);
        g_test_message("row %u: %s", i, row->does);
        hold(row, &verdict, &entry, isn, now);
        g_assert_cmpint(verdict.passes, ==, passes(row, settings));
        if (entry.state != FWX_LINUX_NONE)
            g_assert_cmpuint(entry.initiator, ==, first ^ row->turned);
    }
    return entry;
}

struct fwx_linux_entry linux_play(const struct linux_row *rows, unsigned count,
                                  const struct fwx_linux_settings *settings)
{
    struct fwx_linux_entry entry = {0};

    for (unsigned world = 0; world < G_N_ELEMENTS(isns); world++) {
        play(rows, count, settings, isns[world], 1);
        entry = play(rows, count, settings, isns[world], 0);
    }
    return entry;
}

void linux_play_equal(const struct linux_row *rows, unsigned count)
{
    static const uint32_t equal[2] = {5000, 5000};
    struct fwx_linux_settings settings = linux_strict();

    play(rows, count, &settings, equal, 0);
}
