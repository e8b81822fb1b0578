/* text.h
 * A ladder as lines of text, for whatever shows letters of one width.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_TEXT_H
#define FWX_REPORT_TEXT_H

#include "report/story.h"

/* Lines, each with its end. What comes from captures is as it is: whoever shows it escapes it. To
 * be freed with g_free(). */
char *fwx_ladder_text(const struct fwx_story *story);

#endif
