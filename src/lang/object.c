#include "lang/object.h"

#include <stdlib.h>

const char *dgi_object_name(const dgi_object *o)
{
    static const char *const names[] = {
        [DGI_OBJECT_NONE] = "None",          [DGI_OBJECT_NUMBER] = "a number",
        [DGI_OBJECT_VALUE] = "a value",      [DGI_OBJECT_NAMED_LEAF] = "a value",
        [DGI_OBJECT_ARRAY] = "an array",     [DGI_OBJECT_STRING] = "a string",
        [DGI_OBJECT_LIST] = "a list",        [DGI_OBJECT_NETWORK] = "a network",
        [DGI_OBJECT_BOOL] = "a truth value", [DGI_OBJECT_DTYPE] = "a type"};
    if (o->kind == DGI_OBJECT_VALUE && dg_ndim(o->as.value) > 0)
        return "a tensor";
    return o->kind <= DGI_OBJECT_DTYPE ? names[o->kind] : "what makes no value";
}

void dgi_pool_free(dgi_pool *pool)
{
    for (dgi_list *list = pool->lists, *next; list; list = next) {
        next = list->next;
        free(list);
    }
    for (dgi_network *network = pool->networks, *next; network; network = next) {
        next = network->next;
        dg_module_free(network->module);
        free(network);
    }
    dgi_strmap_free(&pool->texts);
    *pool = (dgi_pool){0};
}

dgi_list *dgi_pool_list(dgi_pool *pool, size_t count)
{
    if (count > (SIZE_MAX - sizeof(dgi_list)) / sizeof(dgi_object))
        return NULL;
    dgi_list *list = malloc(sizeof *list + count * sizeof(dgi_object));
    if (!list)
        return NULL;
    *list = (dgi_list){.next = pool->lists, .count = count};
    list->elements = (dgi_object *)(list + 1);
    pool->lists = list;
    pool->elements += count + 1;
    return list;
}

const dgi_network *dgi_pool_network(dgi_pool *pool, dg_module *module, const char *name)
{
    dgi_network *network = malloc(sizeof *network);
    if (!network) {
        dg_module_free(module);
        return NULL;
    }
    *network = (dgi_network){pool->networks, module, name};
    pool->networks = network;
    return network;
}

const char *dgi_pool_text(dgi_pool *pool, const char *text, size_t size)
{
    const dgi_strmap_slot *slot = dgi_strmap_add(&pool->texts, text, size);
    return slot ? slot->key : NULL;
}
