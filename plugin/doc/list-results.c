/* list-results.c
 * Prints the engine's table of result codes for make-fields: a line per code, fields between tabs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/model/result.h"

#include <inttypes.h>
#include <stdio.h>

static void print_elsewhere(const struct fwx_equivalents *elsewhere)
{
    static const struct fwx_equivalents none = {0};
    const struct fwx_equivalents *e = elsewhere ? elsewhere : &none;
    const char *const names[] = {e->linux_conntrack, e->cisco_asa, e->palo_alto,
                                 e->check_point,     e->fortigate, e->openbsd_pf};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        printf("\t%s", names[i] ? names[i] : "");
}

int main(void)
{
    for (size_t i = 0; i < fwx_result_count(); i++) {
        const struct fwx_result *result = fwx_result_at(i);

        printf("0x%08" PRIx32 "\t%s\t%s\t%s\t%s", result->code, result->symbol,
               fwx_action_name(result->action), fwx_product_name(result->since), result->message);
        print_elsewhere(result->elsewhere);
        putchar('\n');
    }
    return 0;
}
