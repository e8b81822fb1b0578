/* sample.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "sample.h"

struct fwx_rung sample_rung(int64_t ms, uint32_t frame, enum fwx_side side, uint8_t flags)
{
    return (struct fwx_rung){
        .time = ms * FWX_MILLISECOND,
        .frames = {frame},
        .protocol = FWX_PROTOCOL_TCP,
        .flags = flags,
        .from = side == FWX_INITIATOR ? 0 : 1,
        .to = side == FWX_INITIATOR ? 1 : 0,
    };
}

static void add_row(struct fwx_story *story, enum fwx_rows kind, const char *a, const char *b,
                    const char *c, const char *d)
{
    const char *const row[] = {a, b, c, d};

    fwx_story_add_row(story, kind, row);
}

static void add_ladder(struct fwx_story *story, const char *word)
{
    GArray *rungs = fwx_rungs_new();
    struct fwx_rung rungs_of[] = {
        sample_rung(0, 1, FWX_INITIATOR, FWX_SYN),
        sample_rung(10, 2, FWX_RESPONDER, FWX_SYN | FWX_ACK),
        sample_rung(4000, 3, FWX_INITIATOR, FWX_ACK),
        sample_rung(4010, 4, FWX_RESPONDER, FWX_RST),
        sample_rung(4020, 5, FWX_INITIATOR, FWX_ACK),
    };

    rungs_of[2].arrow = FWX_ARROW_DROPPED;
    rungs_of[2].grave = true;
    rungs_of[2].note = g_strdup_printf("from 10.1.2.3 %s", word);
    rungs_of[3].arrow = FWX_ARROW_INJECTED;
    rungs_of[4].arrow = FWX_ARROW_UNSEEN;
    g_array_append_vals(rungs, rungs_of, G_N_ELEMENTS(rungs_of));
    fwx_ladder_build(story, rungs, 4, 2);
    g_array_unref(rungs);
}

struct fwx_report *sample_report(const char *word)
{
    struct fwx_report *report = fwx_report_new(0);
    struct fwx_story *story = fwx_story_new();
    struct fwx_account account = {.ending = FWX_ENDING_UNHEARD,
                                  .cause = FWX_CAUSE_PADDING,
                                  .gravity = FWX_GRAVITY_TROUBLE};
    char *name = g_strdup_printf("/srv/acme/%s.pcap", word);

    story->account = account;
    for (unsigned i = 0; i < FWX_TEXTS; i++)
        fwx_story_take(story, (enum fwx_story_text)i,
                       g_strdup_printf("10.1.2.3:50183, [2001:db8::7]:50183, port 443%s", word));
    add_row(story, FWX_ROWS_NAMES, "host", "10.1.2.3", "", NULL);
    add_row(story, FWX_ROWS_NAMES, "port", "50183", "", NULL);
    add_row(story, FWX_ROWS_NAMES, "host", "192.0.2.1", "www.example.net", NULL);
    add_row(story, FWX_ROWS_NAMES, "point", "dmz", "", NULL);
    add_row(story, FWX_ROWS_WHY, "frame 3", word, "from 10.1.2.30 to www.example.net:443", NULL);
    add_row(story, FWX_ROWS_FIREWALLS, "Linux", word, "", NULL);
    add_row(story, FWX_ROWS_LOG, "acme.log", "7", word, "agrees");
    story->lane[0] = g_strdup_printf("10.1.2.3:50183%s", word);
    story->lane[1] = g_strdup_printf("www.example.net:443%s", word);
    add_ladder(story, word);
    fwx_report_count(report, &account);
    fwx_report_add_capture(report, name);
    fwx_report_capture(report, 0)->begin = g_strdup("2026-11-25");
    fwx_report_capture(report, 0)->advice = 1;
    fwx_report_add_log(report, "acme.log", word);
    fwx_report_take(report, story);
    fwx_bins_add(&report->denied, FWX_SECOND, 1);
    report->version = g_strdup_printf("1%s", word);
    report->product = g_strdup_printf("TMG%s", word);
    report->filter = g_strdup_printf("ip.addr == 10.1.2.3%s", word);
    g_free(name);
    return report;
}
