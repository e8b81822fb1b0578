/* taps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/taps.h"

#include "host/point.h"
#include "taps/table.h"

void fwx_taps_register(void)
{
    fwx_points_watch(fwx_tables_show_points);
#define REGISTER(kind, name, title, shows) fwx_tap_##name();
    FWX_TAPS(REGISTER)
#undef REGISTER
}
