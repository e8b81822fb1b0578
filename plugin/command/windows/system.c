/* system.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <windows.h>

#include "command/system.h"

#include <errno.h>
#include <locale.h>
#include <psapi.h>
#include <signal.h>
#include <string.h>

/* ---- the program ---------------------------------------------------------------------------- */

static void (*take_signal)(int number);

/* The C runtime forgets whom it tells. */
static void pass_on(int number)
{
    signal(number, pass_on);
    take_signal(number);
}

/* What is printed is UTF-8, and not to be changed on its way. */
gboolean fwx_system_begin(void (*on_signal)(int number))
{
    take_signal = on_signal;
    signal(SIGINT, pass_on);
    signal(SIGBREAK, pass_on); /* also where the window is closed */
    _setmode(STDOUT_FILENO, O_BINARY);
    _setmode(STDERR_FILENO, O_BINARY);
    SetConsoleOutputCP(CP_UTF8);
    setlocale(LC_ALL, ".UTF-8");
    return TRUE;
}

char **fwx_system_arguments(char **argv G_GNUC_UNUSED)
{
    return g_win32_get_command_line();
}

gboolean fwx_system_is_terminal(int file)
{
    HANDLE console = (HANDLE)_get_osfhandle(file);
    DWORD mode;

    return GetConsoleMode(console, &mode) &&
           SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING);
}

unsigned fwx_system_columns(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;

    return fwx_system_is_terminal(STDOUT_FILENO) &&
                   GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info)
               ? (unsigned)(info.srWindow.Right - info.srWindow.Left + 1)
               : 0;
}

guint64 fwx_system_resident_mb(void)
{
    PROCESS_MEMORY_COUNTERS counters = {0};

    return K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters)
               ? counters.WorkingSetSize >> 20
               : 0;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* NUL is one in every folder, and whatever follows a dot. */
gboolean fwx_system_is_device(const char *path)
{
    static const char *const names[] = {"nul", "con", "conout$", "prn", "aux"};
    char *name = g_path_get_basename(path);
    gboolean is = g_str_has_prefix(path, "\\\\.\\");

    name[strcspn(name, ".:")] = '\0';
    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
        is |= g_ascii_strcasecmp(name, names[i]) == 0;
    g_free(name);
    return is;
}

char *fwx_system_real_path(const char *path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS) ? g_strdup(path) : NULL;
}

void fwx_system_keep_rights(int file G_GNUC_UNUSED, const char *path G_GNUC_UNUSED)
{
    /* The folder's are inherited. */
}

gboolean fwx_system_link(const char *from G_GNUC_UNUSED, const char *to G_GNUC_UNUSED)
{
    return FALSE;
}

int fwx_system_null(void)
{
    return g_open("NUL", O_RDWR | O_BINARY, 0);
}

int fwx_system_dup(int file)
{
    return _dup(file);
}

gssize fwx_system_read_at(int file, void *bytes, gsize size, gint64 offset)
{
    return _lseeki64(file, offset, SEEK_SET) == offset
               ? _read(file, bytes, (unsigned)MIN(size, G_MAXINT))
               : -1;
}

gint64 fwx_system_size(int file)
{
    return _lseeki64(file, 0, SEEK_END);
}

gboolean fwx_system_cut(int file, gint64 size)
{
    errno = _chsize_s(file, size);
    return errno == 0;
}

/* ---- root: there is none ----------------------------------------------------------------------
 */

gboolean fwx_system_is_root(void)
{
    return FALSE;
}

gboolean fwx_system_hide_root(void)
{
    return FALSE;
}

gboolean fwx_system_show_root(void)
{
    return TRUE;
}

void fwx_system_drop_root(void)
{
}
