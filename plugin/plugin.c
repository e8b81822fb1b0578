/* plugin.c
 * The symbols that Wireshark looks for in a plugin, and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include <epan/proto.h>

#include "host/menu.h"
#include "host/packet-fwx.h"
#include "taps/taps.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = FWX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);

static void register_protocol(void)
{
    fwx_register();
    fwx_menu_register();
}

/* Not by tap_register_plugin(): sharkd would never ask for them. */
static void hand_off(void)
{
    fwx_register_handoff();
    fwx_taps_register();
}

void plugin_register(void)
{
    static proto_plugin dissector = {register_protocol, hand_off};

    proto_register_plugin(&dissector);
}

#if FWX_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
