/* test_log_clock.c
 * The offset that lines' votes make: sure, assumed or undecided, and what is said of it.
 * tests/compare/log-clock tries many more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/clock.h"

#define SECOND INT64_C(1000000000)
#define MS     INT64_C(1000000)

enum { MOST = 8 };

/* Votes of a second each, that begin at so many milliseconds. */
struct story {
    const char *name;
    struct {
        uint32_t line;
        uint32_t tuple;
        int64_t from_ms;
    } votes[MOST];
    unsigned count;
    bool exact;
    bool has_zone;
    const char *says;
};

static const struct story stories[] = {
    {"three connections meet",
     {{0, 0, -200}, {1, 1, -300}, {2, 2, -100}},
     3,
     false,
     false,
     "clock agrees, to 0.4 s; 3 of 3 lines agree"},
    {"two hours and a bit",
     {{0, 0, -7200700}, {1, 1, -7200200}, {2, 2, -7200400}},
     3,
     false,
     false,
     "log is 2 h behind: time zone; clock agrees, to 0.2 s; 3 of 3 lines agree"},
    {"the zone is said",
     {{0, 0, -7200700}, {1, 1, -7200200}, {2, 2, -7200400}},
     3,
     false,
     true,
     "clock 2 h slow, to 0.2 s; 3 of 3 lines agree"},
    {"fast",
     {{0, 0, 5000}, {1, 1, 5200}, {2, 2, 5300}, {3, 3, 900000}},
     4,
     false,
     false,
     "clock 5.7 s fast, to 0.3 s; 3 of 4 lines agree"},
    {"five and a half hours",
     {{0, 0, 19800100}, {1, 1, 19800000}, {2, 2, 19800200}},
     3,
     false,
     false,
     "log is 5 h 30 min ahead: time zone; clock 0.6 s fast, to 0.4 s; 3 of 3 lines agree"},
    {"echoes: each may be one retransmission later",
     {{0, 0, 9000}, {0, 0, 12000}, {1, 1, 9000}, {1, 1, 12000}, {2, 2, 9000}, {2, 2, 12000}},
     6,
     false,
     false,
     "undecided: 3 lines have packets, and fit no offset, several or one by too few connections"},
    {"an echo of more than half of them",
     {{0, 0, 9000},
      {1, 1, 9000},
      {2, 2, 9000},
      {3, 3, 9000},
      {4, 4, 9000},
      {0, 0, 15000},
      {1, 1, 15000},
      {2, 2, 15000}},
     8,
     false,
     false,
     "undecided: 5 lines have packets, and fit no offset, several or one by too few connections"},
    {"one connection, whatever the number of lines",
     {{0, 0, 9000}, {1, 0, 9000}, {2, 0, 9000}, {3, 0, 9000}},
     4,
     false,
     false,
     "undecided: 4 lines have packets, and fit no offset, several or one by too few connections"},
    {"one connection, and it fits as it stands",
     {{0, 0, -500}, {1, 0, -400}},
     2,
     false,
     false,
     "clock agrees, to 0.5 s; 2 of 2 lines agree; assumed: of too few connections to be sure"},
    {"one connection, in one zone",
     {{0, 0, 3599500}, {1, 0, 3599600}, {2, 0, 3599700}},
     3,
     false,
     false,
     "log is 1 h ahead: time zone; clock agrees, to 0.4 s; 3 of 3 lines agree; assumed: of too few "
     "connections to be sure"},
    {"in two zones",
     {{0, 0, 3599500}, {0, 0, -500 - 3600000}, {1, 0, 3599500}, {1, 0, -500 - 3600000}},
     4,
     false,
     false,
     "undecided: 2 lines have packets, and fit no offset, several or one by too few connections"},
    {"most lines are foreign",
     {{0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {3, 3, 50000}, {4, 4, 60000}, {5, 5, 70000}, {6, 6, 80000}},
     7,
     false,
     false,
     "undecided: 7 lines have packets, and fit no offset, several or one by too few connections"},
    {"by numbers one line is enough",
     {{0, 0, 9000}},
     1,
     true,
     false,
     "clock 9.5 s fast, to 0.5 s; 1 of 1 lines agree, by the packets' numbers"},
    {"none",
     {{0, 0, 0}},
     0,
     false,
     false,
     "undecided: 0 lines have packets, and fit no offset, several or one by too few connections"},
};

static void test_stories(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stories); i++) {
        const struct story *story = &stories[i];
        struct fwx_log_vote votes[MOST];
        struct fwx_log_clock clock;
        char *said;

        for (unsigned k = 0; k < story->count; k++)
            votes[k] = (struct fwx_log_vote){story->votes[k].from_ms * MS,
                                             story->votes[k].from_ms * MS + SECOND,
                                             story->votes[k].line, story->votes[k].tuple};
        clock = fwx_log_clock_find(votes, story->count, story->exact);
        clock.has_zone = story->has_zone;
        said = fwx_log_clock_say(&clock);
        g_test_message("%s", story->name);
        g_assert_cmpstr(said, ==, story->says);
        g_free(said);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/log/clock/stories", test_stories);
    return g_test_run();
}
