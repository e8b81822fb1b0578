/* options.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/options.h"

#include "engine/decode.h"

#include <glib.h>

/* The next TCP option that has a length, from *at on, which moves behind it. NULL at the end of the
 * list, and where an option leads out of it. */
static const uint8_t *next_option(const uint8_t **at, const uint8_t *end)
{
    enum { END = 0, NOP = 1 };

    while (end - *at >= 2 && **at != END) {
        const uint8_t *option = *at;

        if (option[0] == NOP) {
            ++*at;
            continue;
        }
        if (option[1] < 2 || option[1] > end - option)
            return NULL;
        *at += option[1];
        return option;
    }
    return NULL;
}

/* What matters to the handshake (RFC 7323, 2.2; RFC 7413, 4.1.1). */
static void read_syn_option(const uint8_t *option, struct fwx_tcp_segment *tcp)
{
    enum { WINDOW_SCALE = 3, MAX_SCALE = 14, SACK_PERMITTED = 4, FAST_OPEN = 34, EXPERIMENT = 254 };
    uint8_t kind = option[0];
    uint8_t size = option[1];

    if (kind == WINDOW_SCALE && size == 3)
        tcp->window_scale = (uint8_t)MIN(option[2], MAX_SCALE);
    if (kind == SACK_PERMITTED && size == 2)
        tcp->sack_permitted = true;
    /* 0xF989 is Fast Open's number among the experiments (RFC 7413, 11). */
    if (kind == FAST_OPEN || (kind == EXPERIMENT && size >= 4 && fwx_be16(option + 2) == 0xf989))
        tcp->fast_open = true;
}

/* RFC 2018, 3: edges in pairs of four bytes. */
static bool is_sack(const uint8_t *option)
{
    enum { SACK = 5, BLOCK = 8 };

    return option[0] == SACK && option[1] > 2 && (option[1] - 2) % BLOCK == 0;
}

static void read_sack(const uint8_t *option, struct fwx_tcp_segment *tcp)
{
    if (!(tcp->flags & FWX_SYN)) {
        tcp->has_sack = true;
        tcp->sack[0] = fwx_be32(option + 2);
        tcp->sack[1] = fwx_be32(option + 6);
    }
    for (const uint8_t *right = option + 6; right < option + option[1]; right += 8) {
        if (fwx_seq_before(tcp->sack_high, fwx_be32(right)))
            tcp->sack_high = fwx_be32(right);
    }
}

/* Of SACK options the first counts. */
static G_GNUC_NO_INLINE void read_options(const uint8_t *at, const uint8_t *end,
                                          struct fwx_tcp_segment *tcp)
{
    const uint8_t *option;
    bool has_sack = false;

    while ((option = next_option(&at, end)) != NULL) {
        if (tcp->flags & FWX_SYN)
            read_syn_option(option, tcp);
        if (!has_sack && is_sack(option)) {
            has_sack = true;
            read_sack(option, tcp);
        }
    }
}

/* Segments by the million have no options, or time stamps only (as RFC 7323, A, lays them out). */
void fwx_tcp_options(const uint8_t *at, uint32_t length, struct fwx_tcp_segment *tcp)
{
    enum { LEAST_SACK = 10, TIME_STAMPS = 12 };

    if ((tcp->flags & FWX_SYN) ||
        (length >= LEAST_SACK && !(length == TIME_STAMPS && fwx_be32(at) == 0x0101080a)))
        read_options(at, at + length, tcp);
}
