/* engine.h
 * What would the firewall have said? Packets in, findings and verdicts out.
 *
 * The engine is fed every packet once, in frame order, and computes once; all that is shown
 * later is looked up. It knows nothing of Wireshark. One engine serves one capture and is not
 * thread-safe.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_ENGINE_H
#define FWX_ENGINE_H

#include "engine/conclusion.h"
#include "engine/connection.h"
#include "engine/finding.h"
#include "engine/facts/marker.h"
#include "engine/packet.h"
#include "engine/model/policy.h"
#include "engine/model/result.h"

struct fwx_engine;
struct fwx_log_trace;

/* The policy is copied, and stays the caller's to clear. Never NULL; to be freed with
 * fwx_engine_free(), which takes NULL too. */
struct fwx_engine *fwx_engine_new(const struct fwx_policy *policy);
void fwx_engine_free(struct fwx_engine *engine);

/* The packet passes the pipeline. Returns its connection, NULL where it has none; valid until
 * the engine is freed, as are all connections and findings. */
const struct fwx_connection *fwx_engine_see(struct fwx_engine *engine,
                                            const struct fwx_packet *packet);

/* Of packets that will be seen one after the other, count of them: those a little behind
 * packets[at] get fetched into the cache what seeing them will look at. To be called before
 * packets[at] is seen; changes nothing, and is worth it where there are more connections than
 * caches hold. Addresses, ports, protocol and capture point of the packets are looked at. */
void fwx_engine_prefetch(const struct fwx_engine *engine, const struct fwx_packet *packets,
                         uint32_t count, uint32_t at);

/* The connection that a packet seen before belongs to, or NULL. Only the addresses, ports,
 * protocol, capture point, frame and index of the packet are looked at. */
const struct fwx_connection *fwx_engine_recall(const struct fwx_engine *engine,
                                               const struct fwx_packet *packet);

/* The state that a packet of the connection met in the frame, whenever it is asked. */
enum fwx_state fwx_engine_state_at(const struct fwx_engine *engine,
                                   const struct fwx_connection *connection, uint32_t frame);

/* Draws from the whole capture what only that tells, as far as it has been read: see
 * facts/account.h. Does nothing where no packet has come since the last time. */
void fwx_engine_review(struct fwx_engine *engine);

/* The same while packets still come, and it is asked for again and again: what several capture
 * points show together may be behind by an eighth of their packets. */
void fwx_engine_review_so_far(struct fwx_engine *engine);

/* All findings are numbered from 0, in the order of their frames. */
uint32_t fwx_engine_finding_count(const struct fwx_engine *engine);

/* The findings of a frame: *first is the number of the first, the result how many there are. */
uint32_t fwx_engine_findings(const struct fwx_engine *engine, uint32_t frame, uint32_t *first);
const struct fwx_finding *fwx_engine_finding(const struct fwx_engine *engine, uint32_t number);

/* The finding that earned the connection its verdict, or NULL; see also conclusion.h. */
const struct fwx_finding *fwx_engine_verdict_finding(const struct fwx_engine *engine,
                                                     const struct fwx_connection *connection);

/* Where the frame lies between the markers, as far as the capture has been read. */
struct fwx_marker_place fwx_engine_marker_place(const struct fwx_engine *engine, uint32_t frame);

/* Bytes of payload of a side that the firewall would have passed on. */
uint64_t fwx_engine_passed(const struct fwx_engine *engine, const struct fwx_connection *connection,
                           enum fwx_side side);

/* Remembers from now on which packets were seen, 40 bytes each, for a log to be joined with; before
 * the first. What it has, NULL: it does not. */
void fwx_engine_record(struct fwx_engine *engine);
struct fwx_log_trace *fwx_engine_record_of(const struct fwx_engine *engine);

/* What a log says of a connection's prediction; connection 0: forgets what it said of all. */
void fwx_engine_prove(struct fwx_engine *engine, uint32_t connection, enum fwx_evidence evidence);

const struct fwx_policy *fwx_engine_policy(const struct fwx_engine *engine);
const struct fwx_connections *fwx_engine_connections(const struct fwx_engine *engine);
const struct fwx_markers *fwx_engine_markers(const struct fwx_engine *engine);

#endif
