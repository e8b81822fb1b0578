/* alarm.h
 * How bad a conversation is for whoever stands behind the emulated firewall: what happened comes
 * first, but what that firewall denies is not in order because both ends kept quiet about it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ALARM_H
#define FWX_ALARM_H

#include "engine/facts/account.h"

/* The account's gravity; trouble, where nothing is odd but that the firewall denies it, or what
 * both ends do bears that out. */
enum fwx_gravity fwx_alarm_gravity(const struct fwx_engine *engine,
                                   const struct fwx_connection *connection,
                                   const struct fwx_account *account);

/* The worst have the highest: trouble before what is denied, that before what has a cause, notes
 * before what is in order. */
unsigned fwx_alarm_rank(const struct fwx_engine *engine, const struct fwx_connection *connection,
                        const struct fwx_account *account);

/* The account's headline; what the firewall drops, where it denies what is no trouble else.
 * buffer: of FWX_REASON_SIZE bytes, and returned. */
const char *fwx_alarm_headline(const struct fwx_engine *engine,
                               const struct fwx_connection *connection,
                               const struct fwx_account *account, char *buffer);

#endif
