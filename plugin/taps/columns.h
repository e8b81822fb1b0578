/* columns.h
 * A row per conversation in aligned columns: what fwx-verdicts prints by default (-z fwx,table in
 * it; tshark has fwx,verdicts).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_COLUMNS_H
#define FWX_TAPS_COLUMNS_H

/* terminal: how many columns it has, to which the reason is cut; 0: there is none. */
void fwx_tap_columns(unsigned columns);

#endif
