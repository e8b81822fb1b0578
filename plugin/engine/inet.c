/* inet.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/inet.h"

#include <glib.h>
#ifdef G_OS_WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

bool fwx_inet_parse(const char *text, uint8_t bytes[16], uint8_t *ip_version)
{
    *ip_version = 4;
    if (inet_pton(AF_INET, text, bytes) == 1)
        return true;
    *ip_version = 6;
    return inet_pton(AF_INET6, text, bytes) == 1;
}

char *fwx_inet_canonical(const char *text)
{
    char canonical[INET6_ADDRSTRLEN];
    uint8_t bytes[16];
    uint8_t version;

    if (!fwx_inet_parse(text, bytes, &version) ||
        !inet_ntop(version == 4 ? AF_INET : AF_INET6, bytes, canonical, sizeof canonical))
        return NULL;
    return g_strdup(canonical);
}
