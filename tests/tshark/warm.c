/* warm.c
 * Preloaded into tshark or sharkd, lets one process serve many runs: most of a short run's time goes into registering
 * the dissectors. When epan_init() is through, the process waits for requests. For each of them a child enters main()
 * again, with the request's arguments and files: all of it is the real thing, but for the registering, which is done.
 *
 * A request is a byte on the socket whose number FWX_WARM tells (SOCK_SEQPACKET), and with it five files, in the order of
 * the enumeration below. To REPORT goes the child's process ID, and when it has ended its status, as of waitpid(2).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { INPUT, OUTPUT, ERRORS, REPORT, ARGUMENTS, FILES };

typedef int main_function(int, char **, char **);
typedef int start_function(main_function *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
/* The parameters differ from version to version, and are handed on. */
typedef long init_function(long, long, long, long, long, long);

static main_function *host_main;
static bool registered;

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming) */
start_function __libc_start_main;
init_function wtap_init, epan_init;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static void set_if_there(const char *name, int value) {
    int *variable = dlsym(RTLD_DEFAULT, name);
    if (variable) *variable = value;
}

/* The strings of a file, each of which ends in a zero byte. */
static char **read_arguments(int file, int *count) {
    struct stat status;
    if (fstat(file, &status) != 0) _exit(EXIT_FAILURE);
    size_t size = (size_t)status.st_size;
    char *text = malloc(size);
    char **arguments = calloc(size + 1, sizeof *arguments);
    if (!text || !arguments || pread(file, text, size, 0) != status.st_size) _exit(EXIT_FAILURE);
    *count = 0;
    for (size_t start = 0; start < size; start += strlen(text + start) + 1) arguments[(*count)++] = text + start;
    return arguments;
}

static void enter_main(const int files[FILES], int socket) {
    int count;
    char **arguments = read_arguments(files[ARGUMENTS], &count);
    for (int i = 0; i <= ERRORS; i++) dup2(files[i], i);
    for (int i = 0; i < FILES; i++) close(files[i]);
    close(socket);
    set_if_there("ws_optind", 1); /* getopt has gone through the arguments of the first start */
    set_if_there("ws_optreset", 1);
    registered = true;
    exit(host_main(count, arguments, environ));
}

/* A process of its own, so that requests overlap. */
static void run(const int files[FILES], int socket) {
    int told[] = {fork(), 0};
    if (told[0] == 0) enter_main(files, socket);
    for (int i = 0; i <= ERRORS; i++) close(files[i]);
    signal(SIGPIPE, SIG_IGN);
    if (told[0] < 0) _exit(EXIT_FAILURE);
    /* Whoever asked may not have waited: nobody else would end it. */
    if (write(files[REPORT], &told[0], sizeof told[0]) != sizeof told[0]) kill(told[0], SIGKILL);
    bool well = waitpid(told[0], &told[1], 0) == told[0] &&
                write(files[REPORT], &told[1], sizeof told[1]) == sizeof told[1];
    _exit(well ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool receive(int socket, int files[FILES]) {
    char byte;
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(FILES * sizeof(int))];
    } control;
    struct iovec data = {&byte, sizeof byte};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(socket, &message, 0) <= 0) return false;
    memcpy(files, CMSG_DATA(&control.header), FILES * sizeof(int));
    return true;
}

static void serve(int socket) {
    int files[FILES];
    signal(SIGCHLD, SIG_DFL); /* sharkd has it ignored */
    while (receive(socket, files)) {
        if (fork() == 0) run(files, socket);
        for (int i = 0; i < FILES; i++) close(files[i]);
        while (waitpid(-1, NULL, WNOHANG) > 0) continue; /* those that have ended meanwhile */
    }
    while (wait(NULL) > 0) continue;
    _exit(EXIT_SUCCESS);
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp,readability-identifier-naming) */
int __libc_start_main(main_function *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*rtld_fini)(void), void *stack_end) {
    start_function *start = (start_function *)next("__libc_start_main");
    host_main = main;
    return start(main, argc, argv, init, fini, rtld_fini, stack_end);
}

long wtap_init(long a, long b, long c, long d, long e, long f) {
    return registered || ((init_function *)next("wtap_init"))(a, b, c, d, e, f);
}

long epan_init(long a, long b, long c, long d, long e, long f) {
    if (registered) return true;
    long well = ((init_function *)next("epan_init"))(a, b, c, d, e, f);
    const char *socket = getenv("FWX_WARM");
    if (socket && (well & 0xff)) {
        int number = (int)strtol(socket, NULL, 10);
        unsetenv("FWX_WARM");
        unsetenv("LD_PRELOAD");
        serve(number);
    }
    return well;
}
