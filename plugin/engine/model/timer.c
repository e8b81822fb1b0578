/* timer.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/timer.h"

#include "engine/finding.h"

static const struct {
    uint8_t protocol;
    const char *slug;
    const char *id;
    const char *title;
} timers[] = {
#define TIMER(name, protocol, slug, id, title)                                                     \
    [FWX_TIMER_##name] = {FWX_PROTOCOL_##protocol, slug, id, title},
    FWX_TIMERS(TIMER)
#undef TIMER
};

static const struct {
    const char *slug;
    const char *title;
} expiries[] = {
#define EXPIRY(name, slug, title) [FWX_EXPIRY_##name] = {slug, title},
    FWX_EXPIRIES(EXPIRY)
#undef EXPIRY
};

uint8_t fwx_timer_protocol(enum fwx_timer timer)
{
    return timers[timer].protocol;
}

const char *fwx_timer_slug(enum fwx_timer timer)
{
    return timers[timer].slug;
}

const char *fwx_timer_id(enum fwx_timer timer)
{
    return timers[timer].id;
}

const char *fwx_timer_title(enum fwx_timer timer)
{
    return timers[timer].title;
}

const char *fwx_expiry_slug(enum fwx_expiry expiry)
{
    return expiries[expiry].slug;
}

const char *fwx_expiry_title(enum fwx_expiry expiry)
{
    return expiries[expiry].title;
}
