/* policy.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policy.h"

struct fwx_policy fwx_policy_default(void)
{
    return (struct fwx_policy){
        .product = FWX_TMG_2010,
        .marker_sizes = {{22, 22}, {33, 33}, {44, 44}, {55, 55}, {66, 66}},
        .marker_size_count = 5,
        .check_injected = true,
    };
}
