/* packet-fwx.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/packet-fwx.h"

#include <epan/packet.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#include "engine/points/points.h"
#include "host/fields.h"
#include "host/logs.h"
#include "host/observe.h"
#include "host/point.h"
#include "host/view.h"

static int proto_fwx = -1;
static int tap_fwx = -1;
static struct fwx_engine *engine; /* of the capture that is open */
static uint32_t serial;           /* of the engine */
static uint32_t points;           /* of the capture so far */
static bool is_reviewed; /* what the whole capture tells was drawn from it, once at least */
static bool is_read;     /* to its end */

const struct fwx_engine *fwx_current_engine(void)
{
    return engine;
}

uint32_t fwx_current_serial(void)
{
    return serial;
}

void fwx_review_current(void)
{
    if (!engine)
        return;
    if (is_read)
        fwx_engine_review(engine);
    else
        fwx_engine_review_so_far(engine);
    fwx_logs_review(engine);
}

/* Once all packets were read: after loading, after the first pass, when a live capture stops. */
static void review_after_reading(void)
{
    is_read = true;
    fwx_review_current();
    is_reviewed = true;
}

/* ---- what menus ask ------------------------------------------------------------------------- */

const struct fwx_connection *fwx_shown_connection(packet_info *pinfo)
{
    uint32_t of;
    const struct fwx_connection *connection = fwx_shown(pinfo, &of);

    return connection && engine && of == serial ? connection : NULL;
}

/* ---- the post-dissector --------------------------------------------------------------------- */

static void queue_tap(const struct fwx_frame_view *view)
{
    struct fwx_tap_record *record;

    if (!view->count && !view->finding_count &&
        !fwx_engine_marker_place(engine, view->pinfo->num).after)
        return;
    record = wmem_new(view->pinfo->pool, struct fwx_tap_record);
    *record = (struct fwx_tap_record){
        .engine = engine,
        .packets = view->packets,
        .packet_count = view->count,
        .frame = view->pinfo->num,
        .first_finding = view->first_finding,
        .finding_count = view->finding_count,
        .visited = view->pinfo->fd->visited,
    };
    tap_queue_packet(tap_fwx, view->pinfo, record);
}

static void show(struct fwx_frame_view *view)
{
    /* The protocol that expert infos are listed under. A dissector without one is called with its
     * caller's ("Frame" before 4.6, "Packet" since); the caller restores that. */
    view->pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(proto_fwx));
    fwx_show_findings(view);
    if (view->parent)
        fwx_show_details(view);
}

/* Apart, for most frames have nothing to say, and nobody listens. */
static G_GNUC_NO_INLINE void present(struct fwx_frame_view view)
{
    view.engine = engine;
    view.serial = serial;
    view.reviewed = is_reviewed;
    if (view.parent || view.finding_count)
        show(&view);
    if (view.pinfo->cinfo && fwx_preferences_shown()->marks)
        fwx_show_marks(&view);
    if (have_tap_listener(tap_fwx))
        queue_tap(&view);
}

/* A capture has got another point: packets are remembered, as soon as there may be two of them. */
static G_GNUC_NO_INLINE void note_point(uint32_t count)
{
    enum { UNTIL_THE_SECOND = 1 << 16 };
    uint32_t most = fwx_engine_policy(engine)->pair_packets;

    points = count;
    if (most && points > 1)
        fwx_points_remember(engine, most, fwx_point_name);
    else if (most && fwx_points_may_follow())
        fwx_points_remember(engine, MIN(most, UNTIL_THE_SECOND), fwx_point_name);
}

static inline const struct fwx_connection *see(const struct fwx_packet *packet)
{
    if (packet->capture_point >= points)
        note_point(packet->capture_point + 1u);
    return fwx_engine_see(engine, packet);
}

static int dissect_fwx(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    uint32_t count;
    const struct fwx_packet *packets = fwx_observe_take(tvb, pinfo, &count);
    uint32_t first = 0;
    uint32_t finding_count;

    if (!pinfo->fd->visited) {
        for (uint32_t i = 0; i < count; i++)
            see(&packets[i]);
    } else if (!is_reviewed) {
        fwx_review_current();
        is_reviewed = true;
    }
    finding_count = fwx_engine_findings(engine, pinfo->num, &first);
    /* The column Info has marks without findings, too, once the whole capture has been read. */
    if (tree || finding_count || (pinfo->cinfo && is_reviewed) || have_tap_listener(tap_fwx))
        present((struct fwx_frame_view){.tvb = tvb,
                                        .pinfo = pinfo,
                                        .parent = tree,
                                        .packets = packets,
                                        .count = count,
                                        .first_finding = first,
                                        .finding_count = finding_count});
    return 1; /* of a post-dissector nobody asks how much it took */
}

const struct fwx_connection *fwx_see(const struct fwx_packet *packet, struct fwx_tap_record *record)
{
    const struct fwx_connection *connection = see(packet);

    *record = (struct fwx_tap_record){
        .engine = engine,
        .packets = packet,
        .packet_count = 1,
        .frame = packet->frame,
    };
    record->finding_count = fwx_engine_findings(engine, packet->frame, &record->first_finding);
    return connection;
}

bool fwx_sees_bytes(void)
{
    return fwx_points_several() || fwx_points_may_follow();
}

void fwx_note_drops(uint16_t point, uint32_t packets)
{
    fwx_points_note_drops(engine, point, packets);
}

void fwx_forget(fwx_keep *keep, void *data)
{
    fwx_engine_forget(engine, keep, data);
    serial++;
}

/* ---- one engine a capture ------------------------------------------------------------------- */

/* Once for the same, however many captures are opened. */
static void report(const struct fwx_policy *policy)
{
    static char *last;
    char *problems = fwx_policy_problems(policy);

    if (problems && g_strcmp0(problems, last))
        report_warning("Firewall verdict, other firewalls: %s.", problems);
    g_free(last);
    last = problems;
}

static void open_capture(void)
{
    struct fwx_policy policy = fwx_preferences_policy();

    report(&policy);
    fwx_observe_start(proto_is_protocol_enabled(find_protocol_by_id(proto_fwx)),
                      policy.tcp_checksum);
    fwx_points_start(&policy);
    engine = fwx_engine_new(&policy);
    fwx_logs_open(engine);
    fwx_policy_clear(&policy);
    serial++;
    points = 0;
    is_reviewed = false;
    is_read = false;
}

struct close_hook {
    fwx_close_hook *call;
    const void *data;
};

static GArray *close_hooks; /* of struct close_hook */

void fwx_before_close(fwx_close_hook *hook, void *data)
{
    struct close_hook added = {hook, data};

    if (!close_hooks)
        close_hooks = g_array_new(FALSE, FALSE, sizeof added);
    g_array_append_val(close_hooks, added);
}

void fwx_before_close_no_more(const void *data)
{
    for (unsigned i = close_hooks ? close_hooks->len : 0; i > 0; i--) {
        if (g_array_index(close_hooks, struct close_hook, i - 1).data == data)
            g_array_remove_index(close_hooks, i - 1);
    }
}

static void close_capture(void)
{
    for (unsigned i = 0; close_hooks && i < close_hooks->len; i++) {
        const struct close_hook *hook = &g_array_index(close_hooks, struct close_hook, i);

        hook->call((void *)hook->data);
    }
    fwx_engine_free(engine);
    fwx_logs_close();
    engine = NULL;
    fwx_observe_stop();
    fwx_points_stop();
}

void fwx_register(void)
{
    proto_fwx = proto_register_protocol("Firewall verdict", "FWX", "fwx");
    fwx_fields_register(proto_fwx);
    fwx_preferences_register(proto_fwx);
    tap_fwx = register_tap("fwx");
    register_init_routine(open_capture);
    register_cleanup_routine(close_capture);
    register_postseq_cleanup_routine(review_after_reading);
    /* In name only: no layer is added to frames that have nothing to show. With none at all it
     * would not be called where all other post-dissectors are disabled. */
    register_postdissector(create_dissector_handle(
        dissect_fwx,
        proto_register_protocol_in_name_only("Firewall verdict post-dissector",
                                             "FWX post-dissector", "fwx", proto_fwx, FT_PROTOCOL)));
}

void fwx_register_handoff(void)
{
    fwx_observe_handoff();
}
