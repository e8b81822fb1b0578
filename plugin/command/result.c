/* result.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "result.h"

#include <string.h>

gboolean fwx_result_is_no_capture(const struct fwx_result *result)
{
    return result->capture->folder && strcmp(result->messages, FWX_NOT_A_CAPTURE) == 0;
}
