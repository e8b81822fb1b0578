/* test_kill.c
 * Connections that the firewall itself ends: 0x80074E24, on which evidence, and whose filter it may
 * have been. Which resets look injected at all: test_injected.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "packets.h"

enum { SMTP = 25, RTSP = 554 };

/* ---- a reset that is not its endpoint's ------------------------------------------------------ */

#define FOREIGN .ttl = 250, .mac = 77
#define KILLS   .finds = RESET, .code = KILLED

static void was_injected(const struct scene *scene)
{
    const struct fwx_finding *finding = found(scene, EXCHANGED + 1, FWX_FINDING_RESET);

    g_assert_cmpint(finding->reset.kill, ==, FWX_KILL_INJECTED);
    g_assert_cmpint(finding->reset.grade, ==, FWX_GRADE_LOOK);
    g_assert_cmpint(finding->confidence, ==, FWX_INFERRED);
    g_assert_false(finding->dropped);
    g_assert_cmpuint(connection_of(scene, 1)->flags & FWX_CONNECTION_KILLED, !=, 0);
    assert_verdict(scene, 1, KILLED, EXCHANGED + 1);
}

/* Source 004: the kill, and then its consequence, which is not the story. */
static void consequences(const struct scene *scene)
{
    was_injected(scene);
    for (uint32_t frame = EXCHANGED + 2; frame <= EXCHANGED + 3; frame++) {
        g_assert_true(found(scene, frame, FWX_FINDING_NOT_SYN)->late.killed);
        g_assert_cmpuint(found(scene, frame, FWX_FINDING_NOT_SYN)->late.gone_frame, ==,
                         EXCHANGED + 1);
        assert_says(scene, frame, FWX_FINDING_NOT_SYN, "consequence");
    }
    g_assert_cmpuint(connection_of(scene, 1)->dropped, ==, 3);
    assert_verdict(scene, 2, FWX_RESULT_OK, EXCHANGED + 7);
}

static void test_injected(void)
{
    static const struct segment rows[] = {
        HANDSHAKE,
        EXCHANGE,
        {"foreign reset", R, RA, 11, 11, FOREIGN, .met = ESTB, KILLS, .reset = CLASS(DATA_ABORT)},
        {"data under way", I, PA, 11, 11, 10, .met = RSET, .finds = LATE, .code = NOT_SYN},
        {"data under way", R, PA, 11, 11, 10, .met = RSET, .finds = LATE, .code = NOT_SYN},
        {"reset of the endpoint", R, RST, 11, .met = RSET, .finds = RESET, .code = NOT_SYN,
         .reset = CLASS(DATA_ABORT)},
        {"syn", I, S, 5000, .conn = 2, .met = NONE},
        {"syn-ack", R, SA, 7000, 5001, .met = SENT},
        {"ack", I, A, 5001, 7001, .met = RECV},
    };

    PLAY(rows, consequences);
}

static void aborted(const struct scene *scene)
{
    g_assert_cmpint(found(scene, EXCHANGED + 1, FWX_FINDING_RESET)->reset.kill, ==, FWX_KILL_NONE);
    g_assert_cmpuint(connection_of(scene, 1)->flags & FWX_CONNECTION_KILLED, ==, 0);
    g_assert_false(found(scene, EXCHANGED + 2, FWX_FINDING_NOT_SYN)->late.killed);
}

/* The peers' own resets, and all of them where the policy does not look. */
static void test_not_injected(void)
{
    static const struct segment own[] = {
        HANDSHAKE,
        EXCHANGE,
        {"reset", R, RA, 11, 11, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"data under way", I, PA, 11, 11, 10, .met = RSET, .finds = LATE, .code = NOT_SYN},
    };
    static const struct segment not_looked_at[] = {
        HANDSHAKE,
        EXCHANGE,
        {"foreign reset", R, RA, 11, 11, FOREIGN, .met = ESTB, .finds = RESET, .code = ABORTIVE,
         .reset = CLASS(DATA_ABORT)},
        {"data under way", I, PA, 11, 11, 10, .met = RSET, .finds = LATE, .code = NOT_SYN},
    };
    struct fwx_policy policy = fwx_policy_default();

    PLAY(own, aborted);
    policy.check_injected = false;
    PLAY_UNDER(&policy, not_looked_at, aborted);
}

static void closed_in_order(const struct scene *scene)
{
    assert_verdict(scene, 1, GRACEFUL, scene->frame);
    g_assert_cmpuint(connection_of(scene, 1)->flags & FWX_CONNECTION_KILLED, ==, 0);
}

static void not_even_considered(const struct scene *scene)
{
    closed_in_order(scene);
    g_assert_cmpint(found(scene, EXCHANGED + 1, FWX_FINDING_RESET)->reset.kill, ==, FWX_KILL_NONE);
    g_assert_true(found(scene, EXCHANGED + 1, FWX_FINDING_RESET)->reset.ignored);
}

static void killed_after_all(const struct scene *scene)
{
    assert_verdict(scene, 1, KILLED, 6);
    g_assert_cmpuint(connection_of(scene, 1)->flags & FWX_CONNECTION_KILLED, !=, 0);
}

/* In other states; and a drop that was put right is no match for it. */
static void test_other_states(void)
{
    static const struct segment instead_of_a_fin[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"foreign reset", R, RA, 11, 12, FOREIGN, .met = FINW, KILLS, .reset = CLASS(DIRTY_CLOSE)},
    };
    static const struct segment behind_both_fins[] = {
        HANDSHAKE,
        EXCHANGE,
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 11, .met = FINW},
        {"foreign reset", R, RA, 12, 12, FOREIGN, .met = CLSG, .finds = RESET, .code = GRACEFUL,
         .reset = CLASS(AFTER_CLOSE)},
    };
    static const struct segment outside[] = {
        HANDSHAKE,
        EXCHANGE,
        {"foreign reset, far off", R, RA, 900000, 11, FOREIGN, .met = ESTB, .finds = RESET,
         .reset = CLASS(NO_CONNECTION)},
        {"fin", I, FA, 11, 11, .met = ESTB},
        {"fin of the responder", R, FA, 11, 12, .met = FINW},
        {"last ack", I, A, 12, 12, .met = CLSG, .finds = CLOSE, .code = GRACEFUL},
    };
    static const struct segment after_a_drop[] = {
        {"syn", I, S, 0, .met = NONE},
        {"syn-ack", R, SA, 0, 1, .met = SENT},
        {"ack, 1 too low", I, A, 1, 0, .met = RECV, .finds = MISMATCH, .code = BAD_ACK},
        {"ack", I, A, 1, 1, .met = RECV},
        {"ack", R, A, 1, 1, .met = ESTB},
        {"foreign reset", R, RA, 1, 1, FOREIGN, .met = ESTB, KILLS, .reset = CLASS(DATA_ABORT)},
    };

    PLAY(instead_of_a_fin, NULL);
    PLAY(behind_both_fins, closed_in_order);
    PLAY(outside, not_even_considered);
    PLAY(after_a_drop, killed_after_all);
}

/* ---- conversations on a port of their own ---------------------------------------------------- */

static struct scene play_on(uint16_t port, const struct fwx_policy *policy,
                            const struct segment *rows, unsigned count)
{
    struct scene scene = scene_new_under(&worlds[0], policy);

    scene.port[R] = port;
    for (unsigned i = 0; i < count; i++)
        scene_see(&scene, &rows[i]);
    return scene;
}

/* The reset of the last frame, by the firewall's filter or not. */
static void assert_kill(const struct scene *scene, enum fwx_kill kill)
{
    const struct fwx_finding *finding = found(scene, scene->frame, FWX_FINDING_RESET);

    g_assert_cmpint(finding->reset.kill, ==, kill);
    g_assert_cmphex(finding->code, ==, kill ? KILLED : ABORTIVE);
    g_assert_cmpint((connection_of(scene, 1)->flags & FWX_CONNECTION_KILLED) != 0, ==,
                    kill != FWX_KILL_NONE);
    assert_verdict(scene, 1, kill ? KILLED : ABORTIVE, scene->frame);
}

/* ---- SMTP under TLS (KB 959312) -------------------------------------------------------------- */

#define GREETING                                                                                   \
    HANDSHAKE,                                                                                     \
    {                                                                                              \
        "greeting", R, PA, 1, 1, 10, .met = ESTB                                                   \
    }
#define ASKS_FOR(command)                                                                          \
    {                                                                                              \
        "command", I, PA, 1, 11, 10, .head = command, .met = ESTB                                  \
    }
#define SERVER_CLOSES                                                                              \
    {"fin of the server", R, FA, 11, 11, .met = ESTB},                                             \
    {                                                                                              \
        "ack", I, A, 11, 12, .met = FINW                                                           \
    }
#define IN_ITS_NAME                                                                                \
    {                                                                                              \
        "reset in its name", R, RST, 12, .window = ZERO_WINDOW, .id = ZERO_ID, .met = FINW         \
    }
/* The server's TTL and its next IP ID: its own. */
#define OF_ITS_OWN                                                                                 \
    {                                                                                              \
        "reset of its own", R, RST, 12, .window = ZERO_WINDOW, .met = FINW                         \
    }

static void try_smtp(const struct segment *rows, unsigned count, uint16_t port, enum fwx_kill kill)
{
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play_on(port, &policy, rows, count);

    assert_kill(&scene, kill);
    if (kill)
        assert_says(&scene, scene.frame, FWX_FINDING_RESET, "KB 959312");
    scene_end(&scene);
}

#define TRY_SMTP(rows, port, kill) try_smtp(rows, G_N_ELEMENTS(rows), port, kill)

static void test_smtp(void)
{
    static const char *const commands[] = {"STARTTLS", "starttls", "X-ANONYMOUSTLS",
                                           "\x16\x03\x01\x00\x50\x01\x00\x00",
                                           "\x16\x03\x04\x00\x50\x01\x00\x00"};
    static const char *const others[] = {"STARTTLX", "EHLO xyz", "\x17\x03\x03\x00\x50\x01\x00\x00",
                                         "\x16\x02\x01\x00\x50\x01\x00\x00",
                                         "\x16\x03\x05\x00\x50\x01\x00\x00"};

    for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
        const struct segment rows[] = {GREETING, ASKS_FOR(commands[i]), SERVER_CLOSES, IN_ITS_NAME};
        const struct segment other[] = {GREETING, ASKS_FOR(others[i]), SERVER_CLOSES, IN_ITS_NAME};

        TRY_SMTP(rows, SMTP, FWX_KILL_SMTP_TLS);
        TRY_SMTP(rows, 26, FWX_KILL_NONE);
        TRY_SMTP(other, SMTP, FWX_KILL_NONE);
    }
}

/* Two bytes say nothing of a record. */
static void test_smtp_cut_off(void)
{
    static const struct segment rows[] = {
        GREETING,
        {"two bytes", I, PA, 1, 11, 2, .head = "\x16\x03", .met = ESTB},
        {"fin of the server", R, FA, 11, 3, .met = ESTB},
        {"ack", I, A, 3, 12, .met = FINW},
        IN_ITS_NAME};

    TRY_SMTP(rows, SMTP, FWX_KILL_NONE);
}

/* All else that must be so. */
static void test_smtp_twins(void)
{
    static const struct segment client_resets[] = {
        GREETING,
        ASKS_FOR("STARTTLS"),
        SERVER_CLOSES,
        {"reset of the client", I, RST, 11, .met = FINW}};
    static const struct segment both_closed[] = {GREETING,
                                                 ASKS_FOR("STARTTLS"),
                                                 {"fin of the client", I, FA, 11, 11, .met = ESTB},
                                                 {"reset of the server", R, RST, 11, .met = FINW}};
    static const struct segment after_its_own_fin[] = {
        GREETING,
        ASKS_FOR("STARTTLS"),
        {"fin of the client", I, FA, 11, 11, .met = ESTB},
        {"reset of the client", I, RST, 12, .id = ZERO_ID, .met = FINW}};
    static const struct segment no_fin[] = {
        GREETING, ASKS_FOR("STARTTLS"), {"reset of the server", R, RST, 11, .met = ESTB}};
    static const struct segment elsewhere[] = {GREETING,
                                               ASKS_FOR("STARTTLS"),
                                               SERVER_CLOSES,
                                               {"reset, 1 behind", R, RST, 13, .id = ZERO_ID, .met = FINW}};
    static const struct segment data_after_the_fin[] = {
        GREETING,
        ASKS_FOR("STARTTLS"),
        {"fin of the server", R, FA, 11, 11, .met = ESTB},
        {"more of the client, which explains a reset", I, PA, 11, 12, 10, .met = FINW},
        IN_ITS_NAME};
    static const struct segment fin_with_data[] = {
        GREETING,
        ASKS_FOR("STARTTLS"),
        {"last words and fin", R, FA, 11, 11, 20, .met = ESTB},
        {"reset in its name", R, RST, 32, .id = ZERO_ID, .met = FINW}};
    static const struct segment of_its_own[] = {GREETING, ASKS_FOR("STARTTLS"), SERVER_CLOSES,
                                                OF_ITS_OWN};

    TRY_SMTP(client_resets, SMTP, FWX_KILL_NONE);
    TRY_SMTP(both_closed, SMTP, FWX_KILL_NONE);
    TRY_SMTP(after_its_own_fin, SMTP, FWX_KILL_NONE);
    TRY_SMTP(no_fin, SMTP, FWX_KILL_NONE);
    TRY_SMTP(elsewhere, SMTP, FWX_KILL_NONE);
    TRY_SMTP(data_after_the_fin, SMTP, FWX_KILL_NONE);
    TRY_SMTP(fin_with_data, SMTP, FWX_KILL_SMTP_TLS);
    TRY_SMTP(of_its_own, SMTP, FWX_KILL_NONE);
}

/* Where both have closed, the reset changes nothing. */
static void test_smtp_closed(void)
{
    static const struct segment rows[] = {GREETING,
                                          ASKS_FOR("STARTTLS"),
                                          {"fin of the server", R, FA, 11, 11, .met = ESTB},
                                          {"fin of the client", I, FA, 11, 11, .met = FINW},
                                          IN_ITS_NAME};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene = play_on(SMTP, &policy, rows, G_N_ELEMENTS(rows));

    g_assert_cmpint(found(&scene, scene.frame, FWX_FINDING_RESET)->reset.kill, ==, FWX_KILL_NONE);
    assert_verdict(&scene, 1, GRACEFUL, scene.frame);
    scene_end(&scene);
}

static void set_filter(struct fwx_policy *policy, uint16_t port, const char *name)
{
    struct fwx_app_filter filter = {port, FWX_PROTOCOL_TCP, ""};

    g_strlcpy(filter.name, name, sizeof filter.name);
    fwx_policy_set_filters(policy, &filter, 1);
}

/* Where the SMTP filter is unbound nothing kills (source 004), and it may be bound elsewhere. */
static void test_smtp_filter(void)
{
    static const struct segment rows[] = {GREETING, ASKS_FOR("STARTTLS"), SERVER_CLOSES,
                                          IN_ITS_NAME};
    struct fwx_policy policy = fwx_policy_default();
    struct scene scene;

    set_filter(&policy, SMTP, "");
    scene = play_on(SMTP, &policy, rows, G_N_ELEMENTS(rows));
    assert_kill(&scene, FWX_KILL_NONE);
    scene_end(&scene);

    set_filter(&policy, 587, "SMTP");
    scene = play_on(587, &policy, rows, G_N_ELEMENTS(rows));
    assert_kill(&scene, FWX_KILL_SMTP_TLS);
    scene_end(&scene);

    set_filter(&policy, 587, "Submission");
    scene = play_on(587, &policy, rows, G_N_ELEMENTS(rows));
    assert_kill(&scene, FWX_KILL_NONE);
    scene_end(&scene);
    fwx_policy_clear(&policy);
}

/* ---- whose filter it may have been ----------------------------------------------------------- */

/* The sentence of an injected reset on that port names this filter, or none where it is NULL. */
static void try_filter(const struct fwx_policy *policy, uint16_t port, const char *name)
{
    static const struct segment rows[] = {
        HANDSHAKE, EXCHANGE, {"foreign reset", R, RA, 11, 11, FOREIGN, .met = ESTB}};
    struct scene scene = play_on(port, policy, rows, G_N_ELEMENTS(rows));
    char reason[FWX_REASON_SIZE];

    assert_kill(&scene, FWX_KILL_INJECTED);
    fwx_reason(scene.engine, found(&scene, scene.frame, FWX_FINDING_RESET), reason);
    g_assert_cmpint(strstr(reason, "filter is bound") != NULL, ==, name != NULL);
    if (name)
        assert_says(&scene, scene.frame, FWX_FINDING_RESET, name);
    scene_end(&scene);
}

static void test_filter_is_named(void)
{
    struct fwx_policy policy = fwx_policy_default();

    try_filter(&policy, RTSP, "the RTSP filter is bound to port 554");
    try_filter(&policy, 555, NULL);
    try_filter(&policy, 69, NULL); /* TFTP, of UDP only */
    set_filter(&policy, 8554, "RTSP camera");
    try_filter(&policy, 8554, "the RTSP camera filter is bound to port 8554");
    set_filter(&policy, RTSP, "");
    try_filter(&policy, RTSP, NULL);
    try_filter(&policy, 5060, "SIP Access");
    policy.product = FWX_ISA_2006;
    try_filter(&policy, 5060, NULL);
    fwx_policy_clear(&policy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kill/injected", test_injected);
    g_test_add_func("/kill/not-injected", test_not_injected);
    g_test_add_func("/kill/other-states", test_other_states);
    g_test_add_func("/kill/smtp", test_smtp);
    g_test_add_func("/kill/smtp-cut-off", test_smtp_cut_off);
    g_test_add_func("/kill/smtp-twins", test_smtp_twins);
    g_test_add_func("/kill/smtp-closed", test_smtp_closed);
    g_test_add_func("/kill/smtp-filter", test_smtp_filter);
    g_test_add_func("/kill/filter-is-named", test_filter_is_named);
    return g_test_run();
}
