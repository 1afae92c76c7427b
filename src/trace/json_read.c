/* Reads a trace from JSON: the text as a whole. */
#include "trace/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

static bool fail(dgi_json_reader *r, dg_status status, const char *text)
{
    dgi_error(r->scan.error, status, "%s", text);
    return false;
}

const char *dgi_json_intern(dgi_json_reader *r, const dgi_json_value *string, bool *too_long)
{
    size_t size;
    const char *text = dgi_json_text(&r->scan, string, &size);
    *too_long = text && size > DG_TRACE_STRING_MAX;
    if (!text || *too_long)
        return NULL;
    const char *own = dgi_trace_intern(r->t, text, size);
    if (!own)
        dgi_json_scan_nomem(&r->scan);
    return own;
}

/* --- Members ---------------------------------------------------------------------------------- */

/* Reads an array, element by element. */
static bool read_array(dgi_json_reader *r, const char *not_array,
                       bool (*read_element)(dgi_json_reader *, size_t))
{
    if (dgi_json_scan_peek(&r->scan) != '[')
        return dgi_json_scan_wrong(&r->scan, not_array);
    r->scan.p++;
    if (dgi_json_scan_peek(&r->scan) == ']') {
        r->scan.p++;
        return true;
    }
    bool more = true;
    for (size_t i = 0; more; i++) {
        if (!read_element(r, i) || !dgi_json_scan_more(&r->scan, ']', &more))
            return false;
        dgi_json_scan_release(&r->scan);
    }
    return true;
}

/* Reads an id: the value of the member that `what` names, or an element of it. */
static bool read_id(dgi_json_reader *r, const char *what, uint32_t *id)
{
    dgi_json_value value = {.kind = DGI_JSON_ABSENT};
    if (!dgi_json_scan_value(&r->scan, &value))
        return false;
    if (!dgi_json_is_id(r, &value)) {
        dgi_error(r->scan.error, DG_FORMAT, "%s %s", what, dgi_json_not_id(r));
        return false;
    }
    *id = dgi_json_reader_id(r, &value);
    return *id != DGI_NO_NODE;
}

bool dgi_json_too_many_roots(dgi_json_reader *r)
{
    return fail(r, DG_LIMIT, "the trace has more than a thousand roots");
}

static bool read_root(dgi_json_reader *r, size_t i)
{
    if (i >= DG_TRACE_ROOTS_MAX)
        return dgi_json_too_many_roots(r);
    uint32_t *roots = dgi_grown(r->roots, &r->root_capacity, i, sizeof *roots);
    if (!roots)
        return dgi_json_scan_nomem(&r->scan);
    r->roots = roots;
    r->n_roots = i + 1;
    return read_id(r, "an element of \"roots\"", &roots[i]);
}

static bool is_key(const char *key, size_t size, const char *name)
{
    return size == strlen(name) && memcmp(key, name, size) == 0;
}

/* Reads the value of a member, which is what comes next; unknown ones are ignored. (The version was
 * read before.) */
static bool read_value(dgi_json_reader *r, const char *key, size_t size)
{
    if (is_key(key, size, "nodes"))
        return read_array(r, "\"nodes\" is not an array", dgi_json_read_node);
    if (is_key(key, size, "edges"))
        return read_array(r, "\"edges\" is not an array", dgi_json_read_edge);
    if (is_key(key, size, "root"))
        return read_id(r, "\"root\"", &r->root);
    if (is_key(key, size, "roots") && r->version > 1)
        return read_array(r, "\"roots\" is not an array", read_root);
    dgi_json_value ignored = {.kind = DGI_JSON_ABSENT};
    return dgi_json_scan_value(&r->scan, &ignored);
}

/* Records that a member occurred. Its key is owned by the map. */
static bool add_member(dgi_json_reader *r, const dgi_json_value *key, const char **own,
                       size_t *size)
{
    const char *text = dgi_json_text(&r->scan, key, size);
    dgi_strmap_slot *slot = text ? dgi_strmap_add(&r->members, text, *size) : NULL;
    if (!slot)
        return dgi_json_scan_nomem(&r->scan);
    if (slot->value != SIZE_MAX)
        return dgi_json_scan_wrong(&r->scan, "a member occurs twice");
    slot->value = 0;
    *own = slot->key;
    return true;
}

static bool read_member(dgi_json_reader *r)
{
    dgi_json_value key;
    const char *own = NULL;
    size_t size = 0;
    if (!dgi_json_scan_key(&r->scan, &key) || !add_member(r, &key, &own, &size))
        return false;
    r->scan.p++;
    return read_value(r, own, size);
}

static bool read_members(dgi_json_reader *r)
{
    if (!dgi_json_scan_expect(&r->scan, '{', "a trace is a JSON object"))
        return false;
    bool more = dgi_json_scan_peek(&r->scan) != '}';
    if (!more)
        r->scan.p++;
    while (more)
        if (!read_member(r) || !dgi_json_scan_more(&r->scan, '}', &more))
            return false;
    dgi_json_scan_peek(&r->scan);
    return r->scan.p == r->scan.end ||
           dgi_json_scan_wrong(&r->scan, "the end of the text is expected");
}

/* --- The version ------------------------------------------------------------------------------ */

static bool check_version(dgi_json_reader *r, const dgi_json_value *value)
{
    if (value->kind != DGI_JSON_NUMBER)
        return fail(r, DG_FORMAT, "\"dotgrad\" is not a number");
    if (value->number != 1.0 && value->number != 2.0)
        return fail(r, DG_FORMAT, "the trace was made by a newer dotgrad");
    r->version = (int)value->number;
    return true;
}

/* Reads the version, by which the rest is read. It is the first member of what dotgrad writes. What
 * is not JSON is reported when all is read. */
static bool read_version(dgi_json_reader *r)
{
    dg_error unused, *error = r->scan.error;
    dgi_json_value key, value = {.kind = DGI_JSON_ABSENT};
    r->version = 2;
    r->scan.error = &unused;
    bool more = dgi_json_scan_expect(&r->scan, '{', ""), found = false;
    while (more && !found) {
        more = dgi_json_scan_key(&r->scan, &key);
        found = more && dgi_json_is(&r->scan, &key, "dotgrad");
        r->scan.p += more;
        more = more && dgi_json_scan_value(&r->scan, &value);
        if (more && !found && !dgi_json_scan_more(&r->scan, '}', &more))
            more = false;
    }
    r->scan.error = error;
    r->scan.p = r->scan.text;
    return !more || check_version(r, &value);
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool has_members(dgi_json_reader *r)
{
    static const char *const members[] = {"dotgrad", "nodes", "edges", "root"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (dgi_strmap_find(&r->members, members[i], strlen(members[i])) ||
            (i == 3 && r->n_roots > 0))
            continue;
        dgi_error(r->scan.error, DG_FORMAT, "not a trace: it has no \"%s\"", members[i]);
        return false;
    }
    return true;
}

static bool read_all(dgi_json_reader *r)
{
    return read_version(r) && read_members(r) && has_members(r) && dgi_json_reader_link(r) &&
           dg_trace_check(r->t, r->scan.error) == DG_OK;
}

void dgi_json_reader_free(dgi_json_reader *r)
{
    for (int i = DGI_DATA; i <= DGI_GRAD; i++)
        dgi_json_array_reset(&r->arrays[i], 0);
    dgi_buf_free(&r->scan.decoded);
    dgi_strmap_free(&r->id_indices);
    dgi_strmap_free(&r->members);
    free(r->numbered);
    free(r->ids);
    free(r->edges);
    free(r->notes);
    free(r->results);
    free(r->roots);
}

static dg_trace *read_trace(const char *text, size_t size, bool releases, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    dgi_json_reader r = {.scan = {.text = text,
                                  .p = text,
                                  .error = error,
                                  .read_array = dgi_json_array_read,
                                  .releases = releases},
                         .root = DGI_NO_NODE,
                         .arrays = {{.member = "data"}, {.member = "grad"}}};
    if (!text) {
        fail(&r, DG_INVALID, "there is no text");
        return NULL;
    }
    if (size > DG_TRACE_JSON_MAX) {
        fail(&r, DG_LIMIT, "the text is larger than 512 MiB");
        return NULL;
    }
    r.scan.end = text + size;
    r.t = dg_trace_new();
    bool done = r.t ? read_all(&r) : dgi_json_scan_nomem(&r.scan);
    dgi_json_reader_free(&r);
    if (done) {
        dgi_trace_shrink(r.t);
        return r.t;
    }
    dg_trace_free(r.t);
    return NULL;
}

dg_trace *dg_trace_from_json(const char *text, size_t size, dg_error *error)
{
    return read_trace(text, size, false, error);
}

dg_trace *dg_trace_take_json(char *text, size_t size, dg_error *error)
{
    dg_trace *t = read_trace(text, size, true, error);
    free(text);
    return t;
}
