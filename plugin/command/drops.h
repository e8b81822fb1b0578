/* drops.h
 * Packets that a capture says it dropped itself. Only who reads the file is told of them: a plugin
 * is not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_DROPS_H
#define FWX_DROPS_H

#include <wiretap/wtap.h>

/* Of a file that was read to its end: tells the engine how many each of its interfaces dropped. */
void fwx_drops_note(wtap *file);

#endif
