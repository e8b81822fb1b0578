/* system.h
 * What Unix and Windows do differently: a folder for each of them has files of the same names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_COMMAND_SYSTEM_H
#define FWX_COMMAND_SYSTEM_H

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#ifdef G_OS_UNIX
#include <unistd.h>
#else
#include <io.h>
#endif

/* What is printed is the same everywhere, also the ends of lines: nothing is opened as text, which
 * Windows would change, but csv.c relies on for its CRLF there. */
#ifndef O_BINARY
#define O_BINARY 0
#endif
#ifndef O_CLOEXEC
#define O_CLOEXEC _O_NOINHERIT
#endif
/* What Microsoft's headers lack. */
#ifndef R_OK
#define R_OK 4
#define W_OK 2
#endif
#ifndef S_ISDIR
#define S_ISDIR(mode) (((mode)&S_IFMT) == S_IFDIR)
#define S_ISREG(mode) (((mode)&S_IFMT) == S_IFREG)
#endif
#ifndef STDIN_FILENO
#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#endif

/* ---- the program ---------------------------------------------------------------------------- */

/* First of all. on_signal: somebody wants it to end. FALSE: it cannot run at all. */
gboolean fwx_system_begin(void (*on_signal)(int number));
/* The command line in UTF-8, to be freed. */
char **fwx_system_arguments(char **argv);
/* Is it a terminal that knows ANSI's sequences? It does then. */
gboolean fwx_system_is_terminal(int file);
/* How many columns that terminal has that is standard output, 0: it is none. */
unsigned fwx_system_columns(void);
/* What of this process is in memory; 0: not known. */
guint64 fwx_system_resident_mb(void);

/* ---- files ---------------------------------------------------------------------------------- */

/* A name that is no file's anywhere, as that of a terminal. */
gboolean fwx_system_is_device(const char *path);
/* Behind all links, to be freed; NULL: it is not there. */
char *fwx_system_real_path(const char *path);
/* Owner and rights are those of what the path leads to, where they may be. */
void fwx_system_keep_rights(int file, const char *path);
gboolean fwx_system_link(const char *from, const char *to);

/* For reading and writing, and nothing comes of it. Negative: errno. */
int fwx_system_null(void);
/* Another descriptor of it, beside the standard streams. */
int fwx_system_dup(int file);

/* Where a file is read or written does not matter to these, nor to whoever appends to it. */
gssize fwx_system_read_at(int file, void *bytes, gsize size, gint64 offset);
gint64 fwx_system_size(int file);
gboolean fwx_system_cut(int file, gint64 size);

/* ---- root ----------------------------------------------------------------------------------- */

/* Root reads other people's captures, but not with root's rights: workers are nobody. */
gboolean fwx_system_is_root(void);
/* As nobody, with a way back; both FALSE, with errno, where that is refused. */
gboolean fwx_system_hide_root(void);
gboolean fwx_system_show_root(void);
/* For good, or the end of the process. */
void fwx_system_drop_root(void);

#endif
