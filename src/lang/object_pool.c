/* What lives until the program has run: lists, functions, networks, strings, labels. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/detached.h"
#include "lang/runtime.h"

/* Labels that grow by `x.label += x.label` take memory that does not depend on the size of the
 * program: together they may have this many bytes. */
enum { LABEL_BYTES_MAX = 1 << 28 };

/* ---- Lists and networks ---- */

dgi_list *dgi_new_list(dgi_runtime *rt, dgi_span about, size_t count)
{
    if (!dgi_affords_elements(rt, about, count))
        return NULL;
    dgi_list *list = dgi_checked(rt, malloc(sizeof *list + count * sizeof(dgi_object)));
    if (!list)
        return NULL;
    *list = (dgi_list){.next = rt->lists, .count = count};
    list->elements = (dgi_object *)(list + 1);
    rt->lists = list;
    rt->elements += count + 1;
    return list;
}

static bool charge_element(dgi_runtime *rt, dgi_span about)
{
    if (!dgi_affords_elements(rt, about, 1))
        return false;
    rt->elements++;
    return true;
}

bool dgi_append_element(dgi_runtime *rt, dgi_span about, dgi_list *list, const dgi_object *object)
{
    if (!charge_element(rt, about))
        return false;
    size_t capacity = list->capacity;
    dgi_object *grown =
        dgi_grown(capacity ? list->elements : NULL, &capacity, list->count, sizeof *list->elements);
    if (!grown)
        return dgi_no_memory(rt);
    if (!list->capacity && list->count > 0)
        memcpy(grown, list->elements, list->count * sizeof *grown);
    list->elements = grown;
    list->capacity = capacity;
    list->elements[list->count++] = *object;
    return true;
}

dgi_cell *dgi_new_cell(dgi_runtime *rt, dgi_span about, dgi_object object)
{
    dgi_cell *cell = charge_element(rt, about) ? dgi_checked(rt, malloc(sizeof *cell)) : NULL;
    if (cell)
        *cell = (dgi_cell){rt->cells, object};
    rt->cells = cell ? cell : rt->cells;
    return cell;
}

dgi_function *dgi_new_function(dgi_runtime *rt, dgi_span about, size_t count)
{
    if (!dgi_affords_elements(rt, about, count))
        return NULL;
    dgi_function *f = dgi_checked(rt, malloc(sizeof *f + count * sizeof(dgi_object)));
    if (!f)
        return NULL;
    *f = (dgi_function){.next = rt->functions, .objects = (dgi_object *)(f + 1)};
    rt->functions = f;
    rt->elements += count + 1;
    return f;
}

const dgi_network *dgi_keep_network(dgi_runtime *rt, dg_module *module, const char *name)
{
    dgi_network *network = dgi_checked(rt, malloc(sizeof *network));
    if (!network) {
        dg_module_free(module);
        return NULL;
    }
    *network = (dgi_network){rt->networks, module, name};
    rt->networks = network;
    return network;
}

/* ---- Strings ---- */

/* A string that is joined again and again grows where it was put together last. */
bool dgi_join_strings(dgi_runtime *rt, dgi_operand *a, const dgi_operand *b)
{
    dgi_object *x = &a->object;
    const dgi_object *y = &b->object;
    size_t size = (size_t)x->size + y->size;
    dgi_joined *last = rt->joined;
    if (size > DG_LABEL_MAX)
        return dgi_fail(rt, b->span, "a label has at most %zu bytes", DG_LABEL_MAX);
    if (x->as.text + x->size != y->as.text) {
        bool grows = last && x->as.text + x->size == last->text + last->size;
        if (!grows || last->capacity - last->size < y->size) {
            last = dgi_allocate(rt, 1, sizeof *last + 2 * size);
            if (!last)
                return false;
            *last = (dgi_joined){.size = x->size, .capacity = 2 * size};
            memcpy(last->text, x->as.text, x->size);
            rt->joined = last;
            x->as.text = last->text;
        }
        memcpy(last->text + last->size, y->as.text, y->size);
        last->size += y->size;
    }
    x->size = (uint32_t)size;
    return true;
}

/* Counts a text that is kept. */
static bool charge_bytes(dgi_runtime *rt, size_t size, dgi_span about)
{
    rt->label_bytes += size;
    return rt->label_bytes <= LABEL_BYTES_MAX ||
           dgi_fail(rt, about, "the labels are too long together");
}

bool dgi_keep_string(dgi_runtime *rt, dgi_span about, dgi_object *string)
{
    if (!charge_bytes(rt, string->size, about))
        return false;
    const dgi_strmap_slot *slot = dgi_strmap_add(&rt->strings, string->as.text, string->size);
    string->as.text = slot ? slot->key : NULL;
    return slot || dgi_no_memory(rt);
}

bool dgi_set_label(dgi_runtime *rt, dg_value *value, const char *label, size_t size, dgi_span about)
{
    if (size > DG_LABEL_MAX)
        return dgi_fail(rt, about, "a label has at most %zu bytes", DG_LABEL_MAX);
    if (!charge_bytes(rt, size, about))
        return false;
    rt->scratch.size = 0;
    dgi_buf_put(&rt->scratch, label, size);
    return (!rt->scratch.failed && dg_set_label(value, rt->scratch.data)) || dgi_no_memory(rt);
}

bool dgi_set_symbol_label(dgi_runtime *rt, dg_value *value, size_t symbol, dgi_span about)
{
    dgi_symbol *s = &rt->symbols.symbols[symbol];
    if (s->label)
        return dgi_set_label_id(value, s->label - 1) || dgi_no_memory(rt);
    if (!dgi_set_label(rt, value, s->name, strlen(s->name), about))
        return false;
    s->label = dgi_label_id(value) + 1;
    return true;
}
