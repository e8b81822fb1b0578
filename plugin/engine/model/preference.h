/* preference.h
 * What users can set: a row each. The policy as installed, its preferences in the host, their
 * reference and their tests are all made from the rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_PREFERENCE_H
#define FWX_PREFERENCE_H

#include <stddef.h>
#include <stdint.h>

enum fwx_preference_kind {
    FWX_PREFERENCE_HEADING, /* of the rows that follow */
    FWX_PREFERENCE_NUMBER,  /* a uint32_t */
    FWX_PREFERENCE_FLAG,    /* a bool */
    FWX_PREFERENCE_PRODUCT, /* an enum fwx_product */
    FWX_PREFERENCE_POINTS,  /* an enum fwx_points */
    FWX_PREFERENCE_LINUX,   /* an enum fwx_linux_version */
    FWX_PREFERENCE_TEXT,    /* the host keeps it */
    /* The lists of a policy. */
    FWX_PREFERENCE_NETWORKS,
    FWX_PREFERENCE_FILTERS,
    FWX_PREFERENCE_MARKER_SIZES,
    FWX_PREFERENCE_TIMEOUTS,
    FWX_PREFERENCE_LOGS, /* the host keeps them */
};

struct fwx_preference {
    enum fwx_preference_kind kind;
    uint32_t value;   /* the default of a number, a flag, a product, points */
    size_t offset;    /* of the value in its struct; not of headings and lists */
    const char *name; /* the host's prefix goes before it; a contract, and so are all texts */
    const char *title;
    const char *text;    /* what it does, in sentences that stand alone */
    const char *grounds; /* what follows the default: why, and in brackets the source; or NULL */
};

struct fwx_preferences {
    const struct fwx_preference *rows;
    unsigned count;
};

/* Those of struct fwx_policy. */
extern const struct fwx_preferences fwx_policy_preferences;

/* Both to be freed with g_free(), and NULL where a row has none. */
char *fwx_preference_default(const struct fwx_preference *row); /* "600", "on", "22,33", "none" */
char *fwx_preference_text(const struct fwx_preference *row);    /* with its default and why */

#endif
