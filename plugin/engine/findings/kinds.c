/* kinds.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

#define KIND(name, described) [FWX_FINDING_##name] = &fwx_kind_##described,
const struct fwx_kind *const fwx_kinds[FWX_FINDING_KINDS] = {FWX_FINDINGS(KIND)};
#undef KIND
