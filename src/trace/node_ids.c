#include "trace/node_ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

const char *dgi_default_id(char *text, size_t node)
{
    char digits[DGI_DEFAULT_ID_SIZE];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + node % 10);
        node /= 10;
    } while (node > 0);
    size_t size = 0;
    text[size++] = 'v';
    while (n > 0)
        text[size++] = digits[--n];
    text[size] = '\0';
    return text;
}

size_t dgi_node_from_id(const char *text, size_t size)
{
    if (size < 2 || text[0] != 'v' || (text[1] == '0' && size > 2))
        return DG_NO_NODE;
    size_t node = 0;
    for (size_t i = 1; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || node > DGI_NODES_MAX)
            return DG_NO_NODE;
        node = node * 10 + (size_t)(text[i] - '0');
    }
    return node <= DGI_NODES_MAX ? node : DG_NO_NODE;
}

size_t dgi_node_from_default_id(const char *text)
{
    return dgi_node_from_id(text, strlen(text));
}

/* Gives the node the id if it is free. Returns 1 if it was, 0 if not, -1 when out of memory. */
static int assign_id(dgi_unique_ids *ids, size_t node, const char *id, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&ids->taken, id, size);
    if (!slot)
        return -1;
    if (slot->value != SIZE_MAX)
        return 0;
    slot->value = node;
    ids->ids[node] = slot->key;
    return 1;
}

/* Gives the node an id made of its id and index: "x_7", or "x_7_" if that is taken. It differs from
 * every default id, which has no underscore. */
static bool assign_derived_id(dgi_unique_ids *ids, size_t node, const char *id)
{
    char default_id[DGI_DEFAULT_ID_SIZE];
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, id);
    dgi_buf_putc(&b, '_');
    dgi_buf_puts(&b, dgi_default_id(default_id, node) + 1);
    int assigned = 0;
    while (!b.failed && (assigned = assign_id(ids, node, b.data, b.size)) == 0)
        dgi_buf_putc(&b, '_');
    bool done = !b.failed && assigned > 0;
    dgi_buf_free(&b);
    return done;
}

static bool assign_ids(dgi_unique_ids *ids, const dg_trace *t)
{
    char default_id[DGI_DEFAULT_ID_SIZE];
    for (size_t i = 0; i < t->n_nodes; i++) {
        const char *id = dgi_explicit_id(t, i);
        if (id && assign_id(ids, i, id, strlen(id)) < 0)
            return false;
    }
    for (size_t i = 0; i < t->n_nodes; i++) {
        if (ids->ids[i])
            continue;
        const char *id = dgi_explicit_id(t, i);
        if (!id)
            id = dgi_default_id(default_id, i);
        if (dgi_strmap_find(&ids->taken, id, strlen(id)) && !assign_derived_id(ids, i, id))
            return false;
    }
    return true;
}

bool dgi_unique_ids_init(dgi_unique_ids *ids, const dg_trace *t)
{
    *ids = (dgi_unique_ids){DGI_STRMAP_INIT, NULL};
    if (!t->ids)
        return true;
    ids->ids = calloc(t->n_nodes, sizeof *ids->ids);
    if (ids->ids && assign_ids(ids, t))
        return true;
    dgi_unique_ids_free(ids);
    return false;
}

void dgi_unique_ids_free(dgi_unique_ids *ids)
{
    free(ids->ids);
    dgi_strmap_free(&ids->taken);
    ids->ids = NULL;
}

const char *dgi_unique_id(const dgi_unique_ids *ids, size_t node, char *text)
{
    return ids->ids && ids->ids[node] ? ids->ids[node] : dgi_default_id(text, node);
}

/* Looks for a conflict between a node's explicit id and an earlier node's, or the default id of a
 * node without one. False when out of memory. */
static bool check_id(const dg_trace *t, dgi_strmap *ids, size_t node, dgi_id_conflict *conflict)
{
    const char *id = dgi_explicit_id(t, node);
    size_t other = id ? dgi_node_from_default_id(id) : DG_NO_NODE;
    if (other < t->n_nodes && !dgi_explicit_id(t, other))
        *conflict = (dgi_id_conflict){other, node};
    if (!id || conflict->a != DG_NO_NODE)
        return true;
    dgi_strmap_slot *slot = dgi_strmap_add(ids, id, strlen(id));
    if (!slot)
        return false;
    if (slot->value != SIZE_MAX)
        *conflict = (dgi_id_conflict){slot->value, node};
    slot->value = node;
    return true;
}

bool dgi_find_id_conflict(const dg_trace *t, dgi_id_conflict *conflict)
{
    *conflict = (dgi_id_conflict){DG_NO_NODE, DG_NO_NODE};
    dgi_strmap ids = DGI_STRMAP_INIT;
    bool done = true;
    if (t->ids)
        for (size_t i = 0; done && i < t->n_nodes && conflict->a == DG_NO_NODE; i++)
            done = check_id(t, &ids, i, conflict);
    dgi_strmap_free(&ids);
    return done;
}

const char *dgi_quote(char *quoted, const char *text)
{
    enum { SHOWN = 40 };
    size_t size = strnlen(text, SHOWN + 1), out = 0;
    bool cut = size > SHOWN;
    if (cut)
        for (size = SHOWN; size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80;)
            size--;
    quoted[out++] = '"';
    memcpy(quoted + out, text, size);
    out += size;
    if (cut) {
        memcpy(quoted + out, "\xE2\x80\xA6", 3);
        out += 3;
    }
    quoted[out++] = '"';
    quoted[out] = '\0';
    return quoted;
}

const char *dgi_quote_id(char *quoted, const dg_trace *t, size_t node)
{
    char text[DGI_DEFAULT_ID_SIZE];
    const char *id = dgi_explicit_id(t, node);
    return dgi_quote(quoted, id ? id : dgi_default_id(text, node));
}
