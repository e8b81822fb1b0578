/* engine_private.h
 * What the stages and the pipeline share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ENGINE_PRIVATE_H
#define FWX_ENGINE_PRIVATE_H

#include "engine.h"
#include "pool.h"

struct fwx_engine {
    struct fwx_policy policy;
    struct fwx_connections connections;
    struct fwx_markers markers;
    struct fwx_pool findings; /* of struct fwx_finding, in frame order */
};

#endif
