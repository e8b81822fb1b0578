/* test_kind.c
 * What a kind of finding tells the host: which fields, with which values, in which order, and which
 * expert infos; and how it is marked. Its sentences: test_reason.c, test_sentence.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/kind.h"
#include "engine/sentence.h"

#include <inttypes.h>

/* ---- in words -------------------------------------------------------------------------------- */

static void add_value(GString *text, enum fwx_field_type type, const union fwx_value *value)
{
    switch (type) {
    case FWX_FIELD_NUMBER:
    case FWX_FIELD_FRAME:
        g_string_append_printf(text, "%" PRIu32, value->number);
        break;
    case FWX_FIELD_DIFFERENCE:
        g_string_append_printf(text, "%" PRId32, value->difference);
        break;
    case FWX_FIELD_TEXT:
        g_string_append(text, value->text);
        break;
    case FWX_FIELD_FLAG:
        g_string_append(text, value->flag ? "yes" : "no");
        break;
    case FWX_FIELD_BYTES:
        for (unsigned i = 0; i < value->bytes.length; i++)
            g_string_append_printf(text, "%02x", value->bytes.at[i]);
        break;
    case FWX_FIELD_TIME:
        g_string_append_printf(text, "%" PRId64, value->time);
        break;
    }
}

/* "name=value" of each field, as they are shown; a star behind the one that has the expert infos;
 * then the expert infos as they are raised: "!name" of a warning, "?name" of others. */
static char *told_by(const struct fwx_finding *finding)
{
    const struct fwx_kind *kind = fwx_kind_of(finding);
    GString *text = g_string_new(NULL);
    unsigned count = 0;

    for (unsigned i = 0; kind->fields && kind->fields[i].name; i++) {
        unsigned number = kind->order ? kind->order[i] : i;
        const struct fwx_field *field = &kind->fields[number];
        union fwx_value value;

        if (!field->get(finding, &value))
            continue;
        g_string_append_printf(text, " %s=", field->name);
        add_value(text, field->type, &value);
        if (number == kind->bearer)
            g_string_append_c(text, '*');
    }
    while (kind->experts && kind->experts[count].name)
        count++;
    while (count-- > 0) {
        const struct fwx_expert *expert = &kind->experts[count];

        if (!expert->applies || expert->applies(finding))
            g_string_append_printf(
                text, " %c%s", expert->severity == FWX_SEVERITY_WARNING ? '!' : '?', expert->name);
    }
    return g_string_free(text, FALSE);
}

struct sample {
    struct fwx_finding finding;
    const char *told;
};

static void try_samples(const struct sample *samples, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char *told = told_by(&samples[i].finding);

        g_assert_cmpstr(told, ==, samples[i].told);
        g_free(told);
    }
}

#define TRY(samples) try_samples(samples, G_N_ELEMENTS(samples))

/* ---- kind by kind ---------------------------------------------------------------------------- */

#define FINDING(name, member, ...)                                                                 \
    {                                                                                              \
        .kind = FWX_FINDING_##name, .member = { __VA_ARGS__ }                                      \
    }

static void test_handshake(void)
{
    static const struct sample samples[] = {
        {FINDING(SYNACK_PAYLOAD, synack, .length = 2, .head = {0, 0xfe}, .head_len = 2),
         " synack.payload_len=2* synack.payload=00fe !synack_payload"},
        {FINDING(SYNACK_PAYLOAD, synack, .length = 2), " synack.payload_len=2* !synack_payload"},
        {FINDING(SYNACK_PAYLOAD, synack, .length = 2, .fast_open = true),
         " synack.payload_len=2* ?synack_payload"},
        {FINDING(SYNACK_PAYLOAD, synack, .difference = FWX_SYNACK_OTHER_ISN), " ?synack_payload"},
        {{.kind = FWX_FINDING_PADDING, .padding_len = 6}, " padding_len=6* !padding"},
        {FINDING(ACK_MISMATCH, mismatch, .expected = 1, .actual = 3, .cause_frame = 2),
         " ack.expected=1 ack.actual=3* ack.delta=2 ack.cause_frame=2 !ack_mismatch"},
        {FINDING(ACK_MISMATCH, mismatch, .expected = 0, .actual = UINT32_MAX, .fast_open = true),
         " ack.expected=0 ack.actual=4294967295* ack.delta=-1 ?ack_mismatch"},
    };

    TRY(samples);
}

static void test_reset(void)
{
    static const struct sample samples[] = {
        {FINDING(RESET, reset, .class = FWX_RESET_REFUSED, .by = FWX_RESPONDER, .status = 10061,
                 .grade = FWX_GRADE_LOOK),
         " reset.class=refused* reset.by=responder reset.status=10061 reset.grade=look into it"
         " reset.origin=unknown reset.injected=no ?reset"},
        {FINDING(RESET, reset, .class = FWX_RESET_DIRTY_CLOSE, .by = FWX_INITIATOR, .fin_frame = 9,
                 .after = -5),
         " reset.class=dirty-close* reset.by=initiator reset.fin_frame=9 reset.fin_delay=-5"
         " reset.origin=unknown reset.injected=no ?dirty_close"},
        {FINDING(RESET, reset, .class = FWX_RESET_DIRTY_CLOSE), /* the FIN is not in the capture */
         " reset.class=dirty-close* reset.by=initiator reset.fin_delay=0 reset.origin=unknown "
         "reset.injected=no"
         " ?dirty_close"},
        {FINDING(RESET, reset, .class = FWX_RESET_DATA_ABORT, .by = FWX_SIDE_UNKNOWN,
                 .fin_frame = 9, .after = 5, .origin = FWX_ORIGIN_IN_BETWEEN,
                 .kill = FWX_KILL_INJECTED),
         " reset.class=data-abort* reset.by=unknown reset.origin=in-between reset.injected=yes "
         "!killed !reset"},
        {FINDING(RESET, reset, .class = FWX_RESET_DIRTY_CLOSE, .origin = FWX_ORIGIN_IN_BETWEEN),
         " reset.class=dirty-close* reset.by=initiator reset.fin_delay=0 reset.origin=in-between "
         "reset.injected=yes !reset"},
    };

    TRY(samples);
}

/* Those that are nothing but their verdict, and have the expert infos there. */
static void test_verdicts(void)
{
    static const struct sample samples[] = {
        {{.kind = FWX_FINDING_CLOSE}, ""},
        {{.kind = FWX_FINDING_NO_REPLY}, " !no_reply"},
        {FINDING(QUOTA, quota, .first = true), " !quota"},
        {FINDING(QUOTA, quota, .first = false), ""},
        {{.kind = FWX_FINDING_SANITY}, " !sanity"},
        {{.kind = FWX_FINDING_NOT_SYN}, " !not_syn"},
        {FINDING(NOT_SYN, late, .gone_frame = 7), " ?not_syn"},
        {FINDING(NOT_SYN, late, .gone_frame = 7, .idle_s = 60), " !not_syn"},
        {FINDING(NOT_SYN, late, .gone_frame = 7, .killed = true), " !not_syn"},
        {FINDING(WINDOW, window, UINT32_MAX, UINT32_MAX, true), " !ack_mismatch"},
    };

    TRY(samples);
    for (unsigned i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_assert_null(fwx_kind_of(&samples[i].finding)->fields);
        g_assert_cmpint(fwx_kind_of(&samples[i].finding)->family, ==, FWX_FAMILY_VERDICTS);
    }
}

static void test_marker(void)
{
    static const struct sample samples[] = {
        {FINDING(MARKER, marker, 22, FWX_ECHO_REPLY), " marker.size=22* marker.role=reply ?marker"},
    };

    TRY(samples);
}

/* ---- marks ----------------------------------------------------------------------------------- */

static void assert_mark(const struct fwx_finding *finding, const char *text)
{
    char buffer[FWX_REASON_SIZE];
    struct fwx_sentence s = fwx_sentence_in(buffer);

    fwx_kind_of(finding)->mark(&s, finding);
    g_assert_cmpstr(buffer, ==, text);
}

static void test_marks(void)
{
    const struct fwx_finding one_byte = {.kind = FWX_FINDING_SYNACK_PAYLOAD, .synack.length = 1};
    const struct fwx_finding two_bytes = {.kind = FWX_FINDING_SYNACK_PAYLOAD, .synack.length = 2};
    const struct fwx_finding never_there = {.kind = FWX_FINDING_NOT_SYN};
    const struct fwx_finding gone = {.kind = FWX_FINDING_NOT_SYN, .late.gone_frame = 9};

    assert_mark(&one_byte, "SYN-ACK with 1 byte of payload");
    assert_mark(&two_bytes, "SYN-ACK with 2 bytes of payload");
    assert_mark(&never_there, "not SYN, no connection");
    assert_mark(&gone, "not SYN, gone since 9");
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Each can be spoken of; no two fields have one name, and an order names each field once. */
static void test_fields(void)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned kind = 0; kind < FWX_FINDING_KINDS; kind++) {
        const struct fwx_field *fields = fwx_kinds[kind]->fields;
        unsigned count = 0;
        unsigned shown = 0;

        g_assert_true(fwx_kinds[kind]->title || fwx_kinds[kind]->title_of);
        g_assert_nonnull(fwx_kinds[kind]->say);
        g_assert_nonnull(fwx_kinds[kind]->page);
        for (; fields && fields[count].name; count++)
            g_assert_true(g_hash_table_add(names, (void *)fields[count].name));
        g_assert_cmpuint(count, <=, FWX_MOST_FIELDS);
        g_assert_cmpuint(fwx_kinds[kind]->bearer, <=, count);
        for (unsigned i = 0; i < count; i++)
            shown |= 1u << (fwx_kinds[kind]->order ? fwx_kinds[kind]->order[i] : i);
        g_assert_cmpuint(shown, ==, (1u << count) - 1);
    }
    g_hash_table_destroy(names);
}

static void test_sharing(void)
{
    for (unsigned kind = 0; kind < FWX_FINDING_KINDS; kind++)
        g_assert_cmpint(fwx_expert_owner((enum fwx_finding_kind)kind), ==,
                        kind == FWX_FINDING_WINDOW    ? FWX_FINDING_ACK_MISMATCH
                        : kind == FWX_FINDING_SILENCE ? FWX_FINDING_CLOSE /* none, as it has */
                                                      : kind);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kind/handshake", test_handshake);
    g_test_add_func("/kind/reset", test_reset);
    g_test_add_func("/kind/verdicts", test_verdicts);
    g_test_add_func("/kind/marker", test_marker);
    g_test_add_func("/kind/marks", test_marks);
    g_test_add_func("/kind/fields", test_fields);
    g_test_add_func("/kind/sharing", test_sharing);
    return g_test_run();
}
