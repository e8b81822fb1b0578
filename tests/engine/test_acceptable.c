/* test_acceptable.c
 * Which resets end a connection, at the boundaries of what is acceptable, and what they show of an
 * acknowledgement that was dropped. What a reset means: test_reset.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { LEAST = 65535 }; /* a window counts as this at least */

static const struct fwx_reset *last_reset(const struct scene *scene)
{
    return &found(scene, scene->frame, FWX_FINDING_RESET)->reset;
}

/* ---- half-open ------------------------------------------------------------------------------- */

/* A reset behind a SYN, or behind a SYN-ACK as well. */
static void try_half_open(bool answered, int from, uint8_t flags, int64_t seq, int64_t ack,
                          bool acceptable)
{
    struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"reset", from, flags, seq, ack, .met = answered ? RECV : SENT, .finds = RESET,
         .code = acceptable ? ABORTIVE : 0,
         .reset = !acceptable              ? CLASS(NO_CONNECTION)
                  : from == R && !answered ? CLASS(REFUSED)
                                           : CLASS(HANDSHAKE_ABORT)},
    };

    if (!answered)
        rows[1] = rows[2];
    play_rows(rows, answered ? 3 : 2, NULL);
}

/* The initiator takes back what it has sent: from its SYN on, as far as a window reaches. */
static void test_of_initiator(void)
{
    for (int answered = 0; answered <= 1; answered++) {
        try_half_open(answered, I, RST, -1, 0, false);
        try_half_open(answered, I, RST, 0, 0, true);
        try_half_open(answered, I, RST, LEAST, 0, true);
        try_half_open(answered, I, RST, LEAST + 1, 0, false);
    }
}

/* The responder acknowledges the SYN, or data that came with it; then its number does not matter. */
static void test_of_responder(void)
{
    for (int answered = 0; answered <= 1; answered++) {
        try_half_open(answered, R, RA, 900000, 0, false);
        try_half_open(answered, R, RA, 900000, 1, true);
        try_half_open(answered, R, RA, 900000, 1 + LEAST, true);
        try_half_open(answered, R, RA, 900000, 1 + LEAST + 1, false);
    }
}

/* Or it has sent something, and goes on just there. */
static void test_of_responder_without_ack(void)
{
    try_half_open(true, R, RST, 0, 0, false);
    try_half_open(true, R, RST, 1, 0, true);
    try_half_open(true, R, RST, 2, 0, false);
    try_half_open(true, R, RA, 2, 0, false);
}

/* The payload of a SYN-ACK is not counted: it has got no farther than behind its SYN. */
static void try_behind_payload(int64_t seq, bool acceptable)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack with payload", R, SA, 0, 1, 100, .met = SENT, .finds = PAYLOAD},
        {"reset", R, RST, seq, .met = RECV, .finds = RESET, .code = acceptable ? ABORTIVE : 0,
         .reset = acceptable ? CLASS(HANDSHAKE_ABORT) : CLASS(NO_CONNECTION)},
    };

    PLAY(rows, NULL);
}

static void test_behind_payload(void)
{
    try_behind_payload(1, true);
    try_behind_payload(101, false);
}

/* Of two SYN-ACKs, behind the one that lies farther. */
static void test_behind_other_isn(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"other isn", R, SA, 900000, 1, .met = RECV, .finds = PAYLOAD},
        {"reset behind the first", R, RST, 1, .met = RECV, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset", R, RST, 900001, .met = RECV, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(HANDSHAKE_ABORT)},
    };

    PLAY(rows, NULL);
}

static void from_0(struct fwx_packet *packet)
{
    packet->tcp.seq = 0;
}

/* To a SYN no number alone says anything, not even that of a closed port. */
static void test_without_ack_at_once(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"reset from 0, without ACK", R, RST, 0, .tweak = from_0, .met = SENT, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset", R, RA, 0, 1, .tweak = from_0, .met = SENT, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(REFUSED)},
    };

    PLAY(rows, NULL);
}

/* ---- after a dropped acknowledgement --------------------------------------------------------- */

static void nothing_said(const struct scene *scene)
{
    assert_evidence(scene, 1, FWX_EVIDENCE_NONE);
}

/* 2 too high; then a reset, which shows nothing of whether it was received. */
static void try_wrong_ack(int from, uint8_t flags, int64_t seq, int64_t ack, bool acceptable)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"reset", from, flags, seq, ack, .met = RECV, .finds = RESET,
         .code = acceptable ? ABORTIVE : 0,
         .reset = acceptable ? CLASS(HANDSHAKE_ABORT) : CLASS(NO_CONNECTION)},
    };

    PLAY(rows, nothing_said);
}

/* Only a reset of the responder, without ACK, from elsewhere than it has got to, can have taken its
 * number from the wrong one. */
static void test_after_wrong_ack(void)
{
    try_wrong_ack(R, RST, 3, 0, true);
    try_wrong_ack(R, RST, 1 + LEAST, 0, true);
    try_wrong_ack(R, RST, 1 + LEAST + 1, 0, false);
    try_wrong_ack(R, RST, 1, 0, true);
    try_wrong_ack(R, RA, 3, 1, true);
    try_wrong_ack(R, RA, 3, 0, false);
    try_wrong_ack(I, RST, 3, 0, true);
}

/* Once the handshake is complete after all, a reset is one like any other. */
static void test_after_right_ack(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 2 too high", I, A, 1, 3, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
        {"reset from the wrong number", R, RST, 3, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, nothing_said);
}

/* ---- established ----------------------------------------------------------------------------- */

/* A reset of the initiator; both have got to 11. */
static void try_established(int64_t seq, bool acceptable)
{
    const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"ack of the request", R, A, 11, 11, .met = ESTB},
        {"reset", I, RST, seq, .met = ESTB, .finds = RESET, .code = acceptable ? ABORTIVE : 0,
         .reset = acceptable ? CLASS(DATA_ABORT) : CLASS(NO_CONNECTION)},
    };

    PLAY(rows, NULL);
}

static void test_established(void)
{
    try_established(11 - LEAST - 1, false);
    try_established(11 - LEAST, true); /* a number that was acknowledged before */
    try_established(11 + LEAST, true);
    try_established(11 + LEAST + 1, false);
}

static void ten_bytes_under_way(const struct scene *scene)
{
    g_assert_cmpuint(last_reset(scene)->in_flight, ==, 10);
}

static void nothing_under_way(const struct scene *scene)
{
    g_assert_cmpuint(last_reset(scene)->in_flight, ==, 0);
}

/* The other side was not seen: near to where the sender has got to. Whoever was never seen has
 * acknowledged nothing. */
static void try_one_sided(int64_t seq, bool acceptable)
{
    const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack", I, A, 1, 1, .met = SENT},
        {"request", I, PA, 1, 1, 10, .met = ESTB},
        {"reset", I, RST, seq, .met = ESTB, .finds = RESET, .code = acceptable ? ABORTIVE : 0,
         .reset = acceptable ? CLASS(DATA_ABORT) : CLASS(NO_CONNECTION)},
    };

    PLAY(rows, ten_bytes_under_way);
}

static void test_one_sided(void)
{
    try_one_sided(11, true);
    try_one_sided(11 + LEAST, true);
    try_one_sided(11 + LEAST + 1, false);
    try_one_sided(11 - LEAST, true);
    try_one_sided(11 - LEAST - 1, false);
}

/* Whatever the initiator acknowledges, there was a SYN-ACK, and the connection is established. */
static void test_synack_missed(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .met = NONE},
        {"ack of the syn", R, A, 1, 1, .met = SENT},
        {"ack of what was missed", I, A, 1, 501, .met = ESTB},
        {"reset", I, RST, 1, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

/* The responder was not seen, and so has offered no window scale: the initiator's does not count
 * (RFC 7323, 2.2). */
static void test_scale_of_one_seen(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = 7, .met = NONE},
        {"response, syn-ack missed", R, PA, 1, 1, 100, .met = SENT},
        {"ack of the response", I, A, 1, 101, .met = ESTB},
        {"reset beyond the window", R, RST, 101 + LEAST + 1, .met = ESTB, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"reset within", R, RST, 101 + LEAST, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, NULL);
}

/* Before the capture began a window may have been scaled: it counts as a megabyte. */
static void try_midstream(int64_t seq, bool acceptable)
{
    const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"ack", R, A, 5000, 1100, .met = UNKN},
        {"reset", I, RST, seq, .met = UNKN, .finds = RESET, .code = acceptable ? ABORTIVE : 0,
         .reset = acceptable ? CLASS(DATA_ABORT) : CLASS(NO_CONNECTION)},
    };

    PLAY(rows, NULL);
}

static void test_midstream(void)
{
    try_midstream(1100 - LEAST - 1, false);
    try_midstream(1100 - LEAST, true);
    try_midstream(1100 + (1 << 20), true);
    try_midstream(1100 + (1 << 20) + 1, false);
}

/* Only the resetting side has offered a scale, and the other one's window is odd. */
static void test_scale_of_one_offered(void)
{
    static const struct segment rows[] = {
        {"syn", I, S, 0, .header = 24, .scale = 7, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .window = 8191, .met = SENT},
        {"ack", I, A, 1, 1, .met = RECV},
        {"ack", R, A, 1, 1, .window = 8191, .met = ESTB},
        {"reset beyond the window", I, RST, 1 + LEAST + 1, .met = ESTB, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
    };

    PLAY(rows, NULL);
}

/* Of whichever side. */
static void test_under_way(void)
{
    static const struct segment own[] = {
        HANDSHAKE,
        EXCHANGE,
        {"more of the response", R, PA, 11, 11, 10, .met = ESTB},
        {"reset behind it", R, RST, 21, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };
    static const struct segment of_the_other[] = {
        HANDSHAKE,
        EXCHANGE,
        {"more of the response", R, PA, 11, 11, 10, .met = ESTB},
        {"reset", I, RST, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    static const struct segment without_ack[] = {
        HANDSHAKE,
        EXCHANGE,
        {"data without ACK, which nobody takes", I, FWX_PSH, 11, 0, 10, .met = ESTB},
        {"reset", R, RA, 11, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(without_ack, nothing_under_way);
    PLAY(own, ten_bytes_under_way);
    PLAY(of_the_other, ten_bytes_under_way);
}

/* Where only its sender was seen, it may have ended what it sent before; see also test_reset.c for
 * where nothing was, and test_midstream.c for where only the other side was. */
static void test_sender_only(void)
{
    static const struct segment rows[] = {
        {"data", I, PA, 1000, 5000, 100, .met = UNKN},
        {"reset", I, RST, 1100, .met = UNKN, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
    };

    PLAY(rows, nothing_under_way);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/acceptable/half-open/initiator", test_of_initiator);
    g_test_add_func("/acceptable/half-open/responder", test_of_responder);
    g_test_add_func("/acceptable/half-open/without-ack", test_of_responder_without_ack);
    g_test_add_func("/acceptable/half-open/without-ack-at-once", test_without_ack_at_once);
    g_test_add_func("/acceptable/half-open/behind-payload", test_behind_payload);
    g_test_add_func("/acceptable/half-open/behind-other-isn", test_behind_other_isn);
    g_test_add_func("/acceptable/synack-missed", test_synack_missed);
    g_test_add_func("/acceptable/midstream", test_midstream);
    g_test_add_func("/acceptable/scale-of-one-offered", test_scale_of_one_offered);
    g_test_add_func("/acceptable/after-wrong-ack", test_after_wrong_ack);
    g_test_add_func("/acceptable/after-right-ack", test_after_right_ack);
    g_test_add_func("/acceptable/established", test_established);
    g_test_add_func("/acceptable/one-sided", test_one_sided);
    g_test_add_func("/acceptable/scale-of-one-seen", test_scale_of_one_seen);
    g_test_add_func("/acceptable/under-way", test_under_way);
    g_test_add_func("/acceptable/sender-only", test_sender_only);
    return g_test_run();
}
