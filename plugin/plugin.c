/* plugin.c
 * The symbols that Wireshark looks for in a plugin, and nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* What is public here is exported; in all other files it is the host's, which a compiler for
 * Windows wants to know of data. */
#define WS_BUILD_DLL
#include "compat.h"

#include <gmodule.h>

#include <epan/proto.h>

#include "host/menu.h"
#include "host/packet-fwx.h"
#include "taps/taps.h"

WS_DLL_PUBLIC_DEF const char plugin_version[] = FWX_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

/* For fwx-verdicts, which looks for it in the files of the plugin folders: that is_linked_in() is
 * there. */
WS_DLL_PUBLIC_DEF const int fwx_steps_aside = 1;

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

/* fwx-verdicts is this plugin and libwireshark, which loads an installed copy as well: "Duplicate
 * protocol name" would be the end. Once it has registered itself, the program says so. */
static bool is_linked_in(void)
{
    GModule *program = g_module_open(NULL, G_MODULE_BIND_LAZY);
    gpointer symbol = NULL;
    bool is = program && g_module_symbol(program, "fwx_linked_in", &symbol) && symbol &&
              *(const bool *)symbol;

    if (program)
        g_module_close(program);
    return is;
}

void plugin_register(void)
{
    static proto_plugin dissector = {register_protocol, hand_off};

    if (!is_linked_in())
        proto_register_plugin(&dissector);
}

#if FWX_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
