/* result.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "result.h"

#include <string.h>

gboolean fwx_result_is_no_capture(const struct fwx_result *result)
{
    return result->capture->found && !result->read &&
           strstr(result->messages, "isn't a capture file") != NULL;
}
