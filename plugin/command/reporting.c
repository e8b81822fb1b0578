/* reporting.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "reporting.h"

#include <string.h>

#include "command.h"
#include "engine/model/model.h"
#include "library.h"
#include "report/anonymise.h"
#include "report/file.h"
#include "report/parcel.h"

static struct fwx_report *whole; /* NULL: nothing has come */

static struct fwx_report *report(void)
{
    if (!whole)
        whole = fwx_report_new((guint)fwx_options.limit);
    return whole;
}

void fwx_reporting_miss(const struct fwx_capture *capture, const char *why)
{
    guint number = fwx_report_add_capture(report(), capture->name);

    fwx_report_capture(report(), number)->failure = g_strdup(why);
}

/* The first line says it. */
static char *failure_of(const char *trouble)
{
    return trouble && *trouble ? g_strndup(trouble, strcspn(trouble, "\n"))
           : trouble           ? g_strdup("It could not be read.")
                               : NULL;
}

void fwx_reporting_take(const struct fwx_capture *capture, const char *trouble, const char *bytes,
                        gsize length)
{
    struct fwx_report *part = fwx_parcel_unpack(bytes, length, (guint)fwx_options.limit);
    char *failure = failure_of(trouble);

    if (part && part->captures->len == 1) {
        fwx_report_capture(part, 0)->name = g_strdup(capture->name);
        fwx_report_capture(part, 0)->failure = g_steal_pointer(&failure);
        fwx_report_join(report(), part);
    } else {
        fwx_report_free(part);
        fwx_reporting_miss(capture, failure ? failure : "What was made of it got lost.");
    }
    g_free(failure);
}

char *fwx_reporting_render(gboolean stopped)
{
    const char *product = fwx_library_product();
    GString *text;

    report()->version = g_strdup(FWX_VERSION);
    report()->product = g_strdup(product ? product : fwx_models[FWX_TMG_2010].title);
    report()->filter = g_strdup(fwx_options.filter);
    report()->stopped = stopped;
    if (fwx_options.anonymise)
        fwx_anonymise(report());
    text = fwx_render_of(fwx_options.report)(report());
    fwx_report_free(g_steal_pointer(&whole));
    return g_string_free(text, FALSE);
}
