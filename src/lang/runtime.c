#include "lang/runtime.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/detached.h"
#include "lang/parser.h"

enum {
    /* Values that are made of lists with shared elements, and these lists, take memory that does
     * not depend on the size of the program. */
    VALUES_MAX = 1 << 25,
    ELEMENTS_MAX = 1 << 24
};

const char *dgi_object_name(const dgi_object *o)
{
    static const char *const names[] = {[DGI_OBJECT_NONE] = "None",
                                        [DGI_OBJECT_NUMBER] = "a number",
                                        [DGI_OBJECT_VALUE] = "a value",
                                        [DGI_OBJECT_NAMED_LEAF] = "a value",
                                        [DGI_OBJECT_ARRAY] = "an array",
                                        [DGI_OBJECT_STRING] = "a string",
                                        [DGI_OBJECT_LIST] = "a list",
                                        [DGI_OBJECT_NETWORK] = "a network",
                                        [DGI_OBJECT_BOOL] = "a truth value",
                                        [DGI_OBJECT_DTYPE] = "a type",
                                        [DGI_OBJECT_DRAWING] = "a drawing",
                                        [DGI_OBJECT_SCOPE] = "a scope",
                                        [DGI_OBJECT_NO_GRAD] = "no_grad()",
                                        [DGI_OBJECT_SERIES] = "a range",
                                        [DGI_OBJECT_SLICE] = "a slice",
                                        [DGI_OBJECT_FUNCTION] = "a function",
                                        [DGI_OBJECT_BUILTIN] = "a function",
                                        [DGI_OBJECT_MODULE] = "a module",
                                        [DGI_OBJECT_IGNORED] = "what is ignored here"};
    if (o->kind == DGI_OBJECT_VALUE && dg_ndim(o->as.value) > 0)
        return "a tensor";
    if (dgi_is_list(o) && o->as.list->tuple)
        return "a tuple";
    return o->kind <= DGI_OBJECT_IGNORED ? names[o->kind] : "what makes no value";
}

/* ---- Symbols ---- */

void dgi_symbols_free(dgi_symbols *symbols)
{
    dgi_strmap_free(&symbols->map);
    free(symbols->symbols);
    *symbols = (dgi_symbols){0};
}

const dgi_symbol *dgi_symbols_find(const dgi_symbols *symbols, const char *name, size_t size)
{
    const dgi_strmap_slot *slot = dgi_strmap_find(&symbols->map, name, size);
    if (!slot || slot->value >= symbols->count)
        return NULL;
    const dgi_symbol *symbol = &symbols->symbols[slot->value];
    return symbol->object.kind == DGI_OBJECT_NOTHING ? NULL : symbol;
}

void dgi_suggest_symbols(dgi_suggestion *s, const dgi_symbols *symbols, bool values_only)
{
    for (size_t i = 0; i < symbols->count; i++) {
        const dgi_object *o = &symbols->symbols[i].object;
        if (dgi_is_any_value(o) ||
            (!values_only && (dgi_is_list(o) || o->kind == DGI_OBJECT_NETWORK)))
            dgi_suggest(s, symbols->symbols[i].name);
    }
}

const dgi_symbol *dgi_find_symbol(const dgi_runtime *rt, dgi_span name)
{
    return dgi_symbols_find(&rt->symbols, rt->text + name.begin, name.end - name.begin);
}

bool dgi_add_symbol(dgi_runtime *rt, dgi_span name, size_t *number)
{
    dgi_symbols *s = &rt->symbols;
    dgi_strmap_slot *slot = dgi_strmap_add(&s->map, rt->text + name.begin, name.end - name.begin);
    if (slot && slot->value == SIZE_MAX) {
        dgi_symbol *grown = dgi_grown(s->symbols, &s->capacity, s->count, sizeof *grown);
        if (!grown)
            return dgi_no_memory(rt);
        s->symbols = grown;
        grown[s->count] = (dgi_symbol){.name = slot->key, .object.kind = DGI_OBJECT_NOTHING};
        slot->value = s->count++;
    }
    *number = slot ? slot->value : 0;
    return slot || dgi_no_memory(rt);
}

/* ---- The runtime ---- */

/* Those that are newer than `mark`. */
static void free_chunks(dgi_runtime *rt, const dgi_chunk *mark)
{
    for (dgi_chunk *older; rt->chunks && rt->chunks != mark; rt->chunks = older) {
        older = rt->chunks->older;
        free(rt->chunks);
    }
    rt->joined = NULL;
}

struct dgi_kept_tree {
    struct dgi_kept_tree *next;
    dgi_tree tree;
};

static void free_functions(dgi_runtime *rt)
{
    for (dgi_function *next; rt->functions; rt->functions = next) {
        next = rt->functions->next;
        free(rt->functions);
    }
    for (dgi_cell *next; rt->cells; rt->cells = next) {
        next = rt->cells->next;
        free(rt->cells);
    }
    for (struct dgi_kept_tree *next; rt->trees; rt->trees = next) {
        next = rt->trees->next;
        dgi_tree_free(&rt->trees->tree);
        free(rt->trees);
    }
}

void dgi_runtime_free(dgi_runtime *rt)
{
    for (dgi_list *next; rt->lists; rt->lists = next) {
        next = rt->lists->next;
        if (rt->lists->capacity)
            free(rt->lists->elements);
        free(rt->lists);
    }
    for (dgi_network *next; rt->networks; rt->networks = next) {
        next = rt->networks->next;
        dg_module_free(rt->networks->module);
        free(rt->networks);
    }
    dgi_strmap_free(&rt->strings);
    dg_graph_free(rt->detached);
    free_functions(rt);
    free_chunks(rt, NULL);
    dgi_buf_free(&rt->scratch);
}

dgi_tree *dgi_keep_tree(dgi_runtime *rt, dgi_tree *tree)
{
    struct dgi_kept_tree *kept = dgi_checked(rt, malloc(sizeof *kept));
    if (!kept)
        return NULL;
    *kept = (struct dgi_kept_tree){rt->trees, *tree};
    rt->trees = kept;
    *tree = (dgi_tree){0};
    return &kept->tree;
}

dg_graph *dgi_detached_graph(dgi_runtime *rt)
{
    if (!rt->detached)
        rt->detached = dgi_checked(rt, dgi_detached_new(rt->graph));
    return rt->detached;
}

dgi_mark dgi_runtime_mark(const dgi_runtime *rt)
{
    return (dgi_mark){rt->detached ? dg_graph_size(rt->detached) : 0, rt->chunks};
}

void dgi_runtime_rewind(dgi_runtime *rt, const dgi_mark *mark)
{
    if (rt->detached && dg_graph_size(rt->detached) > mark->detached)
        dg_graph_rewind(rt->detached, mark->detached);
    if (rt->chunks != mark->chunks)
        free_chunks(rt, mark->chunks);
}

/* ---- Notes ---- */

void dgi_note(dgi_runtime *rt, dgi_note_kind kind, dgi_span about, const char *text)
{
    if (rt->noted & 1u << kind)
        return;
    rt->noted |= 1u << kind;
    dgi_put_place(&rt->diagnose, &rt->notes, about.begin);
    dgi_buf_printf(&rt->notes, ": note: %s", text);
    dgi_buf_put(&rt->notes, "", 1);
}

/* ---- Failing ---- */

bool dgi_no_memory(dgi_runtime *rt)
{
    rt->out_of_memory = true;
    return false;
}

bool dgi_fail_kind(dgi_runtime *rt, const dgi_operand *operand, const char *text)
{
    return dgi_fail(rt, operand->span, "%s, not %s", text, dgi_object_name(&operand->object));
}

bool dgi_fail_graph(dgi_runtime *rt, dg_graph *g, dgi_span about)
{
    if (g == rt->graph && rt->older_error)
        return dgi_fail(rt, about,
                        "this cannot be computed (the graph had an error before the program, so "
                        "that the reason is not known)");
    const dg_error *error = g ? dg_graph_error(g) : NULL;
    if (!error || error->status == DG_OK || error->status == DG_NOMEM)
        return dgi_no_memory(rt);
    dgi_fail(rt, about, "%s", error->text);
    dg_graph_clear_error(g);
    return false;
}

const char *dgi_hint(dgi_runtime *rt, const dgi_suggestion *s)
{
    if (!s->best)
        return NULL;
    rt->scratch.size = 0;
    dgi_buf_printf(&rt->scratch, "did you mean '%s'?", s->best);
    rt->out_of_memory = rt->out_of_memory || rt->scratch.failed;
    return rt->scratch.failed ? NULL : rt->scratch.data;
}

/* ---- Limits ---- */

bool dgi_affords_values(dgi_runtime *rt, dgi_span about, double values)
{
    return rt->values + values <= VALUES_MAX ||
           dgi_fail(rt, about, "the lists and networks make more than %d values", VALUES_MAX);
}

bool dgi_charge_values(dgi_runtime *rt, dgi_span about, double values)
{
    if (!dgi_affords_values(rt, about, values))
        return false;
    rt->values += values;
    return true;
}

bool dgi_affords_elements(dgi_runtime *rt, dgi_span about, size_t count)
{
    return count < ELEMENTS_MAX - rt->elements ||
           dgi_fail(rt, about, "the lists have more than %d elements together", ELEMENTS_MAX);
}

/* ---- Results ---- */

bool dgi_take(dgi_runtime *rt, dg_graph *g, dg_value *value, dgi_span about, dgi_operand *result)
{
    if (!value)
        return dgi_fail_graph(rt, g, about);
    dgi_object object = dgi_value_object(value);
    if (g == rt->detached)
        object.kind = DGI_OBJECT_ARRAY;
    if (g == rt->detached && dg_ndim(value) == 0)
        object = dgi_number_object(dg_data(value));
    result->object = object;
    return true;
}

bool dgi_take_status(dgi_runtime *rt, dg_status status, dgi_operand *result)
{
    result->object.kind = DGI_OBJECT_NOTHING;
    if (status == DG_NOMEM)
        return dgi_no_memory(rt);
    return status == DG_OK || dgi_fail_graph(rt, rt->graph, result->span);
}

void *dgi_checked(dgi_runtime *rt, void *memory)
{
    rt->out_of_memory = rt->out_of_memory || !memory;
    return memory;
}

void *dgi_allocate(dgi_runtime *rt, size_t count, size_t size)
{
    bool fits = count <= (SIZE_MAX - sizeof(dgi_chunk)) / size;
    dgi_chunk *chunk = dgi_checked(rt, fits ? malloc(sizeof *chunk + count * size) : NULL);
    if (!chunk)
        return NULL;
    chunk->older = rt->chunks;
    rt->chunks = chunk;
    return chunk->memory;
}
