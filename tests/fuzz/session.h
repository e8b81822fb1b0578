/* session.h
 * What a program around libwireshark does with a capture: tshark, sharkd and the window, as far as
 * a plugin can tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FUZZ_SESSION_H
#define FWX_FUZZ_SESSION_H

#include "compat.h"

#include <stdint.h>

struct session;

struct session_frame {
    const uint8_t *bytes;
    uint32_t length; /* captured */
    uint32_t sent;   /* and as it was on the wire */
    int64_t time;    /* nanoseconds since the epoch */
};

/* Once: the library, with the plugin in it and few protocols enabled, and every output that is not
 * a table. What is printed goes nowhere. */
void session_start_library(const char *program);

void session_prefer(const char *name, const char *value);
void session_preferred(void); /* after the last of them */

/* Opens or closes all tables. */
void session_tables(bool open);

/* The frames stay the caller's. */
struct session *session_open(int encapsulation, const struct session_frame *frames, unsigned count);
void session_close(struct session *session);

void session_pass(struct session *session, bool tree, bool taps);
void session_select_all(struct session *session); /* backwards, with all details and no taps */

void session_retap(void); /* the outputs forget what they have */
void session_draw(void);

#endif
