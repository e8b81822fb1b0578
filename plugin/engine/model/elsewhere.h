/* elsewhere.h
 * Other firewalls, and how they are named: a row each, from which fields, JSON and reference are
 * made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ELSEWHERE_H
#define FWX_ELSEWHERE_H

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
    const char *field; /* behind "fwx.elsewhere." */
    const char *key;   /* of JSON */
    const char *title;
    const char *name; /* within a sentence */
};

extern const struct fwx_elsewhere_name fwx_elsewhere_names[FWX_ELSEWHERES];

#endif
