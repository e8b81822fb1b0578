/* engine.c
 * The engine alone: packets a second, and bytes per connection, at 1 k, 100 k and 1 M live
 * connections; then a SYN flood from as many forged addresses.
 *
 *   engine [PACKETS]         default 10 million a row
 *
 * "in turn" takes the connections one after the other, "at random" defeats every cache: real
 * traffic lies between the two. "Ahead" is with fwx_engine_prefetch(). Bytes are what malloc has handed out, by mallinfo2().
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* mallinfo2; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "engine/engine.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint32_t frame;

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* Many clients, 100 connections each, so that no limit of flood mitigation is passed. */
static struct fwx_packet segment(uint32_t number, bool from_client, uint8_t flags, uint32_t seq,
                                 uint32_t ack, uint32_t payload_len)
{
    uint8_t client[4] = {10, (uint8_t)(number / 100 >> 16), (uint8_t)(number / 100 >> 8),
                         (uint8_t)(number / 100)};
    static const uint8_t server[4] = {192, 0, 2, 1};
    uint16_t port = (uint16_t)(20000 + number % 100);

    frame++;
    return (struct fwx_packet){
        .src = fwx_address_from(from_client ? client : server, 4),
        .dst = fwx_address_from(from_client ? server : client, 4),
        .time = (int64_t)frame * 1000,
        .frame = frame,
        .ip_len = 40 + payload_len,
        .src_port = from_client ? port : 443,
        .dst_port = from_client ? 443 : port,
        .ip_version = 4,
        .ip_header_len = 20,
        .protocol = FWX_PROTOCOL_TCP,
        .ttl = from_client ? 128 : 64,
        .has_transport = true,
        .tcp = {.seq = seq,
                .ack = ack,
                .payload_len = payload_len,
                .window = 64240,
                .flags = flags,
                .header_len = 20,
                .window_scale = FWX_NO_WINDOW_SCALE},
    };
}

static void see(struct fwx_engine *engine, struct fwx_packet packet)
{
    fwx_engine_see(engine, &packet);
}

static struct fwx_engine *with_connections(uint32_t count)
{
    struct fwx_policy policy = fwx_policy_default();
    struct fwx_engine *engine = fwx_engine_new(&policy);

    for (uint32_t i = 0; i < count; i++) {
        see(engine, segment(i, true, FWX_SYN, 1000, 0, 0));
        see(engine, segment(i, false, FWX_SYN | FWX_ACK, 5000, 1001, 0));
        see(engine, segment(i, true, FWX_ACK, 1001, 5001, 0));
    }
    return engine;
}

/* xorshift64*: the same sequence in every run. */
static uint32_t random_number(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * 2685821657736338717u >> 32);
}

/* Million packets a second. */
struct speed {
    double one_by_one;
    double ahead; /* with fwx_engine_prefetch() */
};

/* Made beforehand, a batch at a time, so that making packets is not what is measured; both ways in
 * turns, so that what else the machine does slows both. */
static struct speed measure(struct fwx_engine *engine, uint32_t connections, uint32_t packets,
                            bool at_random)
{
    enum { BATCH = 65536 };
    struct fwx_packet *batch = malloc(BATCH * sizeof *batch);
    uint64_t state = 88172645463325252u;
    double spent[2] = {0, 0};

    for (uint32_t done = 0; done < 2 * packets; done += BATCH) {
        bool ahead = done / BATCH & 1;
        double begin;

        for (uint32_t i = 0; i < BATCH; i++) {
            uint32_t number = at_random ? random_number(&state) : done + i;

            batch[i] = segment(number % connections, i & 1, FWX_ACK | FWX_PSH, i & 1 ? 1001 : 5001,
                               i & 1 ? 5001 : 1001, 100);
        }
        begin = cpu_seconds();
        for (uint32_t i = 0; i < BATCH; i++) {
            if (ahead)
                fwx_engine_prefetch(engine, batch, BATCH, i);
            fwx_engine_see(engine, &batch[i]);
        }
        spent[ahead] += cpu_seconds() - begin;
    }
    free(batch);
    return (struct speed){packets / spent[0] / 1e6, packets / spent[1] / 1e6};
}

static void measure_connections(uint32_t connections, uint32_t packets)
{
    size_t before = allocated();
    struct fwx_engine *engine = with_connections(connections);
    size_t after = allocated();
    struct speed in_turn = measure(engine, connections, packets, false);
    struct speed at_random = measure(engine, connections, packets, true);

    printf("%9u live connections  in turn %5.1f, ahead %5.1f   at random %5.1f, ahead %5.1f "
           "(x %.2f)   M packets/s  %5.0f bytes/connection\n",
           connections, in_turn.one_by_one, in_turn.ahead, at_random.one_by_one, at_random.ahead,
           at_random.ahead / at_random.one_by_one, (double)(after - before) / connections);
    fwx_engine_free(engine);
}

static void measure_flood(uint32_t addresses)
{
    struct fwx_policy policy = fwx_policy_default();
    size_t before = allocated();
    struct fwx_engine *engine = fwx_engine_new(&policy);
    double begin = cpu_seconds();

    for (uint32_t i = 0; i < addresses; i++)
        see(engine, segment(i * 100, true, FWX_SYN, i, 0, 0));
    printf("%9u forged SYNs       %6.1f M packets/s                                        %5.0f "
           "bytes/address\n",
           addresses, addresses / (cpu_seconds() - begin) / 1e6,
           (double)(allocated() - before) / addresses);
    fwx_engine_free(engine);
}

int main(int argc, char **argv)
{
    uint32_t packets = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000000;

    measure_connections(1000, packets);
    measure_connections(100000, packets);
    measure_connections(1000000, packets);
    measure_flood(250000);
    measure_flood(1000000);
    return 0;
}
