/* drops.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "compat.h"

#include "drops.h"

#include "host/packet-fwx.h"
#include "host/point.h"

/* pcapng's Interface Statistics Blocks (draft-ietf-opsawg-pcapng, 4.6) count from the beginning of
 * the capture: the highest holds. */
static uint32_t drops_of(wtap_block_t interface)
{
    static const guint options[] = {OPT_ISB_IFDROP, OPT_ISB_OSDROP};
    const wtapng_if_descr_mandatory_t *known =
        (const wtapng_if_descr_mandatory_t *)wtap_block_get_mandatory_data(interface);
    guint count = known->interface_statistics ? known->interface_statistics->len : 0;
    guint64 most = 0;

    for (guint i = 0; i < count; i++) {
        wtap_block_t block = g_array_index(known->interface_statistics, wtap_block_t, i);
        guint64 drops = 0;

        for (guint option = 0; option < G_N_ELEMENTS(options); option++) {
            guint64 some;

            if (wtap_block_get_uint64_option_value(block, options[option], &some) ==
                WTAP_OPTTYPE_SUCCESS)
                drops += MIN(some, UINT32_MAX);
        }
        most = MAX(most, drops);
    }
    return (uint32_t)MIN(most, UINT32_MAX);
}

void fwx_drops_note(wtap *file)
{
    wtapng_iface_descriptions_t *all = wtap_file_get_idb_info(file);

    for (uint32_t point = 0; point < fwx_points_count(); point++) {
        uint32_t section;
        uint32_t interface;
        uint32_t in_file;

        if (!fwx_point_interface((uint16_t)point, &section, &interface))
            continue;
        in_file = FWX_INTERFACE_IN_FILE(file, interface);
        if (in_file < all->interface_data->len)
            fwx_note_drops((uint16_t)point,
                           drops_of(g_array_index(all->interface_data, wtap_block_t, in_file)));
    }
    g_free(all);
}
