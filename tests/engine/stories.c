/* stories.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stories.h"

enum { FIRST_PORT = 49151 };

static struct scene play(const struct world *world, const struct fwx_policy *policy,
                         const struct segment *rows, bool review_often)
{
    struct scene scene = scene_new_under(world, policy);

    for (unsigned i = 0; i < STORY_ROWS && rows[i].does; i++) {
        if (rows[i].conn)
            scene.port[I] = (uint16_t)(FIRST_PORT + rows[i].conn);
        scene_see(&scene, &rows[i]);
        if (review_often)
            fwx_engine_review(scene.engine);
    }
    return scene;
}

struct scene scene_of(const struct world *world, const struct fwx_policy *policy,
                      const struct segment *rows)
{
    return play(world, policy, rows, false);
}

struct fwx_account account_of(const struct scene *scene, uint32_t id)
{
    return fwx_account_of(scene->engine, connection_of(scene, id));
}

static char *in_words(enum fwx_ending ending, enum fwx_cause cause, enum fwx_gravity gravity)
{
    const char *why = fwx_cause_name(cause);

    return g_strdup_printf("%s %s %s", fwx_ending_name(ending), why ? why : "-",
                           fwx_gravity_name(gravity));
}

void assert_account(const struct scene *scene, const char *name, uint32_t id,
                    enum fwx_ending ending, enum fwx_cause cause, enum fwx_gravity gravity)
{
    struct fwx_account account = account_of(scene, id);
    char *is = in_words(account.ending, account.cause, account.gravity);
    char *expected = in_words(ending, cause, gravity);

    if (strcmp(is, expected) != 0) {
        g_test_message("world \"%s\", \"%s\": %s, not %s", scene->world->name, name, is, expected);
        g_test_fail();
    }
    g_free(is);
    g_free(expected);
}

const struct fwx_notes *notes_of(const struct scene *scene, uint32_t id)
{
    static const struct fwx_notes nothing;
    const struct fwx_notes *notes = fwx_notes_of(scene->engine, connection_of(scene, id));

    return notes ? notes : &nothing;
}

void assert_headline(const struct scene *scene, uint32_t id, const char *text)
{
    struct fwx_account account = account_of(scene, id);
    char headline[FWX_REASON_SIZE];

    g_assert_cmpstr(
        fwx_account_headline(scene->engine, connection_of(scene, id), &account, headline), ==,
        text);
}

/* All of it is said, and what to do only where something is to be done. */
static void assert_words(const struct scene *scene, uint32_t id)
{
    struct fwx_account account = account_of(scene, id);
    char headline[FWX_REASON_SIZE];

    fwx_account_headline(scene->engine, connection_of(scene, id), &account, headline);
    g_assert_cmpuint(strlen(headline), >, 0);
    g_assert_cmpuint(strlen(headline), <=, FWX_HEADLINE);
    g_assert_true((account.gravity == FWX_GRAVITY_OK) == !fwx_account_next_step(&account));
    g_assert_true((account.gravity == FWX_GRAVITY_OK) == !fwx_account_page(&account));
}

static void tell(const struct story *story, const struct world *world)
{
    uint32_t id = story->id ? story->id : 1;
    struct fwx_policy policy = fwx_policy_default();

    if (story->change)
        story->change(&policy);
    for (int often = 0; often < 2; often++) {
        struct scene scene = play(world, &policy, story->rows, often != 0);

        g_test_message("%s%s", story->name, often ? ", reviewed often" : "");
        fwx_engine_review(scene.engine);
        assert_account(&scene, story->name, id, story->ending, story->cause, story->gravity);
        assert_words(&scene, id);
        if (story->look)
            story->look(&scene);
        scene_end(&scene);
    }
}

void quotes_initiator(struct fwx_packet *packet)
{
    packet->icmp.quote = (struct fwx_quote){
        .src = packet->dst,
        .dst = packet->src,
        .src_port = FIRST_PORT + 1,
        .dst_port = 8080,
        .protocol = FWX_PROTOCOL_TCP,
        .known = true,
    };
}

void quotes_responder(struct fwx_packet *packet)
{
    quotes_initiator(packet);
    packet->icmp.quote.src_port = 8080;
    packet->icmp.quote.dst_port = FIRST_PORT + 1;
}

void tell_stories(const struct story *stories, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned world = 0; world < world_count; world++) {
            if (!stories[i].ipv4 || worlds[world].ip_version == 4)
                tell(&stories[i], &worlds[world]);
        }
    }
}

/* ---- silences ------------------------------------------------------------------------------- */

/* The last one that is shown, or NULL. */
static const struct fwx_finding *last_shown(const struct scene *scene)
{
    const struct fwx_finding *last = NULL;

    for (uint32_t i = 0; i < fwx_engine_finding_count(scene->engine); i++) {
        const struct fwx_finding *finding = fwx_engine_finding(scene->engine, i);

        if (finding->kind == FWX_FINDING_SILENCE && !finding->withheld)
            last = finding;
    }
    return last;
}

static void hold_silence(const struct silence *expected, const struct scene *scene)
{
    const struct fwx_finding *finding = last_shown(scene);

    g_test_message("%s: %s", scene->world->name, expected->name);
    g_assert_cmpuint(finding ? finding->frame : 0, ==, expected->frame);
    if (!finding)
        return;
    g_assert_cmpint(finding->silence.length, ==, expected->length_ms * FWX_MILLISECOND);
    g_assert_cmpint(finding->silence.gap, ==, expected->gap_ms * FWX_MILLISECOND);
    g_assert_cmpint(finding->silence.by, ==, expected->by);
    g_assert_cmpint(finding->silence.end, ==, expected->end);
    g_assert_cmpuint(finding->silence.end_frame, ==, expected->end_frame);
    g_assert_cmpuint(finding->silence.tries, ==, expected->tries);
}

void hold_silences_under(const struct fwx_policy *policy, const struct silence *cases,
                         unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned world = 0; world < world_count; world++) {
            struct scene scene = scene_of(&worlds[world], policy, cases[i].rows);

            fwx_engine_review(scene.engine);
            hold_silence(&cases[i], &scene);
            scene_end(&scene);
        }
    }
}

void hold_silences(const struct silence *cases, unsigned count)
{
    struct fwx_policy policy = fwx_policy_default();

    hold_silences_under(&policy, cases, count);
}
