/* compat.h
 * The only place with conditions on the Wireshark version: 4.0, 4.4 and 4.6 build from one
 * source.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMPAT_H
#define FWX_COMPAT_H

#include <wireshark.h>

#include <stdbool.h>
#include <ws_version.h>

#define FWX_WIRESHARK_AT_LEAST(major, minor)                                                       \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Public prototypes speak C99 since 4.4, GLib before. */
#if FWX_WIRESHARK_AT_LEAST(4, 4)
typedef bool fwx_bool;
#else
typedef gboolean fwx_bool;
#endif

/* plugin_describe() tells the about dialog what a plugin brings. */
#if FWX_WIRESHARK_AT_LEAST(4, 2)
#include <wsutil/plugins.h>
#define FWX_HAVE_PLUGIN_DESCRIBE 1
#else
#define FWX_HAVE_PLUGIN_DESCRIBE 0
#endif

/* The callback of a "-z" output may refuse since 4.6. */
#if FWX_WIRESHARK_AT_LEAST(4, 6)
typedef bool fwx_stat_init_result;
#define FWX_STAT_INIT_RETURN(ok) return (ok)
#else
typedef void fwx_stat_init_result;
#define FWX_STAT_INIT_RETURN(ok) return
#endif

/* Since 4.4 a conversation filter's callbacks are handed what it was registered with. */
#if FWX_WIRESHARK_AT_LEAST(4, 4)
#define FWX_CONVERSATION_FILTER_DATA    , void *user_data _U_
#define FWX_CONVERSATION_FILTER_NO_DATA , NULL
#else
#define FWX_CONVERSATION_FILTER_DATA
#define FWX_CONVERSATION_FILTER_NO_DATA
#endif

/* What the capture calls an interface, or NULL. Before 4.4 numbers counted within a section are
 * looked up as if there were but one. */
#if FWX_WIRESHARK_AT_LEAST(4, 4)
#define FWX_INTERFACE_NAME(epan, interface, section)                                               \
    epan_get_interface_name(epan, interface, section)
#define FWX_INTERFACE_DESCRIPTION(epan, interface, section)                                        \
    epan_get_interface_description(epan, interface, section)
#else
#define FWX_INTERFACE_NAME(epan, interface, section)                                               \
    ((section) ? NULL : epan_get_interface_name(epan, interface))
#define FWX_INTERFACE_DESCRIPTION(epan, interface, section)                                        \
    ((section) ? NULL : epan_get_interface_description(epan, interface))
#endif

/* A record brings its bytes and the name of its type along since 4.6; before, the bytes come beside
 * it, and no name. For programs that run the library, as tests/fuzz does. */
#if FWX_WIRESHARK_AT_LEAST(4, 6)
#define FWX_CONFIGURATION_INIT(program) configuration_init(program)
#define FWX_WTAP_REC_INIT(rec)          wtap_rec_init(rec, 256)
#define FWX_WTAP_REC_PACKET(rec, encap) wtap_setup_packet_rec(rec, encap)
#define FWX_DISSECT(run, dissection, rec, frame, bytes, length, sent)                              \
    do {                                                                                           \
        ws_buffer_append(&(rec)->data, bytes, length);                                             \
        (run)(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, rec, frame, NULL);                       \
    } while (0)
#else
#define FWX_CONFIGURATION_INIT(program) configuration_init(program, NULL)
#define FWX_WTAP_REC_INIT(rec)          wtap_rec_init(rec)
#define FWX_WTAP_REC_PACKET(rec, encap)                                                            \
    do {                                                                                           \
        (rec)->rec_type = REC_TYPE_PACKET;                                                         \
        (rec)->rec_header.packet_header.pkt_encap = (encap);                                       \
    } while (0)
#define FWX_DISSECT(run, dissection, rec, frame, bytes, length, sent)                              \
    (run)(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, rec,                                         \
          tvb_new_real_data(bytes, length, (gint)(sent)), frame, NULL)
#endif

/* ---- for the command, which runs the library on captures --------------------------------------
 */

/* Until then lists of manufacturers and services are files, read again for each capture. */
#define FWX_LISTS_ARE_FILES !FWX_WIRESHARK_AT_LEAST(4, 2)

/* The next record; before 4.6, its bytes are in a buffer beside it. */
#if FWX_WIRESHARK_AT_LEAST(4, 6)
#define FWX_BUFFER_INIT(buffer)                          (void)(buffer)
#define FWX_BUFFER_FREE(buffer)                          (void)(buffer)
#define FWX_READ(wtap, rec, buffer, error, info, offset) wtap_read(wtap, rec, error, info, offset)
#define FWX_DISSECT_RECORD(run, dissection, wtap, rec, buffer, frame)                              \
    (run)(dissection, wtap_file_type_subtype(wtap), rec, frame, NULL)
#define FWX_RECORD_BYTES(rec, buffer) ws_buffer_start_ptr(&(rec)->data)
#else
#define FWX_BUFFER_INIT(buffer) ws_buffer_init(buffer, 1514)
#define FWX_BUFFER_FREE(buffer) ws_buffer_free(buffer)
#define FWX_READ(wtap, rec, buffer, error, info, offset)                                           \
    wtap_read(wtap, rec, buffer, error, info, offset)
#define FWX_DISSECT_RECORD(run, dissection, wtap, rec, buffer, frame)                              \
    (run)(                                                                                         \
        dissection, wtap_file_type_subtype(wtap), rec,                                             \
        tvb_new_real_data(ws_buffer_start_ptr(buffer), (frame)->cap_len, (gint)(frame)->pkt_len),  \
        frame, NULL)
#define FWX_RECORD_BYTES(rec, buffer) ws_buffer_start_ptr(buffer)
#endif

/* What post-dissectors want of a frame's first pass: the library sees to it by itself since 4.6. */
#if FWX_WIRESHARK_AT_LEAST(4, 6)
#define FWX_PRIME(dissection) (void)(dissection)
#else
#define FWX_PRIME(dissection) prime_epan_dissect_with_postdissector_wanted_hfids(dissection)
#endif

/* Interfaces are numbered within their section since 4.4. */
#if FWX_WIRESHARK_AT_LEAST(4, 4)
#define FWX_PROVIDER_SECTION , unsigned section
#define FWX_INTERFACE_IN_FILE(wtap, interface)                                                     \
    wtap_file_get_shb_global_interface_id(wtap, section, interface)
#else
#define FWX_PROVIDER_SECTION
#define FWX_INTERFACE_IN_FILE(wtap, interface) (interface)
#endif

/* Compiles a display filter: what is wrong with it, to be freed, or NULL. */
#define FWX_FILTER_ERROR(result, text)                                                             \
    do {                                                                                           \
        dfilter_t *fwx_compiled = NULL;                                                            \
        FWX_FILTER_ERROR_TYPE *fwx_wrong = NULL;                                                   \
        (result) = dfilter_compile(text, &fwx_compiled, &fwx_wrong)                                \
                       ? NULL                                                                      \
                       : FWX_FILTER_ERROR_TEXT(fwx_wrong);                                         \
        dfilter_free(fwx_compiled);                                                                \
    } while (0)
#if FWX_WIRESHARK_AT_LEAST(4, 2)
#define FWX_FILTER_ERROR_TYPE        df_error_t
#define FWX_FILTER_ERROR_TEXT(wrong) g_strdup((wrong)->msg)
#else
#define FWX_FILTER_ERROR_TYPE        gchar
#define FWX_FILTER_ERROR_TEXT(wrong) (wrong)
#endif

#endif
