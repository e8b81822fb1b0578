/* predict.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/predict.h"

#include "engine/conclusion.h"
#include "engine/points/points.h"

static void add(GArray *predictions, const struct fwx_finding *finding, enum fwx_log_class class,
                uint32_t code)
{
    struct fwx_log_prediction prediction = {
        .frame = finding->frame,
        .packet = finding->packet,
        .class = (uint8_t) class,
        .drops = finding->dropped,
        .connection = finding->connection,
        .code = code,
    };

    g_array_append_val(predictions, prediction);
}

/* A proxy logs the status of a reset, whatever the firewall says of it. */
static void add_finding(GArray *predictions, const struct fwx_finding *finding)
{
    if (finding->withheld)
        return;
    if (finding->judged && finding->code)
        add(predictions, finding, fwx_log_class_of((enum fwx_event)finding->event), finding->code);
    if (finding->kind == FWX_FINDING_RESET && finding->reset.status)
        add(predictions, finding, FWX_LOG_RESET, finding->reset.status);
}

/* Nothing was found in a packet, for none came. */
static void add_silence(GArray *predictions, const struct fwx_engine *engine,
                        const struct fwx_connection *connection)
{
    struct fwx_conclusion conclusion;
    struct fwx_log_prediction prediction = {.connection = connection->id,
                                            .class = FWX_LOG_NO_REPLY};

    if (!fwx_engine_conclude_silence(engine, connection, &conclusion) ||
        conclusion.ground != FWX_GROUND_NO_REPLY)
        return;
    prediction.frame = conclusion.frame;
    prediction.code = conclusion.code;
    g_array_append_val(predictions, prediction);
}

static gint by_packet(gconstpointer a, gconstpointer b)
{
    const struct fwx_log_prediction *first = (const struct fwx_log_prediction *)a;
    const struct fwx_log_prediction *second = (const struct fwx_log_prediction *)b;

    return first->frame != second->frame ? (first->frame > second->frame ? 1 : -1)
                                         : first->packet - second->packet;
}

GArray *fwx_log_predict(const struct fwx_engine *engine)
{
    GArray *predictions = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_prediction));
    const struct fwx_connections *connections = fwx_engine_connections(engine);

    for (uint32_t i = 0; i < fwx_engine_finding_count(engine); i++)
        add_finding(predictions, fwx_engine_finding(engine, i));
    for (uint32_t id = 1; id <= connections->pool.count; id++)
        add_silence(predictions, engine, fwx_connections_get(connections, id));
    g_array_sort(predictions, by_packet);
    return predictions;
}

static struct fwx_log_tuple tuple_of(const struct fwx_connection *connection)
{
    bool has_ports =
        connection->protocol == FWX_PROTOCOL_TCP || connection->protocol == FWX_PROTOCOL_UDP;

    return (struct fwx_log_tuple){
        .src = connection->address[FWX_INITIATOR],
        .dst = connection->address[FWX_RESPONDER],
        .src_port = has_ports ? connection->port[FWX_INITIATOR] : 0,
        .dst_port = has_ports ? connection->port[FWX_RESPONDER] : 0,
        .protocol = connection->protocol,
    };
}

/* Which packets went in between the points and did not come out. */
static void note_drops(const struct fwx_engine *engine, struct fwx_log_trace *trace)
{
    const struct fwx_connections *connections = fwx_engine_connections(engine);
    struct fwx_meeting meeting;

    for (uint32_t i = 0; i < trace->packets->len; i++) {
        struct fwx_log_seen *seen = &g_array_index(trace->packets, struct fwx_log_seen, i);

        seen->dropped =
            seen->connection &&
            fwx_points_meeting(engine, fwx_connections_get(connections, seen->connection),
                               seen->frame, 0, &meeting) &&
            (meeting.fate == FWX_FATE_DROPPED || meeting.fate == FWX_FATE_DROPPED_ONCE);
    }
}

void fwx_log_pair(const struct fwx_engine *engine)
{
    const struct fwx_connections *connections = fwx_engine_connections(engine);
    struct fwx_log_trace *trace = fwx_engine_record_of(engine);
    GArray *paired = trace->paired;

    g_array_set_size(paired, 0);
    for (uint32_t i = 0; i < fwx_points_pair_count(engine); i++) {
        const struct fwx_pair *pair = fwx_points_pair(engine, i);
        struct fwx_log_tuple legs[2];

        if (!pair->leg[1]) /* no other point has seen it */
            continue;
        for (unsigned leg = 0; leg < 2; leg++)
            legs[leg] = tuple_of(fwx_connections_get(connections, pair->leg[leg]));
        fwx_log_paired_add(paired, &legs[0], &legs[1]);
    }
    fwx_log_paired_sort(paired);
    if (fwx_points_pair_count(engine))
        note_drops(engine, trace);
}

/* What is proven stays so: one packet of several may have been accepted later. */
void fwx_log_prove(struct fwx_engine *engine, const struct fwx_log_join *join)
{
    fwx_engine_prove(engine, 0, FWX_EVIDENCE_NONE);
    for (unsigned pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < join->fates->len; i++) {
            const struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, i);
            const struct fwx_log_prediction *prediction =
                &g_array_index(join->predictions, struct fwx_log_prediction, i);
            bool applies =
                pass ? fate->agreement == FWX_LOG_AGREES : fate->why == FWX_LOG_WHY_REFUTED;
            bool sure = applies &&
                        g_array_index(join->matches, struct fwx_log_match, fate->line - 1).joined !=
                            FWX_LOG_JOINED_GUESS;

            if (prediction->drops && prediction->connection && sure)
                fwx_engine_prove(engine, prediction->connection, pass ? FWX_PROVEN : FWX_REFUTED);
        }
    }
}
