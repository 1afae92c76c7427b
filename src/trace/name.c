#include "trace/name.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

const char *dgi_place_name(char *text, size_t place)
{
    char digits[DGI_PLACE_ROOM];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + place % 10);
        place /= 10;
    } while (place > 0);
    size_t size = 0;
    text[size++] = 'v';
    while (n > 0)
        text[size++] = digits[--n];
    text[size] = '\0';
    return text;
}

size_t dgi_place_named(const char *text)
{
    if (text[0] != 'v' || (text[1] == '0' && text[2] != '\0') || text[1] == '\0')
        return DG_NO_NODE;
    size_t place = 0;
    for (const char *p = text + 1; *p; p++) {
        if (*p < '0' || *p > '9' || place > DGI_NODES_MAX)
            return DG_NO_NODE;
        place = place * 10 + (size_t)(*p - '0');
    }
    return place <= DGI_NODES_MAX ? place : DG_NO_NODE;
}

/* Gives the node the name if it is free: 1 done, 0 taken, -1 out of memory. */
static int take_name(dgi_names *names, size_t node, const char *name, size_t size)
{
    dgi_strmap_slot *slot = dgi_strmap_add(&names->taken, name, size);
    if (!slot)
        return -1;
    if (slot->value != SIZE_MAX)
        return 0;
    slot->value = node;
    names->names[node] = slot->key;
    return 1;
}

/* A free name that tells id and place: "x_7", and should that be an id, "x_7_". It cannot be
 * another node's place, which has no underscore. */
static bool take_other_name(dgi_names *names, size_t node, const char *name)
{
    char place[DGI_PLACE_ROOM];
    dgi_buf b = DGI_BUF_INIT;
    dgi_buf_puts(&b, name);
    dgi_buf_putc(&b, '_');
    dgi_buf_puts(&b, dgi_place_name(place, node) + 1);
    int taken = 0;
    while (!b.failed && (taken = take_name(names, node, b.data, b.size)) == 0)
        dgi_buf_putc(&b, '_');
    bool done = !b.failed && taken > 0;
    dgi_buf_free(&b);
    return done;
}

static bool make_names(dgi_names *names, const dg_trace *t)
{
    char place[DGI_PLACE_ROOM];
    for (size_t i = 0; i < t->n_nodes; i++) {
        const char *id = dgi_own_id(t, i);
        if (id && take_name(names, i, id, strlen(id)) < 0)
            return false;
    }
    for (size_t i = 0; i < t->n_nodes; i++) {
        if (names->names[i])
            continue;
        const char *id = dgi_own_id(t, i);
        if (!id)
            id = dgi_place_name(place, i);
        if (dgi_strmap_find(&names->taken, id, strlen(id)) && !take_other_name(names, i, id))
            return false;
    }
    return true;
}

bool dgi_names_make(dgi_names *names, const dg_trace *t)
{
    *names = (dgi_names){DGI_STRMAP_INIT, NULL};
    if (!t->ids)
        return true;
    names->names = calloc(t->n_nodes, sizeof *names->names);
    if (names->names && make_names(names, t))
        return true;
    dgi_names_free(names);
    return false;
}

void dgi_names_free(dgi_names *names)
{
    free(names->names);
    dgi_strmap_free(&names->taken);
    names->names = NULL;
}

const char *dgi_name_of(const dgi_names *names, size_t node, char *text)
{
    return names->names && names->names[node] ? names->names[node] : dgi_place_name(text, node);
}

/* Whether a node's own id is taken, by an earlier node's id or by a node called by its place. */
static bool clashes(const dg_trace *t, dgi_strmap *ids, size_t node, dgi_clash *clash)
{
    const char *id = dgi_own_id(t, node);
    size_t place = id ? dgi_place_named(id) : DG_NO_NODE;
    if (place < t->n_nodes && !dgi_own_id(t, place))
        *clash = (dgi_clash){place, node};
    if (!id || clash->a != DG_NO_NODE)
        return true;
    dgi_strmap_slot *slot = dgi_strmap_add(ids, id, strlen(id));
    if (!slot)
        return false;
    if (slot->value != SIZE_MAX)
        *clash = (dgi_clash){slot->value, node};
    slot->value = node;
    return true;
}

bool dgi_find_clash(const dg_trace *t, dgi_clash *clash)
{
    *clash = (dgi_clash){DG_NO_NODE, DG_NO_NODE};
    dgi_strmap ids = DGI_STRMAP_INIT;
    bool done = true;
    if (t->ids)
        for (size_t i = 0; done && i < t->n_nodes && clash->a == DG_NO_NODE; i++)
            done = clashes(t, &ids, i, clash);
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
