/* sanity.h
 * The rules on what one packet alone tells: a row each in sanity.c, from which the stage, the
 * sentences, the reference and the tests' lists are made.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_SANITY_H
#define FWX_SANITY_H

#include "engine/model/model.h"
#include "engine/sentence.h"

struct fwx_sanity_rule {
    enum fwx_event event;
    const char *breaks; /* what breaks it, for the reference */
    /* The two are those of struct fwx_sanity. */
    void (*say)(struct fwx_sentence *sentence, uint32_t value, uint32_t limit);
};

/* In the order in which a packet is held against them; fwx_sanity.rule is an index. */
extern const struct fwx_sanity_rule fwx_sanity_rules[];
extern const unsigned fwx_sanity_rule_count;

#endif
