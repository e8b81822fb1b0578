/* svg.h
 * A ladder as a picture: inline SVG, whose colours are those of the page around it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_REPORT_SVG_H
#define FWX_REPORT_SVG_H

#include "report/story.h"

/* number: of the story in its page, from 1; ids are made of it. */
void fwx_svg_ladder(GString *to, const struct fwx_story *story, guint number);

#endif
