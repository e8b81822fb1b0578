/* bytes.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "bytes.h"

#include <string.h>

/* "45 00 ..." with blanks wherever they help; to be freed. */
static uint8_t *bytes_of(const char *hex, uint32_t *count)
{
    uint8_t *bytes = (uint8_t *)g_malloc(strlen(hex) / 2 + 1);

    *count = 0;
    for (const char *at = hex; *at; at++) {
        if (*at == ' ')
            continue;
        bytes[(*count)++] =
            (uint8_t)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
        at++;
    }
    return (uint8_t *)g_realloc(bytes, MAX(*count, 1));
}

bool decode_cut(const char *hex, uint32_t captured, uint32_t length, struct fwx_packet *packet)
{
    uint32_t count;
    uint8_t *bytes = bytes_of(hex, &count);
    struct fwx_packet again = {0};
    struct fwx_bytes part = {bytes, MIN(captured, count), length == UINT32_MAX ? count : length};
    bool is_ip;

    *packet = (struct fwx_packet){0};
    is_ip = fwx_decode_ip(part, packet);
    part.at = (const uint8_t *)g_memdup2(bytes, MAX(part.captured, 1));
    g_assert_cmpint(fwx_decode_ip(part, &again), ==, is_ip);
    packet->transport = again.transport = NULL; /* into bytes that are freed now */
    g_assert_cmpmem(packet, sizeof again, &again, sizeof again);
    g_free((gpointer)part.at);
    g_free(bytes);
    return is_ip;
}

struct fwx_packet decode(const char *hex)
{
    struct fwx_packet packet;

    g_assert_true(decode_cut(hex, UINT32_MAX, UINT32_MAX, &packet));
    return packet;
}

struct fwx_packet transport(uint8_t protocol, const char *hex, uint32_t captured, uint32_t length)
{
    struct fwx_packet packet = {.protocol = protocol, .ip_version = 4};
    uint32_t count;
    struct fwx_packet again = packet;
    uint8_t *bytes = bytes_of(hex, &count);
    struct fwx_bytes part = {bytes, MIN(captured, count), length == UINT32_MAX ? count : length};

    fwx_decode_transport(part, &packet);
    part.at = (const uint8_t *)g_memdup2(bytes, MAX(part.captured, 1));
    fwx_decode_transport(part, &again);
    packet.transport = again.transport = NULL;
    g_assert_cmpmem(&packet, sizeof packet, &again, sizeof again);
    g_free((gpointer)part.at);
    g_free(bytes);
    return packet;
}
