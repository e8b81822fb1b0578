/* stats-tree.c
 * -z fwx,tree[,filter]: counts and rates by verdict, client, server and class of reset; also in the
 * Statistics menu, and stat:fwx in sharkd.
 *
 * Packets and resets are counted as they pass, so that their rates and bursts are the capture's. A
 * conversation is counted once, under the verdict that it ends with. That is known when the tree is
 * drawn; in the window, which draws without telling, at its first packet, for the capture has been
 * read before. Such counts have no bursts. They count on one draw, at the end: what changes behind
 * a draw in the middle is not counted again; no known program draws there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "taps/taps.h"

#include "compat.h"

#include <epan/stats_tree_priv.h>

#include "engine/reason.h"
#include "host/packet-fwx.h"
#include "taps/table.h"
#include "taps/text.h"
#include "taps/verdict.h"

/* The tops. No host has a name with a space: the tree knows its parents by name alone. */
#define PACKETS       "Packets by verdict"
#define CONVERSATIONS "Conversations by verdict"
#define CLIENTS       "Conversations by client"
#define SERVERS       "Conversations by server"
#define RESETS        "Resets by class"

#define NO_VERDICT "no verdict"
#define OTHERS     "all others"

/* The tree finds a new node's place by walking past all its siblings: of more clients or servers
 * than this, the rest is one. */
enum { MOST_LISTED = 1000 };

struct counts {
    stats_tree *tree;
    uint32_t serial;   /* of the capture, see fwx_current_serial() */
    GHashTable *nodes; /* that conversations are counted in: int, by "parent name" */
    GHashTable *seen;  /* ids of connections */
    GArray *waiting;   /* of uint32_t: those that are not counted yet */
    unsigned clients;  /* listed so far */
    unsigned servers;
    bool listening; /* the companion that sees the draw coming is registered */
};

static GHashTable *counts_of_tree; /* struct counts: the host's callbacks carry nothing else */

/* ---- nodes ---------------------------------------------------------------------------------- */

enum { ROOT = 0 };

static int tick(struct counts *counts, int parent, const char *name)
{
    return tick_stat_node(counts->tree, name, parent, TRUE);
}

static int *find_node(const struct counts *counts, int parent, const char *name)
{
    char *key = g_strdup_printf("%d %s", parent, name);
    int *node = (int *)g_hash_table_lookup(counts->nodes, key);

    g_free(key);
    return node;
}

/* Ticks would make bursts of what is counted at the end. */
static int add(struct counts *counts, int parent, const char *name)
{
    int *node = find_node(counts, parent, name);

    if (!node) {
        node = g_new0(int, 1);
        g_hash_table_insert(counts->nodes, g_strdup_printf("%d %s", parent, name), node);
    }
    return set_stat_node(counts->tree, name, parent, TRUE, ++*node);
}

static int add_listed(struct counts *counts, int parent, const char *name, unsigned *listed)
{
    if (!find_node(counts, parent, name)) {
        if (*listed == MOST_LISTED)
            return add(counts, parent, OTHERS);
        ++*listed;
    }
    return add(counts, parent, name);
}

/* ---- conversations -------------------------------------------------------------------------- */

static void count_by_end(struct counts *counts, const struct fwx_connection *connection,
                         const char *symbol)
{
    char *client = fwx_text_address(&connection->address[FWX_INITIATOR]);
    char *end = fwx_text_end(connection, FWX_RESPONDER);
    char *server = g_strdup_printf("%s %s", fwx_text_protocol(connection->protocol), end);

    add(counts, add_listed(counts, add(counts, ROOT, CLIENTS), client, &counts->clients), symbol);
    add(counts, add_listed(counts, add(counts, ROOT, SERVERS), server, &counts->servers), symbol);
    g_free(client);
    g_free(end);
    g_free(server);
}

static void count_conversation(struct counts *counts, const struct fwx_engine *engine, uint32_t id)
{
    struct fwx_verdict verdict = fwx_verdict_of(engine, id);
    const struct fwx_result *result = verdict.result;
    int top = add(counts, ROOT, CONVERSATIONS);

    if (result)
        add(counts, add(counts, top, fwx_action_name(result->action)), result->symbol);
    else
        add(counts, top, NO_VERDICT);
    count_by_end(counts, verdict.connection, result ? result->symbol : NO_VERDICT);
}

/* At a draw, or when the capture is closed without one. */
static void count_waiting(void *data)
{
    struct counts *counts = (struct counts *)data;
    const struct fwx_engine *engine = fwx_current_engine();

    fwx_review_current();
    if (engine && counts->serial == fwx_current_serial()) {
        for (unsigned i = 0; i < counts->waiting->len; i++)
            count_conversation(counts, engine, g_array_index(counts->waiting, uint32_t, i));
    }
    g_array_set_size(counts->waiting, 0);
}

/* At the program's end the host drops all listeners without asking, the companion first. */
static void companion_finish(void *data)
{
    ((struct counts *)data)->listening = false;
}

static void wait_for_draw(struct counts *counts, uint32_t id)
{
    g_array_append_val(counts->waiting, id);
    if (!counts->listening)
        counts->listening = fwx_companion_start(counts, count_waiting, companion_finish);
}

/* ---- packets -------------------------------------------------------------------------------- */

static const struct fwx_result *verdict_on(const struct fwx_tap_record *record, uint32_t packet)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        const struct fwx_finding *finding =
            fwx_engine_finding(record->engine, record->first_finding + i);

        if (finding->judged && finding->packet == packet)
            return fwx_result_find(finding->code);
    }
    return NULL;
}

static void count_packet(struct counts *counts, const struct fwx_result *verdict)
{
    int top = tick(counts, ROOT, PACKETS);

    if (verdict)
        tick(counts, tick(counts, top, fwx_action_name(verdict->action)), verdict->symbol);
    else
        tick(counts, top, NO_VERDICT);
}

static void count_resets(struct counts *counts, const struct fwx_tap_record *record)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        const struct fwx_finding *finding =
            fwx_engine_finding(record->engine, record->first_finding + i);
        const struct fwx_reset *reset = &finding->reset;
        char *by;

        if (finding->kind != FWX_FINDING_RESET)
            continue;
        by = g_strdup_printf("by %s", fwx_side_name((enum fwx_side)reset->by));
        tick(counts,
             tick(counts, tick(counts, ROOT, RESETS),
                  fwx_reset_class_name((enum fwx_reset_class)reset->class)),
             by);
        g_free(by);
    }
}

/* ---- the host's callbacks ------------------------------------------------------------------- */

/* Another engine numbers anew; what was counted stays. */
static void begin_session(struct counts *counts, uint32_t serial)
{
    g_hash_table_remove_all(counts->seen);
    g_array_set_size(counts->waiting, 0);
    counts->serial = serial;
}

/* The host looks for bursts in steps of a few milliseconds, and crashes where a step more makes no
 * other number: a double counts to 2^53. Captures can claim any time. */
static void bound_time(stats_tree *tree)
{
    const double most = (double)(INT64_C(1) << 52);

    tree->now = CLAMP(tree->now, -most, most);
}

static void release(gpointer data)
{
    struct counts *counts = (struct counts *)data;

    fwx_before_close_no_more(counts);
    if (counts->listening)
        remove_tap_listener(counts);
    g_hash_table_destroy(counts->nodes);
    g_hash_table_destroy(counts->seen);
    g_array_free(counts->waiting, TRUE);
    g_free(counts);
}

static void init(stats_tree *tree)
{
    static const char *const tops[] = {PACKETS, CONVERSATIONS, CLIENTS, SERVERS, RESETS};
    struct counts *counts = g_new0(struct counts, 1);

    counts->tree = tree;
    counts->nodes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    counts->seen = g_hash_table_new(NULL, NULL);
    counts->waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    fwx_before_close(count_waiting, counts);
    g_hash_table_replace(counts_of_tree, tree, counts);
    for (unsigned i = 0; i < G_N_ELEMENTS(tops); i++)
        stats_tree_create_node(tree, tops[i], ROOT, STAT_DT_INT, TRUE);
}

static void cleanup(stats_tree *tree)
{
    g_hash_table_remove(counts_of_tree, tree);
}

static tap_packet_status packet(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                const void *tapped, tap_flags_t flags _U_)
{
    struct counts *counts = (struct counts *)g_hash_table_lookup(counts_of_tree, tree);
    const struct fwx_tap_record *record = (const struct fwx_tap_record *)tapped;

    bound_time(tree);
    if (counts->serial != fwx_current_serial())
        begin_session(counts, fwx_current_serial());
    for (uint32_t i = 0; i < record->packet_count; i++) {
        const struct fwx_connection *connection =
            fwx_engine_recall(record->engine, &record->packets[i]);

        count_packet(counts, verdict_on(record, i));
        if (!connection || !g_hash_table_add(counts->seen, GUINT_TO_POINTER(connection->id)))
            continue;
        if (record->visited)
            count_conversation(counts, record->engine, connection->id);
        else
            wait_for_draw(counts, connection->id);
    }
    count_resets(counts, record);
    return TAP_PACKET_REDRAW;
}

void fwx_tap_tree(void)
{
    counts_of_tree = g_hash_table_new_full(NULL, NULL, NULL, release);
    stats_tree_register_plugin("fwx", "fwx", "Firewall verdict counts", TL_REQUIRES_NOTHING, packet,
                               init, cleanup);
}
