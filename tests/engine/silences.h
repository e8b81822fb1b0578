/* silences.h
 * Short names for stories of silence: its ends, and what is said before and behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TEST_SILENCES_H
#define FWX_TEST_SILENCES_H

#include "stories.h"

#define SURVIVED FWX_SILENCE_SURVIVED
#define FATAL    FWX_SILENCE_FATAL
#define NOBODY   FWX_SILENCE_UNHEARD
#define NO_END   FWX_SILENCE_OPEN

#define DATA(ms)                                                                                   \
    {                                                                                              \
        "data", I, PA, 11, 11, 10, .gap_ms = (ms)                                                  \
    }
#define MORE(ms)                                                                                   \
    {                                                                                              \
        "more data", I, PA, 21, 11, 10, .gap_ms = (ms)                                             \
    }
#define ACK(number, ms)                                                                            \
    {                                                                                              \
        "ack", R, A, 11, (number), .gap_ms = (ms)                                                  \
    }
/* One before the next byte, with nothing or with a byte of garbage (RFC 9293, 3.8.4). */
#define ALIVE(bytes, ms)                                                                           \
    {                                                                                              \
        "keep-alive", I, A, 10, 11, (bytes), .gap_ms = (ms)                                        \
    }

#endif
