/* tables.h
 * The four tables: fwx,verdicts, fwx,attempts, fwx,resets and fwx,markers; and the tree of counts,
 * fwx,tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_TABLES_H
#define FWX_TAPS_TABLES_H

void fwx_register_table_verdicts(void);
void fwx_register_table_attempts(void);
void fwx_register_table_resets(void);
void fwx_register_table_markers(void);
void fwx_register_stats_tree(void);

#endif
