/* sentence.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/sentence.h"

#include <stdarg.h>
#include <stdio.h>

struct fwx_sentence fwx_sentence_in(char *buffer)
{
    buffer[0] = '\0';
    return (struct fwx_sentence){buffer, 0};
}

void fwx_say(struct fwx_sentence *sentence, const char *format, ...)
{
    va_list args;
    int written;

    va_start(args, format);
    written = vsnprintf(sentence->buffer + sentence->used, FWX_REASON_SIZE - sentence->used, format,
                        args);
    va_end(args);
    if (written > 0)
        sentence->used = MIN(sentence->used + (size_t)written, FWX_REASON_SIZE - 1);
}

void fwx_say_seconds(struct fwx_sentence *sentence, int64_t ns, unsigned digits)
{
    char format[] = "%.0f";
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    format[2] = (char)('0' + digits);
    fwx_say(sentence, "%s", g_ascii_formatd(text, sizeof text, format, (double)ns / 1e9));
}

void fwx_say_duration(struct fwx_sentence *sentence, int64_t ns)
{
    enum { SECOND = 1000000000 };

    fwx_say_seconds(sentence, ns, ns / 100 >= SECOND ? 0 : ns >= SECOND ? 1 : 3);
    fwx_say(sentence, " s");
}
