/* elsewhere.h
 * What other firewalls say of an event, and how those are named: a row each, from which fields,
 * JSON and reference are made. Their words are those of firewalls.tsv and of the user's file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ELSEWHERE_H
#define FWX_ELSEWHERE_H

#include "engine/model/firewall.h"
#include "engine/sentence.h"

/* In the order in which they are listed. */
enum fwx_elsewhere {
    FWX_LINUX_CONNTRACK,
    FWX_CISCO_ASA,
    FWX_PALO_ALTO,
    FWX_CHECK_POINT,
    FWX_FORTIGATE,
    FWX_OPENBSD_PF,
    FWX_ELSEWHERES /* how many there are */
};

struct fwx_elsewhere_name {
    const char *firewall; /* its id */
    const char *field;    /* behind "fwx.elsewhere." */
    const char *key;      /* of JSON */
    const char *title;
    const char *name; /* within a sentence */
};

extern const struct fwx_elsewhere_name fwx_elsewhere_names[FWX_ELSEWHERES];

/* Its log's words for the event, and the counter, with a slash between them, as it is installed.
 * NULL: it would not mind, its own timer is longer than what was waited, or no words are known.
 * buffer: of FWX_REASON_SIZE bytes. */
const char *fwx_elsewhere_say(const struct fwx_firewalls *firewalls, enum fwx_elsewhere which,
                              enum fwx_event event, struct fwx_waited waited, char *buffer);

#endif
