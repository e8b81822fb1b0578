/* elsewhere.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/elsewhere.h"

#include "engine/packet.h"

/* Field names and keys are a contract, as are those of the plugin's own fields. */
const struct fwx_elsewhere_name fwx_elsewhere_names[FWX_ELSEWHERES] = {
    [FWX_LINUX_CONNTRACK] = {"linux", "linux", "linux_conntrack", "Linux conntrack",
                             "Linux netfilter"},
    [FWX_CISCO_ASA] = {"asa", "asa", "cisco_asa", "Cisco ASA", "Cisco ASA"},
    [FWX_PALO_ALTO] = {"panos", "paloalto", "palo_alto", "Palo Alto", "Palo Alto Networks"},
    [FWX_CHECK_POINT] = {"checkpoint", "checkpoint", "check_point", "Check Point", "Check Point"},
    [FWX_FORTIGATE] = {"fortigate", "fortigate", "fortigate", "FortiGate", "FortiGate"},
    [FWX_OPENBSD_PF] = {"pf", "pf", "openbsd_pf", "OpenBSD pf", "OpenBSD pf"},
};

const char *fwx_elsewhere_say(const struct fwx_firewalls *firewalls, enum fwx_elsewhere which,
                              enum fwx_event event, struct fwx_waited waited, char *buffer)
{
    const struct fwx_firewall *firewall =
        fwx_firewalls_find(firewalls, fwx_elsewhere_names[which].firewall);
    const struct fwx_response *response = &firewall->responses[event];
    const struct fwx_timeout *timer =
        waited.timer < FWX_SESSION_TIMERS ? firewall->timers[waited.timer] : NULL;
    struct fwx_sentence sentence = fwx_sentence_in(buffer);

    if (!response->reaction || (timer && waited.silence < timer->seconds * FWX_SECOND))
        return NULL;
    fwx_say(&sentence, "%s%s%s", response->words,
            *response->words && *response->counter ? " / " : "", response->counter);
    return *buffer ? buffer : NULL;
}
