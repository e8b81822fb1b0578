/* alarm.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/alarm.h"

#include <inttypes.h>

#include "engine/engine.h"

/* NULL: nothing is denied. */
static const struct fwx_result *denial(const struct fwx_engine *engine,
                                       const struct fwx_connection *connection)
{
    struct fwx_conclusion conclusion;
    const struct fwx_result *result;

    if (!fwx_engine_conclude(engine, connection, &conclusion))
        return NULL;
    result = fwx_result_find(conclusion.code);
    return result && result->action == FWX_ACTION_DENIED ? result : NULL;
}

enum fwx_gravity fwx_alarm_gravity(const struct fwx_engine *engine,
                                   const struct fwx_connection *connection,
                                   const struct fwx_account *account)
{
    bool borne_out = fwx_evidence_is_for(fwx_engine_evidence(engine, connection));

    /* A note may be why a denied packet harms nobody; not where both ends show that it did. */
    return (account->gravity == FWX_GRAVITY_OK || borne_out) && denial(engine, connection)
               ? FWX_GRAVITY_TROUBLE
               : account->gravity;
}

unsigned fwx_alarm_rank(const struct fwx_engine *engine, const struct fwx_connection *connection,
                        const struct fwx_account *account)
{
    return (account->gravity == FWX_GRAVITY_TROUBLE) * 8u +
           (denial(engine, connection) != NULL) * 4u + (account->cause != FWX_CAUSE_NONE) * 2u +
           (account->gravity == FWX_GRAVITY_NOTE);
}

const char *fwx_alarm_headline(const struct fwx_engine *engine,
                               const struct fwx_connection *connection,
                               const struct fwx_account *account, char *buffer)
{
    const struct fwx_result *result =
        account->gravity == FWX_GRAVITY_TROUBLE ? NULL : denial(engine, connection);
    struct fwx_sentence s = fwx_sentence_in(buffer);

    if (!result)
        return fwx_account_headline(engine, connection, account, buffer);
    fwx_say(&s, "Firewall drops %" PRIu32 " packet%s: %s", connection->dropped,
            connection->dropped == 1 ? "" : "s", fwx_result_brief(result->code));
    return buffer;
}
