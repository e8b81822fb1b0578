/* settings.c
 * The tracker's sysctls (Documentation/networking/nf_conntrack-sysctl.rst), and its versions'
 * names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/linux/linux.h"

#include <glib.h>
#include <stddef.h>

const char *fwx_linux_version_name(enum fwx_linux_version version)
{
    static const char *const names[FWX_LINUX_VERSIONS] = {"6.1", "6.12", "6.18"};

    return names[version];
}

enum kind { SECONDS, COUNT, FLAG };

/* Behind "nf_conntrack_". */
static const struct {
    const char *name;
    uint8_t kind;
    size_t offset;
} sysctls[] = {
#define TIMEOUT(name, timer)                                                                       \
    {                                                                                              \
        name, SECONDS,                                                                             \
            offsetof(struct fwx_linux_settings, timeout_s) + FWX_LINUX_##timer * sizeof(uint32_t)  \
    }
#define MEMBER(name, kind, member)                                                                 \
    {                                                                                              \
        name, kind, offsetof(struct fwx_linux_settings, member)                                    \
    }
    TIMEOUT("tcp_timeout_syn_sent", SYN_SENT),
    TIMEOUT("tcp_timeout_syn_recv", SYN_RECV),
    TIMEOUT("tcp_timeout_established", ESTABLISHED),
    TIMEOUT("tcp_timeout_fin_wait", FIN_WAIT),
    TIMEOUT("tcp_timeout_close_wait", CLOSE_WAIT),
    TIMEOUT("tcp_timeout_last_ack", LAST_ACK),
    TIMEOUT("tcp_timeout_time_wait", TIME_WAIT),
    TIMEOUT("tcp_timeout_close", CLOSE),
    TIMEOUT("tcp_timeout_max_retrans", RETRANSMITTED),
    TIMEOUT("tcp_timeout_unacknowledged", UNACKNOWLEDGED),
    TIMEOUT("udp_timeout", UDP),
    TIMEOUT("udp_timeout_stream", UDP_STREAM),
    TIMEOUT("icmp_timeout", ICMP),
    TIMEOUT("icmpv6_timeout", ICMPV6),
    MEMBER("tcp_max_retrans", COUNT, max_retrans),
    MEMBER("tcp_loose", FLAG, loose),
    MEMBER("tcp_be_liberal", FLAG, liberal),
    MEMBER("tcp_ignore_invalid_rst", FLAG, ignore_invalid_rst),
};

/* The longest that a kernel of 32 bits and 1000 ticks a second can wait. */
static const guint64 most[] = {[SECONDS] = INT32_MAX / 1000, [COUNT] = UINT8_MAX, [FLAG] = 1};

static bool set(struct fwx_linux_settings *settings, const char *name, const char *text)
{
    guint64 value;

    for (unsigned i = 0; i < G_N_ELEMENTS(sysctls); i++) {
        void *place = (char *)settings + sysctls[i].offset;

        if (!g_str_equal(sysctls[i].name, name))
            continue;
        if (!g_ascii_string_to_unsigned(text, 10, 0, most[sysctls[i].kind], &value, NULL))
            return false;
        if (sysctls[i].kind == SECONDS)
            *(uint32_t *)place = (uint32_t)value;
        else if (sysctls[i].kind == COUNT)
            *(uint8_t *)place = (uint8_t)value;
        else
            *(bool *)place = value != 0;
        return true;
    }
    return false;
}

bool fwx_linux_set(struct fwx_linux_settings *settings, const char *sysctl)
{
    static const char *const prefixes[] = {"net.netfilter.", "nf_conntrack_"};
    const char *start = sysctl;
    const char *equals = strchr(sysctl, '=');
    char *name;
    bool good;

    for (unsigned i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (g_str_has_prefix(start, prefixes[i]))
            start += strlen(prefixes[i]);
    }
    if (!equals)
        return false;
    name = g_strndup(start, (gsize)(equals - start));
    good = set(settings, name, equals + 1);
    g_free(name);
    return good;
}
