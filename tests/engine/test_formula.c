/* test_formula.c
 * What a spreadsheet would run, and what only looks like it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include "formula.h"

static void test_formulas(void)
{
    static const char *const cells[] = {
        "=1", "=", "+1", "+", "@SUM(1)", "\tx", "\rx", "\nx", "-1+2", "-x", "--1", "-1,2",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cells); i++)
        g_assert_true(fwx_is_formula(cells[i]));
}

static void test_others(void)
{
    static const char *const cells[] = {
        "", "-", "-1", "-0.009", "1-2", "a=b", "'=1", " =1", "::1", "0x80074e20",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cells); i++)
        g_assert_false(fwx_is_formula(cells[i]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/formula/formulas", test_formulas);
    g_test_add_func("/formula/others", test_others);
    return g_test_run();
}
