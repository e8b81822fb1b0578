/* listing.h
 * What the outputs that are no tables share: -z fwx,findings, fwx,log, fwx,json and
 * fwx,csv.
 *
 * A listener collects numbers while the packets pass, and makes words of them when it is drawn;
 * what only the end of the capture shows is known by then. A session that ends without a draw, as
 * those of tshark -M do, is printed when it ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_LISTING_H
#define FWX_TAPS_LISTING_H

#include "compat.h"

#include "host/packet-fwx.h"

/* Something that the firewall would log, at a packet. */
struct fwx_logged {
    int64_t time; /* of the packet, nanoseconds since the epoch */
    uint32_t frame;
    uint32_t connection;    /* id, 0: none */
    uint32_t finding;       /* its number + 1, 0: the connection is established */
    struct fwx_address src; /* of the packet */
    struct fwx_address dst;
    uint16_t point; /* where it was captured */
    uint8_t protocol;
};

struct fwx_listing {
    char *filter;        /* display filter, or NULL */
    char *file;          /* that is written, or NULL: standard output */
    uint32_t serial;     /* of the capture, see fwx_current_serial() */
    bool drawn;          /* everything that was collected has been printed */
    bool continues;      /* what is printed now follows an earlier session: no heading */
    bool has_points;     /* rows end with the capture point, and the heading says so */
    GArray *events;      /* of struct fwx_logged, in frame order */
    GArray *connections; /* of uint32_t, ids in order of appearance */
    GHashTable *seen;    /* the same ids */
    void (*print)(const struct fwx_listing *listing, const struct fwx_engine *engine);
    void *own; /* of who prints, NULL: nothing */
    GDestroyNotify free_own;
};

/* Of a program that prints one capture behind the other (plugin/command): its name, with which rows
 * of fwx,csv and fwx,json begin then; else NULL. In CSV, all rows and the heading have the cell of
 * the capture point then, between two NULs: whether it stays, those that were first decide. */
extern const char *fwx_listing_capture;

/* Of such a program: fwx,findings joins what is found again and again, and leaves out what is found
 * on healthy traffic. */
extern bool fwx_listing_brief;

typedef void fwx_print(const struct fwx_listing *listing, const struct fwx_engine *engine);

/* Makes "-z NAME[,filter]" of the function. The name has to be a literal. */
void fwx_listing_register(const char *name, fwx_print *print);

/* The same of "-z NAME[,ARGUMENT]": begin() makes file, filter and what is its own of the argument,
 * "" for none, before any packet comes. It returns what is wrong, to be freed with g_free(), or
 * NULL. */
typedef char *fwx_begin(struct fwx_listing *listing, const char *argument);
void fwx_listing_register_file(const char *name, fwx_print *print, fwx_begin *begin);

/* Prints connections, ids in an order, as the output of that name does: for who reads without end,
 * and knows when a connection has been. */
void fwx_listing_print(const char *name, GArray *connections);

/* A frame that is not dissected, and so comes by no tap: to all that listen without a filter, for
 * there is nothing to filter by. */
void fwx_listings_take(const struct fwx_tap_record *record);

/* And to a function that wants them all, NULL: to none. */
void fwx_listings_also(void (*take)(const struct fwx_tap_record *record));

#endif
