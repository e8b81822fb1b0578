/* test_log_join.c
 * Which packet a line goes to, whether it agrees with what was predicted, and what becomes of
 * predictions. tests/compare/log-truth holds the same against a kernel's own log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/candidates.h"
#include "engine/log/extract.h"
#include "engine/log/join.h"
#include "engine/log/match.h"

#define START (INT64_C(1795600000) * FWX_SECOND)

enum { MOST = 12 };

enum {
    S = FWX_SYN,
    A = FWX_ACK,
    F = FWX_FIN | FWX_ACK,
    RST = FWX_RST,
};

/* "a:1>b:2": a is 10.0.0.5, n 198.51.100.7, b 192.0.2.80, p 203.0.113.1, x 2001:db8::1. */
static struct fwx_log_tuple tuple_of(const char *text)
{
    static const char *const hosts[] = {
        ['a'] = "10.0.0.5",    ['n'] = "198.51.100.7", ['b'] = "192.0.2.80",
        ['p'] = "203.0.113.1", ['x'] = "2001:db8::1",  ['y'] = "2001:db8::2"};
    struct fwx_log_tuple tuple = {.protocol = FWX_PROTOCOL_TCP};

    fwx_log_address(hosts[(unsigned char)text[0]], &tuple.src, &tuple.src_port);
    tuple.src_port = (uint16_t)(text[2] - '0');
    if (text[3]) {
        fwx_log_address(hosts[(unsigned char)text[4]], &tuple.dst, &tuple.dst_port);
        tuple.dst_port = (uint16_t)(text[6] - '0');
    }
    return tuple;
}

struct packet {
    const char *tuple;
    int ms;
    uint8_t flags;
    uint32_t seq;
    uint16_t id;
    enum fwx_log_class predicted; /* 0: nothing is */
};

struct line {
    int ms; /* by the log's clock */
    const char *tuple;
    enum fwx_log_class class;
    uint32_t seq; /* 0: none */
    uint16_t id;
    const char *nat;
    int begin_ms;
    /* to come */
    uint32_t frame;
    enum fwx_log_joined joined;
    enum fwx_log_agreement agreement;
    enum fwx_log_why why;
};

struct fate {
    enum fwx_log_agreement agreement;
    enum fwx_log_why why;
};

struct story {
    const char *name;
    struct packet packets[MOST];
    struct line lines[MOST];
    struct fate fates[MOST]; /* of the predictions, in order */
    int offset_s;            /* as the user gives it; 0: none given */
    int resolution_ms;       /* 0: 1000 */
    bool unwanted;           /* no packet can be the last line's */
    const char *legs[3][2];  /* of conversations that two points show */
    uint32_t dropped;        /* frame, as another point shows; 0: none */
};

#define EXACT  FWX_LOG_JOINED_EXACT
#define TUPLE  FWX_LOG_JOINED_TUPLE
#define NAT    FWX_LOG_JOINED_NAT
#define PAIR   FWX_LOG_JOINED_PAIR
#define GUESS  FWX_LOG_JOINED_GUESS
#define AGREES FWX_LOG_AGREES
#define OTHER  FWX_LOG_OTHER_REASON
#define ALONE  FWX_LOG_NOT_PREDICTED

static const struct story stories[] = {
    {"by numbers, whatever the time",
     {{"a:1>b:2", 0, S, 10, 1, 0}, {"a:1>b:2", 5, A, 11, 2, 0}, {"a:1>b:2", 9, A, 11, 3, 0}},
     .lines = {{99999000, "a:1>b:2", FWX_LOG_STATE, 11, 3, .frame = 3, .joined = EXACT,
                .agreement = ALONE, .why = FWX_LOG_WHY_STATE_GONE}}},
    {"by numbers across a translation of one end",
     {{"a:1>p:8", 0, S, 10, 1, 0}, {"n:4>b:2", 1, S, 10, 1, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_ACCEPTED, 10, 1, .frame = 1, .joined = EXACT}}},
    {"the same numbers of another connection are another packet",
     {{"a:1>b:2", 0, S, 10, 1, 0}, {"n:4>p:2", 1, S, 10, 1, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_ACCEPTED, 10, 1, .frame = 1, .joined = EXACT}}},
    {"IPv6 has no ID: sequence number and tuple",
     {{"x:1>y:2", 0, S, 10, 0, 0}, {"x:3>y:2", 0, S, 10, 0, 0}},
     .lines = {{0, "x:3>y:2", FWX_LOG_POLICY, 10, 0, .frame = 2, .joined = EXACT,
                .agreement = ALONE, .why = FWX_LOG_WHY_POLICY}}},
    {"without numbers: to the packets in their order, each once",
     {{"a:1>b:2", 100, A, 1, 0, FWX_LOG_SEQ_ACK},
      {"a:1>b:2", 200, A, 1, 0, FWX_LOG_SEQ_ACK},
      {"a:1>b:2", 5000, A, 1, 0, FWX_LOG_SEQ_ACK}},
     .lines = {{0, "a:1>b:2", FWX_LOG_SEQ_ACK, .frame = 1, .joined = TUPLE},
               {0, "a:1>b:2", FWX_LOG_SEQ_ACK, .frame = 2, .joined = TUPLE}},
     .fates = {{AGREES, 0}, {AGREES, 0}, {FWX_LOG_NOT_LOGGED, FWX_LOG_WHY_THROTTLED}}},
    {"another reason",
     {{"a:1>b:2", 100, A, 1, 0, FWX_LOG_SEQ_ACK}},
     .lines = {{0, "a:1>b:2", FWX_LOG_NOT_SYN, .frame = 1, .joined = TUPLE, .agreement = OTHER}},
     .fates = {{OTHER, 0}}},
    {"a reason that is no closer agrees",
     {{"a:1>b:2", 100, A, 1, 0, FWX_LOG_SEQ_ACK}},
     .lines = {{0, "a:1>b:2", FWX_LOG_DROPPED, .frame = 1, .joined = TUPLE}},
     .fates = {{AGREES, 0}}},
    {"accepted although it was predicted otherwise",
     {{"a:1>b:2", 100, S, 1, 0, FWX_LOG_QUOTA}},
     .lines = {{0, "a:1>b:2", FWX_LOG_ACCEPTED, .frame = 1, .joined = TUPLE, .agreement = OTHER,
                .why = FWX_LOG_WHY_REFUTED}},
     .fates = {{FWX_LOG_NOT_LOGGED, FWX_LOG_WHY_REFUTED}}},
    {"nothing is logged of it",
     {{"a:1>b:2", 100, A, 1, 0, FWX_LOG_NOT_SYN}, {"a:3>b:2", 100, S, 1, 0, 0}},
     .lines = {{0, "a:3>b:2", FWX_LOG_ACCEPTED, .frame = 2, .joined = TUPLE}},
     .fates = {{FWX_LOG_NOT_LOGGED, FWX_LOG_WHY_ELSEWHERE}}},
    {"not in the log's time",
     {{"a:1>b:2", 0, A, 1, 0, FWX_LOG_NOT_SYN}, {"a:3>b:2", 900000, S, 1, 0, 0}},
     .lines = {{900000, "a:3>b:2", FWX_LOG_ACCEPTED, .frame = 2, .joined = TUPLE}},
     .fates = {{FWX_LOG_NOT_LOGGED, FWX_LOG_WHY_OUTSIDE_TIME}}},
    {"policy and quota are of SYNs",
     {{"a:1>b:2", 100, A, 1, 0, 0}, {"a:1>b:2", 200, S, 1, 0, 0}, {"a:3>b:2", 200, S, 1, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_POLICY, .frame = 2, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY},
               {0, "a:3>b:2", FWX_LOG_QUOTA, .frame = 3, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_QUOTA}}},
    {"translated, as the line says",
     {{"n:4>b:2", 100, S, 1, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_ACCEPTED, .nat = "n:4>b:2", .frame = 1, .joined = NAT}}},
    {"translated, as another line says, and one end only",
     {{"a:1>p:8", 100, S, 1, 0, 0}},
     .lines = {{0, "a:1>p:8", FWX_LOG_ACCEPTED, .nat = "n:4>b:2", .frame = 1, .joined = TUPLE},
               {0, "a:1>b:2", FWX_LOG_POLICY, .frame = 1, .joined = NAT, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY}}},
    {"one end as the one leg has it, the other as the other",
     {{"a:1>p:8", 100, S, 1, 0, 0}, {"n:4>b:2", 101, S, 1, 0, 0}, {"b:2>n:4", 9000, A, 1, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_POLICY, .frame = 1, .joined = PAIR, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY},
               {0, "n:4>p:8", FWX_LOG_QUOTA, .frame = 1, .joined = PAIR, .agreement = ALONE,
                .why = FWX_LOG_WHY_QUOTA},
               {8900, "b:2>a:1", FWX_LOG_STATE, .frame = 3, .joined = PAIR, .agreement = ALONE,
                .why = FWX_LOG_WHY_STATE_GONE}},
     .legs = {{"a:1>p:8", "n:4>b:2"}, {"a:3>p:8", "n:5>b:2"}}},
    {"such an end of another conversation is nobody's",
     {{"a:1>p:8", 100, S, 1, 0, 0}, {"n:4>b:2", 101, S, 1, 0, 0}, {"a:3>p:8", 100, S, 1, 0, 0}},
     .lines = {{0, "a:3>b:2", FWX_LOG_POLICY, .agreement = ALONE, .why = FWX_LOG_WHY_ELSEWHERE}},
     .unwanted = true,
     .legs = {{"a:1>p:8", "n:4>b:2"}}},
    {"the leg that the line names, although the other has the packet too",
     {{"a:1>p:8", 100, S, 1, 0, 0}, {"n:4>p:8", 101, S, 1, 0, 0}},
     .lines = {{0, "n:4>p:8", FWX_LOG_POLICY, .frame = 2, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY},
               {0, "a:1>p:8", FWX_LOG_POLICY, .frame = 1, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY},
               {0, "a:1>p:8", FWX_LOG_POLICY, .frame = 1, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY}},
     .legs = {{"a:1>p:8", "n:4>p:8"}}},
    {"dropped on its way in: only the other leg has the packet that was predicted",
     {{"p:8>a:1", 90, A, 1, 0, 0}, {"p:8>n:4", 100, A, 9, 0, FWX_LOG_SEQ_ACK}},
     .lines = {{0, "p:8>a:1", FWX_LOG_SEQ_ACK, .frame = 2, .joined = PAIR}},
     .fates = {{AGREES, 0}},
     .legs = {{"a:1>p:8", "n:4>p:8"}}},
    {"and where the leg of the line has one, it is that",
     {{"p:8>n:4", 90, A, 9, 0, FWX_LOG_SEQ_ACK}, {"p:8>a:1", 100, A, 9, 0, FWX_LOG_SEQ_ACK}},
     .lines = {{0, "p:8>a:1", FWX_LOG_SEQ_ACK, .frame = 2, .joined = TUPLE}},
     .fates = {{FWX_LOG_NOT_LOGGED, FWX_LOG_WHY_THROTTLED}, {AGREES, 0}},
     .legs = {{"a:1>p:8", "n:4>p:8"}}},
    {"the leg of the line has no packet at that time",
     {{"a:1>p:8", 0, S, 1, 0, 0}, {"n:4>p:8", 60000, A, 1, 0, 0}},
     .lines = {{60000, "a:1>p:8", FWX_LOG_STATE, .frame = 2, .joined = PAIR, .agreement = ALONE,
                .why = FWX_LOG_WHY_STATE_GONE}},
     .offset_s = -1000,
     .legs = {{"a:1>p:8", "n:4>p:8"}}},
    {"the other point's clock has no vote",
     {{"a:1>p:8", 0, S, 1, 0, 0},
      {"a:2>p:8", 7000, S, 1, 0, 0},
      {"a:3>p:8", 19000, S, 1, 0, 0},
      {"n:1>p:8", 643000, S, 1, 0, 0},
      {"n:2>p:8", 650000, S, 1, 0, 0},
      {"n:3>p:8", 662000, S, 1, 0, 0}},
     .lines = {{1234000, "a:1>p:8", FWX_LOG_ACCEPTED, .frame = 1, .joined = TUPLE},
               {1241000, "a:2>p:8", FWX_LOG_ACCEPTED, .frame = 2, .joined = TUPLE},
               {1253000, "a:3>p:8", FWX_LOG_ACCEPTED, .frame = 3, .joined = TUPLE}},
     .legs = {{"a:1>p:8", "n:1>p:8"}, {"a:2>p:8", "n:2>p:8"}, {"a:3>p:8", "n:3>p:8"}}},
    {"denied is what does not come out again, accepted is not",
     {{"a:1>b:2", 100, A, 1, 0, 0}, {"a:1>b:2", 200, A, 1, 0, 0}, {"a:1>b:2", 300, S, 1, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_POLICY, .frame = 2, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_POLICY},
               {0, "a:1>b:2", FWX_LOG_OTHER, .frame = 1, .joined = TUPLE}},
     .dropped = 2},
    {"but what was predicted comes first",
     {{"a:1>b:2", 200, A, 1, 0, 0}, {"a:1>b:2", 300, A, 1, 0, FWX_LOG_NOT_SYN}},
     .lines = {{0, "a:1>b:2", FWX_LOG_SEQ_ACK, .frame = 2, .joined = TUPLE, .agreement = OTHER}},
     .fates = {{OTHER, 0}},
     .dropped = 1},
    {"by the sequence number alone, one end as the other leg has it",
     {{"a:1>p:8", 0, S, 10, 0, 0}, {"n:4>b:2", 1, S, 10, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_ACCEPTED, 10, .frame = 1, .joined = EXACT}},
     .legs = {{"a:1>p:8", "n:4>b:2"}}},
    {"by numbers, on the side that the line names",
     {{"a:1>b:2", 0, S, 10, 1, 0}, {"n:4>b:2", 1, S, 10, 1, 0}},
     .lines = {{0, "n:4>b:2", FWX_LOG_ACCEPTED, 10, 1, .frame = 2, .joined = EXACT},
               {0, "n:4>b:2", FWX_LOG_ACCEPTED, 10, 1, .frame = 2, .joined = EXACT}}},
    {"the way that the line says, before the other",
     {{"b:2>a:1", 100, A, 1, 0, 0}, {"a:1>b:2", 200, A, 1, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_NOT_SYN, .frame = 2, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_STATE_GONE}}},
    {"the end of a connection is its last word, of either side",
     {{"a:1>b:2", 0, S, 1, 0, 0},
      {"a:1>b:2", 50, F, 2, 0, 0},
      {"b:2>a:1", 60, F, 9, 0, 0},
      {"a:1>b:2", 70, A, 3, 0, 0}},
     .lines = {{2000, "a:1>b:2", FWX_LOG_CLOSED, .begin_ms = 1, .frame = 3, .joined = TUPLE}}},
    {"an end that was predicted",
     {{"a:1>b:2", 0, S, 1, 0, 0}, {"a:1>b:2", 50, RST, 2, 0, FWX_LOG_KILLED}},
     .lines = {{0, "a:1>b:2", FWX_LOG_KILLED, .frame = 2, .joined = TUPLE}},
     .fates = {{AGREES, 0}}},
    {"killed, for all that packets show",
     {{"a:1>b:2", 0, S, 1, 0, 0}, {"b:2>a:1", 50, RST, 2, 0, 0}},
     .lines = {{0, "a:1>b:2", FWX_LOG_KILLED, .frame = 2, .joined = TUPLE, .agreement = ALONE,
                .why = FWX_LOG_WHY_KILLED}}},
    {"the source alone",
     {{"a:1>p:8", 0, S, 1, 0, 0}, {"a:1>b:2", 5000, S, 1, 0, 0}},
     .lines = {{5000, "a:1", FWX_LOG_ACCEPTED, .frame = 2, .joined = TUPLE}},
     .offset_s = -1000},
    {"before the capture, after it, and of another connection",
     {{"a:1>b:2", 0, S, 1, 0, 0}},
     .lines = {{-100000, "a:1>b:2", FWX_LOG_POLICY, .agreement = ALONE,
                .why = FWX_LOG_WHY_BEFORE_CAPTURE},
               {100000, "a:1>b:2", FWX_LOG_POLICY, .agreement = ALONE,
                .why = FWX_LOG_WHY_AFTER_CAPTURE},
               {0, "a:1>b:9", FWX_LOG_POLICY, .agreement = ALONE, .why = FWX_LOG_WHY_ELSEWHERE}},
     .offset_s = -1000,
     .unwanted = true},
    {"a clock of which nothing can be told",
     {{"a:1>b:2", 0, A, 1, 0, 0}, {"a:1>b:2", 400, A, 1, 0, FWX_LOG_NOT_SYN}},
     .lines = {{777000, "a:1>b:2", FWX_LOG_NOT_SYN, .frame = 2, .joined = GUESS}},
     .fates = {{AGREES, 0}}},
};

static void see_all(const struct story *story, struct fwx_log_trace *trace, GArray *predictions)
{
    for (unsigned i = 0; i < MOST && story->packets[i].tuple; i++) {
        const struct packet *packet = &story->packets[i];
        struct fwx_log_tuple tuple = tuple_of(packet->tuple);
        struct fwx_packet seen = {
            .src = tuple.src,
            .dst = tuple.dst,
            .src_port = tuple.src_port,
            .dst_port = tuple.dst_port,
            .protocol = FWX_PROTOCOL_TCP,
            .time = START + packet->ms * FWX_MILLISECOND,
            .frame = i + 1,
            .ip_id = packet->id,
            .ip_version = fwx_address_is_v4(&tuple.src) ? 4 : 6,
            .has_transport = true,
            .tcp = {.seq = packet->seq, .flags = packet->flags},
        };
        struct fwx_log_prediction prediction = {
            .frame = i + 1,
            .class = (uint8_t)packet->predicted,
            .drops = fwx_log_class_denies(packet->predicted),
            .connection = 1,
        };

        fwx_log_trace_see(trace, &seen, 1);
        g_array_index(trace->packets, struct fwx_log_seen, i).dropped = story->dropped == i + 1;
        if (packet->predicted)
            g_array_append_val(predictions, prediction);
    }
}

static void pair_all(const struct story *story, struct fwx_log_trace *trace)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(story->legs) && story->legs[i][0]; i++) {
        struct fwx_log_tuple a = tuple_of(story->legs[i][0]);
        struct fwx_log_tuple b = tuple_of(story->legs[i][1]);

        fwx_log_paired_add(trace->paired, &a, &b);
    }
    fwx_log_paired_sort(trace->paired);
}

static struct fwx_log_line line_of(const struct story *story, const struct line *line)
{
    struct fwx_log_line made = {
        .tuple = tuple_of(line->tuple),
        .time = START + (line->ms + story->offset_s * 1000) * FWX_MILLISECOND,
        .begin = START + (line->begin_ms + story->offset_s * 1000) * FWX_MILLISECOND,
        .resolution = (story->resolution_ms ? story->resolution_ms : 1000) * FWX_MILLISECOND,
        .class = (uint8_t)line->class,
        .stage = (uint8_t)fwx_log_class_stage(line->class),
        .seq = line->seq,
        .ip_id = line->id,
        .known = (line->seq ? FWX_LOG_HAS_SEQ : 0) | (line->id ? FWX_LOG_HAS_IP_ID : 0) |
                 (line->nat ? FWX_LOG_HAS_NAT : 0) | (line->begin_ms ? FWX_LOG_HAS_BEGIN : 0),
    };

    made.nat = line->nat ? tuple_of(line->nat) : made.tuple;
    return made;
}

static void hold(const struct story *story, const struct fwx_log_join *join)
{
    for (guint i = 0; i < join->matches->len; i++) {
        const struct fwx_log_match *match = &g_array_index(join->matches, struct fwx_log_match, i);
        const struct line *line = &story->lines[i];

        g_test_message("line %u", i);
        g_assert_cmpuint(match->seen ? fwx_log_trace_packet(join->trace, match->seen - 1)->frame
                                     : 0,
                         ==, line->frame);
        g_assert_cmpstr(fwx_log_joined_name((enum fwx_log_joined)match->joined), ==,
                        fwx_log_joined_name(line->joined));
        g_assert_cmpstr(fwx_log_agreement_name((enum fwx_log_agreement)match->agreement), ==,
                        fwx_log_agreement_name(line->agreement));
        g_assert_cmpstr(fwx_log_why_name((enum fwx_log_why)match->why), ==,
                        fwx_log_why_name(line->why));
    }
    for (guint i = 0; i < join->fates->len; i++) {
        const struct fwx_log_fate *fate = &g_array_index(join->fates, struct fwx_log_fate, i);

        g_test_message("prediction %u", i);
        g_assert_cmpuint(fate->agreement, ==, story->fates[i].agreement);
        g_assert_cmpstr(fwx_log_why_name((enum fwx_log_why)fate->why), ==,
                        fwx_log_why_name(story->fates[i].why));
    }
}

static void play(const struct story *story)
{
    struct fwx_log_trace *trace = fwx_log_trace_new();
    GArray *predictions = g_array_new(FALSE, FALSE, sizeof(struct fwx_log_prediction));
    struct fwx_log_join *join = fwx_log_join_new(trace, predictions);
    struct fwx_log_extent extent = {.first = INT64_MAX, .last = 0};

    g_test_message("%s", story->name);
    see_all(story, trace, predictions);
    pair_all(story, trace);
    for (unsigned i = 0; i < MOST && story->lines[i].tuple; i++) {
        struct fwx_log_line line = line_of(story, &story->lines[i]);
        bool last = i + 1 == MOST || !story->lines[i + 1].tuple;

        g_assert_cmpint(fwx_log_wanted(join, &line), ==, !(last && story->unwanted));
        g_array_append_val(join->lines, line);
        extent.first = MIN(extent.first, line.time);
        extent.last = MAX(extent.last, line.time);
    }
    extent.has_offset = story->offset_s;
    extent.offset = story->offset_s * FWX_SECOND;
    g_array_append_val(join->extents, extent);
    fwx_log_join(join);
    hold(story, join);
    fwx_log_join_free(join);
    g_array_free(predictions, TRUE);
    fwx_log_trace_free(trace);
}

static void test_stories(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stories); i++)
        play(&stories[i]);
}

/* Each event of the engine has a class, and each class a name. */
static void test_classes(void)
{
    for (unsigned event = 0; event < FWX_EVENT_KINDS; event++)
        g_assert_cmpuint(fwx_log_class_of((enum fwx_event)event), !=, FWX_LOG_OTHER);
    for (unsigned class = 0; class < FWX_LOG_CLASS_KINDS; class ++)
        g_assert_cmpuint(fwx_log_class_find(fwx_log_class_id((enum fwx_log_class) class)), ==,
                         class);
    g_assert_cmpuint(fwx_log_class_find("none such"), ==, FWX_LOG_CLASS_KINDS);
    g_assert_false(fwx_log_class_agrees(FWX_LOG_DROPPED, FWX_LOG_CLOSED));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/join/stories", test_stories);
    g_test_add_func("/log/join/classes", test_classes);
    return g_test_run();
}
