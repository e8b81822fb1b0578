/* elsewhere.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/elsewhere.h"

/* Field names and keys are a contract, as are those of the plugin's own fields. */
const struct fwx_elsewhere_name fwx_elsewhere_names[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = {"linux", "linux_conntrack", "Linux conntrack", "Linux netfilter"},
    [FWX_CISCO_ASA] = {"asa", "cisco_asa", "Cisco ASA", "Cisco ASA"},
    [FWX_PALO_ALTO] = {"paloalto", "palo_alto", "Palo Alto", "Palo Alto Networks"},
    [FWX_CHECK_POINT] = {"checkpoint", "check_point", "Check Point", "Check Point"},
    [FWX_FORTIGATE] = {"fortigate", "fortigate", "FortiGate", "FortiGate"},
    [FWX_OPENBSD_PF] = {"pf", "openbsd_pf", "OpenBSD pf", "OpenBSD pf"},
};
