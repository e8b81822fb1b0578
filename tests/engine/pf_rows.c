/* pf_rows.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pf_rows.h"

/* Far enough from 0, which pf takes for nothing. */
static const uint32_t isns[][2] = {{1000000, 2000000},
                                   {0xffffffe0, 0x70000000},
                                   {0x7ffffff0, 0xfffffff0},
                                   {3000000000u, 0xc0000000}};

static struct fwx_packet packet_of(const struct pf_row *row, const uint32_t *isn)
{
    return (struct fwx_packet){
        .protocol = FWX_PROTOCOL_TCP,
        .has_transport = true,
        .src_port = 1000,
        .dst_port = 80,
        .reassembled = row->reassembled,
        .tcp = {.seq = isn[row->from] + (uint32_t)row->seq,
                .ack = row->flags & FWX_ACK ? isn[!row->from] + (uint32_t)row->ack : 0,
                .payload_len = row->len,
                .window = (uint16_t)(row->window == ZERO_WINDOW ? 0
                                     : row->window              ? row->window
                                                                : WINDOW),
                .flags = row->flags,
                .window_scale = row->scale ? row->scale - 1 : FWX_NO_WINDOW_SCALE,
                .header_len = 20},
    };
}

static unsigned ct_of(const struct pf_row *row)
{
    switch (row->ct) {
    case BAD:
        return FWX_PF_INV | FWX_PF_TRK;
    case NEW:
        return FWX_PF_NEW | FWX_PF_TRK;
    default:
        return FWX_PF_EST | FWX_PF_TRK | (row->from == (row->turned ? I : R) ? FWX_PF_RPL : 0);
    }
}

static bool passes(const struct pf_row *row, const struct fwx_pf_settings *settings)
{
    bool opens = (row->flags & (FWX_SYN | FWX_ACK)) == FWX_SYN;

    return row->ct == OLD || (row->ct == NEW && (opens || !settings->drops_not_syn));
}

static int counter_of(const struct pf_row *row, uint8_t variant)
{
    if (row->counts || row->ct != BAD || !row->broke)
        return row->counts;
    return variant == FWX_PF_BSD ? FWX_PF_COUNTS_STATE_MISMATCH : FWX_PF_COUNTS_SEQ_CHK;
}

static void hold(const struct pf_row *row, const struct fwx_pf_verdict *verdict,
                 const struct fwx_pf_settings *settings)
{
    g_assert_cmphex(verdict->ct, ==, ct_of(row));
    g_assert_cmpint(verdict->passes, ==, passes(row, settings));
    g_assert_cmpint(verdict->is_refused, ==, row->is_refused);
    g_assert_cmpint(verdict->counts, ==, counter_of(row, settings->variant));
    if (row->broke != WHATEVER)
        g_assert_cmphex(verdict->broke, ==, row->broke);
    if (settings->variant == FWX_PF_BSD)
        g_assert_cmpint(verdict->says, ==, row->says);
    else
        g_assert_cmpint(verdict->says, ==, FWX_PF_SAYS_NOTHING);
}

static struct fwx_pf_entry play(const struct pf_row *rows, unsigned count,
                                const struct fwx_pf_settings *settings, const uint32_t *isn,
                                unsigned first)
{
    struct fwx_pf_entry entry = {0};
    int64_t now = 1000 * FWX_SECOND;

    for (unsigned i = 0; i < count; i++) {
        const struct pf_row *row = &rows[i];
        struct fwx_packet packet = packet_of(row, isn);
        struct fwx_pf_verdict verdict;

        now += row->after_s * FWX_SECOND + row->after_ns;
        verdict = fwx_pf_tcp(&entry, first ^ (unsigned)row->from, &packet, settings, now);
        g_test_message("variant %u, row %u: %s", settings->variant, i, row->does);
        hold(row, &verdict, settings);
        g_assert_cmpint(fwx_pf_lives(&entry, now), ==, !row->none);
        if (row->none)
            continue;
        g_assert_cmpuint(entry.initiator, ==, first ^ row->turned);
        g_assert_cmpuint(entry.side[0].state, ==, row->one);
        g_assert_cmpuint(entry.side[1].state, ==, row->other);
        if (row->left_s)
            g_assert_cmpint((entry.expires - now) / FWX_SECOND, ==, row->left_s);
    }
    return entry;
}

struct fwx_pf_entry pf_play(const struct pf_row *rows, unsigned count,
                            const struct fwx_pf_settings *settings)
{
    struct fwx_pf_entry entry = {0};

    for (unsigned world = 0; world < G_N_ELEMENTS(isns); world++) {
        play(rows, count, settings, isns[world], 1);
        entry = play(rows, count, settings, isns[world], 0);
    }
    return entry;
}

struct fwx_pf_entry pf_play_in(const struct pf_row *rows, unsigned count,
                               const struct fwx_pf_settings *settings, const uint32_t isn[2])
{
    play(rows, count, settings, isn, 1);
    return play(rows, count, settings, isn, 0);
}
