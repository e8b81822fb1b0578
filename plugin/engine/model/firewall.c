/* firewall.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/firewall.h"

#include "engine/finding.h"
#include "engine/words.h"

extern const char fwx_firewalls_tsv[]; /* firewalls.tsv, by CMake */

/* ---- names ---------------------------------------------------------------------------------- */

static const char *const reactions[] = {"unknown", "pass", "drop", "reset"};

const char *fwx_reaction_name(enum fwx_reaction reaction)
{
    return reactions[reaction];
}

/* ---- a line --------------------------------------------------------------------------------- */

enum column {
    MODEL,
    TOPIC,
    VALUE,
    CONDITION,
    REACTION,
    CERTAINTY,
    SOURCE,
    DATE,
    WORDS,
    COUNTER,
    COMMAND,
    ADVICE,
    COLUMNS
};

enum topic { TITLE, TIMER, EVENT_TOPIC };

enum { MOST_PROBLEMS = 10 }; /* that are said one by one */

struct line {
    char **cells; /* COLUMNS of them */
    uint8_t topic;
    uint8_t which;    /* enum fwx_timer, enum fwx_event */
    uint8_t reaction; /* enum fwx_expiry, enum fwx_reaction */
    uint8_t confidence;
    uint32_t seconds;
    bool own; /* the user's */
};

static void clear_line(gpointer line)
{
    g_strfreev(((struct line *)line)->cells);
}

/* The number of a word among some, which it takes; -1: none of them. */
static int number_of(const char *word, const char *(*name_of)(unsigned), unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (g_str_equal(word, name_of(i)))
            return (int)i;
    }
    return -1;
}

static const char *timer_slug(unsigned timer)
{
    return fwx_timer_slug((enum fwx_timer)timer);
}

static const char *expiry_slug(unsigned expiry)
{
    return fwx_expiry_slug((enum fwx_expiry)expiry);
}

static const char *event_id(unsigned event)
{
    return fwx_event_id((enum fwx_event)event);
}

static const char *reaction_name(unsigned reaction)
{
    return reactions[reaction];
}

static const char *confidence_name(unsigned confidence)
{
    return fwx_confidence_name((enum fwx_confidence)confidence);
}

/* NULL: it is one. Else what is wrong with it. */
static const char *parse_topic(struct line *line)
{
    int timer = number_of(line->cells[TOPIC], timer_slug, FWX_TIMER_KINDS);
    int event = number_of(line->cells[TOPIC], event_id, FWX_EVENT_KINDS);

    line->topic = timer >= 0 ? TIMER : event >= 0 ? EVENT_TOPIC : TITLE;
    line->which = (uint8_t)MAX(MAX(timer, event), 0);
    return line->topic != TITLE || g_str_equal(line->cells[TOPIC], "title")
               ? NULL
               : "no such topic: title, a timer or an event";
}

static const char *parse_value(struct line *line)
{
    guint64 seconds = 0;

    if (line->topic == TITLE)
        return *line->cells[VALUE] && strlen(line->cells[VALUE]) < FWX_MODEL_TITLE_SIZE
                   ? NULL
                   : "a title has 1 to 39 bytes";
    if (line->topic == EVENT_TOPIC)
        return NULL;
    if (!g_ascii_string_to_unsigned(line->cells[VALUE], 10, 0, UINT32_MAX, &seconds, NULL))
        return "seconds have to be a whole number";
    line->seconds = (uint32_t)seconds;
    return NULL;
}

static const char *parse_reaction(struct line *line)
{
    bool timer = line->topic == TIMER;
    int found = timer ? number_of(line->cells[REACTION], expiry_slug, FWX_EXPIRY_KINDS)
                      : number_of(line->cells[REACTION], reaction_name, G_N_ELEMENTS(reactions));

    if (line->topic == TITLE)
        return NULL;
    if (found < 0 || (!timer && found == FWX_REACTION_UNKNOWN))
        return timer ? "a timer's reaction is one of silent, silent-or-reset, reset-next, "
                       "reset-both, close, probe"
                     : "a reaction is one of drop, reset, pass";
    line->reaction = (uint8_t)found;
    return NULL;
}

static const char *parse_certainty(struct line *line)
{
    int found = number_of(line->cells[CERTAINTY], confidence_name, FWX_ASSUMED + 1);

    if (line->topic == TITLE)
        return NULL;
    if (found < 0)
        return "certainty is one of documented, observed, inferred, assumed";
    line->confidence = (uint8_t)found;
    return NULL;
}

static const char *check_model(struct line *line)
{
    const char *model = line->cells[MODEL];

    if (!*model || strlen(model) >= FWX_MODEL_SIZE)
        return "a model's name has 1 to 31 bytes";
    return strspn(model, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(model)
               ? NULL
               : "a model's name has small letters, digits, - _ and . only";
}

static const char *parse_line(struct line *line)
{
    static const char *(*const steps[])(struct line *) = {
        check_model, parse_topic, parse_value, parse_reaction, parse_certainty,
    };
    const char *wrong = NULL;

    for (unsigned i = 0; !wrong && i < G_N_ELEMENTS(steps); i++)
        wrong = steps[i](line);
    return wrong;
}

/* With as many cells as there are columns: who knows nothing of the last ones may leave them out.
 */
static char **cells_of(const char *text)
{
    char **found = g_strsplit(text, "\t", -1);
    unsigned count = g_strv_length(found);
    char **cells;

    if (count > COLUMNS) {
        g_strfreev(found);
        return NULL;
    }
    cells = g_new0(char *, COLUMNS + 1);
    for (unsigned i = 0; i < COLUMNS; i++)
        cells[i] = g_strdup(i < count ? g_strstrip(found[i]) : "");
    g_strfreev(found);
    return cells;
}

static void add_line(GArray *lines, const char *text, bool own, const char *where, unsigned number,
                     GPtrArray *problems)
{
    struct line line = {.own = own};
    const char *wrong = "not UTF-8";

    if (g_utf8_validate(text, -1, NULL)) {
        line.cells = cells_of(text);
        wrong = line.cells ? parse_line(&line) : "more than 12 columns";
    }
    if (!wrong) {
        g_array_append_val(lines, line);
        return;
    }
    g_ptr_array_add(problems, g_strdup_printf("%s:%u: %s", where, number, wrong));
    clear_line(&line);
}

static void read_lines(GArray *lines, const char *text, bool own, const char *where,
                       GPtrArray *problems)
{
    static const char mark[] = "\xef\xbb\xbf"; /* as Windows' editors put before UTF-8 */
    char **rows = g_strsplit(g_str_has_prefix(text, mark) ? text + strlen(mark) : text, "\n", -1);

    for (unsigned i = 0; rows[i]; i++) {
        if (*g_strchomp(rows[i]) && *rows[i] != '#')
            add_line(lines, rows[i], own, where, i + 1, problems);
    }
    g_strfreev(rows);
    if (problems->len > MOST_PROBLEMS) {
        unsigned more = problems->len - MOST_PROBLEMS;

        g_ptr_array_set_size(problems, MOST_PROBLEMS);
        g_ptr_array_add(problems, g_strdup_printf("%s: %u more lines are wrong", where, more));
    }
}

/* ---- the table ------------------------------------------------------------------------------ */

static bool same_topic(const struct line *a, const struct line *b)
{
    return g_str_equal(a->cells[MODEL], b->cells[MODEL]) &&
           g_str_equal(a->cells[TOPIC], b->cells[TOPIC]);
}

/* The user has a line for it. */
static bool is_replaced(const GArray *lines, const struct line *line)
{
    for (unsigned i = lines->len; !line->own && i-- > 0;) {
        const struct line *other = &g_array_index(lines, struct line, i);

        if (!other->own)
            return false;
        if (same_topic(line, other))
            return true;
    }
    return false;
}

static struct fwx_firewall *firewall_of(struct fwx_firewalls *table, const char *id)
{
    struct fwx_firewall *firewall = (struct fwx_firewall *)fwx_firewalls_find(table, id);

    if (firewall)
        return firewall;
    firewall = g_new0(struct fwx_firewall, 1);
    firewall->id = g_string_chunk_insert_const(table->texts, id);
    firewall->title = "";
    g_ptr_array_add(table->firewalls, firewall);
    return firewall;
}

static void add_timeout(struct fwx_firewalls *table, const struct line *line)
{
    GStringChunk *texts = table->texts;
    const char *condition = line->cells[CONDITION];
    struct fwx_timeout timeout = {
        .timer = line->which,
        .expiry = line->reaction,
        .confidence = line->confidence,
        .seconds = line->seconds,
        .when = *condition ? g_string_chunk_insert_const(texts, condition) : NULL,
        .source = g_string_chunk_insert_const(texts, line->cells[SOURCE]),
        .date = g_string_chunk_insert_const(texts, line->cells[DATE]),
    };

    g_strlcpy(timeout.model, line->cells[MODEL], sizeof timeout.model);
    g_array_append_val(table->timeouts, timeout);
}

static void add_response(struct fwx_firewalls *table, struct fwx_firewall *firewall,
                         const struct line *line)
{
    GStringChunk *texts = table->texts;

    if (*line->cells[CONDITION]) /* of another setting or version than the installed one */
        return;
    firewall->responses[line->which] = (struct fwx_response){
        .words = g_string_chunk_insert_const(texts, line->cells[WORDS]),
        .counter = g_string_chunk_insert_const(texts, line->cells[COUNTER]),
        .command = g_string_chunk_insert_const(texts, line->cells[COMMAND]),
        .advice = g_string_chunk_insert_const(texts, line->cells[ADVICE]),
        .source = g_string_chunk_insert_const(texts, line->cells[SOURCE]),
        .reaction = line->reaction,
        .confidence = line->confidence,
    };
}

static void take_line(struct fwx_firewalls *table, const struct line *line)
{
    struct fwx_firewall *firewall = firewall_of(table, line->cells[MODEL]);

    switch ((enum topic)line->topic) {
    case TITLE:
        if (!*line->cells[CONDITION])
            firewall->title = g_string_chunk_insert_const(table->texts, line->cells[VALUE]);
        break;
    case TIMER:
        add_timeout(table, line);
        break;
    case EVENT_TOPIC:
        add_response(table, firewall, line);
        break;
    }
}

/* Which line is a state's own; one without a condition serves where there is none. */
static const struct {
    uint8_t timer;
    const char *when;
} session_timers[FWX_SESSION_TIMERS] = {
    [FWX_SESSION_SYN] = {FWX_TIMER_HALF_OPEN, "SYN not answered"},
    [FWX_SESSION_SYN_ACK] = {FWX_TIMER_HALF_OPEN, "SYN-ACK not answered"},
    [FWX_SESSION_IDLE] = {FWX_TIMER_TCP_IDLE, NULL},
    [FWX_SESSION_HALF_CLOSED] = {FWX_TIMER_HALF_CLOSED, NULL},
    [FWX_SESSION_CLOSED] = {FWX_TIMER_CLOSED, NULL},
    [FWX_SESSION_RESET] = {FWX_TIMER_CLOSED, "reset"},
    [FWX_SESSION_UDP] = {FWX_TIMER_UDP_IDLE, NULL},
    [FWX_SESSION_UDP_ONE_WAY] = {FWX_TIMER_UDP_ONE_WAY, NULL},
};

static const struct fwx_timeout *timer_for(const struct fwx_firewalls *table, const char *id,
                                           uint8_t timer, const char *when)
{
    const struct fwx_timeout *general = NULL;

    for (unsigned i = 0; i < table->timeouts->len; i++) {
        const struct fwx_timeout *row = &g_array_index(table->timeouts, struct fwx_timeout, i);

        if (row->timer != timer || !g_str_equal(row->model, id))
            continue;
        if (when && row->when && g_str_equal(row->when, when))
            return row;
        if (!row->when && !general)
            general = row;
    }
    return general;
}

/* The model's, or that of this timer of its. */
static const char *title_of(const struct fwx_firewalls *table, const GArray *lines,
                            const struct fwx_timeout *row)
{
    const struct fwx_firewall *firewall;

    for (unsigned i = 0; i < lines->len; i++) {
        const struct line *line = &g_array_index(lines, struct line, i);

        if (line->topic == TITLE && g_str_equal(line->cells[MODEL], row->model) &&
            g_str_equal(line->cells[CONDITION], fwx_timer_slug((enum fwx_timer)row->timer)))
            return line->cells[VALUE];
    }
    firewall = fwx_firewalls_find(table, row->model);
    return firewall ? firewall->title : "";
}

/* When all lines are taken, and rows do not move any more. */
static void settle(struct fwx_firewalls *table, const GArray *lines)
{
    for (unsigned i = 0; i < table->timeouts->len; i++) {
        struct fwx_timeout *row = &g_array_index(table->timeouts, struct fwx_timeout, i);

        g_strlcpy(row->title, title_of(table, lines, row), sizeof row->title);
    }
    for (unsigned i = 0; i < table->firewalls->len; i++) {
        struct fwx_firewall *firewall =
            (struct fwx_firewall *)g_ptr_array_index(table->firewalls, i);
        const struct fwx_timeout **timers = firewall->timers;

        for (unsigned timer = 0; timer < FWX_SESSION_TIMERS; timer++)
            timers[timer] = timer_for(table, firewall->id, session_timers[timer].timer,
                                      session_timers[timer].when);
        if (!timers[FWX_SESSION_HALF_CLOSED]) /* who has none leaves them to the idle ones' */
            timers[FWX_SESSION_HALF_CLOSED] = timers[FWX_SESSION_IDLE];
        if (!timers[FWX_SESSION_UDP_ONE_WAY])
            timers[FWX_SESSION_UDP_ONE_WAY] = timers[FWX_SESSION_UDP];
    }
}

struct fwx_firewalls *fwx_firewalls_with(const char *text, const char *name)
{
    struct fwx_firewalls *table = g_atomic_rc_box_new0(struct fwx_firewalls);
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));

    g_array_set_clear_func(lines, clear_line);
    table->firewalls = g_ptr_array_new_with_free_func(g_free);
    table->timeouts = g_array_new(FALSE, FALSE, sizeof(struct fwx_timeout));
    table->problems = g_ptr_array_new_with_free_func(g_free);
    table->texts = g_string_chunk_new(4096);
    read_lines(lines, fwx_firewalls_tsv, false, "firewalls.tsv", table->problems);
    if (text)
        read_lines(lines, text, true, name, table->problems);
    for (unsigned i = 0; i < lines->len; i++) {
        const struct line *line = &g_array_index(lines, struct line, i);

        if (!is_replaced(lines, line))
            take_line(table, line);
    }
    settle(table, lines);
    g_array_unref(lines);
    return table;
}

static gpointer read_known(gpointer data)
{
    (void)data;
    return fwx_firewalls_with(NULL, NULL);
}

const struct fwx_firewalls *fwx_firewalls_known(void)
{
    static GOnce once = G_ONCE_INIT;

    return (const struct fwx_firewalls *)g_once(&once, read_known, NULL);
}

static void clear_table(gpointer data)
{
    struct fwx_firewalls *table = (struct fwx_firewalls *)data;

    g_ptr_array_unref(table->firewalls);
    g_array_unref(table->timeouts);
    g_ptr_array_unref(table->problems);
    g_string_chunk_free(table->texts);
}

struct fwx_firewalls *fwx_firewalls_ref(const struct fwx_firewalls *table)
{
    return (struct fwx_firewalls *)g_atomic_rc_box_acquire((gpointer)table);
}

void fwx_firewalls_unref(struct fwx_firewalls *table)
{
    if (table)
        g_atomic_rc_box_release_full(table, clear_table);
}

const struct fwx_firewall *fwx_firewalls_find(const struct fwx_firewalls *table, const char *id)
{
    for (unsigned i = 0; i < table->firewalls->len; i++) {
        const struct fwx_firewall *firewall =
            (const struct fwx_firewall *)g_ptr_array_index(table->firewalls, i);

        if (g_str_equal(firewall->id, id))
            return firewall;
    }
    return NULL;
}
