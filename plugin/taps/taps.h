/* taps.h
 * The one list of tables and outputs: registration, the Tools menu, the list in README.md and the
 * tests are made from it.
 *
 * A tap is a file of this folder with a function fwx_tap_<name>() that registers it, once, before
 * any capture is opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_TAPS_TAPS_H
#define FWX_TAPS_TAPS_H

/* clang-format off */

/* TAP(kind, name, title, shows): TABLE, which is also in the Tools menu, under its title; TREE of counts; LISTING, for
 * programs. -z fwx,<name>[,filter] */
#define FWX_TAPS(TAP)                                                                                                       \
    TAP(TABLE, verdicts, "Verdicts", "a row per conversation: result, code, action, frame, packets dropped, confidence, evidence, reason, filter; what happened and why") \
    TAP(TABLE, attempts, "Connection attempts", "a row per TCP connection attempt: answered, refused, met by an old connection, unanswered; SYNs, time to the answer") \
    TAP(TABLE, resets, "Resets", "a row per reset: class, by whom, status, what that is worth, delay after the FIN")       \
    TAP(TABLE, markers, "Marker ranges", "a row per range between markers: frames, duration, packets, conversations, filter") \
    TAP(TABLE, timeouts, "Time-outs", "a row per server: connections that fell silent, longest silence survived, shortest fatal one, known time-outs that fit") \
    TAP(TABLE, firewalls, "Firewalls", "a row per conversation and further firewall (preference `fwx.also`): what it would have said, frame, packets dropped, evidence, whether it explains what happened") \
    TAP(TABLE, points, "Capture points", "a row per capture point: first packet, how its clock differs from the first one's (offset, error, drift), packets found at others, packets it lacks") \
    TAP(TABLE, pairs, "Both sides", "a row per conversation seen at two points: both legs, how they were paired, what lies between, packets forwarded, dropped, changed, injected") \
    TAP(TABLE, delays, "Delays", "a row per conversation seen at two points: the longest wait for an answer, and how much of it was spent between the points and beyond") \
    TAP(TABLE, reconcile, "Firewall log against capture", "a row per line of the firewall's own log (preference `fwx.logs`) that packets of the capture are of, and per predicted drop that it does not have: frame, what the log says, what was predicted, whether they agree, why not, what joined them") \
    TAP(TREE, tree, "", "counts and rates: packets by verdict; conversations by verdict, client, server; resets by class") \
    TAP(LISTING, findings, "", "a line per finding, range and conversation")                                               \
    TAP(LISTING, sides, "", "what several capture points show together: clocks, what was not seen to come out and what was changed between them, where answers waited") \
    TAP(LISTING, log, "", "the firewall's log, W3C extended: the product's fields in its order, UTC, tabs; `x-count` counts the packets of a line") \
    TAP(LISTING, report, "", "the answer, and each troubled conversation with a ladder of its packets: `fwx,report,FILE.html` a page, `FILE.md` [Markdown](plugin/doc/report.md), as without FILE")   \
    TAP(LISTING, json, "", "an object a line per conversation ([schema](plugin/schema/conversation.json))")                \
    TAP(LISTING, csv, "", "a row per conversation for spreadsheets and databases (RFC 4180)")
/* clang-format on */

#define FWX_TAP_DECLARED(kind, name, title, shows) void fwx_tap_##name(void);
FWX_TAPS(FWX_TAP_DECLARED)
#undef FWX_TAP_DECLARED

/* All of them, in the order of the list. */
void fwx_taps_register(void);

#endif
