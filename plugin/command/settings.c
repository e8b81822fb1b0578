/* settings.c
 * Protocols are switched off by name, so a list of those that stay is what has to be known. It was
 * drawn from Wireshark's own dissector tables and look-ups, backwards from IP, and then compared
 * with the full configuration over public captures (tests/compare/lean). A name that a version of
 * Wireshark does not have does no harm: only what tshark lists is looked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "settings.h"

/* ---- what stays ------------------------------------------------------------------------------ */

/* Names, with spaces between them. */
static const char *const kept[] = {
    /* Frames, the stand-in for what nobody dissects, and what wraps frames of other kinds. */
    "frame data pkt_comment syscall file exported_pdu user_dlt pcap_pktdata",
    /* What packets are made of; without TCP, which the plugin reads by itself, and which is half of
     * Wireshark's work. */
    "ip ipv6 icmp icmpv6 udp udplite",
    /* Links, as captures name them (wtap_encap): wired, */
    "eth ethertype null raw loop llc basicxid fddi tr trmac arcnet ap1394 ipfc fc fcsof "
    "infiniband infiniband.eoib infiniband_link opa opa.fe opa.mad opa.snc nvme-rdma "
    "ipoib docsis xra epon gfp isl mux27010 v5ef k12 dct2000 ebhscr vpp vsock usb usbport "
    "usbcom usbip mausb usbll mbim whdlc hpna cmd 3comxns turbocell turbocell_aggregate",
    /* over a line (PPP and its like, ATM, Frame Relay, ISDN, X.25), */
    "ppp ppp_hdlc mp vjc comp_data lcp ccp ipcp ipv6cp bcp_bpdu bcp_ncp mplscp pppmux "
    "pppmuxcp crtp rohc chdlc fr lapb lapbether lapd x25 ax25 ax25_kiss netrom bpq isdn "
    "atm aal1 aal3_4 lane ilmi oamaal clip ascend sita redback ipos osi snaeth",
    /* by radio, */
    "wlan wlan_radio wlan_aggregate wlan_centrino wlan_ext wlan_rsna_eapol eapol radiotap "
    "prism wlancap netmon_802_11 peekremote ixveriwave nan awdl awdl_data wpan wpan-tap "
    "wpan-nonask-phy wpan-zboss 6lowpan zep scop openthread wisun wisun.netricity.sc "
    "wisun.sec btbredr_rf bluetooth hci_h1 hci_h4 hci_mon hci_usb bthci_acl bthci_cmd "
    "bthci_evt bthci_vendor.broadcom bthci_vendor.intel btcommon btl2cap btbnep btrfcomm "
    "btdun btspp btle btle_rf nordic_ble gnw btpa btpb",
    /* and in the headers of systems, programs and analysers. */
    "sll ppi erf enc pflog pflog-old pktap ipnet nflog netlink netlink-route genl "
    "netlink-netfilter net_dm psample nl80211 knet nettl ns netanalyzer netmon_event "
    "netmon_filter netmon_header netmon_network_info netmon_process netmon_system_config "
    "netmon_system_trace etw etw.ndis etw.wfp_capture "
    "message_analyzer.wfp_capture.auth.v4 message_analyzer.wfp_capture.auth.v6 "
    "message_analyzer.wfp_capture.v4 message_analyzer.wfp_capture.v6 "
    "message_analyzer.wfp_capture2.v4 message_analyzer.wfp_capture2.v6 cosine symantec "
    "juniper fpp meta fp_hint fw1 btsnoop packetlogger file-pcap file-pcapng",
    /* What stands between a link and IP: tags, rings, bridges, pseudowires, EtherTypes that
     * carry frames. */
    "vlan ieee8021ad ieee8021ah ieee8021cb etag vntag brcm-tag realtek ttag gmhdr "
    "gmtrailer macsec hsr prp trill cfp nsh pppoe pppoed pppoes mpls mcc pwach pwmcw "
    "pwethcw pwethheuristic pwethnocw pwfr pw_hdlc_nocw_fr pw_hdlc_nocw_hdlc_ppp "
    "mplspwatm11_or_aal5pdu mplspwatmaal5sdu mplspwatmcell mplspwatmcellheader "
    "mplspwatmcontrolword mplspwatmn1cw mplspwatmn1nocw batadv bat bat.gw bat.vis avsp "
    "brdwlk fcoe fcoib fip mdshdr exeh extrememesh extrememesh_mch hbbak ieee1722 mint "
    "mint_data lwapp lwapp-cntl lwapp-l3 roofnet rtmac rtcfg tdma tdmoe tecmp "
    "tecmp.payload telkonet tipc vmlab wcp ecatf ecat ecat_mailbox esl pn_rt",
    /* Tunnels directly over IP; among them AH, and ESP where it is not or no longer
     * encrypted. */
    "gre erspan nhrp etherip l2tp ah esp ipcomp swipe dsr pim igmp stt sctp forces",
    /* Tunnels over UDP, by port or by what they look like (Teredo, MPEG transport streams,
     * rpcap); and reports that hold the beginnings of packets. */
    "vxlan vxlan_gpe geneve gtp gtpprime nrup teredo ayiya amt lisp lisp-data capwap "
    "capwap.data mip wg udpencap tzsp aruba_erm aruba_erm_type0 aruba_erm_type1 "
    "aruba_erm_type2 aruba_erm_type3 aruba_erm_type4 aruba_erm_type5 aruba_erm_type6 "
    "hp_erm cwids jmirror redbackli msrcp wassp acdr actrace tdmop cpfi e100 rftap rpcap "
    "sflow cflow dvb-s2_bb dvb-s2_gse dvb-s2_modeadapt mp2t mpeg_sect dvb_data_mpe gsmtap "
    "lge_monitor",
    /* The user's packets in mobile networks. */
    "gprs-ns bssgp llcgprs sndcp sync gsm_um fp fp_mux mac rlc mac-lte mac-lte-framed "
    "rlc-lte pdcp-lte mac-nr rlc-nr pdcp-nr sdap",
};

/* Ours; what Wireshark keeps for its own book-keeping; and options and extension headers, which
 * cost more when they are off, and shown as data. */
static const char *const kept_prefixes[] = {"fwx", "_ws.", "ip.options.", "ipv6."};

/* Work whose results no finding uses. These come after the user's own. ip.defragment and
 * ipv6.defragment stay as they are: the engine sees whole datagrams. */
static const char after[] = "\n"
                            "udp.calculate_timestamps: FALSE\n"
                            "udp.summary_in_tree: FALSE\n"
                            "ip.summary_in_tree: FALSE\n"
                            "ipv6.summary_in_tree: FALSE\n"
                            "nameres.mac_name: FALSE\n"
                            "nameres.transport_name: FALSE\n"
                            "nameres.network_name: FALSE\n"
                            "nameres.vlan_name: FALSE\n";

/* The user's tables that decide which packets there are, and what is said of them: policy, links
 * and ports that only the user knows, keys. */
static const char *const tables[] = {
    "fwx_networks",    "fwx_filters",     "fwx_timeouts",     "decode_as_entries",
    "user_dlts",       "k12_protos",      "80211_keys",       "esp_sa",
    "wg_keys",         "ieee802154_keys", "802154_addresses", "pdcp_lte_ue_keys",
    "pdcp_nr_ue_keys", "drb_logchans",    "drb_bearerconfig",
};

/* The names in kept. */
static GHashTable *kept_names(void)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++) {
        char **group = g_strsplit(kept[i], " ", -1);

        for (char **name = group; *name; name++)
            g_hash_table_add(names, *name);
        g_free(group); /* the names are the table's now */
    }
    return names;
}

static gboolean is_kept(GHashTable *names, const char *protocol)
{
    for (size_t i = 0; i < G_N_ELEMENTS(kept_prefixes); i++) {
        if (g_str_has_prefix(protocol, kept_prefixes[i]))
            return TRUE;
    }
    return g_hash_table_contains(names, protocol);
}

/* ---- the user's own settings ----------------------------------------------------------------- */

/* Where Wireshark looks for the user's settings, in its order. */
static char *user_folder(void)
{
    const char *named = g_getenv("WIRESHARK_CONFIG_DIR");
    char *folder;
    char *old;

    if (named)
        return g_strdup(named);
#ifdef G_OS_WIN32
    return g_build_filename(g_get_user_config_dir(), "Wireshark", NULL);
#endif
    folder = g_build_filename(g_get_user_config_dir(), "wireshark", NULL);
    old = g_build_filename(g_get_home_dir(), ".wireshark", NULL);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR) && g_file_test(old, G_FILE_TEST_IS_DIR)) {
        g_free(folder);
        return old;
    }
    g_free(old);
    return folder;
}

/* A file of the user's; an empty text where there is none, NULL with the error where it cannot be
 * read: silently falling back to defaults would change verdicts. */
static char *read_own(const char *name, GError **error)
{
    char *folder = user_folder();
    char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    GError *failure = NULL;

    if (!g_file_get_contents(path, &text, NULL, &failure)) {
        if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
            g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)) {
            text = g_strdup("");
            g_error_free(failure);
        } else {
            g_propagate_error(error, failure);
        }
    }
    g_free(path);
    g_free(folder);
    return text;
}

static gboolean write_file(const char *folder, const char *name, const char *text, GError **error)
{
    char *path = g_build_filename(folder, name, NULL);
    gboolean done = g_file_set_contents(path, text, -1, error);

    g_free(path);
    return done;
}

/* A file of the user's, and lines of ours behind it; none at all where both are empty. */
static gboolean write_behind(const char *folder, const char *name, const char *ours, GError **error)
{
    char *own = read_own(name, error);
    char *text = own ? g_strconcat(own, ours, NULL) : NULL;
    gboolean done = text && (!*text || write_file(folder, name, text, error));

    g_free(text);
    g_free(own);
    return done;
}

static gboolean copy_tables(const char *folder, GError **error)
{
    gboolean done = TRUE;

    for (size_t i = 0; done && i < G_N_ELEMENTS(tables); i++)
        done = write_behind(folder, tables[i], "", error);
    return done;
}

/* What is off by default and the user has switched on, where it is kept: tshark reads this file
 * after the other. */
static gboolean write_enabled(const char *folder, GHashTable *names, GError **error)
{
    char *own = read_own("enabled_protos", error);
    char **lines = own ? g_strsplit(own, "\n", -1) : NULL;
    GString *text = g_string_new(NULL);
    gboolean done;

    for (char **line = lines; line && *line; line++) {
        if (is_kept(names, g_strstrip(*line)))
            g_string_append_printf(text, "%s\n", *line);
    }
    done = own && (!text->len || write_file(folder, "enabled_protos", text->str, error));
    g_string_free(text, TRUE);
    g_strfreev(lines);
    g_free(own);
    return done;
}

/* ---- what tshark has ------------------------------------------------------------------------ */

/* A line for each protocol that is to be off. */
static char *choose_disabled(const char *protocols, GHashTable *names)
{
    char **lines = g_strsplit(protocols, "\n", -1);
    GString *text = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        char **columns = g_strsplit(g_strchomp(*line), "\t", 4); /* name, short name, filter name */

        if (g_strv_length(columns) >= 3 && !is_kept(names, columns[2]))
            g_string_append_printf(text, "%s\n", columns[2]);
        g_strfreev(columns);
    }
    g_strfreev(lines);
    return g_string_free(text, FALSE);
}

/* What the user has switched off stays off, but for FWX: whoever has that off means the window.
 * Wireshark drops a last line without its end, and so does this. */
static gboolean write_disabled(const char *folder, const char *chosen, GError **error)
{
    char *own = read_own("disabled_protos", error);
    char **lines = own ? g_strsplit(own, "\n", -1) : NULL;
    GString *text = g_string_new(chosen);
    gboolean done;

    for (char **line = lines; line && line[0] && line[1]; line++) {
        if (!g_str_equal(g_strstrip(*line), "fwx"))
            g_string_append_printf(text, "%s\n", *line);
    }
    done = own && write_file(folder, "disabled_protos", text->str, error);
    g_string_free(text, TRUE);
    g_strfreev(lines);
    g_free(own);
    return done;
}

gboolean fwx_settings_lean(const char *folder, const char *protocols, GError **error)
{
    GHashTable *names = kept_names();
    char *chosen = choose_disabled(protocols, names);
    gboolean done = write_disabled(folder, chosen, error) && write_enabled(folder, names, error) &&
                    write_behind(folder, "heuristic_protos", "", error) &&
                    write_behind(folder, "preferences", after, error) && copy_tables(folder, error);

    g_free(chosen);
    g_hash_table_destroy(names);
    return done;
}

static gboolean copy_file(const char *path, const char *folder, const char *name, GError **error)
{
    char *target = g_build_filename(folder, name, NULL);
    char *content = NULL;
    gsize length = 0;
    gboolean done = g_file_get_contents(path, &content, &length, error) &&
                    g_file_set_contents(target, content, (gssize)length, error);

    g_free(content);
    g_free(target);
    return done;
}

/* The user's files, whatever they are called: keys, macros and fields of the user's are tables,
 * too, and each version of Wireshark has its own. */
static gboolean copy_all(const char *user, const char *folder, GError **error)
{
    GDir *files = g_dir_open(user, 0, NULL); /* none: nothing to copy */
    gboolean done = TRUE;
    const char *name;

    while (done && files && (name = g_dir_read_name(files))) {
        char *path = g_build_filename(user, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            done = copy_file(path, folder, name, error);
        g_free(path);
    }
    if (files)
        g_dir_close(files);
    return done;
}

gboolean fwx_settings_full(const char *folder, GError **error)
{
    char *user = user_folder();
    gboolean done = copy_all(user, folder, error) && write_disabled(folder, "", error);

    g_free(user);
    return done;
}

gboolean fwx_settings_profile(const char *folder, const char *name, GError **error)
{
    char *user = user_folder();
    char *profile = g_build_filename(user, "profiles", name, NULL);
    gboolean done = copy_all(profile, folder, error);

    g_free(profile);
    g_free(user);
    return done;
}
