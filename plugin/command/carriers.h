/* carriers.h
 * What libwireshark, as it is set up, looks for packets in: all other frames need no dissection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_CARRIERS_H
#define FWX_COMMAND_CARRIERS_H

#include "engine/plain.h"

/* Once all settings are made. */
void fwx_carriers_find(void);

/* NULL where every frame has to be dissected. */
const struct fwx_carriers *fwx_carriers(void);

/* Of a record with this libwiretap encapsulation. */
enum fwx_link fwx_link_of(int encapsulation);

#endif
