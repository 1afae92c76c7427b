#include "lang/store.h"

#include <stdlib.h>

void dgi_store_free(dgi_store *store)
{
    for (dgi_list *list = store->lists, *next; list; list = next) {
        next = list->next;
        free(list);
    }
    for (dgi_network *network = store->networks, *next; network; network = next) {
        next = network->next;
        dg_module_free(network->module);
        free(network);
    }
    dgi_strmap_free(&store->texts);
    *store = (dgi_store){0};
}

dgi_list *dgi_store_list(dgi_store *store, size_t count)
{
    if (count > (SIZE_MAX - sizeof(dgi_list)) / sizeof(dgi_element))
        return NULL;
    dgi_list *list = malloc(sizeof *list + count * sizeof(dgi_element));
    if (!list)
        return NULL;
    *list = (dgi_list){.next = store->lists, .count = count};
    list->elements = (dgi_element *)(list + 1);
    store->lists = list;
    store->elements += count + 1;
    return list;
}

dgi_list *dgi_store_row(dgi_store *store, dgi_list *row, dgi_list *source, size_t place)
{
    dgi_list *list = dgi_store_list(store, 0);
    if (!list)
        return NULL;
    list->elements = row->elements;
    list->count = row->count;
    list->source = source;
    list->place = (uint32_t)place;
    list->form = row->form;
    list->ndim = row->ndim;
    return list;
}

const dgi_network *dgi_store_network(dgi_store *store, dg_module *module, const char *name)
{
    dgi_network *network = malloc(sizeof *network);
    if (!network) {
        dg_module_free(module);
        return NULL;
    }
    *network = (dgi_network){store->networks, module, name};
    store->networks = network;
    return network;
}

const char *dgi_store_text(dgi_store *store, const char *text, size_t size)
{
    const dgi_strmap_slot *slot = dgi_strmap_add(&store->texts, text, size);
    return slot ? slot->key : NULL;
}
