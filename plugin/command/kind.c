/* kind.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kind.h"

#include "head.h"

/* How captype's names begin for formats of captures that little else is taken for. */
static const char *const formats[] = {
    "5views",  "blf",     "btsnoop",   "commview", "dct2000", "erf",     "eyesdn",
    "iptrace", "k12",     "lanalyzer", "netmon",   "netxray", "nettl",   "ngsniffer",
    "ngw",     "nstrace", "nsec",      "observer", "pcap",    "peektag", "peekclass",
    "modpcap", "rf5",     "shomiti",   "snoop",    "visual",
};

static gboolean is_known(const char *format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (g_str_has_prefix(format, formats[i]))
            return TRUE;
    }
    return FALSE;
}

enum fwx_kind fwx_kind_of(const struct fwx_tshark *tshark, const char *path)
{
    enum fwx_kind kind = FWX_KIND_DOUBTFUL;
    enum fwx_head head;
    char *format;

    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return FWX_KIND_CAPTURE; /* a device: tshark tells */
    head = fwx_head_look(path);
    if (head == FWX_HEAD_CAPTURE)
        return FWX_KIND_CAPTURE;
    if (head == FWX_HEAD_EMPTY)
        return FWX_KIND_NONE;
    format = fwx_tshark_format(tshark, path);
    if (format && head == FWX_HEAD_PACKED && g_str_equal(format, "erf"))
        kind = FWX_KIND_DOUBTFUL; /* so is nothing, when it is unpacked */
    else if (format && is_known(format))
        kind = FWX_KIND_CAPTURE;
    else if (format && g_str_equal(format, "unknown"))
        kind = FWX_KIND_NONE;
    g_free(format);
    return kind;
}
