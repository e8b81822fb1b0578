/* moment.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "engine/log/moment.h"

#include <string.h>

#define SECOND INT64_C(1000000000)
#define DAY_S  INT64_C(86400)
#define LATEST INT64_C(7258118400000000000) /* nanoseconds: the year 2200, far from overflow */

/* ---- reading -------------------------------------------------------------------------------- */

/* A number of at least one and at most so many digits, which it moves behind; -1: there is none. */
static int64_t number(const char **text, unsigned most, unsigned *digits)
{
    int64_t value = 0;
    unsigned count = 0;

    while (count < most && g_ascii_isdigit((*text)[count]) && value <= LATEST / 10)
        value = value * 10 + ((*text)[count++] - '0');
    *text += count;
    if (digits)
        *digits = count;
    return count ? value : -1;
}

/* Digits behind the point as nanoseconds; more than nine are passed over. */
static bool fraction(const char **text, int64_t *nanoseconds, int64_t *resolution)
{
    unsigned digits;
    int64_t value = number(text, 9, &digits);

    *resolution = SECOND;
    for (unsigned i = 0; i < digits; i++)
        *resolution /= 10;
    *nanoseconds = value * *resolution;
    while (g_ascii_isdigit(**text))
        (*text)++;
    return value >= 0;
}

static bool month_name(const char **text, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (int i = 0; i < 12; i++) {
        if (!g_ascii_strncasecmp(*text, names + (gsize)i * 3, 3)) {
            *month = i + 1;
            while (g_ascii_isalpha(**text))
                (*text)++;
            return true;
        }
    }
    return false;
}

/* The names that logs use; others are refused rather than guessed. */
static bool zone_name(const char **text, int32_t *zone_s)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {
        {"Z", 0},    {"UTC", 0},  {"GMT", 0},  {"WET", 0},  {"WEST", 1}, {"BST", 1},  {"CET", 1},
        {"CEST", 2}, {"EET", 2},  {"EEST", 3}, {"MSK", 3},  {"JST", 9},  {"EST", -5}, {"EDT", -4},
        {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7},
    };
    gsize length = 0;

    while (g_ascii_isalpha((*text)[length]))
        length++;
    for (unsigned i = 0; i < G_N_ELEMENTS(zones); i++) {
        if (strlen(zones[i].name) == length && !strncmp(zones[i].name, *text, length)) {
            *zone_s = zones[i].hours * 3600;
            *text += length;
            return true;
        }
    }
    return false;
}

static bool zone_of(const char **text, int32_t *zone_s)
{
    int sign = **text == '-' ? -1 : 1;
    int64_t hours;
    int64_t minutes = 0;

    if (**text != '+' && **text != '-')
        return zone_name(text, zone_s);
    (*text)++;
    hours = number(text, 2, NULL);
    if (**text == ':')
        (*text)++;
    if (g_ascii_isdigit(**text))
        minutes = number(text, 2, NULL);
    *zone_s = sign * (int32_t)(hours * 3600 + minutes * 60);
    return hours >= 0 && hours <= 14 && minutes < 60;
}

/* %s and %N */
static bool epoch(const char **text, bool by_digits, struct fwx_moment *moment)
{
    unsigned digits;
    int64_t value = number(text, by_digits ? 19 : 10, &digits);
    int64_t behind = 0;

    if (value < 0)
        return false;
    moment->is_epoch = moment->has_zone = true;
    moment->resolution = SECOND;
    for (; digits > 10; digits--)
        moment->resolution /= 10;
    if (value > LATEST / moment->resolution)
        return false;
    moment->nanoseconds = value * moment->resolution;
    if (!by_digits && **text == '.') {
        (*text)++;
        if (!fraction(text, &behind, &moment->resolution))
            return false;
    }
    moment->nanoseconds += behind;
    return !g_ascii_isdigit(**text);
}

static bool put(int64_t value, int low, int high, int *to)
{
    *to = (int)value;
    return value >= low && value <= high;
}

static bool half_of_day(const char **text, struct fwx_moment *moment)
{
    bool afternoon = g_ascii_toupper(**text) == 'P';

    if ((!afternoon && g_ascii_toupper(**text) != 'A') || g_ascii_toupper((*text)[1]) != 'M' ||
        moment->hour > 12)
        return false;
    *text += 2;
    moment->hour = moment->hour % 12 + (afternoon ? 12 : 0);
    return true;
}

static bool part(char letter, const char **text, struct fwx_moment *moment)
{
    switch (letter) {
    case 'Y':
        return put(number(text, 4, NULL), 1970, 2200, &moment->year);
    case 'y':
        return put(2000 + number(text, 2, NULL), 2000, 2099, &moment->year);
    case 'm':
        return put(number(text, 2, NULL), 1, 12, &moment->month);
    case 'b':
        return month_name(text, &moment->month);
    case 'd':
        return put(number(text, 2, NULL), 1, 31, &moment->day);
    case 'H':
    case 'I':
        moment->resolution = INT64_C(3600) * SECOND;
        return put(number(text, 2, NULL), 0, 23, &moment->hour);
    case 'M':
        moment->resolution = 60 * SECOND;
        return put(number(text, 2, NULL), 0, 59, &moment->minute);
    case 'S':
        moment->resolution = SECOND;
        return put(number(text, 2, NULL), 0, 60, &moment->second);
    case 'f':
        return fraction(text, &moment->nanoseconds, &moment->resolution);
    case 'p':
        return half_of_day(text, moment);
    case 'z':
        moment->has_zone = true;
        return zone_of(text, &moment->zone_s);
    default:
        return (letter == 's' || letter == 'N') && epoch(text, letter == 'N', moment);
    }
}

bool fwx_moment_read(const char *text, const char *layout, struct fwx_moment *moment)
{
    *moment = (struct fwx_moment){.resolution = DAY_S * SECOND};
    for (; *layout; layout++) {
        if (*layout == ' ') {
            if (!g_ascii_isspace(*text))
                return false;
            while (g_ascii_isspace(*text))
                text++;
        } else if (*layout == '%' && layout[1]) {
            if (!part(*++layout, &text, moment))
                return false;
        } else if (*text++ != *layout) {
            return false;
        }
    }
    return !*text;
}

/* ---- placing -------------------------------------------------------------------------------- */

static bool seconds_of(const struct fwx_moment *moment, int year, int64_t *seconds)
{
    GDate date;

    if (!g_date_valid_dmy((GDateDay)moment->day, (GDateMonth)moment->month, (GDateYear)year))
        return false;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)moment->day, (GDateMonth)moment->month, (GDateYear)year);
    *seconds = ((int64_t)g_date_get_julian(&date) - 719163) * DAY_S +
               ((int64_t)moment->hour * 60 + moment->minute) * 60 +
               moment->second; /* 719163: 1970-01-01 */
    return true;
}

/* Of a date without a year: that which comes closest. The 29th of February is only every four
 * years, or eight. */
static bool nearest_year(const struct fwx_moment *moment, int64_t near_s, int64_t *seconds)
{
    int middle = 1970 + (int)(near_s / (DAY_S * 365));
    bool found = false;

    for (int year = MAX(middle - 9, 1970); year <= middle + 9; year++) {
        int64_t candidate;

        if (seconds_of(moment, year, &candidate) &&
            (!found || ABS(candidate - near_s) < ABS(*seconds - near_s))) {
            *seconds = candidate;
            found = true;
        }
    }
    return found;
}

static int64_t east_of_greenwich(GTimeZone *zone, int64_t seconds)
{
    gint64 local = seconds;
    gint interval = g_time_zone_adjust_time(zone, G_TIME_TYPE_STANDARD, &local);

    return g_time_zone_get_offset(zone, interval);
}

bool fwx_moment_time(const struct fwx_moment *moment, GTimeZone *zone, int64_t near, int64_t *time)
{
    int64_t seconds = 0;

    if (moment->is_epoch) {
        *time = moment->nanoseconds;
        return true;
    }
    if (!(moment->year ? seconds_of(moment, moment->year, &seconds)
                       : nearest_year(moment, near / SECOND, &seconds)))
        return false;
    if (moment->has_zone)
        seconds -= moment->zone_s;
    else if (zone)
        seconds -= east_of_greenwich(zone, seconds);
    *time = seconds * SECOND + moment->nanoseconds;
    return true;
}
