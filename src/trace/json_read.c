/* A trace from JSON text: the text as a whole. */
#include "trace/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static bool fail(dgi_reader *r, dg_status status, const char *text)
{
    dgi_error(r->scan.error, status, "%s", text);
    return false;
}

bool dgi_reader_nomem(dgi_reader *r)
{
    return fail(r, DG_NOMEM, "out of memory");
}

static void clear_lists(dgi_reader *r)
{
    for (int i = DGI_DATA; i <= DGI_GRAD; i++)
        dgi_nested_clear(&r->lists[i], DG_TRACE_NUMBERS_MAX - r->n_numbers);
}

/* Data may be an integer of any size, so a node's numbers are read as doubles; an edge's are not,
 * so that its operand can be told from 0.5. */
static bool take_node(dgi_reader *r, size_t i)
{
    clear_lists(r);
    json_t *node = dgi_scan_value_with(&r->scan, JSON_DECODE_INT_AS_REAL, r->lists, 2);
    bool taken = node && dgi_read_node(r, node, i);
    json_decref(node);
    return taken;
}

static bool take_edge(dgi_reader *r, size_t i)
{
    json_t *edge = dgi_scan_value(&r->scan, 0);
    bool taken = edge && dgi_read_edge(r, edge, i);
    json_decref(edge);
    return taken;
}

/* Reads an array, element by element. */
static bool read_array(dgi_reader *r, const char *not_array, bool (*take)(dgi_reader *, size_t))
{
    if (dgi_scan_peek(&r->scan) != '[')
        return dgi_scan_wrong(&r->scan, not_array);
    r->scan.p++;
    if (dgi_scan_peek(&r->scan) == ']') {
        r->scan.p++;
        return true;
    }
    bool more = true;
    for (size_t i = 0; more; i++)
        if (!take(r, i) || !dgi_scan_more(&r->scan, ']', &more))
            return false;
    return true;
}

static bool take_version(dgi_reader *r, const json_t *value)
{
    if (!json_is_number(value))
        return fail(r, DG_FORMAT, "\"dotgrad\" is not a number");
    if (json_number_value(value) != 1.0)
        return fail(r, DG_FORMAT, "the trace was made by a newer dotgrad");
    return true;
}

static bool take_root(dgi_reader *r, const json_t *value)
{
    if (!json_is_string(value))
        return fail(r, DG_FORMAT, "\"root\" is not a string");
    r->root = dgi_reader_name(r, json_string_value(value), json_string_length(value));
    return r->root != DGI_NO_NODE;
}

/* Members of the trace that are single values, and those that it does not know. */
static bool read_single(dgi_reader *r, const char *key)
{
    json_t *value = dgi_scan_value(&r->scan, 0);
    if (!value)
        return false;
    bool taken = true;
    if (strcmp(key, "dotgrad") == 0)
        taken = take_version(r, value);
    else if (strcmp(key, "root") == 0)
        taken = take_root(r, value);
    json_decref(value);
    return taken;
}

static bool read_value(dgi_reader *r, const char *key)
{
    if (strcmp(key, "nodes") == 0)
        return read_array(r, "\"nodes\" is not an array", take_node);
    if (strcmp(key, "edges") == 0)
        return read_array(r, "\"edges\" is not an array", take_edge);
    return read_single(r, key);
}

/* Notes that the member occurs. NULL with the error set; else the key, owned by the map. */
static const char *take_key(dgi_reader *r, const json_t *key)
{
    dgi_strmap_slot *slot =
        dgi_strmap_add(&r->keys, json_string_value(key), json_string_length(key));
    if (!slot) {
        dgi_reader_nomem(r);
        return NULL;
    }
    if (slot->value != SIZE_MAX) {
        dgi_scan_wrong(&r->scan, "a member occurs twice");
        return NULL;
    }
    slot->value = 0;
    return slot->key;
}

static bool read_member(dgi_reader *r)
{
    if (dgi_scan_peek(&r->scan) != '"')
        return dgi_scan_wrong(&r->scan, "a member's name is expected");
    json_t *string = dgi_scan_value(&r->scan, 0);
    if (!string)
        return false;
    const char *key = take_key(r, string);
    json_decref(string);
    return key && dgi_scan_expect(&r->scan, ':', "':' expected") && read_value(r, key);
}

static bool read_members(dgi_reader *r)
{
    if (!dgi_scan_expect(&r->scan, '{', "a trace is a JSON object"))
        return false;
    bool more = dgi_scan_peek(&r->scan) != '}';
    if (!more)
        r->scan.p++;
    while (more)
        if (!read_member(r) || !dgi_scan_more(&r->scan, '}', &more))
            return false;
    dgi_scan_peek(&r->scan);
    return r->scan.p == r->scan.end || dgi_scan_wrong(&r->scan, "the end of the text is expected");
}

static bool has_members(dgi_reader *r)
{
    static const char *const members[] = {"dotgrad", "nodes", "edges", "root"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (dgi_strmap_find(&r->keys, members[i], strlen(members[i])))
            continue;
        dgi_error(r->scan.error, DG_FORMAT, "not a trace: it has no \"%s\"", members[i]);
        return false;
    }
    return true;
}

static bool read_all(dgi_reader *r)
{
    return read_members(r) && has_members(r) && dgi_reader_connect(r) &&
           dg_trace_check(r->t, r->scan.error) == DG_OK;
}

dg_trace *dg_trace_from_json(const char *text, size_t size, dg_error *error)
{
    if (error)
        *error = (dg_error){0};
    dgi_reader r = {.scan = {text, NULL, text, error, (locale_t)0},
                    .root = DGI_NO_NODE,
                    .lists = {{.member = "data"}, {.member = "grad"}}};
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
    bool done = r.scan.c_locale && r.t ? read_all(&r) : dgi_reader_nomem(&r);
    if (r.scan.c_locale)
        freelocale(r.scan.c_locale);
    clear_lists(&r);
    dgi_strmap_free(&r.numbers);
    dgi_strmap_free(&r.keys);
    free(r.names);
    free(r.edges);
    if (done) {
        dgi_trace_trim(r.t);
        return r.t;
    }
    dg_trace_free(r.t);
    return NULL;
}
