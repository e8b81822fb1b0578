/* timer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/timer.h"

#include "engine/finding.h"

/* ---- the table: a line each ----------------------------------------------------------------- */

/* Defaults, which change: the date tells when they were looked up. */
#define LOOKED_UP "2026-11"

#define ROW(model, title, timer, seconds, expiry, sure, when, source)                              \
    {                                                                                              \
        model, title, FWX_TIMER_##timer, FWX_EXPIRY_##expiry, FWX_##sure, seconds, when, source,   \
            LOOKED_UP                                                                              \
    }

#define SYSCTL    "Linux 6.12, nf_conntrack-sysctl.rst"
#define OVS       "Open vSwitch 3.1.0, lib/conntrack-tp.c"
#define PF        "OpenBSD and FreeBSD, pf.conf(5) and pfvar.h"
#define ASA       "Cisco ASA 5506-X manual, page 396"
#define PAN       "Palo Alto knowledge base, kA10g000000ClRiCAK"
#define FORTI     "Fortinet, Changing session timers (FortiController 5.2.10)"
#define CHECK     "khairul.org, First packet isn't SYN (2023)"
#define JUNOS     "Junos CLI reference, security flow tcp-session"
#define NLB       "AWS blog, Introducing NLB TCP configurable idle timeout"
#define EC2       "EC2 API, ConnectionTrackingConfiguration"
#define CLOUD_NAT "oneuptime.com, How to configure Cloud NAT timeout values (2026)"
#define TCP7      "Linux manual pages, tcp(7)"

/* clang-format off */
const struct fwx_timeout fwx_known_timeouts[] = {
    /* model, title, timer, seconds, at expiry, how sure, condition, source */
    ROW("tmg2010", "Forefront TMG 2010", TCP_IDLE, 86400, SILENT, INFERRED, NULL, "KB 917936 (ISA Server)"),
    ROW("tmg2010", "Forefront TMG 2010", UDP_IDLE, 60, SILENT, OBSERVED, NULL, "a log line of TMG, a DNS session of 61 s"),
    ROW("isa2006", "ISA Server 2006", TCP_IDLE, 86400, SILENT, DOCUMENTED, NULL, "KB 917936"),
    ROW("isa2006", "ISA Server 2006", UDP_IDLE, 60, SILENT, INFERRED, NULL, "a log line of TMG, a DNS session of 61 s"),
    ROW("isa2004", "ISA Server 2004", TCP_IDLE, 86400, SILENT, DOCUMENTED, NULL, "KB 917936"),
    ROW("isa2004", "ISA Server 2004", UDP_IDLE, 60, SILENT, INFERRED, NULL, "a log line of TMG, a DNS session of 61 s"),

    ROW("linux", "Linux netfilter", TCP_IDLE, 432000, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", TCP_IDLE, 86400, SILENT, ASSUMED, "Kubernetes, kube-proxy", "kube-proxy, --conntrack-tcp-timeout-established"),
    ROW("linux", "Linux netfilter", TCP_IDLE, 7440, SILENT, INFERRED, "OpenWrt", "OpenWrt, sysctl-nf-conntrack.conf"),
    ROW("linux", "Linux netfilter", UNACKNOWLEDGED, 300, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", HALF_OPEN, 120, SILENT, OBSERVED, "SYN not answered", SYSCTL),
    ROW("linux", "Linux netfilter", HALF_OPEN, 60, SILENT, OBSERVED, "SYN-ACK not answered", SYSCTL),
    ROW("linux", "Linux netfilter", HALF_CLOSED, 120, SILENT, OBSERVED, "FIN not acknowledged", SYSCTL),
    ROW("linux", "Linux netfilter", HALF_CLOSED, 60, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", HALF_CLOSED, 3600, SILENT, DOCUMENTED, "Kubernetes, kube-proxy", "Kubernetes pull request 35919"),
    ROW("linux", "Linux netfilter", CLOSED, 120, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", CLOSED, 10, SILENT, OBSERVED, "reset", SYSCTL),
    ROW("linux", "Linux netfilter", CLOSED, 30, SILENT, OBSERVED, "last ACK missing", SYSCTL),
    ROW("linux", "Linux netfilter", UDP_IDLE, 120, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", UDP_IDLE, 180, SILENT, INFERRED, "OpenWrt", "OpenWrt, sysctl-nf-conntrack.conf"),
    ROW("linux", "Linux netfilter", UDP_ONE_WAY, 30, SILENT, OBSERVED, NULL, SYSCTL),
    ROW("linux", "Linux netfilter", UDP_ONE_WAY, 60, SILENT, INFERRED, "OpenWrt", "OpenWrt, sysctl-nf-conntrack.conf"),
    ROW("linux", "Linux", KEEP_ALIVE, 7200, PROBE, DOCUMENTED, NULL, TCP7),
    ROW("windows", "Windows", KEEP_ALIVE, 7200, PROBE, DOCUMENTED, NULL, "KB 314053, KeepAliveTime"),
    ROW("windows", "Windows", HALF_CLOSED, 120, SILENT, DOCUMENTED, NULL, "KB 923200"),

    ROW("openvswitch", "Open vSwitch, userspace", TCP_IDLE, 86400, SILENT, OBSERVED, NULL, OVS),
    ROW("openvswitch", "Open vSwitch, userspace", HALF_OPEN, 30, SILENT, OBSERVED, NULL, OVS),
    ROW("openvswitch", "Open vSwitch, userspace", HALF_CLOSED, 900, SILENT, OBSERVED, NULL, OVS),
    ROW("openvswitch", "Open vSwitch, userspace", CLOSED, 45, SILENT, OBSERVED, NULL, OVS),
    ROW("openvswitch", "Open vSwitch, userspace", CLOSED, 30, SILENT, OBSERVED, "reset", OVS),
    ROW("openvswitch", "Open vSwitch, userspace", UDP_IDLE, 30, SILENT, OBSERVED, NULL, OVS),
    ROW("openvswitch", "Open vSwitch, userspace", UDP_ONE_WAY, 60, SILENT, OBSERVED, NULL, OVS),
    ROW("pf", "OpenBSD pf", TCP_IDLE, 86400, SILENT, DOCUMENTED, NULL, PF),
    ROW("pf", "OpenBSD pf", HALF_OPEN, 120, SILENT, DOCUMENTED, "SYN not answered", PF),
    ROW("pf", "OpenBSD pf", HALF_OPEN, 30, SILENT, DOCUMENTED, "SYN-ACK not answered", PF),
    ROW("pf", "OpenBSD pf", HALF_CLOSED, 900, SILENT, DOCUMENTED, NULL, PF),
    ROW("pf", "OpenBSD pf", CLOSED, 45, SILENT, DOCUMENTED, NULL, PF),
    ROW("pf", "OpenBSD pf", CLOSED, 90, SILENT, DOCUMENTED, "reset", PF),
    ROW("pf", "OpenBSD pf", UDP_IDLE, 60, SILENT, DOCUMENTED, NULL, PF),
    ROW("pf", "OpenBSD pf", UDP_ONE_WAY, 60, SILENT, DOCUMENTED, "one datagram", PF),
    ROW("pf", "OpenBSD pf", UDP_ONE_WAY, 30, SILENT, DOCUMENTED, NULL, PF),

    ROW("asa", "Cisco ASA", TCP_IDLE, 3600, SILENT_OR_RESET, DOCUMENTED, NULL, ASA),
    ROW("asa", "Cisco ASA", HALF_OPEN, 30, SILENT, DOCUMENTED, NULL, ASA),
    ROW("asa", "Cisco ASA", HALF_CLOSED, 600, SILENT, DOCUMENTED, NULL, ASA),
    ROW("asa", "Cisco ASA", UDP_IDLE, 120, SILENT, DOCUMENTED, NULL, ASA),
    ROW("panos", "Palo Alto PAN-OS", TCP_IDLE, 3600, SILENT, DOCUMENTED, NULL, PAN),
    ROW("panos", "Palo Alto PAN-OS", HALF_OPEN, 5, SILENT, DOCUMENTED, "SYN not answered", PAN),
    ROW("panos", "Palo Alto PAN-OS", HALF_OPEN, 10, SILENT, DOCUMENTED, "SYN-ACK not answered", PAN),
    ROW("panos", "Palo Alto PAN-OS", HALF_CLOSED, 120, SILENT, DOCUMENTED, NULL, PAN),
    ROW("panos", "Palo Alto PAN-OS", CLOSED, 15, SILENT, DOCUMENTED, NULL, PAN),
    ROW("panos", "Palo Alto PAN-OS", CLOSED, 30, SILENT, DOCUMENTED, "reset not verified", PAN),
    ROW("panos", "Palo Alto PAN-OS", UDP_IDLE, 30, SILENT, ASSUMED, NULL, "not looked up"),
    ROW("fortigate", "FortiGate", TCP_IDLE, 3600, SILENT_OR_RESET, DOCUMENTED, NULL, "Fortinet, Default session timeout value (session-ttl)"),
    ROW("fortigate", "FortiGate", HALF_OPEN, 120, SILENT, DOCUMENTED, "FortiOS 5.2", FORTI),
    ROW("fortigate", "FortiGate", HALF_OPEN, 10, SILENT, ASSUMED, NULL, "not looked up"),
    ROW("fortigate", "FortiGate", HALF_CLOSED, 120, SILENT, DOCUMENTED, NULL, "Fortinet knowledge base 10946"),
    ROW("fortigate", "FortiGate", CLOSED, 1, SILENT, DOCUMENTED, NULL, FORTI),
    ROW("fortigate", "FortiGate", UDP_IDLE, 180, SILENT, DOCUMENTED, NULL, FORTI),
    ROW("checkpoint", "Check Point", TCP_IDLE, 3600, SILENT_OR_RESET, INFERRED, NULL, CHECK),
    ROW("checkpoint", "Check Point", HALF_OPEN, 25, SILENT, INFERRED, NULL, CHECK),
    ROW("checkpoint", "Check Point", CLOSED, 20, SILENT, DOCUMENTED, NULL, "Check Point community, Session Timeout Settings"),
    ROW("checkpoint", "Check Point", UDP_IDLE, 40, SILENT, ASSUMED, NULL, "not looked up"),
    ROW("srx", "Juniper SRX", TCP_IDLE, 1800, SILENT, DOCUMENTED, NULL, JUNOS),
    ROW("srx", "Juniper SRX", TCP_IDLE, 300, SILENT, DOCUMENTED, "HTTP", JUNOS),
    ROW("srx", "Juniper SRX", HALF_OPEN, 20, SILENT, DOCUMENTED, NULL, JUNOS),
    ROW("srx", "Juniper SRX", CLOSED, 2, SILENT, ASSUMED, NULL, "not looked up"),
    ROW("srx", "Juniper SRX", UDP_IDLE, 60, SILENT, DOCUMENTED, NULL, JUNOS),

    ROW("aws-nlb", "AWS NLB", TCP_IDLE, 350, RESET_NEXT, DOCUMENTED, NULL, "AWS, Update the TCP idle timeout for your NLB listener"),
    ROW("aws-nlb", "AWS NLB", UDP_IDLE, 120, SILENT, DOCUMENTED, NULL, NLB),
    ROW("aws-natgw", "AWS NAT gateway", TCP_IDLE, 350, RESET_NEXT, INFERRED, NULL, "cloudnetworking.pro, Cloud NAT Timeouts Demystified"),
    ROW("aws-sg", "AWS security group", TCP_IDLE, 432000, SILENT, DOCUMENTED, NULL, EC2),
    ROW("aws-sg", "AWS security group", TCP_IDLE, 350, SILENT, DOCUMENTED, "Nitro v6", EC2),
    ROW("aws-sg", "AWS security group", UDP_IDLE, 180, SILENT, DOCUMENTED, NULL, EC2),
    ROW("aws-sg", "AWS security group", UDP_ONE_WAY, 30, SILENT, DOCUMENTED, NULL, EC2),
    ROW("aws-nfw", "AWS Network Firewall", TCP_IDLE, 350, SILENT, DOCUMENTED, NULL, "AWS Network Firewall API, FlowTimeouts"),
    ROW("azure-lb", "Azure Load Balancer", TCP_IDLE, 240, SILENT_OR_RESET, DOCUMENTED, NULL, "Azure, Load Balancer TCP reset and idle timeout"),
    ROW("azure-natgw", "Azure NAT gateway", TCP_IDLE, 240, RESET_NEXT, DOCUMENTED, NULL, "Azure, NAT gateway resource"),
    ROW("azure-fw", "Azure Firewall", TCP_IDLE, 240, RESET_BOTH, DOCUMENTED, "north-south", "Azure, Firewall TCP session behavior"),
    ROW("azure-fw", "Azure Firewall", TCP_IDLE, 300, SILENT, DOCUMENTED, "east-west", "Azure, Firewall TCP session behavior"),
    ROW("gcp-vpc", "Google Cloud VPC firewall", TCP_IDLE, 600, SILENT, DOCUMENTED, NULL, "Google Cloud, Troubleshooting Compute Engine"),
    ROW("gcp-vpc", "Google Cloud VPC firewall", UDP_IDLE, 600, SILENT, DOCUMENTED, NULL, "Google Cloud, Troubleshooting Compute Engine"),
    ROW("gcp-nat", "Google Cloud NAT", TCP_IDLE, 1200, SILENT, INFERRED, NULL, CLOUD_NAT),
    ROW("gcp-nat", "Google Cloud NAT", HALF_OPEN, 30, SILENT, INFERRED, NULL, CLOUD_NAT),
    ROW("gcp-nat", "Google Cloud NAT", HALF_CLOSED, 30, SILENT, INFERRED, NULL, CLOUD_NAT),
    ROW("gcp-nat", "Google Cloud NAT", CLOSED, 120, SILENT, INFERRED, NULL, CLOUD_NAT),
    ROW("gcp-nat", "Google Cloud NAT", CLOSED, 30, SILENT, INFERRED, "made since the summer of 2026", "cloudscoop.io, Cloud NAT announcement, 31 March 2026"),
    ROW("gcp-nat", "Google Cloud NAT", UDP_IDLE, 30, SILENT, INFERRED, NULL, CLOUD_NAT),
    ROW("f5", "F5 BIG-IP, FastL4", TCP_IDLE, 300, RESET_BOTH, DOCUMENTED, NULL, "F5 AS3 schema reference, L4_Profile"),
    ROW("f5", "F5 BIG-IP, FastL4", HALF_OPEN, 5, RESET_BOTH, ASSUMED, NULL, "not looked up"),
    ROW("nginx", "nginx", TCP_IDLE, 60, CLOSE, INFERRED, "proxy_read_timeout", "nginx, ngx_http_proxy_module"),
    ROW("nginx", "nginx", TCP_IDLE, 75, CLOSE, INFERRED, "keepalive_timeout", "nginx, ngx_http_core_module"),
    ROW("nginx", "nginx", TCP_IDLE, 600, CLOSE, ASSUMED, "stream, proxy_timeout", "not looked up"),
};
/* clang-format on */

const unsigned fwx_known_timeout_count = sizeof fwx_known_timeouts / sizeof *fwx_known_timeouts;

/* ---- words ---------------------------------------------------------------------------------- */

static const struct {
    uint8_t protocol;
    const char *id;
    const char *title;
} timers[] = {
#define TIMER(name, protocol, id, title) [FWX_TIMER_##name] = {FWX_PROTOCOL_##protocol, id, title},
    FWX_TIMERS(TIMER)
#undef TIMER
};

static const char *const expiries[] = {
#define EXPIRY(name, title) [FWX_EXPIRY_##name] = title,
    FWX_EXPIRIES(EXPIRY)
#undef EXPIRY
};

uint8_t fwx_timer_protocol(enum fwx_timer timer)
{
    return timers[timer].protocol;
}

const char *fwx_timer_id(enum fwx_timer timer)
{
    return timers[timer].id;
}

const char *fwx_timer_title(enum fwx_timer timer)
{
    return timers[timer].title;
}

const char *fwx_expiry_title(enum fwx_expiry expiry)
{
    return expiries[expiry];
}
