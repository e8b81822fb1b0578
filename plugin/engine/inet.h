/* inet.h
 * IPv4 and IPv6 addresses as text, by the C library of each system.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_INET_H
#define FWX_INET_H

#include <stdbool.h>
#include <stdint.h>

/* Fills 4 or 16 bytes, in network order, and says which version (4 or 6). False: it is no address.
 */
bool fwx_inet_parse(const char *text, uint8_t bytes[16], uint8_t *ip_version);
/* As it is written in one way; NULL: it is no address. To be freed. */
char *fwx_inet_canonical(const char *text);

#endif
