#include "lang/object.h"

#include <stdlib.h>

const char *dgi_object_name(const dgi_object *o)
{
    switch ((dgi_object_kind)o->kind) {
    case DGI_OBJECT_NUMBER:
        return "a number";
    case DGI_OBJECT_VALUE:
        return dg_ndim(o->as.value) > 0 ? "a tensor" : "a value";
    case DGI_OBJECT_NAMED_LEAF:
        return "a value";
    case DGI_OBJECT_ARRAY:
        return "an array";
    case DGI_OBJECT_STRING:
        return "a string";
    case DGI_OBJECT_LIST:
        return "a list";
    case DGI_OBJECT_NETWORK:
        return "a network";
    case DGI_OBJECT_BOOL:
        return "a truth value";
    case DGI_OBJECT_NONE:
        return "None";
    case DGI_OBJECT_DTYPE:
        return "a type";
    case DGI_OBJECT_NAME:
    case DGI_OBJECT_ATTRIBUTE:
    case DGI_OBJECT_NOTHING:
    case DGI_OBJECT_ERROR:
        break;
    }
    return "what makes no value";
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
