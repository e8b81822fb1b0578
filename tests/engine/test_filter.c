/* test_filter.c
 * Display filters: a connection, a range of frames, and what a verdict rests on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

#include "engine/filter.h"

static void assert_filter(char *filter, const char *expected)
{
    g_assert_cmpstr(filter, ==, expected);
    g_free(filter);
}

static void assert_evidence_filter(const struct scene *scene, uint32_t id, const char *expected)
{
    assert_filter(fwx_filter_evidence(scene->engine, connection_of(scene, id)), expected);
}

static void test_frames(void)
{
    assert_filter(fwx_filter_frames(3, 17), "frame.number >= 3 and frame.number <= 17");
    assert_filter(fwx_filter_frames(3, 0), "frame.number >= 3");
}

/* ---- evidence ------------------------------------------------------------------------------- */

/* The SYN-ACK with the payload, the acknowledgement that earns the verdict, and what is dropped. */
static const struct segment mismatch[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
    {"ack covers the payload", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    {"data", I, PA, 1, 3, 10, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
};

static void check_mismatch(const struct scene *scene)
{
    assert_filter(fwx_filter_connection(connection_of(scene, 1)), "fwx.conn.id == 1");
    assert_evidence_filter(scene, 1,
                           "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {2, 3}");
}

/* No payload is to blame: the SYN-ACK that sets the expectation. */
static const struct segment plain_mismatch[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn-ack", R, SA, 0, 1, .met = SENT},
    {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
};

static void check_plain_mismatch(const struct scene *scene)
{
    assert_evidence_filter(scene, 1,
                           "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {2, 3}");
}

/* What is remarked upon, and judged by nobody, is no evidence. */
static const struct segment payload_only[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
    {"ack of the syn-ack", I, A, 1, 1, .met = RECV},
};

static void check_payload_only(const struct scene *scene)
{
    assert_evidence_filter(scene, 1, "frame.number in {3}");
}

/* Forgotten since frame 4: that frame has no verdict of its own. */
static const struct segment forgotten[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn-ack", R, SA, 0, 1, .met = SENT},
    {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    {"ack", I, A, 1, 1, .met = RECV},
    {"data, a day later", I, PA, 1, 1, 10, .gap_ms = 86400000, .met = CLSD, .finds = LATE,
     .code = NOT_SYN},
};

static void check_forgotten(const struct scene *scene)
{
    assert_evidence_filter(scene, 1,
                           "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {2, 4, 5}");
}

/* The FIN that the reset answers, and the reset. What comes late points to the reset again. */
static const struct segment dirty_close[] = {
    HANDSHAKE,
    EXCHANGE,
    {"fin", R, FA, 11, 11, .met = ESTB},
    {"reset", I, RA, 11, 12, .met = FINW, .finds = RESET, .code = ABORTIVE,
     .reset = CLASS(DIRTY_CLOSE)},
    {"late", R, A, 12, 11, .met = RSET, .finds = LATE, .code = NOT_SYN},
};

static void check_dirty_close(const struct scene *scene)
{
    assert_evidence_filter(scene, 1,
                           "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {7, 8}");
}

/* No packet has a verdict of its own: the frame that established it is all there is. */
static const struct segment established[] = {HANDSHAKE, EXCHANGE};

static void check_established(const struct scene *scene)
{
    assert_evidence_filter(scene, 1, "frame.number in {3}");
}

static const struct segment half_open[] = {{"syn", I, S, 0, .met = NONE}};

static void check_half_open(const struct scene *scene)
{
    assert_evidence_filter(scene, 1, NULL);
}

/* Another connection's packets are no evidence. */
static const struct segment two[] = {
    {"syn", I, S, 0, .met = NONE},
    {"syn-ack with payload", R, SA, 0, 1, 2, .met = SENT, .finds = PAYLOAD},
    {"ack covers the payload", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
    {"query", I, 0, 0, 0, 30, .protocol = UDP, .conn = 2, .met = NONE},
};

static void check_two(const struct scene *scene)
{
    assert_evidence_filter(scene, 1,
                           "(fwx.conn.id == 1 and fwx.verdict.code) or frame.number in {2, 3}");
    assert_evidence_filter(scene, 2, "frame.number in {4}");
}

static void test_evidence(void)
{
    PLAY(mismatch, check_mismatch);
    PLAY(plain_mismatch, check_plain_mismatch);
    PLAY(payload_only, check_payload_only);
    PLAY(forgotten, check_forgotten);
    PLAY(dirty_close, check_dirty_close);
    PLAY(established, check_established);
    PLAY(half_open, check_half_open);
    PLAY(two, check_two);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/frames", test_frames);
    g_test_add_func("/filter/evidence", test_evidence);
    return g_test_run();
}
