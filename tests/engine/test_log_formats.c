/* test_log_formats.c
 * Each format of formats.ini by lines of our own, as its documentation has them; what a user's file
 * adds, and what of it is refused.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/reader.h"

#include <string.h>

/* What is to be found in the line, in the format that is told from it. */
struct sample {
    const char *format;
    const char *text; /* the whole file */
    const char *src;
    unsigned sport;
    const char *dst; /* NULL: the line does not say */
    unsigned dport;
    unsigned protocol;
    const char *class;
    const char *when; /* UTC, with a fraction; a zone that is not said is UTC here */
    const char *nat;  /* "src:port>dst:port", NULL: none */
    uint32_t seq;     /* 0: none */
    uint16_t ip_id;
    int64_t resolution_ms; /* 0: 1000 */
    enum fwx_log_stage stage;
    const char *rule;
};

#define W3C "#Software: Microsoft Internet Security and Acceleration Server 2004\n#Version: 2.0\n"

static const struct sample samples[] = {
    {"tmg",
     W3C
     "#Date: 2026-11-25\n#Fields: computer\tdate\ttime\tIP "
     "protocol\tsource\tdestination\toriginal client "
     "IP\taction\tstatus\trule\nFW1\t2026-11-25\t13:42:44\tTCP\t10.0.0.5:45240\t192.0.2.80:443\t"
     "10.0.0.5\tDenied\t0xc0040017\t-\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "not-syn", "2026-11-25T13:42:44Z", .nat = NULL},
    {"tmg",
     W3C "#Fields: source\tdestination\tIP protocol\tNAT address\tdate\ttime\tstatus\taction\n"
         "10.0.0.5:45240\t192.0.2.80:443\tTCP\t198.51.100.7\t2026-11-25\t13:42:44\t0x80074e21\t"
         "Terminate\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44Z",
     "198.51.100.7:45240>192.0.2.80:443", .stage = FWX_LOG_END},
    {"tmg-pasted",
     "25.11.2026 13:42 Denied 10.0.0.5 45240 192.0.2.80 443 0xc0040034 FWX_E_SEQ_ACK_MISMATCH\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "seq-ack", "2026-11-25T13:42:00Z",
     .resolution_ms = 60000},
    {"tmg-pasted",
     "11/25/2026 1:42:44 PM Failed Connection Attempt 10.0.0.5 45240 192.0.2.80 443 64 The "
     "specified "
     "network name is no longer available.",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44Z",
     .stage = FWX_LOG_END},
    {"pfirewall",
     "#Version: 1.5\r\n#Software: Microsoft Windows Firewall\r\n#Time Format: Local\r\n#Fields: "
     "date "
     "time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin "
     "icmptype icmpcode info path\r\n\r\n2026-11-25 13:42:44 DROP TCP 10.0.0.5 192.0.2.80 45240 "
     "443 52 "
     "S 2828896423 0 64240 - - - RECEIVE\r\n2026-11-25 13:42:44 INFO-EVENTS-LOST - - - - - - - - - "
     "- "
     "- - - 7 -\r\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44Z", .seq = 2828896423},
    {"conntrack",
     "[1795614164.279227]\t    [NEW] tcp      6 120 SYN_SENT src=10.0.0.5 dst=203.0.113.1 "
     "sport=45240 "
     "dport=8443 [UNREPLIED] src=192.0.2.80 dst=10.0.0.5 sport=443 dport=45240 id=1117277085\n",
     "10.0.0.5", 45240, "203.0.113.1", 8443, 6, "accepted", "2026-11-25T13:42:44.279227Z",
     "10.0.0.5:45240>192.0.2.80:443", .stage = FWX_LOG_START, .resolution_ms = -1},
    {"conntrack",
     "[1795614164.5]\t[DESTROY] udp      17 src=10.0.0.5 dst=192.0.2.80 sport=5353 dport=53 "
     "packets=1 bytes=60 [UNREPLIED] src=192.0.2.80 dst=198.51.100.7 sport=53 dport=1024 packets=0 "
     "bytes=0\n",
     "10.0.0.5", 5353, "192.0.2.80", 53, 17, "no-reply", "2026-11-25T13:42:44.5Z",
     "198.51.100.7:1024>192.0.2.80:53", .stage = FWX_LOG_END, .resolution_ms = 100},
    {"linux",
     "Nov 25 13:42:44 gw kernel: [ 1339.076188] FW-DROP policy IN=eth0 OUT=eth1 "
     "MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 TOS=0x00 "
     "PREC=0x00 TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 "
     "RES=0x00 SYN URGP=0 OPT (020405B4)\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507},
    {"linux",
     "2026-11-25T14:42:44.123+01:00 gw kernel: nf_ct_proto_6: ACK is over upper bound 7 (ACKed "
     "data "
     "not seen yet) IN=eth0 OUT= SRC=2001:0db8:0000:0000:0000:0000:0000:0005 "
     "DST=2001:0db8:0002:0000:0000:0000:0000:0080 LEN=80 TC=0 HOPLIMIT=63 FLOWLBL=1 PROTO=TCP "
     "SPT=45240 DPT=443 SEQ=5 ACK=9 WINDOW=64800 RES=0x00 ACK URGP=0\n",
     "2001:db8::5", 45240, "2001:db8:2::80", 443, 6, "seq-ack", "2026-11-25T13:42:44.123Z",
     .seq = 5, .resolution_ms = 1},
    {"asa",
     "Nov 25 2026 13:42:44 asa : %ASA-6-106015: Deny TCP (no connection) from 10.0.0.5/45240 to "
     "192.0.2.80/443 flags PSH ACK  on interface inside\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "not-syn", "2026-11-25T13:42:44Z", .nat = NULL},
    {"asa",
     "<166>Nov 25 2026 14:42:44 CET: %ASA-6-302013: Built outbound TCP connection 17 for "
     "outside:192.0.2.80/443 (192.0.2.80/443) to inside:10.0.0.5/45240 (198.51.100.7/1025)\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "accepted", "2026-11-25T13:42:44Z",
     "198.51.100.7:1025>192.0.2.80:443", .stage = FWX_LOG_START},
    {"asa",
     "Nov 25 2026 13:42:44: %FTD-6-302013: Built inbound TCP connection 18 for "
     "outside:198.51.100.9/50000 (198.51.100.9/50000) to dmz:10.0.0.80/443 (203.0.113.1/8443)\n",
     "198.51.100.9", 50000, "203.0.113.1", 8443, 6, "accepted", "2026-11-25T13:42:44Z",
     "198.51.100.9:50000>10.0.0.80:443", .stage = FWX_LOG_START},
    {"asa",
     "Nov 25 2026 13:42:44: %ASA-6-302014: Teardown TCP connection 17 for outside:192.0.2.80/443 "
     "to "
     "inside:10.0.0.5/45240 duration 0:00:30 bytes 0 SYN Timeout\n",
     "192.0.2.80", 443, "10.0.0.5", 45240, 6, "no-reply", "2026-11-25T13:42:44Z",
     .stage = FWX_LOG_END},
    {"asa",
     "Nov 25 2026 13:42:44: %ASA-4-106023: Deny udp src inside:10.0.0.5/5353 dst "
     "outside:192.0.2.80/53 by access-group \"inside_in\" [0x0, 0x0]\n",
     "10.0.0.5", 5353, "192.0.2.80", 53, 17, "policy", "2026-11-25T13:42:44Z", .rule = "inside_in"},
    {"asa",
     "Nov 25 2026 13:42:44: %ASA-4-106100: access-list acl_in denied tcp inside/10.0.0.5(45240) -> "
     "outside/192.0.2.80(443) hit-cnt 1 first hit [0x1, 0x0]\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .rule = "acl_in"},
    {"fortigate",
     "<189>date=2026-11-25 time=14:42:44 devname=\"fw\" devid=\"FG0\" "
     "eventtime=1795614164279227001 "
     "tz=\"+0100\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" srcip=10.0.0.5 "
     "srcport=45240 dstip=192.0.2.80 dstport=443 proto=6 action=\"deny\" policyid=0 "
     "msg=\"no session matched\" trandisp=\"snat\" transip=198.51.100.7 transport=1025\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "not-syn", "2026-11-25T13:42:44.279227001Z",
     "198.51.100.7:1025>192.0.2.80:443", .resolution_ms = -1, .rule = "0"},
    {"fortigate",
     "date=2026-11-25 time=14:42:44 devid=\"FG0\" tz=\"+0100\" logid=\"0000000013\" "
     "type=\"traffic\" "
     "srcip=10.0.0.5 srcport=45240 dstip=192.0.2.80 dstport=443 proto=6 action=\"client-rst\" "
     "duration=5\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44Z",
     .stage = FWX_LOG_END},
    {"panos",
     "<14>Nov 25 13:42:50 pa 1,2026/11/25 13:42:50,0011,TRAFFIC,end,2305,2026/11/25 "
     "13:42:49,10.0.0.5,192.0.2.80,198.51.100.7,192.0.2.80,\"web, "
     "out\",,,incomplete,vsys1,trust,untrust,ae1,ae2,log,2026/11/25 "
     "13:42:50,77,1,45240,443,1025,443,0x400053,tcp,allow,60,60,0,1,2026/11/25 "
     "13:42:44,5,any,0,1,0x0,US,US,0,1,0,aged-out\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "no-reply", "2026-11-25T13:42:49Z",
     "198.51.100.7:1025>192.0.2.80:443", .stage = FWX_LOG_END, .rule = "web, out"},
    {"checkpoint",
     "<134>1 2026-11-25T13:42:45Z gw CheckPoint 1234 - [action:\"Drop\"; flags:\"400644\"; "
     "ifdir:\"inbound\"; time:\"1795614164\"; dst:\"192.0.2.80\"; src:\"10.0.0.5\"; proto:\"6\"; "
     "s_port:\"45240\"; service:\"443\"; tcp_packet_out_of_state:\"First packet isn't SYN\"]\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "not-syn", "2026-11-25T13:42:44Z", .nat = NULL},
    {"srx",
     "<14>1 2026-11-25T13:42:44.279Z srx RT_FLOW - RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.129 "
     "reason=\"TCP RST\" source-address=\"10.0.0.5\" source-port=\"45240\" "
     "destination-address=\"192.0.2.80\" destination-port=\"443\" "
     "nat-source-address=\"198.51.100.7\" "
     "nat-source-port=\"1025\" nat-destination-address=\"192.0.2.80\" nat-destination-port=\"443\" "
     "protocol-id=\"6\" policy-name=\"out\" elapsed-time=\"3\"]\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44.279Z",
     "198.51.100.7:1025>192.0.2.80:443", .resolution_ms = 1, .stage = FWX_LOG_END, .rule = "out"},
    {"srx",
     "Nov 25 13:42:44 srx RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: "
     "10.0.0.5/45240->192.0.2.80/443 0x0 junos-https 198.51.100.7/1025->192.0.2.80/443 0x0 src-nat "
     "rule1 N/A N/A 6 out trust untrust 99 9(900) 8(800) 3\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "closed", "2026-11-25T13:42:44Z",
     "198.51.100.7:1025>192.0.2.80:443", .stage = FWX_LOG_END, .rule = "out"},
    {"srx",
     "Nov 25 13:42:44 srx RT_FLOW: RT_FLOW_SESSION_DENY: session denied "
     "10.0.0.5/5353->192.0.2.80/53 "
     "0x0 junos-dns-udp 17(0) deny-all trust untrust\n",
     "10.0.0.5", 5353, "192.0.2.80", 53, 17, "policy", "2026-11-25T13:42:44Z", .rule = "deny-all"},
    {"sonicwall",
     "<134>  id=firewall sn=0017C5000001 time=\"2026-11-25 13:42:44 UTC\" fw=198.51.100.7 pri=5 "
     "c=64 "
     "m=36 msg=\"TCP connection dropped\" n=9 src=10.0.0.5:45240:X0 dst=192.0.2.80:443:X1 "
     "proto=tcp/https\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44Z", .nat = NULL},
    {"watchguard",
     "<140>Nov 25 13:42:44 fb (2026-11-25T13:42:44) firewall: msg_id=\"3000-0148\" Deny 1-Trusted "
     "0-External 52 tcp 20 63 10.0.0.5 192.0.2.80 45240 443 offset 8 S 2828896423 win 8192  "
     "(Unhandled Internal Packet-00)\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .rule = "Unhandled Internal Packet-00"},
    {"filterlog",
     "Nov 25 13:42:44 pfs filterlog[123]: "
     "5,,,1000000103,igb0,match,block,in,4,0x0,,63,20507,0,DF,6,tcp,60,10.0.0.5,192.0.2.80,45240,"
     "443,"
     "0,S,2828896423,,64240,,mss;sackOK\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507, .rule = "5"},
    {"filterlog",
     "<134>1 2026-11-25T13:42:44.5+00:00 opn filterlog 77 - [meta sequenceId=\"1\"] "
     "7,,,0,igb0,match,pass,out,6,0x00,0x1,64,tcp,6,40,2001:db8::5,2001:db8:2::80,45240,443,0,S,5,,"
     "64800,,mss\n",
     "2001:db8::5", 45240, "2001:db8:2::80", 443, 6, "accepted", "2026-11-25T13:42:44.5Z", .seq = 5,
     .resolution_ms = 100, .stage = FWX_LOG_START, .rule = "7"},
    {"aws-vpc",
     "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start "
     "end action log-status\n2 123456789012 eni-0a 10.0.0.5 192.0.2.80 45240 443 6 1 60 1795614164 "
     "1795614220 REJECT OK\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z",
     .resolution_ms = 600000},
    {"azure-flow",
     "{\"records\":[{\"properties\":{\"Version\":2,\"flows\":[{\"rule\":\"Deny\",\"flows\":[{"
     "\"mac\":"
     "\"00\",\"flowTuples\":[\"1795614164,10.0.0.5,192.0.2.80,45240,443,T,O,D,B,,,,\"]}]}]}}]}\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .nat = NULL},
    {"azure-flow",
     "{\"flowRecords\":{\"flows\":[{\"flowTuples\":[\"1795614164279,10.0.0.5,192.0.2.80,45240,443,"
     "6,"
     "O,B,NX,0,0,0,0\"]}]}}",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "accepted", "2026-11-25T13:42:44.279Z",
     .resolution_ms = 1, .stage = FWX_LOG_START},
    {"zeek",
     "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
     "proto\tservice\tconn_state\n#"
     "types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\n"
     "1795614164.279227\tC1\t10.0.0.5\t45240\t192.0.2.80\t443\ttcp\t-\tS0\n#close\t2026\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "no-reply", "2026-11-25T13:42:44.279227Z",
     .resolution_ms = -1, .stage = FWX_LOG_START},
    {"zeek",
     "{\"ts\":1795614164.279227,\"uid\":\"C1\",\"id.orig_h\":\"10.0.0.5\",\"id.orig_p\":45240,"
     "\"id.resp_h\":\"192.0.2.80\",\"id.resp_p\":443,\"proto\":\"tcp\",\"conn_state\":\"RSTO\"}\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44.279227Z",
     .resolution_ms = -1, .stage = FWX_LOG_START},
    {"haproxy",
     "Nov 25 13:42:45 lb haproxy[9]: 10.0.0.5:45240 [25/Nov/2026:13:42:44.279] fe be/s1 1/0/2 500 "
     "cD "
     "1/1/0/0/0 0/0\n",
     "10.0.0.5", 45240, NULL, 0, 6, "idle", "2026-11-25T13:42:44.279Z", .resolution_ms = 1,
     .stage = FWX_LOG_START, .rule = "fe"},
    {"haproxy",
     "10.0.0.5:45240 [25/Nov/2026:13:42:44.279] fe be/s1 0/0/-1/-1/3001 503 217 - - SC-- 1/1/0/0/3 "
     "0/0 "
     "\"GET / HTTP/1.1\"\n",
     "10.0.0.5", 45240, NULL, 0, 6, "no-reply", "2026-11-25T13:42:44.279Z", .resolution_ms = 1,
     .stage = FWX_LOG_START, .rule = "fe"},
    {"nginx-stream", "10.0.0.5 [25/Nov/2026:14:42:44 +0100] TCP 502 0 0 3.001\n", "10.0.0.5", 0,
     NULL, 0, 6, "no-reply", "2026-11-25T13:42:44Z", .stage = FWX_LOG_END},
    {"nginx-stream",
     "10.0.0.5:45240 [2026-11-25T13:42:44+00:00] 1795614164.279 TCP 200 500 45 0.001\n", "10.0.0.5",
     45240, NULL, 0, 6, "closed", "2026-11-25T13:42:44.279Z", .resolution_ms = 1,
     .stage = FWX_LOG_END},
    {"tmg-pasted",
     "Log Time\tDestination IP\tDestination Port\tProtocol\tAction\tRule\tResult Code\tClient "
     "IP\tSource Port\tTransport\r\n11/25/2026 1:42:44 PM\t192.0.2.80\t443\tHTTPS\tDenied "
     "Connection\tNone - see Result Code\t0xc0040017 "
     "FWX_E_TCP_NOT_SYN_PACKET_DROPPED\t10.0.0.5\t45240\tTCP\r\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "not-syn", "2026-11-25T13:42:44Z",
     .rule = "None - see Result Code"},
    {"pfirewall",
     "2026-11-25 13:42:44 DROP TCP 10.0.0.5 192.0.2.80 45240 443 52 S 2828896423 0 64240 - - - "
     "RECEIVE 4\r\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44Z", .seq = 2828896423},
    {"linux",
     "Nov 25 13:42:44.123 gw kernel: FW-DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 "
     "TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 RES=0x00 "
     "SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44.123Z",
     .seq = 2828896423, .ip_id = 20507, .resolution_ms = 1},
    {"linux",
     "2026-11-25T14:42:44,123+01:00 FW-DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 "
     "TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 RES=0x00 "
     "SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44.123Z",
     .seq = 2828896423, .ip_id = 20507, .resolution_ms = 1},
    {"linux",
     "Wed 2026-11-25 14:42:44 CET gw kernel: FW-DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 "
     "LEN=60 TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 "
     "RES=0x00 SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507},
    {"linux",
     "[Wed Nov 25 13:42:44 2026] FW-DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 "
     "TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 RES=0x00 "
     "SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507},
    {"linux",
     "[ 1339.076] FW-DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 TTL=63 ID=20507 DF "
     "PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "1970-01-01T00:22:19.076Z",
     .seq = 2828896423, .ip_id = 20507, .resolution_ms = 1},
    {"linux",
     "{\"_TRANSPORT\":\"kernel\",\"__REALTIME_TIMESTAMP\":\"1795614164279000\",\"MESSAGE\":\"FW-"
     "DROP IN=eth0 OUT=eth1 SRC=10.0.0.5 DST=192.0.2.80 LEN=60 TTL=63 ID=20507 DF PROTO=TCP "
     "SPT=45240 DPT=443 SEQ=2828896423 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "dropped", "2026-11-25T13:42:44.279Z",
     .seq = 2828896423, .ip_id = 20507, .resolution_ms = -1},
    {"linux",
     "<4>1 2026-11-25T14:42:44+01:00 gw kernel - - - FINAL_REJECT: IN=eth0 OUT=eth1 SRC=10.0.0.5 "
     "DST=192.0.2.80 LEN=60 TTL=63 ID=20507 DF PROTO=TCP SPT=45240 DPT=443 SEQ=2828896423 ACK=0 "
     "WINDOW=64240 RES=0x00 SYN URGP=0\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-4-106100: access-list acl_in denied tcp "
     "inside/10.0.0.5(45240)(LOCAL\\me) -> outside/192.0.2.80(443) hit-cnt 1 first hit [0x1, "
     "0x0]\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .rule = "acl_in"},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-3-106014: Deny inbound icmp src outside:10.0.0.5 dst "
     "inside:192.0.2.80 (type 8, code 0)\n",
     "10.0.0.5", 0, "192.0.2.80", 0, 1, "policy", "2026-11-25T13:42:44Z", .nat = NULL},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-6-106015: Deny TCP (no connection) from 2001:db8::5/45240 to "
     "2001:db8:2::80/443 flags RST  on interface inside\n",
     "2001:db8::5", 45240, "2001:db8:2::80", 443, 6, "not-syn", "2026-11-25T13:42:44Z",
     .nat = NULL},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-4-419002: Duplicate TCP SYN from inside:2001:db8::5/45240 to "
     "outside:2001:db8:2::80/443 with different initial sequence number\n",
     "2001:db8::5", 45240, "2001:db8:2::80", 443, 6, "state", "2026-11-25T13:42:44Z", .nat = NULL},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-3-710003: TCP access denied by ACL from 10.0.0.5/45240 to "
     "outside:192.0.2.80/443\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .nat = NULL},
    {"asa",
     "Nov 25 2026 13:42:44 fw1 : %ASA-7-710005: UDP request discarded from 10.0.0.5/5353 to "
     "inside:192.0.2.80/53\n",
     "10.0.0.5", 5353, "192.0.2.80", 53, 17, "dropped", "2026-11-25T13:42:44Z", .nat = NULL},
    {"asa",
     "<113>2026-11-25T13:42:44Z ftd1 : %FTD-1-430002: EventPriority: Low, ConnectionID: 5, "
     "FirstPacketSecond: 2026-11-25T13:42:40Z, AccessControlRuleAction: Block, SrcIP: 10.0.0.5, "
     "DstIP: 192.0.2.80, SrcPort: 45240, DstPort: 443, Protocol: tcp, ACPolicy: main, "
     "AccessControlRuleName: web\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .rule = "web"},
    {"asa",
     "Nov 25 13:42:44 ftd1 SFIMS: %FTD-6-430002: EventPriority: Low, ConnectionID: 5, "
     "FirstPacketSecond: 2026-11-25T13:42:40Z, AccessControlRuleAction: Allow, SrcIP: 10.0.0.5, "
     "DstIP: 192.0.2.80, SrcPort: 45240, DstPort: 443, Protocol: tcp, ACPolicy: main, "
     "AccessControlRuleName: web\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "accepted", "2026-11-25T13:42:44Z",
     .stage = FWX_LOG_START, .rule = "web"},
    {"asa",
     "2026-11-25T13:42:44Z ftd1 %FTD-1-430003: EventPriority: Low, ConnectionID: 5, "
     "FirstPacketSecond: 2026-11-25T13:42:40Z, AccessControlRuleAction: Allow, SrcIP: 10.0.0.5, "
     "DstIP: 192.0.2.80, SrcPort: 45240, DstPort: 443, Protocol: tcp, ACPolicy: main, "
     "AccessControlRuleName: web, NAT_InitiatorPort: 1025, NAT_ResponderPort: 443, "
     "NAT_InitiatorIP: 198.51.100.7, NAT_ResponderIP: 192.0.2.80\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "closed", "2026-11-25T13:42:44Z",
     "198.51.100.7:1025>192.0.2.80:443", .stage = FWX_LOG_END, .rule = "web"},
    {"checkpoint",
     "time=1795614164|hostname=gw|product=VPN-1 & "
     "FireWall-1|action=Drop|ifdir=inbound|src=10.0.0.5|dst=192.0.2.80|proto=6|s_port=45240|"
     "service=443\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .nat = NULL},
    {"checkpoint",
     "25Nov2026 13:42:44   5 N/A 1 drop   198.51.100.1 >eth0 LogId: 0; src: 10.0.0.5; dst: "
     "192.0.2.80; proto: tcp; s_port: 45240; service: 443; product: VPN-1 & FireWall-1\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .nat = NULL},
    {"watchguard",
     "2026-11-25 13:42:44 Deny 10.0.0.5 192.0.2.80 https/tcp 45240 443 1-Trusted 0-External Denied "
     "52 63 (Web-00) proc_id=\"firewall\" rc=\"101\" msg_id=\"3000-0148\" tcp_info=\"offset 8 S "
     "2828896423 win 8192\"\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .rule = "Web-00"},
    {"filterlog",
     "2026-11-25T13:42:44 opn filterlog "
     "5,,,02f4,igb0,match,block,in,4,0x0,,63,20507,0,DF,6,tcp,60,10.0.0.5,192.0.2.80,45240,443,0,S,"
     "2828896423,,64240,,mss\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .seq = 2828896423,
     .ip_id = 20507, .rule = "5"},
    {"aws-vpc",
     "2026-11-25T13:42:44.000Z 2 123456789012 eni-0a 10.0.0.5 192.0.2.80 45240 443 6 20 4249 "
     "1795614164 1795614224 REJECT OK\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z",
     .resolution_ms = 600000},
    {"cef",
     "Nov 25 13:42:45 gw CEF:0|Check Point|VPN-1 & FireWall-1|Check "
     "Point|Drop|https|Unknown|act=Drop deviceDirection=0 rt=1795614164000 spt=45240 dpt=443 "
     "origin=198.51.100.1 dst=192.0.2.80 product=VPN-1 & FireWall-1 proto=6 src=10.0.0.5\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "policy", "2026-11-25T13:42:44Z", .resolution_ms = 1},
    {"cef",
     "LEEF:2.0|Check Point|VPN-1 & "
     "FireWall-1|1.0|Accept|cat=FW\tdevTime=1795614164\tsrcPort=45240\taction=Accept\tproto=6\tdst="
     "192.0.2.80\tdstPort=443\tsrc=10.0.0.5\tifdir=inbound\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "accepted", "2026-11-25T13:42:44Z",
     .stage = FWX_LOG_START},
    {"cef",
     "Nov 25 13:42:44 pa CEF:0|Palo Alto Networks|PAN-OS|10.1|end|TRAFFIC|1|src=10.0.0.5 "
     "dst=192.0.2.80 sourceTranslatedAddress=198.51.100.7 spt=45240 dpt=443 "
     "sourceTranslatedPort=1025 proto=tcp act=allow reason=tcp-rst-from-server\n",
     "10.0.0.5", 45240, "192.0.2.80", 443, 6, "reset", "2026-11-25T13:42:44Z",
     "198.51.100.7:1025>192.0.2.80:443", .stage = FWX_LOG_END},
    {"haproxy",
     "Nov 25 13:42:45 lb haproxy[9]: Server be/s1 is DOWN, reason: Layer4 timeout\nNov 25 13:42:45 "
     "lb haproxy[9]: 10.0.0.5:45240 [25/Nov/2026:13:42:44.279] fe/tls: SSL handshake failure\n",
     "10.0.0.5", 45240, NULL, 0, 6, "other", "2026-11-25T13:42:44.279Z", .resolution_ms = 1,
     .stage = FWX_LOG_START, .rule = "fe/tls"},
    {"nginx-stream", "2001:db8::5 [25/Nov/2026:14:42:44 +0100] UDP 200 120 45 0.001\n",
     "2001:db8::5", 0, NULL, 0, 17, "closed", "2026-11-25T13:42:44Z", .stage = FWX_LOG_END},
};

/* ---- reading -------------------------------------------------------------------------------- */

struct kept {
    struct fwx_log_line line; /* the last */
    char *rule;
    unsigned count;
};

static void keep(const struct fwx_log_line *line, void *data)
{
    struct kept *kept = (struct kept *)data;

    kept->line = *line;
    g_free(kept->rule);
    kept->rule = g_strdup(line->rule);
    kept->count++;
}

static struct fwx_log_report read_text(const char *text, gssize length, const char *format,
                                       const char *zone, const struct fwx_log_formats *formats,
                                       struct kept *kept)
{
    struct fwx_log_source source = {
        .path = (char *)"log", .format = (char *)format, .zone = (char *)zone};
    int64_t near = INT64_C(1795600000) * FWX_SECOND; /* November 2026 */
    size_t size = length < 0 ? strlen(text) : (size_t)length;

    return fwx_log_read_memory(text, size, &source, formats, near, keep, kept);
}

static int64_t time_of(const char *text)
{
    GDateTime *time = g_date_time_new_from_iso8601(text, NULL);
    const char *point = strchr(text, '.');
    int64_t value = g_date_time_to_unix(time) * FWX_SECOND;
    int64_t unit = FWX_SECOND / 10;

    for (; point && g_ascii_isdigit(*++point); unit /= 10)
        value += (*point - '0') * unit;
    g_date_time_unref(time);
    return value;
}

static void hold_end(const char *text, unsigned port, const struct fwx_address *address,
                     uint16_t found)
{
    struct fwx_address wanted = {{0, 0}};
    uint16_t none = 0;

    g_assert_true(!text || fwx_log_address(text, &wanted, &none));
    g_assert_true(fwx_address_equal(&wanted, address));
    g_assert_cmpuint(found, ==, port);
}

static void hold_nat(const char *nat, const struct fwx_log_line *line)
{
    struct fwx_log_tuple wanted = line->tuple;
    char **ends = g_strsplit(nat ? nat : "", ">", 2);

    g_assert_cmpint((line->known & FWX_LOG_HAS_NAT) != 0, ==, nat != NULL);
    if (nat) {
        g_assert_true(fwx_log_address(ends[0], &wanted.src, &wanted.src_port));
        g_assert_true(fwx_log_address(ends[1], &wanted.dst, &wanted.dst_port));
    }
    g_assert_cmpmem(&wanted, sizeof wanted, &line->nat, sizeof wanted);
    g_strfreev(ends);
}

static void hold(const struct sample *sample, const struct fwx_log_line *line)
{
    hold_end(sample->src, sample->sport, &line->tuple.src, line->tuple.src_port);
    hold_end(sample->dst, sample->dport, &line->tuple.dst, line->tuple.dst_port);
    g_assert_cmpuint(line->tuple.protocol, ==, sample->protocol);
    g_assert_cmpstr(fwx_log_class_id((enum fwx_log_class)line->class), ==, sample->class);
    g_assert_cmpuint(line->stage, ==, sample->stage);
    g_assert_cmpint(line->time, ==, time_of(sample->when));
    if (sample->resolution_ms >= 0)
        g_assert_cmpint(line->resolution, ==,
                        (sample->resolution_ms ? sample->resolution_ms : 1000) * FWX_MILLISECOND);
    else
        g_assert_cmpint(line->resolution, <=, 1000);
    hold_nat(sample->nat, line);
    g_assert_cmpuint((line->known & FWX_LOG_HAS_SEQ) ? line->seq : 0, ==, sample->seq);
    g_assert_cmpuint((line->known & FWX_LOG_HAS_IP_ID) ? line->ip_id : 0, ==, sample->ip_id);
}

static void test_samples(void)
{
    struct fwx_log_formats *formats = fwx_log_formats_new(NULL, "");
    GHashTable *told = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < formats->problems->len; i++)
        g_test_message("%s", (const char *)g_ptr_array_index(formats->problems, i));
    g_assert_cmpuint(formats->problems->len, ==, 0);
    for (unsigned i = 0; i < G_N_ELEMENTS(samples); i++) {
        struct kept kept = {.count = 0};
        struct fwx_log_report report = read_text(samples[i].text, -1, NULL, NULL, formats, &kept);

        g_test_message("%u: %s: %s", i, samples[i].format, samples[i].text);
        for (unsigned k = 0; k < report.wrong_count; k++)
            g_test_message("line %u: %s", report.wrong[k].number, report.wrong[k].why);
        g_assert_null(report.error);
        g_assert_cmpstr(report.format->id, ==, samples[i].format);
        g_assert_cmpuint(report.wrong_count, ==, 0);
        g_assert_cmpuint(kept.count, ==, 1);
        g_assert_cmpuint(report.events + report.none, ==, report.lines);
        hold(&samples[i], &kept.line);
        if (samples[i].rule)
            g_assert_cmpstr(kept.rule, ==, samples[i].rule);
        g_hash_table_add(told, (gpointer)report.format->id);
        fwx_log_report_clear(&report);
        g_free(kept.rule);
    }
    g_assert_cmpuint(g_hash_table_size(told), ==, formats->formats->len);
    g_hash_table_destroy(told);
    fwx_log_formats_free(formats);
}

/* ---- a user's file -------------------------------------------------------------------------- */

static const char added[] =
    "[acme]\n"
    "title=Acme\n"
    "detect=^ACME \n"
    "match=^ACME (?<time>\\S+ \\S+) (?<src>\\S+) > (?<dst>\\S+) (?<reason>.*)\n"
    "time=%Y-%m-%d %H:%M:%S\n"
    "zone=utc\n"
    "class-not-syn=stray\n"
    "class-policy=.\n";

static void hold_added(const char *text)
{
    struct fwx_log_formats *formats = fwx_log_formats_new(text, "mine.ini");
    struct kept kept = {.count = 0};
    struct fwx_log_report report =
        read_text("ACME 2026-11-25 13:42:44 10.0.0.5:45240 > 192.0.2.80:443 stray\n", -1, "auto",
                  NULL, formats, &kept);

    g_assert_cmpuint(formats->problems->len, ==, 0);
    g_assert_true(report.format->own);
    g_assert_cmpuint(kept.count, ==, 1);
    g_assert_cmpuint(kept.line.class, ==, FWX_LOG_NOT_SYN);
    g_assert_cmpuint(kept.line.tuple.dst_port, ==, 443);
    g_free(kept.rule);
    fwx_log_formats_free(formats);
}

static void test_added(void)
{
    char **lines = g_strsplit(added, "\n", -1);
    char *of_windows = g_strjoinv("\r\n", lines);
    char *marked = g_strconcat("\xef\xbb\xbf", of_windows, NULL);

    hold_added(added);
    hold_added(of_windows);
    hold_added(marked); /* by an editor there */
    g_free(marked);
    g_free(of_windows);
    g_strfreev(lines);
}

/* A user's group stands for the shipped one of that name. */
static void test_instead(void)
{
    struct fwx_log_formats *formats = fwx_log_formats_new(
        "[asa]\ndetect=^X\nmatch=(?<src>.)(?<dst>.)(?<time>.)\ntime=%s\n", "mine.ini");
    unsigned count = 0;

    for (guint i = 0; i < formats->formats->len; i++)
        count += g_str_equal(((struct fwx_log_format *)g_ptr_array_index(formats->formats, i))->id,
                             "asa");
    g_assert_cmpuint(count, ==, 1);
    g_assert_true(fwx_log_formats_find(formats, "asa")->own);
    g_assert_null(fwx_log_formats_find(formats, "none"));
    fwx_log_formats_free(formats);
}

static void test_refused(void)
{
    static const struct {
        const char *text;
        const char *problem;
    } rows[] = {
        {"no group", "mine.ini: Key file "},
        {"[a]\n", "mine.ini: [a]: detect is missing"},
        {"[a]\ndetect=x\n", "mine.ini: [a]: time is missing"},
        {"[a]\ndetect=x\ntime=%s\n", "mine.ini: [a]: nothing finds the addresses"},
        {"[a]\ndetect=x\ntime=%s\nmatch=(\n", "mine.ini: [a]: match: Error while compiling"},
        {"[a]\ndetect=x\ntime=%s\nmatch=x\n", "mine.ini: [a]: match has no group that is named"},
        {"[a]\ncolour=red\n", "mine.ini: [a]: colour: no such key"},
        {"[a]\nclass-bad=x\n", "mine.ini: [a]: class-bad: no such class"},
        {"[a]\ncolumn-x=x\n", "mine.ini: [a]: column-x: nothing has that name"},
        {"[a]\nzone=mars\n", "mine.ini: [a]: zone is one of utc, local"},
        {"[a]\nwhen=ever\n", "mine.ini: [a]: when is one of drop, start, end"},
        {"[a]\nresolution=-1\n", "mine.ini: [a]: resolution is a number of seconds"},
        {"[a]\nprotocol=999\n", "mine.ini: [a]: protocol is an IANA number"},
        {"[a]\npairs=(?<key>x)\n", "mine.ini: [a]: pairs wants the groups"},
        {"[a]\ndetect=\n", "mine.ini: [a]: detect is empty"},
        {"[a]\ndetect=x\ntime=%s\nheader=#\ncolumn-src=s\n",
         "mine.ini: [a]: header wants separator"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct fwx_log_formats *formats = fwx_log_formats_new(rows[i].text, "mine.ini");

        g_assert_cmpuint(formats->problems->len, ==, 1);
        g_test_message("%s", (const char *)g_ptr_array_index(formats->problems, 0));
        g_assert_true(g_str_has_prefix((const char *)g_ptr_array_index(formats->problems, 0),
                                       rows[i].problem));
        g_assert_null(fwx_log_formats_find(formats, "a"));
        g_assert_nonnull(fwx_log_formats_find(formats, "tmg"));
        fwx_log_formats_free(formats);
    }
}

/* ---- whatever comes ------------------------------------------------------------------------- */

static void hold_wrong(const char *text, gssize length, const char *format, const char *zone,
                       const char *why)
{
    struct fwx_log_formats *formats = fwx_log_formats_new(added, "mine.ini");
    struct kept kept = {.count = 0};
    struct fwx_log_report report = read_text(text, length, format, zone, formats, &kept);

    if (report.wrong_count) {
        g_test_message("line %u: %s", report.wrong[0].number, report.wrong[0].why);
        g_assert_cmpstr(report.wrong[0].why, ==, why);
    } else {
        g_test_message("%s", report.error);
        g_assert_cmpstr(report.error, ==, why);
    }
    g_assert_cmpuint(kept.count, ==, 0);
    fwx_log_report_clear(&report);
    fwx_log_formats_free(formats);
}

#define LINE(time, addresses) "ACME " time " " addresses " x\n"
#define GOOD_ENDS             "10.0.0.5:1 > 192.0.2.80:443"

static void test_unreadable(void)
{
    hold_wrong("", 0, NULL, NULL, "its first lines are of no known format");
    hold_wrong("some text\n", -1, NULL, NULL, "its first lines are of no known format");
    hold_wrong("some text\n", -1, "nothing", NULL, "no such format");
    hold_wrong("some text\n", -1, NULL, "Mars/Olympus", "\"Mars/Olympus\" is no time zone");
    hold_wrong("some text\n", -1, "acme", NULL, "laid out otherwise");
    hold_wrong("ACME \0 binary\n", 14, "acme", NULL, "binary");
    hold_wrong(LINE("25.11.2026 13:42", GOOD_ENDS), -1, NULL, NULL,
               "a time that is laid out otherwise");
    hold_wrong(LINE("2026-02-29 13:42:44", GOOD_ENDS), -1, NULL, NULL, "no such date");
    hold_wrong(LINE("2026-02-28 24:00:00", GOOD_ENDS), -1, NULL, NULL,
               "a time that is laid out otherwise");
    hold_wrong(LINE("2026-11-25 13:42:44", "here > there"), -1, NULL, NULL,
               "what stands for an address is none");
}

/* A pattern that has no end, and lines that have none: an answer comes, and what follows is read.
 */
static void test_endless(void)
{
    static const char endless[] = "[endless]\ndetect=^a\n"
                                  "match=^(?<src>(?:a+)+)[bc](?<dst>.)(?<time>.)\ntime=%s\n";
    struct fwx_log_formats *formats = fwx_log_formats_new(endless, "mine.ini");
    GString *text = g_string_new(NULL);
    struct kept kept = {.count = 0};
    struct fwx_log_report report;

    for (unsigned i = 0; i < 60; i++)
        g_string_append_c(text, 'a');
    report = read_text(text->str, -1, "endless", NULL, formats, &kept);
    g_assert_cmpuint(report.wrong_count, ==, 1);
    g_assert_cmpstr(report.wrong[0].why, ==, "given up: too many ways to match");
    g_string_truncate(text, 0);
    for (unsigned i = 0; i < 10 * 1000 * 1000; i++)
        g_string_append_c(text, 'a');
    g_string_append(text, "\n\n");
    report = read_text(text->str, -1, "asa", NULL, formats, &kept);
    g_assert_cmpuint(report.lines, ==, 2);
    g_assert_cmpuint(report.wrong_count, ==, 1);
    g_string_prepend(text, text->str);
    g_string_erase(text, 10 * 1000 * 1000, 2);
    report = read_text(text->str, -1, "asa", NULL, formats, &kept);
    g_assert_cmpstr(report.wrong[0].why, ==, "longer than 16 MiB");
    g_assert_cmpuint(report.wrong[0].number, ==, 1);
    g_assert_cmpuint(report.none, ==, 1);
    g_string_free(text, TRUE);
    fwx_log_formats_free(formats);
}

#ifdef G_OS_WIN32
#define BERLIN "W. Europe Standard Time"
#else
#define BERLIN "Europe/Berlin"
#endif

/* A date without a year is of the capture's, or the next to it; zones are as the user says. */
static void test_times(void)
{
    struct fwx_log_formats *formats = fwx_log_formats_new(NULL, "");
    static const struct {
        const char *day;
        const char *zone;
        const char *time;
    } rows[] = {
        {"Nov 25", NULL, "2026-11-25T13:42:44Z"},   {"Jan  1", NULL, "2027-01-01T13:42:44Z"},
        {"Feb 29", NULL, "2028-02-29T13:42:44Z"},   {"Nov 25", "+02:00", "2026-11-25T11:42:44Z"},
        {"Jul 25", BERLIN, "2026-07-25T11:42:44Z"}, {"Nov 25", BERLIN, "2026-11-25T12:42:44Z"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        char *text = g_strdup_printf("%s 13:42:44 gw kernel: x IN= OUT= SRC=10.0.0.5 DST=10.0.0.6 "
                                     "PROTO=UDP SPT=1 DPT=2\n",
                                     rows[i].day);
        struct kept kept = {.count = 0};

        read_text(text, -1, NULL, rows[i].zone, formats, &kept);
        g_assert_cmpuint(kept.count, ==, 1);
        g_assert_cmpint(kept.line.time, ==, time_of(rows[i].time));
        g_assert_cmpint((kept.line.known & FWX_LOG_HAS_ZONE) != 0, ==, rows[i].zone != NULL);
        g_free(text);
    }
    fwx_log_formats_free(formats);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/formats/samples", test_samples);
    g_test_add_func("/log/formats/added", test_added);
    g_test_add_func("/log/formats/instead", test_instead);
    g_test_add_func("/log/formats/refused", test_refused);
    g_test_add_func("/log/formats/unreadable", test_unreadable);
    g_test_add_func("/log/formats/endless", test_endless);
    g_test_add_func("/log/formats/times", test_times);
    return g_test_run();
}
