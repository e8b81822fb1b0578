/* cause.c
 * Why a conversation went as it did: a question for each cause.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/facts/origin.h"
#include "engine/facts/repeat.h"
#include "engine/facts/tale.h"
#include "engine/model/claim.h"
#include "engine/points/points.h"

static bool went_wrong(const struct fwx_account *account)
{
    return account->ending != FWX_ENDING_OPEN && account->ending != FWX_ENDING_CLOSED &&
           account->ending != FWX_ENDING_ANSWERED && account->ending != FWX_ENDING_CUT;
}

static bool has_padding(const struct fwx_tale *tale, const struct fwx_account *account)
{
    (void)account;
    return fwx_tale_finding(tale, tale->notes->padding) != NULL;
}

static bool has_mismatch(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return fwx_tale_finding(tale, tale->notes->mismatch) && went_wrong(account) &&
           !(tale->connection->flags & FWX_CONNECTION_COMPLETE) && !tale->notes->old_answer;
}

static bool lost_translation(const struct fwx_tale *tale, const struct fwx_account *account)
{
    (void)account;
    return tale->notes->translation != 0;
}

static bool reuses_port(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return account->ending == FWX_ENDING_REFUSED && tale->notes->old_answer &&
           !tale->notes->refused;
}

/* A silence that the connection did not survive; one that a reset had ended before is remembered by
 * nobody. A reset without anything that it answers is the sender's own decision. */
static bool ended_in_silence(const struct fwx_tale *tale, const struct fwx_account *account)
{
    const struct fwx_finding *finding = fwx_noted(tale->engine, tale->notes->silence);

    if (!finding || finding->silence.life == FWX_LIFE_RESET)
        return false;
    if (account->ending == FWX_ENDING_UNHEARD)
        return fwx_silence_goes_on(&finding->silence) &&
               finding->silence.by == (uint8_t)account->unheard;
    return account->ending == FWX_ENDING_RESET && finding->silence.end == FWX_SILENCE_FATAL &&
           finding->silence.end_frame != finding->frame;
}

static bool is_half_closed(const struct fwx_tale *tale)
{
    return ((tale->initiator->flags ^ tale->responder->flags) & FWX_PEER_FIN) != 0;
}

static bool is_forgotten(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return ended_in_silence(tale, account) && !is_half_closed(tale);
}

/* The one that has not closed goes on, and nobody hears it. */
static bool is_half_closed_forgotten(const struct fwx_tale *tale, const struct fwx_account *account)
{
    const struct fwx_repeat *repeat = &tale->notes->repeat[account->unheard];

    if (!is_half_closed(tale))
        return false;
    if (ended_in_silence(tale, account))
        return true;
    return account->ending == FWX_ENDING_UNHEARD && repeat->copies &&
           !(tale->connection->peer[account->unheard].flags & FWX_PEER_FIN) &&
           repeat->first_time > tale->connection->fin_time &&
           !tale->notes->last_reset[!account->unheard]; /* then it is gone, and says so */
}

static bool is_too_big(const struct fwx_tale *tale, const struct fwx_account *account)
{
    enum { UNREACHABLE = 3, FRAGMENTATION_NEEDED = 4, PACKET_TOO_BIG = 2 };
    const struct fwx_icmp_error *icmp = &tale->notes->icmp;
    bool told = icmp->frame && (icmp->version == 6 ? icmp->type == PACKET_TOO_BIG
                                                   : icmp->type == UNREACHABLE &&
                                                         icmp->code == FRAGMENTATION_NEEDED);

    return account->ending == FWX_ENDING_UNHEARD &&
           (told || fwx_repeat_is_too_big(&tale->notes->repeat[account->unheard]));
}

static bool has_bad_short_frames(const struct fwx_tale *tale, const struct fwx_account *account)
{
    const struct fwx_notes *notes = tale->notes;
    bool wrong = false;

    for (unsigned side = 0; side < 2; side++)
        wrong |=
            notes->short_bad[side] >= 2 && !notes->short_good[side] &&
            (notes->long_good[side] || (tale->connection->flags & FWX_CONNECTION_GOOD_SYN << side));
    return wrong && !tale->engine->has_offload && went_wrong(account);
}

static bool has_rewritten_sack(const struct fwx_tale *tale, const struct fwx_account *account)
{
    (void)account;
    return tale->notes->sack_again;
}

static bool is_limited(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return account->ending == FWX_ENDING_UNANSWERED &&
           fwx_claim_evidence(tale->engine, tale->connection) == FWX_CORROBORATED;
}

static bool was_told_by_icmp(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return tale->notes->icmp.frame &&
           (account->ending == FWX_ENDING_REFUSED || account->ending == FWX_ENDING_UNHEARD ||
            account->ending == FWX_ENDING_HALF_OPEN) &&
           !tale->notes->refused;
}

/* One that somebody heeded: those of a connection that is over harm nobody. */
static bool was_reset_in_between(const struct fwx_tale *tale, const struct fwx_account *account)
{
    (void)account;
    return fwx_origin_in_between(tale->engine, tale->notes) != NULL;
}

/* What another point has never seen, and somebody waited for. */
static bool was_dropped_in_between(const struct fwx_tale *tale, const struct fwx_account *account)
{
    return account->ending != FWX_ENDING_CLOSED && account->ending != FWX_ENDING_ANSWERED &&
           fwx_points_drop(tale->engine, tale->connection) != NULL;
}

static bool was_closed_dirty(const struct fwx_tale *tale, const struct fwx_account *account)
{
    const struct fwx_finding *reset = fwx_tale_finding(tale, tale->notes->reset);

    return account->ending == FWX_ENDING_RESET && reset &&
           reset->reset.class == FWX_RESET_DIRTY_CLOSE;
}

static bool was_reset(const struct fwx_tale *tale, const struct fwx_account *account)
{
    (void)tale;
    return account->ending == FWX_ENDING_RESET;
}

/* In their precedence. */
enum fwx_cause fwx_cause_of(const struct fwx_tale *tale, const struct fwx_account *account)
{
    static bool (*const applies[FWX_CAUSES])(const struct fwx_tale *,
                                             const struct fwx_account *) = {
        [FWX_CAUSE_PADDING] = has_padding,
        [FWX_CAUSE_ACK_MISMATCH] = has_mismatch,
        [FWX_CAUSE_TRANSLATION_LOST] = lost_translation,
        [FWX_CAUSE_PORT_REUSE] = reuses_port,
        [FWX_CAUSE_FORGOTTEN] = is_forgotten,
        [FWX_CAUSE_HALF_CLOSED_FORGOTTEN] = is_half_closed_forgotten,
        [FWX_CAUSE_MTU] = is_too_big,
        [FWX_CAUSE_CHECKSUM_SHORT_FRAMES] = has_bad_short_frames,
        [FWX_CAUSE_SACK_REWRITTEN] = has_rewritten_sack,
        [FWX_CAUSE_LIMIT] = is_limited,
        [FWX_CAUSE_ICMP] = was_told_by_icmp,
        [FWX_CAUSE_RESET_IN_BETWEEN] = was_reset_in_between,
        [FWX_CAUSE_DROPPED_IN_BETWEEN] = was_dropped_in_between,
        [FWX_CAUSE_DIRTY_CLOSE] = was_closed_dirty,
        [FWX_CAUSE_RESET_BY_ENDPOINT] = was_reset,
    };

    for (unsigned cause = 0; cause < FWX_CAUSES; cause++) {
        if (applies[cause] && applies[cause](tale, account))
            return (enum fwx_cause)cause;
    }
    return FWX_CAUSE_NONE;
}
