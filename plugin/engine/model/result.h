/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Result codes: what the firewall writes in the "result code" column of its log.
 *
 * Facts come from the vendor's public documentation (Microsoft ISA Server SDK and Forefront TMG
 * SDK, "Error Codes"; TechNet, "Result code log values"); the message texts are our own.
 */
#ifndef FWX_RESULT_H
#define FWX_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In order of release. What each says is in tmg.c. */
enum fwx_product { FWX_ISA_2004, FWX_ISA_2006, FWX_TMG_2010, FWX_PRODUCTS };

/* The log actions that matter here; the vendor's FpcAction has more, for VPN and client calls. */
enum fwx_action {
    FWX_ACTION_NONE, /* an API error or an alert: no log line of a packet carries it */
    FWX_ACTION_ESTABLISH,
    FWX_ACTION_TERMINATE,
    FWX_ACTION_DENIED,
    FWX_ACTION_FAILED /* web proxy log only */
};

struct fwx_result {
    uint32_t code;
    const char *symbol;
    enum fwx_action action; /* the log action that usually carries it */
    enum fwx_product since; /* it exists in this product and in all later ones */
    const char *message;    /* one sentence, our own words */
};

/*
 * The codes that the engine raises, under the vendor's names (PROTCOL is the vendor's spelling).
 * Macros, because an enumeration constant must fit an int.
 */
#define FWX_RESULT_OK UINT32_C(0)

/* Statuses that the web proxy logs. Own names: winerror.h and winsock2.h have the vendor's. */
#define FWX_STATUS_NETNAME_DELETED    UINT32_C(64)
#define FWX_STATUS_OPERATION_ABORTED  UINT32_C(995)
#define FWX_STATUS_TIMED_OUT          UINT32_C(10060)
#define FWX_STATUS_CONNECTION_REFUSED UINT32_C(10061)

/* Connection endings and the concurrent-connection limit: absent from the SDK header. */
#define FWX_E_GRACEFUL_SHUTDOWN                             UINT32_C(0x80074E20)
#define FWX_E_ABORTIVE_SHUTDOWN                             UINT32_C(0x80074E21)
#define FWX_E_CONCURRENT_CONNECTIONS_QUOTA_EXCEEDED_DROPPED UINT32_C(0x80074E23)
#define FWX_E_CONNECTION_KILLED                             UINT32_C(0x80074E24)

#define FWX_E_FRAGMENT_PACKET_DROPPED         UINT32_C(0xC0040013)
#define FWX_E_FWE_SPOOFING_PACKET_DROPPED     UINT32_C(0xC0040014)
#define FWX_E_TCP_NOT_SYN_PACKET_DROPPED      UINT32_C(0xC0040017)
#define FWX_E_BAD_LENGTH_PACKET_DROPPED       UINT32_C(0xC0040018)
#define FWX_E_PING_OF_DEATH_PACKET_DROPPED    UINT32_C(0xC0040019)
#define FWX_E_OUT_OF_BAND_PACKET_DROPPED      UINT32_C(0xC004001A)
#define FWX_E_IP_HALF_SCAN_PACKET_DROPPED     UINT32_C(0xC004001B)
#define FWX_E_LAND_ATTACK_DROPPED             UINT32_C(0xC004001C)
#define FWX_E_UDP_BOMB_DROPPED                UINT32_C(0xC004001D)
#define FWX_E_IPOPTIONS_DROPPED               UINT32_C(0xC004001F)
#define FWX_E_INVALID_PROTCOL_PACKET_DROPPED  UINT32_C(0xC0040028)
#define FWX_E_PORT_ZERO_PACKET_DROPPED        UINT32_C(0xC0040029)
#define FWX_E_BAD_TCP_CHECKSUM_DROPPED        UINT32_C(0xC0040031)
#define FWX_E_RULE_QUOTA_EXCEEDED_DROPPED     UINT32_C(0xC0040033)
#define FWX_E_SEQ_ACK_MISMATCH                UINT32_C(0xC0040034)
#define FWX_E_TCP_RATE_QUOTA_EXCEEDED_DROPPED UINT32_C(0xC0040037)
#define FWX_E_TCP_NO_SERVER_REPLY             UINT32_C(0xC0040038)
#define FWX_E_UNSUPPORTED_IPV6_DROPPED        UINT32_C(0xC0040041)

/* NULL when the code is unknown. */
const struct fwx_result *fwx_result_find(uint32_t code);

/* Of a code that the engine raises: in two or three words, what it is about. */
const char *fwx_result_brief(uint32_t code);

/* The whole table, in order of code: for the reference generator and the tests. */
size_t fwx_result_count(void);
const struct fwx_result *fwx_result_at(size_t index); /* NULL past the end */

/*
 * Writes the symbol of the code; of an unknown one the number, with a remark where the number
 * belongs to the firewall's undocumented 20000-series. Cuts off like snprintf().
 */
void fwx_result_describe(uint32_t code, char *buffer, size_t size);

const char *fwx_action_name(enum fwx_action action); /* as the W3C log spells it */

#endif
