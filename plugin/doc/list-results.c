/* list-results.c
 * Prints tables of the plugin for make-fields and the tests: a line per row, fields between tabs.
 *
 *     list-results                 the result codes
 *     list-results timeouts        known ones: model, name, timer, condition, seconds, what those
 *                                  hear who are cut off, how sure, source, date
 *     list-results models          what they say: event, model, code's name, how sure, source
 *     list-results timers          theirs: state of a session, model, seconds, what those hear
 *                                  who are cut off, how sure, source
 *     list-results rules           those on one packet: code, name, what breaks them, how sure
 *     list-results findings        their expert infos: name, severity, group, what it says, page;
 *                                  for a kind without any a line with nothing but its page
 *     list-results firewalls       the other firewalls that fields are named after
 *     list-results elsewhere       event, and the words of each of these for it
 *     list-results preferences     kind, name, title, default and text; the columns of a table are
 *                                  lines of kind "column" behind it, of title and text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/preferences.h"

#include <inttypes.h>
#include <stdio.h>

#include "engine/facts/advice.h"
#include "engine/kind.h"
#include "engine/model/elsewhere.h"
#include "engine/model/timer.h"
#include "engine/reason.h"
#include "engine/rules/sanity.h"

static void list_results(void)
{
    for (size_t i = 0; i < fwx_result_count(); i++) {
        const struct fwx_result *result = fwx_result_at(i);

        printf("0x%08" PRIx32 "\t%s\t%s\t%s\t%s\n", result->code, result->symbol,
               fwx_action_name(result->action), fwx_models[result->since].title, result->message);
    }
}

static void list_elsewhere(void)
{
    for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
        printf("%s", fwx_event_id((enum fwx_event)event));
        for (unsigned i = 0; i < FWX_ELSEWHERES; i++) {
            char buffer[FWX_REASON_SIZE];
            const char *words = fwx_elsewhere_say(
                fwx_firewalls_known(), (enum fwx_elsewhere)i, (enum fwx_event)event,
                (struct fwx_waited){0, FWX_SESSION_TIMERS}, buffer);

            printf("\t%s", words ? words : "");
        }
        putchar('\n');
    }
}

static void list_models(void)
{
    for (unsigned event = 0; event < FWX_EVENT_KINDS; event++) {
        for (unsigned model = 0; model < FWX_PRODUCTS; model++) {
            const struct fwx_words *words = &fwx_models[model].words[event];

            if (words->source)
                printf("%s\t%s\t%s\t%s\t%s\n", fwx_event_id((enum fwx_event)event),
                       fwx_models[model].id, fwx_result_find(words->code)->symbol,
                       fwx_confidence_name((enum fwx_confidence)words->confidence), words->source);
        }
    }
}

static void list_timers(void)
{
    static const char *const states[FWX_SESSION_TIMERS] = {
        [FWX_SESSION_SYN] = "a SYN, not answered",
        [FWX_SESSION_SYN_ACK] = "a SYN-ACK, not answered",
        [FWX_SESSION_IDLE] = "open",
        [FWX_SESSION_HALF_CLOSED] = "one FIN, or both, but not both acknowledged",
        [FWX_SESSION_CLOSED] = "closed: what comes late still passes",
        [FWX_SESSION_RESET] = "reset: what comes late still passes",
        [FWX_SESSION_UDP] = "UDP and ICMP",
        [FWX_SESSION_UDP_ONE_WAY] = "UDP and ICMP, not answered",
    };

    for (unsigned state = 0; state < FWX_SESSION_TIMERS; state++) {
        for (unsigned model = 0; model < FWX_PRODUCTS; model++) {
            const struct fwx_model_timer *timer = &fwx_models[model].timers[state];

            printf("%s\t%s\t%g\t%s\t%s\t%s\n", states[state], fwx_models[model].id,
                   timer->ms / 1000.0, fwx_expiry_title((enum fwx_expiry)timer->expiry),
                   fwx_confidence_name((enum fwx_confidence)timer->confidence), timer->source);
        }
    }
}

static void list_rules(void)
{
    for (unsigned i = 0; i < fwx_sanity_rule_count; i++) {
        const struct fwx_sanity_rule *rule = &fwx_sanity_rules[i];
        const struct fwx_words *words = &fwx_models[FWX_TMG_2010].words[rule->event];

        printf("0x%08" PRIx32 "\t%s\t%s\t%s\n", words->code, fwx_result_find(words->code)->symbol,
               rule->breaks, fwx_confidence_name((enum fwx_confidence)words->confidence));
    }
}

static void list_findings(void)
{
    static const char *const severities[] = {
        [FWX_SEVERITY_CHAT] = "chat",
        [FWX_SEVERITY_NOTE] = "note",
        [FWX_SEVERITY_WARNING] = "warning",
    };
    static const char *const groups[] = {
        [FWX_GROUP_COMMENT] = "Comment",
        [FWX_GROUP_PROTOCOL] = "Protocol",
        [FWX_GROUP_SECURITY] = "Security",
        [FWX_GROUP_SEQUENCE] = "Sequence",
    };

    for (unsigned i = 0; i < FWX_FINDING_KINDS; i++) {
        const struct fwx_expert *expert = fwx_kinds[i]->experts;

        if (!expert || fwx_expert_owner((enum fwx_finding_kind)i) != i)
            printf("\t\t\t\t%s\n", fwx_kinds[i]->page);
        else
            for (; expert->name; expert++)
                printf("fwx.expert.%s\t%s\t%s\t%s\t%s\n", expert->name,
                       severities[expert->severity], groups[expert->group], expert->summary,
                       expert->page ? expert->page : fwx_kinds[i]->page);
    }
    for (unsigned i = 0; i < FWX_ADVICES; i++)
        printf("fwx.expert.capture_%s\tchat\tComment\tThe capture: %s\tcapture\n",
               fwx_advice_id((enum fwx_advice)i), fwx_advice_title((enum fwx_advice)i));
}

static void list_firewalls(void)
{
    for (unsigned i = 0; i < FWX_ELSEWHERES; i++)
        printf("%s\t%s\t%s\t%s\n", fwx_elsewhere_names[i].title, fwx_elsewhere_names[i].field,
               fwx_elsewhere_names[i].key, fwx_elsewhere_names[i].name);
}

static void list_timeouts(void)
{
    const GArray *known = fwx_firewalls_known()->timeouts;

    for (unsigned i = 0; i < known->len; i++) {
        const struct fwx_timeout *row = &g_array_index(known, struct fwx_timeout, i);

        printf("%s\t%s\t%s\t%s\t%u\t%s\t%s\t%s\t%s\n", row->model, row->title,
               fwx_timer_id((enum fwx_timer)row->timer), row->when ? row->when : "", row->seconds,
               fwx_expiry_title((enum fwx_expiry)row->expiry),
               fwx_confidence_name((enum fwx_confidence)row->confidence), row->source, row->date);
    }
}

static void list_preferences(const struct fwx_preferences *preferences)
{
    static const char *const kinds[] = {
        [FWX_PREFERENCE_HEADING] = "heading",    [FWX_PREFERENCE_NUMBER] = "number",
        [FWX_PREFERENCE_FLAG] = "flag",          [FWX_PREFERENCE_PRODUCT] = "product",
        [FWX_PREFERENCE_NETWORKS] = "table",     [FWX_PREFERENCE_FILTERS] = "table",
        [FWX_PREFERENCE_MARKER_SIZES] = "sizes", [FWX_PREFERENCE_POINTS] = "points",
        [FWX_PREFERENCE_LINUX] = "kernel",       [FWX_PREFERENCE_TEXT] = "text",
        [FWX_PREFERENCE_TIMEOUTS] = "table",     [FWX_PREFERENCE_LOGS] = "table",
    };

    for (unsigned i = 0; i < preferences->count; i++) {
        const struct fwx_preference *row = &preferences->rows[i];
        const uat_field_t *column = fwx_preference_columns(row);
        char *value = fwx_preference_default(row);
        char *text = fwx_preference_text(row);

        printf("%s\t%s\t%s\t%s\t%s\n", kinds[row->kind], row->name, row->title, value ? value : "",
               text ? text : "");
        for (; column && column->title; column++)
            printf("column\t\t%s\t\t%s\n", column->title, column->desc);
        g_free(value);
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        list_results();
    } else if (!strcmp(argv[1], "models")) {
        list_models();
    } else if (!strcmp(argv[1], "timers")) {
        list_timers();
    } else if (!strcmp(argv[1], "rules")) {
        list_rules();
    } else if (!strcmp(argv[1], "findings")) {
        list_findings();
    } else if (!strcmp(argv[1], "firewalls")) {
        list_firewalls();
    } else if (!strcmp(argv[1], "elsewhere")) {
        list_elsewhere();
    } else if (!strcmp(argv[1], "timeouts")) {
        list_timeouts();
    } else if (!strcmp(argv[1], "preferences")) {
        list_preferences(&fwx_policy_preferences);
        list_preferences(&fwx_shown_preferences);
    } else {
        fprintf(stderr,
                "usage: list-results "
                "[models|timers|rules|findings|firewalls|elsewhere|timeouts|preferences]\n");
        return 2;
    }
    return 0;
}
