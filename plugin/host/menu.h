/* menu.h
 * What Wireshark's menus offer: Tools > Firewall verdicts, and the conversation filter "Firewall
 * connection".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MENU_H
#define FWX_MENU_H

/* After the protocol. Of no effect in programs without menus. */
void fwx_menu_register(void);

#endif
