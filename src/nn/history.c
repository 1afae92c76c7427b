/* The rows of a history. */
#include "nn/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

dg_history *dg_history_new(size_t every)
{
    dg_history *h = calloc(1, sizeof *h);
    if (h) {
        h->every = every;
        h->stride = every ? every : 1;
    }
    return h;
}

void dg_history_free(dg_history *h)
{
    if (!h)
        return;
    free(h->entries);
    free(h->names);
    dgi_strmap_free(&h->name_numbers);
    free(h);
}

/* ---- Which steps are recorded --------------------------------------------------------------- */

/* Drops every second step. */
static void thin(dg_history *h)
{
    size_t kept = 0, last = SIZE_MAX;
    h->stride *= 2;
    h->steps = 0;
    for (size_t i = 0; i < h->n_entries; i++) {
        if (h->entries[i].sample % h->stride != 0)
            continue;
        h->steps += h->entries[i].sample != last;
        last = h->entries[i].sample;
        h->entries[kept++] = h->entries[i];
    }
    h->n_entries = kept;
}

/* Makes room for one more step. */
static void make_room(dg_history *h)
{
    if (!h->every && h->steps >= DG_HISTORY_STEPS_MAX)
        thin(h);
}

static bool is_on_stride(const dg_history *h, size_t sample, size_t step)
{
    return (h->every ? step : sample) % h->stride == 0;
}

bool dgi_history_wants(dg_history *h, size_t step, bool last)
{
    size_t sample = h->samples++;
    if (last || is_on_stride(h, sample, step))
        make_room(h);
    return last || is_on_stride(h, sample, step);
}

size_t dgi_history_name(dg_history *h, const char *name, size_t size)
{
    const char **names = dgi_grown(h->names, &h->names_capacity, h->n_names, sizeof *names);
    if (!names)
        return SIZE_MAX;
    h->names = names;
    dgi_strmap_slot *slot = dgi_strmap_add(&h->name_numbers, name, size);
    if (!slot)
        return SIZE_MAX;
    if (slot->value == SIZE_MAX) {
        slot->value = h->n_names++;
        names[slot->value] = slot->key;
    }
    return slot->value;
}

bool dgi_history_add(dg_history *h, const dgi_history_entry *entry)
{
    dgi_history_entry *entries = dgi_grown(h->entries, &h->capacity, h->n_entries, sizeof *entries);
    if (!entries)
        return false;
    h->entries = entries;
    h->steps += h->n_entries == 0 || entries[h->n_entries - 1].sample != h->samples - 1;
    entries[h->n_entries] = *entry;
    entries[h->n_entries++].sample = h->samples - 1;
    return true;
}

/* ---- Reading -------------------------------------------------------------------------------- */

size_t dg_history_row_count(const dg_history *h)
{
    return h ? h->n_entries : 0;
}

dg_status dg_history_row_at(const dg_history *h, size_t i, dg_history_row *row)
{
    if (!h || !row || i >= h->n_entries)
        return DG_INVALID;
    const dgi_history_entry *e = &h->entries[i];
    *row = (dg_history_row){.run = e->run,
                            .step = e->step,
                            .loss = e->loss,
                            .group = h->names[e->group],
                            .size = e->size,
                            .grad = e->grad,
                            .grad_std = e->grad_std,
                            .data_std = e->data_std,
                            .update_std = e->update_std,
                            .grad_ratio = e->grad_std / e->data_std,
                            .update_ratio = e->update_std / e->data_std,
                            .update_log10 = log10(e->update_std / e->data_std)};
    return DG_OK;
}
