/* anonymise.h
 * A report without addresses, names and ports: the same always become the same label.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_ANONYMISE_H
#define FWX_REPORT_ANONYMISE_H

#include "report/report.h"

/* Hosts become host-1, ports port-1, captures capture-1, points point-1, logs log-1, in the order
 * of the report; whatever else looks like an address becomes a host, too. What logs say word for
 * word is left out. Times and frame numbers stay. */
void fwx_anonymise(struct fwx_report *report);

#endif
