/* listing.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/listing.h"

#include <string.h>

#include <epan/funnel.h>
#include <epan/packet_info.h>
#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "host/point.h"

const char *fwx_listing_capture;
bool fwx_listing_brief;

/* What a name prints; handed to start() by the host. */
struct output {
    const char *name;
    fwx_print *print;
    fwx_begin *begin; /* NULL: the argument is the filter */
};

static GPtrArray *listings; /* of struct fwx_listing, all that listen */
static void (*also)(const struct fwx_tap_record *record);

/* ---- collecting ----------------------------------------------------------------------------- */

static struct fwx_logged new_event(const struct fwx_packet *packet,
                                   const struct fwx_connection *connection, uint32_t finding)
{
    return (struct fwx_logged){
        .time = packet->time,
        .frame = packet->frame,
        .connection = connection ? connection->id : 0,
        .finding = finding,
        .src = packet->src,
        .dst = packet->dst,
        .point = packet->capture_point,
        .protocol = packet->protocol,
    };
}

static void collect_packet(struct fwx_listing *listing, const struct fwx_engine *engine,
                           const struct fwx_packet *packet)
{
    const struct fwx_connection *connection = fwx_engine_recall(engine, packet);
    struct fwx_logged event;

    if (!connection)
        return;
    if (g_hash_table_add(listing->seen, GUINT_TO_POINTER(connection->id)))
        g_array_append_val(listing->connections, connection->id);
    if (fwx_connection_established_frame(connection) != packet->frame)
        return;
    event = new_event(packet, connection, 0);
    g_array_append_val(listing->events, event);
}

static void collect_finding(struct fwx_listing *listing, const struct fwx_tap_record *record,
                            uint32_t number)
{
    const struct fwx_finding *finding = fwx_engine_finding(record->engine, number);
    const struct fwx_connection *connection =
        finding->connection
            ? fwx_connections_get(fwx_engine_connections(record->engine), finding->connection)
            : NULL;
    struct fwx_logged event;

    if (finding->packet >= record->packet_count)
        return;
    event = new_event(&record->packets[finding->packet], connection, number + 1);
    g_array_append_val(listing->events, event);
}

static void reset(void *data)
{
    struct fwx_listing *listing = (struct fwx_listing *)data;

    listing->serial = 0; /* there is nothing to be told */
    g_array_set_size(listing->events, 0);
    g_array_set_size(listing->connections, 0);
    g_hash_table_remove_all(listing->seen);
}

static void collect(struct fwx_listing *listing, const struct fwx_tap_record *record)
{
    if (listing->serial != fwx_current_serial())
        reset(listing); /* numbers of an engine that is gone */
    listing->serial = fwx_current_serial();
    listing->drawn = false;
    for (uint32_t i = 0; i < record->packet_count; i++)
        collect_packet(listing, record->engine, &record->packets[i]);
    for (uint32_t i = 0; i < record->finding_count; i++)
        collect_finding(listing, record, record->first_finding + i);
}

static tap_packet_status packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    collect((struct fwx_listing *)data, (const struct fwx_tap_record *)tapped);
    return TAP_PACKET_REDRAW;
}

void fwx_listings_also(void (*take)(const struct fwx_tap_record *record))
{
    also = take;
}

void fwx_listings_take(const struct fwx_tap_record *record)
{
    if (also)
        also(record);
    for (unsigned i = 0; listings && i < listings->len; i++)
        collect((struct fwx_listing *)listings->pdata[i], record);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw(void *data)
{
    struct fwx_listing *listing = (struct fwx_listing *)data;
    const struct fwx_engine *engine = fwx_current_engine();

    if (engine && listing->serial != fwx_current_serial())
        reset(listing); /* nothing of this capture has passed */
    if (!listing->continues)
        listing->has_points = fwx_points_several();
    fwx_review_current();
    if (engine)
        listing->print(listing, engine);
    listing->drawn = true;
}

/* tshark -M goes on with another engine and no draw: what is not told now is lost. */
static void finish_session(void *data)
{
    struct fwx_listing *listing = (struct fwx_listing *)data;

    if (listing->drawn || listing->serial != fwx_current_serial())
        return;
    draw(listing);
    listing->continues = true;
}

static void finish(void *data)
{
    struct fwx_listing *listing = (struct fwx_listing *)data;

    fwx_before_close_no_more(listing);
    g_ptr_array_remove(listings, listing);
    g_array_free(listing->events, TRUE);
    g_array_free(listing->connections, TRUE);
    g_hash_table_destroy(listing->seen);
    g_free(listing->filter);
    g_free(listing->file);
    if (listing->own)
        listing->free_own(listing->own);
    g_free(listing);
}

/* ---- the listener --------------------------------------------------------------------------- */

/* Of a window, what it can do for us; else NULL. */
static const funnel_ops_t *window(void)
{
    const funnel_ops_t *ops = funnel_get_funnel_ops();

    return ops && ops->retap_packets ? ops : NULL;
}

/* Nothing can be printed: as tshark's own outputs do; but a window goes on. */
static void give_up(struct fwx_listing *listing, const char *option, const char *why)
{
    report_failure("-z %s: %s", option, why);
    finish(listing);
    if (!window())
        exit(1);
}

/* What is wrong, to be freed with g_free(); NULL: it listens. */
static char *listen(struct fwx_listing *listing, const struct output *output, const char *argument)
{
    char *wrong = output->begin ? output->begin(listing, argument) : NULL;
    GString *error;

    if (wrong)
        return wrong;
    if (!output->begin && *argument)
        listing->filter = g_strdup(argument);
    error = register_tap_listener("fwx", listing, listing->filter, TL_REQUIRES_NOTHING, reset,
                                  packet, draw, finish);
    return error ? g_string_free(error, FALSE) : NULL;
}

/* Packets of a capture that is open have passed already: once more, then. */
static void read_again(void)
{
    const funnel_ops_t *ops = fwx_current_engine() ? window() : NULL;

    if (!ops)
        return;
    ops->retap_packets(ops->ops_id);
    draw_tap_listeners(TRUE);
}

/* option: "fwx,log" or "fwx,log,FILTER" */
static fwx_stat_init_result start(const char *option, void *data)
{
    const struct output *output = (const struct output *)data;
    struct fwx_listing *listing = g_new0(struct fwx_listing, 1);
    const char *behind = option + strlen(output->name);
    char *wrong;

    listing->print = output->print;
    listing->events = g_array_new(FALSE, FALSE, sizeof(struct fwx_logged));
    listing->connections = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    listing->seen = g_hash_table_new(NULL, NULL);
    fwx_before_close(finish_session, listing);
    if (!listings)
        listings = g_ptr_array_new();
    g_ptr_array_add(listings, listing);
    wrong = listen(listing, output, *behind == ',' ? behind + 1 : "");
    if (wrong)
        give_up(listing, option, wrong);
    else if (output->begin)
        read_again();
    g_free(wrong);
    FWX_STAT_INIT_RETURN(true);
}

static struct output outputs[16]; /* as long as the plugin */
static unsigned output_count;

void fwx_listing_print(const char *name, GArray *connections)
{
    struct fwx_listing listing = {
        .has_points = fwx_points_several(),
        .events = g_array_new(FALSE, FALSE, sizeof(struct fwx_logged)),
        .connections = connections,
    };

    for (unsigned i = 0; i < output_count; i++) {
        if (!strcmp(outputs[i].name, name))
            outputs[i].print(&listing, fwx_current_engine());
    }
    g_array_free(listing.events, TRUE);
}

void fwx_listing_register_file(const char *name, fwx_print *print, fwx_begin *begin)
{
    struct output *output = &outputs[output_count++];
    stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = name,
        .tap_init_cb = start,
    };

    g_assert(output_count <= G_N_ELEMENTS(outputs));
    *output = (struct output){name, print, begin};
    register_stat_tap_ui(&ui, output);
}

void fwx_listing_register(const char *name, fwx_print *print)
{
    fwx_listing_register_file(name, print, NULL);
}
