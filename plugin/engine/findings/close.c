/* close.c
 * The packet that completes an orderly close.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/kind.h"

static void say(struct fwx_sentence *s, const struct fwx_engine *engine,
                const struct fwx_finding *finding)
{
    (void)engine;
    (void)finding;
    fwx_say(s, "Orderly close: both FINs are acknowledged");
}

const struct fwx_kind fwx_kind_close = {
    .title = "orderly close",
    .page = "closes",
    .say = say,
    .family = FWX_FAMILY_VERDICTS,
};
