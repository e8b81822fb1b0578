/* carriers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "carriers.h"
#include "command.h"

#include <string.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <wiretap/wtap.h>

#include <epan/prefs-int.h>

static struct fwx_carriers found;
static bool is_usual; /* all frames are told apart by what was found */

enum fwx_link fwx_link_of(int encapsulation)
{
    switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
        return FWX_LINK_ETHERNET;
    case WTAP_ENCAP_RAW_IP:
        return FWX_LINK_RAW;
    case WTAP_ENCAP_RAW_IP4:
        return FWX_LINK_RAW_IPV4;
    case WTAP_ENCAP_RAW_IP6:
        return FWX_LINK_RAW_IPV6;
    case WTAP_ENCAP_NULL:
        return FWX_LINK_NULL;
    case WTAP_ENCAP_LOOP:
        return FWX_LINK_LOOP;
    case WTAP_ENCAP_SLL:
        return FWX_LINK_SLL;
    case WTAP_ENCAP_SLL2:
        return FWX_LINK_SLL2;
    default:
        return FWX_LINK_UNKNOWN;
    }
}

/* ---- tables ------------------------------------------------------------------------------------
 */

static bool is_on(int protocol)
{
    return protocol < 0 || proto_is_protocol_enabled(find_protocol_by_id(protocol));
}

static void note(const gchar *table _U_, ftenum_t type _U_, gpointer key, gpointer entry,
                 gpointer data)
{
    dissector_handle_t handle = dtbl_entry_get_handle((dtbl_entry_t *)entry);
    unsigned number = GPOINTER_TO_UINT(key);

    if (handle && number <= UINT16_MAX && is_on(dissector_handle_get_protocol_index(handle)))
        fwx_carries((uint32_t *)data, number);
}

/* Numbers of IP's that the plugin itself observes: handles without a protocol are in no list. */
static void note_observed(void)
{
    static const uint8_t tunnels[] = {4, 41, 44, 47, 50, 51, 108, 255};

    for (unsigned i = 0; i < sizeof tunnels; i++)
        fwx_carries(found.protocols, tunnels[i]);
}

static void note_protocol(const gchar *table, ftenum_t type, gpointer key, gpointer entry,
                          gpointer data)
{
    if (GPOINTER_TO_UINT(key) <= UINT8_MAX)
        note(table, type, key, entry, data);
}

/* "Decode As", by the user: who knows what that makes of a frame? */
static void note_change(const gchar *table _U_, ftenum_t type _U_, gpointer key _U_,
                        gpointer entry _U_, gpointer data _U_)
{
    is_usual = false;
}

/* ---- heuristics ------------------------------------------------------------------------------ */

static bool is_active(const heur_dtbl_entry_t *entry)
{
    return entry->enabled && (!entry->protocol || proto_is_protocol_enabled(entry->protocol));
}

static void note_guess(const gchar *table _U_, heur_dtbl_entry_t *entry, gpointer data _U_)
{
    int number = fwx_plain_guess(entry->short_name);

    if (!is_active(entry))
        return;
    if (number >= 0)
        found.guesses |= UINT32_C(1) << number;
    else
        is_usual = false;
}

/* Over links and IP, engine/plain.c knows one each. */
static void note_other_guess(const gchar *table _U_, heur_dtbl_entry_t *entry, gpointer known)
{
    if (is_active(entry) && strcmp(entry->short_name, (const char *)known) != 0)
        is_usual = false;
}

/* ---- settings ------------------------------------------------------------------------------- */

/* Those of a module that do not stand at their defaults; what the plain settings themselves change
 * (library.c) is the length of texts. */
static guint note_preference(pref_t *preference, gpointer data _U_)
{
    static const char *const harmless[] = {"calculate_timestamps", "summary_in_tree", NULL};
    unsigned type = (unsigned)prefs_get_type(preference);

    if (type != PREF_STATIC_TEXT && type != PREF_UAT && !prefs_pref_is_default(preference) &&
        !g_strv_contains(harmless, prefs_get_name(preference)))
        is_usual = false;
    return 0;
}

static void note_preferences(void)
{
    static const char *const names[] = {"frame", "eth", "vlan", "sll",    "null", "raw",
                                        "llc",   "ip",  "ipv6", "icmpv6", "icmp", "udp"};

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        module_t *module = prefs_find_module(names[i]);
        int protocol = proto_get_id_by_filter_name(names[i]);

        if (module)
            prefs_pref_foreach(module, note_preference, NULL);
        if (!is_on(protocol))
            is_usual = false;
    }
}

void fwx_carriers_find(void)
{
    is_usual = g_str_equal(fwx_options.profile, "lean") && !fwx_options.filter;
    if (!is_usual)
        return;
    dissector_all_tables_foreach_changed(note_change, NULL);
    dissector_table_foreach("ethertype", note, found.ethertypes);
    dissector_table_foreach("udp.port", note, found.udp_ports);
    dissector_table_foreach("ip.proto", note_protocol, found.protocols);
    note_observed();
    heur_dissector_table_foreach("udp", note_guess, NULL);
    heur_dissector_table_foreach("ip", note_other_guess, (gpointer) "stt_ip");
    heur_dissector_table_foreach("eth", note_other_guess, (gpointer) "fp_eth");
    note_preferences();
    is_usual |= fwx_options.follow; /* nothing is dissected, whatever there is */
}

const struct fwx_carriers *fwx_carriers(void)
{
    return is_usual ? &found : NULL;
}
