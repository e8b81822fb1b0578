/* gettext's functions, of which each gives back what it was given: for cross-building GLib (tests/windows.d/host).
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef FWX_LIBINTL_H
#define FWX_LIBINTL_H

/* The argument that is a format stays one for the compiler, or -Werror=format-security ends the build. */
#define FWX_FORMAT(n) __attribute__((format_arg(n)))

static inline FWX_FORMAT(1) char *gettext(const char *text)
{
    return (char *)text;
}

static inline FWX_FORMAT(2) char *dgettext(const char *domain, const char *text)
{
    (void)domain;
    return (char *)text;
}

static inline FWX_FORMAT(2) char *dcgettext(const char *domain, const char *text, int category)
{
    (void)domain;
    (void)category;
    return (char *)text;
}

static inline FWX_FORMAT(1) FWX_FORMAT(2) char *ngettext(const char *one, const char *many,
                                                         unsigned long n)
{
    return (char *)(n == 1 ? one : many);
}

static inline FWX_FORMAT(2) FWX_FORMAT(3) char *dngettext(const char *domain, const char *one,
                                                          const char *many, unsigned long n)
{
    (void)domain;
    return (char *)(n == 1 ? one : many);
}

static inline char *textdomain(const char *domain)
{
    return (char *)domain;
}

static inline char *bindtextdomain(const char *domain, const char *folder)
{
    (void)domain;
    return (char *)folder;
}

static inline char *bind_textdomain_codeset(const char *domain, const char *codeset)
{
    (void)domain;
    return (char *)codeset;
}

#endif
