/* tap-findings.h
 * tshark -z fwx,findings[,filter]: a line per finding, then a line per conversation with a
 * verdict.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAP_FINDINGS_H
#define FWX_TAP_FINDINGS_H

void fwx_register_tap_findings(void);

#endif
