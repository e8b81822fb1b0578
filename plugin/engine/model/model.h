/* model.h
 * A firewall as a record: what it says of what happens.
 *
 * The engine reports events, which are the same for every firewall; the words are the model's. A
 * check whose event a model has no words for is not made for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MODEL_H
#define FWX_MODEL_H

#include "engine/finding.h"
#include "engine/model/event.h"
#include "engine/model/firewall.h"
#include "engine/model/result.h"

struct fwx_words {
    uint32_t code;      /* of a struct fwx_result, which has its action */
    uint8_t confidence; /* enum fwx_confidence */
    const char *source; /* why these; NULL: the model has no words for the event */
};

#define FWX_FILTER_NAME_SIZE 32

/* An application filter that may be bound to a protocol, and may kill its connections. */
struct fwx_app_filter {
    uint16_t port;
    uint8_t protocol; /* enum fwx_protocol */
    char name[FWX_FILTER_NAME_SIZE];
};

/* For how long a session is remembered that is silent in a state; of one that is over: for how long
 * its late segments pass. */
struct fwx_model_timer {
    uint32_t ms;
    uint8_t expiry;     /* enum fwx_expiry: what those hear who are cut off */
    uint8_t confidence; /* enum fwx_confidence */
    const char *source;
};

struct fwx_model {
    const char *id;                       /* "isa2004": of preferences */
    const char *title;                    /* "ISA Server 2004" */
    const struct fwx_app_filter *filters; /* out of the box, in order of port and protocol */
    unsigned filter_count;
    const char *tls_blind_filter; /* under TLS it makes a reset of the server's FIN */
    /* As installed; preferences may have others (policy.h). ICMP's are UDP's. */
    struct fwx_model_timer timers[FWX_SESSION_TIMERS];
    struct fwx_words words[FWX_EVENT_KINDS];
};

extern const struct fwx_model fwx_models[FWX_PRODUCTS]; /* by enum fwx_product */

/* NULL where the model has none. */
static inline const struct fwx_words *fwx_model_words(const struct fwx_model *model,
                                                      enum fwx_event event)
{
    return model->words[event].source ? &model->words[event] : NULL;
}

#endif
