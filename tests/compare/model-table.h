/* model-table.h
 * What programs that run one model of a firewall share: its table, and lines with packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_MODEL_TABLE_H
#define FWX_MODEL_TABLE_H

#include "engine/packet.h"

/* Bytes that an entry may have. */
enum { MODEL_ENTRY = 64 };

/* An empty table. */
void model_clear(void);

/* The entry of a packet that is no ICMP error, zeroed where it had none. *from: which of its two
 * ends is the sender; of an echo, the one who asks is the first. */
void *model_entry(const struct fwx_packet *packet, unsigned *from);

/* The same for what an ICMP error quotes; NULL where there is none. */
void *model_quoted(const struct fwx_quote *quote, unsigned *from);

bool model_is_error(const struct fwx_packet *packet);

struct model_switch {
    const char *name;
    bool *at;
};

/* Sets the one of this name; false: none has it. */
bool model_switched(const struct model_switch *switches, unsigned count, const char *name,
                    unsigned value);

/* Lines of stdin, until one is wrong: "settings [NAME=NUMBER]..." empties the table and calls begin
 * (NULL, 0) and then (name, number) for each; "packet TIME HEX" calls see. The status to exit with.
 */
int model_run(const char *program, bool (*begin)(const char *name, unsigned number),
              void (*see)(const struct fwx_packet *packet, int64_t now));

#endif
