/* Reads a trace from JSON: the text as a whole. */
#include "trace/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static bool fail(dgi_json_reader *r, dg_status status, const char *text)
{
    dgi_error(r->scan.error, status, "%s", text);
    return false;
}

bool dgi_json_reader_nomem(dgi_json_reader *r)
{
    return fail(r, DG_NOMEM, "out of memory");
}

static void reset_arrays(dgi_json_reader *r)
{
    for (int i = DGI_DATA; i <= DGI_GRAD; i++)
        dgi_json_array_reset(&r->arrays[i], DG_TRACE_NUMBERS_MAX - r->n_numbers);
}

/* Data may be an integer of any size, so a node's integers are parsed as doubles. An edge's are
 * not, since its operand must be an integer. */
static bool read_node(dgi_json_reader *r, size_t i)
{
    reset_arrays(r);
    json_t *node = dgi_json_scan_value_with_arrays(&r->scan, JSON_DECODE_INT_AS_REAL, r->arrays, 2);
    bool done = node && dgi_json_read_node(r, node, i);
    json_decref(node);
    return done;
}

static bool read_edge(dgi_json_reader *r, size_t i)
{
    json_t *edge = dgi_json_scan_value(&r->scan, 0);
    bool done = edge && dgi_json_read_edge(r, edge, i);
    json_decref(edge);
    return done;
}

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
    for (size_t i = 0; more; i++)
        if (!read_element(r, i) || !dgi_json_scan_more(&r->scan, ']', &more))
            return false;
    return true;
}

static bool read_version(dgi_json_reader *r, const json_t *value)
{
    if (!json_is_number(value))
        return fail(r, DG_FORMAT, "\"dotgrad\" is not a number");
    if (json_number_value(value) != 1.0)
        return fail(r, DG_FORMAT, "the trace was made by a newer dotgrad");
    return true;
}

static bool read_root(dgi_json_reader *r, const json_t *value)
{
    if (!json_is_string(value))
        return fail(r, DG_FORMAT, "\"root\" is not a string");
    r->root = dgi_json_reader_id(r, json_string_value(value), json_string_length(value));
    return r->root != DGI_NO_NODE;
}

/* Reads members other than nodes and edges; unknown ones are ignored. */
static bool read_scalar_member(dgi_json_reader *r, const char *key)
{
    json_t *value = dgi_json_scan_value(&r->scan, 0);
    if (!value)
        return false;
    bool done = true;
    if (strcmp(key, "dotgrad") == 0)
        done = read_version(r, value);
    else if (strcmp(key, "root") == 0)
        done = read_root(r, value);
    json_decref(value);
    return done;
}

static bool read_value(dgi_json_reader *r, const char *key)
{
    if (strcmp(key, "nodes") == 0)
        return read_array(r, "\"nodes\" is not an array", read_node);
    if (strcmp(key, "edges") == 0)
        return read_array(r, "\"edges\" is not an array", read_edge);
    return read_scalar_member(r, key);
}

/* Records that the member occurred. Returns its key, owned by the map; NULL with the error set. */
static const char *add_member(dgi_json_reader *r, const json_t *key)
{
    dgi_strmap_slot *slot =
        dgi_strmap_add(&r->members, json_string_value(key), json_string_length(key));
    if (!slot) {
        dgi_json_reader_nomem(r);
        return NULL;
    }
    if (slot->value != SIZE_MAX) {
        dgi_json_scan_wrong(&r->scan, "a member occurs twice");
        return NULL;
    }
    slot->value = 0;
    return slot->key;
}

static bool read_member(dgi_json_reader *r)
{
    if (dgi_json_scan_peek(&r->scan) != '"')
        return dgi_json_scan_wrong(&r->scan, "a member's name is expected");
    json_t *string = dgi_json_scan_value(&r->scan, 0);
    if (!string)
        return false;
    const char *key = add_member(r, string);
    json_decref(string);
    return key && dgi_json_scan_expect(&r->scan, ':', "':' expected") && read_value(r, key);
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

static bool has_members(dgi_json_reader *r)
{
    static const char *const members[] = {"dotgrad", "nodes", "edges", "root"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (dgi_strmap_find(&r->members, members[i], strlen(members[i])))
            continue;
        dgi_error(r->scan.error, DG_FORMAT, "not a trace: it has no \"%s\"", members[i]);
        return false;
    }
    return true;
}

static bool read_all(dgi_json_reader *r)
{
    return read_members(r) && has_members(r) && dgi_json_reader_link(r) &&
           dg_trace_check(r->t, r->scan.error) == DG_OK;
}

dg_trace *dg_trace_from_json(const char *text, size_t size, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    dgi_json_reader r = {.scan = {text, NULL, text, error, (locale_t)0},
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
    r.scan.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    r.t = dg_trace_new();
    bool done = r.scan.c_locale && r.t ? read_all(&r) : dgi_json_reader_nomem(&r);
    if (r.scan.c_locale)
        freelocale(r.scan.c_locale);
    reset_arrays(&r);
    dgi_strmap_free(&r.id_indices);
    dgi_strmap_free(&r.members);
    free(r.ids);
    free(r.edges);
    if (done) {
        dgi_trace_shrink(r.t);
        return r.t;
    }
    dg_trace_free(r.t);
    return NULL;
}
