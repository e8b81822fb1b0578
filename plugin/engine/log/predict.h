/* predict.h
 * What the engine has predicted of packets, as what a log would say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LOG_PREDICT_H
#define FWX_LOG_PREDICT_H

#include "engine/engine.h"
#include "engine/log/join.h"

/* Of struct fwx_log_prediction, in the order of frames and packets; to be freed. */
GArray *fwx_log_predict(const struct fwx_engine *engine);

/* The connections that the capture shows at several points become known to the record of packets,
 * see fwx_engine_record(). */
void fwx_log_pair(const struct fwx_engine *engine);

/* What the log says of the connections' predictions becomes their evidence: a line that agrees
 * proves them, one that accepts the packet refutes them. */
void fwx_log_prove(struct fwx_engine *engine, const struct fwx_log_join *join);

#endif
