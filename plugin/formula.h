/* formula.h
 * For whoever writes CSV: what would a spreadsheet run?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_FORMULA_H
#define FWX_FORMULA_H

#include <stdbool.h>
#include <string.h>

/* Such a cell is written behind an apostrophe, which makes a spreadsheet take it for text. A dash
 * alone and negative numbers are what they look like. */
static inline bool fwx_is_formula(const char *cell)
{
    if (!*cell || !strchr("=+-@\t\r\n", *cell))
        return false;
    return *cell != '-' || cell[1 + strspn(cell + 1, "0123456789.")] != '\0';
}

#endif
