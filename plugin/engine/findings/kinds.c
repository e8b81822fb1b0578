/* kinds.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#define KIND(name, described) [FWX_FINDING_##name] = &fwx_kind_##described,
const struct fwx_kind *const fwx_kinds[FWX_FINDING_KINDS] = {FWX_FINDINGS(KIND)};
#undef KIND

enum fwx_finding_kind fwx_expert_owner(enum fwx_finding_kind kind)
{
    unsigned first = 0;

    while (fwx_kinds[first]->experts != fwx_kinds[kind]->experts)
        first++;
    return (enum fwx_finding_kind)first;
}
