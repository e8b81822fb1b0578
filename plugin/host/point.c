/* point.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "host/point.h"

#include <string.h>

#include <epan/epan.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>

/* What tells places apart: the interface's number within its section, and the index that Linux gave
 * the device behind "any". */
struct place {
    uint32_t file;    /* from 1, where each is a place of its own */
    uint32_t section; /* from 0 */
    uint32_t interface;
    uint32_t device; /* of Linux cooked v2, else 0 */
};

struct point {
    char *name;
    /* For whether an interface of a later section is the same one. */
    char *interface_name; /* NULL: not known */
    char *description;    /* NULL: not known */
    struct place place;   /* in the latest section that it was seen in */
    int link_type;
    nstime_t last_time;
};

static uint64_t seed; /* drawn per capture: it cannot be made to collide */
static enum fwx_points kind;
static GPtrArray *own_names; /* that the user gives them, by number; or NULL */
static struct {
    uint32_t number; /* 0: the capture is one */
    char *name;
} file;
static GPtrArray *points; /* of struct point, by number */
static bool may_follow;   /* other points */
static GHashTable *known; /* number of the point + 1, by struct place */
static void (*on_change)(void);

/* Nearly every packet comes from where the one before came from. */
static struct {
    struct place place;
    struct point *point; /* NULL: none yet */
    uint16_t number;
    bool is_plain; /* the place is none that anything tells of */
} latest;

/* ---- where a frame was seen ----------------------------------------------------------------- */

/* draft-ietf-opsawg-pcaplinktype, LINUX_SLL2: four bytes, in network order, behind protocol and
 * reserved. */
enum { DEVICE_AT = 4 };

static uint32_t device_of(const packet_info *pinfo)
{
    tvbuff_t *frame = pinfo->data_src
                          ? get_data_source_tvb((const struct data_source *)pinfo->data_src->data)
                          : NULL;

    return frame && tvb_captured_length(frame) >= DEVICE_AT + 4 ? tvb_get_ntohl(frame, DEVICE_AT)
                                                                : 0;
}

/* device: of Linux cooked v2 */
static struct place place_of(const packet_info *pinfo, uint32_t device)
{
    const wtap_rec *rec = pinfo->rec;
    struct place place = {.file = file.number};

    if (kind == FWX_POINTS_ONE || rec->rec_type != REC_TYPE_PACKET)
        return place;
    if (rec->presence_flags & WTAP_HAS_INTERFACE_ID)
        place.interface = rec->rec_header.packet_header.interface_id;
    if (rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
        place.section = rec->section_number;
    if (rec->rec_header.packet_header.pkt_encap == WTAP_ENCAP_SLL2)
        place.device = device;
    return place;
}

static bool equal(const struct place *a, const struct place *b)
{
    return a->file == b->file && a->interface == b->interface && a->section == b->section &&
           a->device == b->device;
}

static guint hash_place(gconstpointer key)
{
    const struct place *place = (const struct place *)key;
    uint64_t x = (((uint64_t)place->interface << 32 | place->device) ^ seed) * 0x9e3779b97f4a7c15u;

    return (guint)((x ^ x >> 29 ^ place->section ^ (uint64_t)place->file << 32) *
                       0xbf58476d1ce4e5b9u >>
                   32);
}

static gboolean equal_places(gconstpointer a, gconstpointer b)
{
    return equal((const struct place *)a, (const struct place *)b);
}

/* ---- names ---------------------------------------------------------------------------------- */

/* What a capture says of its interfaces may be anything. NULL for nothing. */
static char *clean(const char *text)
{
    enum { LONGEST = 80 };
    char *valid = text && *text ? g_utf8_make_valid(text, -1) : NULL;
    char *cut;

    if (!valid || g_utf8_strlen(valid, -1) <= LONGEST)
        cut = valid;
    else {
        cut = g_utf8_substring(valid, 0, LONGEST);
        g_free(valid);
    }
    for (char *at = cut; at && *at; at = g_utf8_next_char(at)) {
        if (g_unichar_iscntrl(g_utf8_get_char(at)))
            memset(at, '?', (size_t)(g_utf8_next_char(at) - at));
    }
    return cut;
}

static bool has_interface(const packet_info *pinfo)
{
    return (pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0;
}

/* NULL for none. A file's reader says "unknown" for that. */
static char *interface_name(const packet_info *pinfo, const struct place *place)
{
    const char *name = has_interface(pinfo)
                           ? FWX_INTERFACE_NAME(pinfo->epan, place->interface, place->section)
                           : NULL;

    return name && strcmp(name, "unknown") != 0 ? clean(name) : NULL;
}

static char *interface_description(const packet_info *pinfo, const struct place *place)
{
    return has_interface(pinfo)
               ? clean(FWX_INTERFACE_DESCRIPTION(pinfo->epan, place->interface, place->section))
               : NULL;
}

/* The file's own point is called as the file is. */
static char *name_in_file(char *name)
{
    char *joined = file.name ? g_strdup_printf("%s %s", file.name, name) : NULL;

    if (joined)
        g_free(name);
    return joined ? joined : name;
}

/* As the capture numbers them, where it does not name them: Wireshark's frame.interface_id and
 * frame.section_number. */
static char *describe(const struct point *point)
{
    const struct place *place = &point->place;
    GString *name = g_string_new(point->interface_name);

    if (!name->len && place->section)
        g_string_append_printf(name, "section %u ", place->section + 1);
    if (!point->interface_name && !(place->device && !place->section && !place->interface))
        g_string_append_printf(name, "interface %u", place->interface);
    if (place->device)
        g_string_append_printf(name, "%sifindex %u", name->len ? " " : "", place->device);
    return g_string_free(name, FALSE);
}

static bool is_taken(const char *name)
{
    for (unsigned i = 0; i < points->len; i++) {
        if (!strcmp(((const struct point *)points->pdata[i])->name, name))
            return true;
    }
    return false;
}

/* Two hosts may both have an eth0: the second one's is "eth0 (2)", by the point's number. */
static char *find_name(const struct point *point)
{
    const char *own = own_names && points->len < own_names->len
                          ? (const char *)own_names->pdata[points->len]
                          : "";
    char *plain = *own                                ? clean(own)
                  : file.name && !is_taken(file.name) ? g_strdup(file.name)
                                                      : name_in_file(describe(point));
    char *name = g_strdup(plain);

    for (unsigned number = points->len + 1; is_taken(name); number++) {
        g_free(name);
        name = g_strdup_printf("%s (%u)", plain, number);
    }
    g_free(plain);
    return name;
}

/* ---- points --------------------------------------------------------------------------------- */

static void free_point(gpointer data)
{
    struct point *point = (struct point *)data;

    g_free(point->name);
    g_free(point->interface_name);
    g_free(point->description);
    g_free(point);
}

static uint16_t add_point(struct point *point)
{
    g_ptr_array_add(points, point);
    if (points->len == 2 && on_change)
        on_change();
    return (uint16_t)(points->len - 1);
}

/* Names are compared where both are known; else the number within the section stands. */
static bool is_same_interface(const struct point *a, const struct point *b)
{
    return a->link_type == b->link_type && a->place.device == b->place.device &&
           a->place.file == b->place.file &&
           (a->interface_name && b->interface_name
                ? !strcmp(a->interface_name, b->interface_name) &&
                      !g_strcmp0(a->description, b->description)
                : a->place.interface == b->place.interface);
}

/* The point that goes on in a later section, or none: sections are captures one after the other,
 * and two at the same time were made at two places, whatever their names. */
static int find_earlier(const struct point *later)
{
    int found = -1;

    for (unsigned i = 0; later->place.section && i < points->len; i++) {
        const struct point *point = (const struct point *)points->pdata[i];

        if (point->place.section >= later->place.section ||
            nstime_cmp(&point->last_time, &later->last_time) > 0 ||
            !is_same_interface(point, later))
            continue;
        if (point->place.interface == later->place.interface)
            return (int)i;
        if (found < 0)
            found = (int)i;
    }
    return found;
}

static struct point *new_point(const packet_info *pinfo, const struct place *place)
{
    struct point *point = g_new0(struct point, 1);

    point->place = *place;
    point->link_type = pinfo->rec->rec_type == REC_TYPE_PACKET
                           ? pinfo->rec->rec_header.packet_header.pkt_encap
                           : WTAP_ENCAP_UNKNOWN;
    point->last_time = pinfo->abs_ts;
    if (kind != FWX_POINTS_ONE) {
        point->interface_name = interface_name(pinfo, place);
        point->description = interface_description(pinfo, place);
    }
    return point;
}

/* Of the first packet: is there another interface, or can there be one that has no name either? */
static bool has_others(const packet_info *pinfo, const struct point *point)
{
    struct place next = point->place;
    char *name;

    if (kind == FWX_POINTS_ONE || point->link_type == WTAP_ENCAP_SLL2 || file.number)
        return kind != FWX_POINTS_ONE;
    if (!has_interface(pinfo))
        return false;
    next.interface = next.interface ? 0 : 1;
    name = interface_name(pinfo, &next);
    g_free(name);
    return name || !point->interface_name;
}

/* A place that has not been seen before. */
static uint16_t settle(const packet_info *pinfo, const struct place *place)
{
    struct point *point = new_point(pinfo, place);
    int earlier = kind == FWX_POINTS_AUTO ? find_earlier(point) : -1;

    if (earlier >= 0) {
        ((struct point *)points->pdata[earlier])->place = *place;
        free_point(point);
        return (uint16_t)earlier;
    }
    if (points->len == FWX_MAX_POINTS) {
        free_point(point);
        return FWX_MAX_POINTS - 1;
    }
    point->name = kind == FWX_POINTS_ONE              ? g_strdup("all interfaces")
                  : points->len + 1 == FWX_MAX_POINTS ? g_strdup("other interfaces")
                                                      : find_name(point);
    if (!points->len)
        may_follow = has_others(pinfo, point);
    return add_point(point);
}

static void find_point(const packet_info *pinfo, const struct place *place)
{
    gpointer number = g_hash_table_lookup(known, place);

    latest.place = *place;
    latest.is_plain = !place->interface && !place->section && !place->device; /* of this file */
    latest.number = number ? (uint16_t)(GPOINTER_TO_UINT(number) - 1) : settle(pinfo, place);
    latest.point = (struct point *)points->pdata[latest.number];
    if (!number && latest.number < FWX_MAX_POINTS - 1)
        g_hash_table_insert(known, g_memdup2(place, sizeof *place),
                            GUINT_TO_POINTER(latest.number + 1u));
}

/* Until when the point has captured: a later section is asked whether it goes on. */
static void note_time(const packet_info *pinfo)
{
    nstime_t *last = &latest.point->last_time;

    if (nstime_cmp(&pinfo->abs_ts, last) > 0)
        *last = pinfo->abs_ts;
}

/* No interface, no section, no device: as all of a classic capture, whose one place is known. */
static bool is_plain(const wtap_rec *rec)
{
    return latest.is_plain &&
           !(rec->presence_flags & (WTAP_HAS_INTERFACE_ID | WTAP_HAS_SECTION_NUMBER)) &&
           rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_SLL2;
}

static uint16_t find(const packet_info *pinfo, uint32_t device)
{
    struct place place = place_of(pinfo, device);

    if (!latest.point || !equal(&place, &latest.place))
        find_point(pinfo, &place);
    if (pinfo->rec->presence_flags & WTAP_HAS_SECTION_NUMBER)
        note_time(pinfo);
    return latest.number;
}

uint16_t fwx_point_of(const packet_info *pinfo)
{
    return is_plain(pinfo->rec) ? latest.number : find(pinfo, device_of(pinfo));
}

uint16_t fwx_point_of_plain(const packet_info *pinfo, struct fwx_bytes frame)
{
    return is_plain(pinfo->rec)
               ? latest.number
               : find(pinfo, frame.captured >= DEVICE_AT + 4 ? fwx_be32(frame.at + DEVICE_AT) : 0);
}

uint32_t fwx_points_count(void)
{
    return points ? points->len : 0;
}

bool fwx_points_may_follow(void)
{
    return may_follow;
}

const char *fwx_point_name(uint16_t point)
{
    return ((const struct point *)points->pdata[point])->name;
}

bool fwx_point_interface(uint16_t point, uint32_t *section, uint32_t *interface)
{
    const struct place *place = &((const struct point *)points->pdata[point])->place;

    *section = place->section;
    *interface = place->interface;
    return place->file == file.number;
}

/* ---- a capture's ---------------------------------------------------------------------------- */

void fwx_points_start(const struct fwx_policy *policy)
{
    kind = policy->points;
    own_names = policy->point_names ? g_ptr_array_ref(policy->point_names) : NULL;
    may_follow = false;
    seed = (uint64_t)g_random_int() << 32 | g_random_int();
    points = g_ptr_array_new_with_free_func(free_point);
    known = g_hash_table_new_full(hash_place, equal_places, g_free, NULL);
    if (on_change)
        on_change();
}

void fwx_points_file(uint32_t number, const char *name)
{
    g_free(file.name);
    file.name = clean(name);
    file.number = number;
    memset(&latest, 0, sizeof latest);
}

void fwx_points_stop(void)
{
    g_clear_pointer(&points, g_ptr_array_unref);
    g_clear_pointer(&known, g_hash_table_destroy);
    g_clear_pointer(&own_names, g_ptr_array_unref);
    g_clear_pointer(&file.name, g_free);
    file.number = 0;
    memset(&latest, 0, sizeof latest);
}

void fwx_points_watch(void (*changed)(void))
{
    on_change = changed;
}
