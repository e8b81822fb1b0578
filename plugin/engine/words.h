/* words.h
 * How the values of enumerations are spelt, as fields show them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_WORDS_H
#define FWX_WORDS_H

#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/notes.h"

/* The spellings of fwx.reset.class, fwx.reset.by, fwx.reset.grade, fwx.verdict.confidence,
 * fwx.conn.evidence, fwx.marker.role. */
const char *fwx_reset_class_name(enum fwx_reset_class class);
const char *fwx_side_name(enum fwx_side side);
const char *fwx_confidence_name(enum fwx_confidence confidence);
const char *fwx_evidence_name(enum fwx_evidence evidence);
const char *fwx_grade_name(enum fwx_grade grade);
const char *fwx_echo_role_name(enum fwx_echo_role role);
/* fwx.silence.end: "survived" and so on; NULL where it is not known */
const char *fwx_silence_end_name(enum fwx_silence_end end);
/* Of an ICMP or ICMPv6 error, by its code: "port unreachable" (RFC 792, RFC 4443) */
const char *fwx_icmp_words(const struct fwx_icmp_error *error);

#endif
