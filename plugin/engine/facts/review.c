/* review.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/review.h"

#include "engine/facts/account.h"
#include "engine/facts/address.h"
#include "engine/facts/origin.h"
#include "engine/facts/scan.h"
#include "engine/facts/scope.h"
#include "engine/facts/stray.h"
#include "engine/model/claim.h"
#include "engine/points/points.h"

/* ---- silences that nobody ended ------------------------------------------------------------- */

static void end_silence(const struct fwx_engine *engine, struct fwx_finding *finding)
{
    const struct fwx_connection *connection =
        fwx_connections_get(&engine->connections, finding->connection);
    struct fwx_account account;

    if (!fwx_silence_goes_on(&finding->silence))
        return;
    finding->silence.end = FWX_SILENCE_OPEN; /* perhaps not unheard any more */
    account = fwx_account_of(engine, connection);
    if (account.ending != FWX_ENDING_UNHEARD || finding->silence.by != (uint8_t)account.unheard)
        return;
    finding->silence.end = FWX_SILENCE_UNHEARD;
    finding->withheld = false;
}

static void end_silences(struct fwx_engine *engine)
{
    for (uint32_t i = 0; i < engine->findings.count; i++) {
        struct fwx_finding *finding = fwx_finding_at(engine, i);

        if (finding->kind == FWX_FINDING_SILENCE)
            end_silence(engine, finding);
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

void fwx_review(struct fwx_engine *engine, bool is_last)
{
    bool join = fwx_points_are_behind(engine, is_last ? UINT32_MAX : 8);

    if (engine->reviewed == engine->seen && !join)
        return;
    engine->reviewed = engine->seen;
    if (join)
        fwx_points_review(engine);
    fwx_origin_ask_points(engine);
    fwx_scope_find(engine);
    fwx_address_compare_resets(engine);
    fwx_scan_find(engine);
    fwx_stray_find(engine);
    fwx_claim_review(engine);
    end_silences(engine);
}
