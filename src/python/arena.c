/* The graph of all values, the table of their handles, and the collection of
 * garbage. */
#include "python/core.h"

#include <stdlib.h>
#include <string.h>

/* A collection is due when the graph has this many values, and this many times
 * what was in use after the last one; or when that many bytes of labels and
 * arrays were made. */
enum { FEWEST_VALUES = 1 << 19, TIMES_IN_USE = 3 };
static const size_t fewest_bytes = (size_t)1 << 26;

static struct {
    dg_graph *graph;
    dgi_py_handle **handles; /* by the index of the value: borrowed, NULL where
                                there is none */
    size_t capacity;
    size_t values_due;
    size_t bytes, bytes_due;
    size_t collections;
    size_t base;  /* how many values the last collection kept */
    size_t above; /* handles of values that were made since then */
    int held;     /* see dgi_py_hold() */
} arena = {.values_due = FEWEST_VALUES};

size_t dgi_py_collections(void)
{
    return arena.collections;
}

void dgi_py_charge(size_t bytes)
{
    arena.bytes += bytes;
}

/* The values with a handle, in order, and their number; NULL when out of
 * memory. */
static dg_value **values_in_use(size_t *n)
{
    size_t end =
        dg_graph_size(arena.graph) < arena.capacity ? dg_graph_size(arena.graph) : arena.capacity;
    dg_value **values = malloc((end + 1) * sizeof(dg_value *));
    *n = 0;
    for (size_t i = 0; values && i < end; i++)
        if (arena.handles[i])
            values[(*n)++] = arena.handles[i]->value;
    return values;
}

/* Bytes of the arrays of a graph. */
static size_t bytes_of_arrays(const dg_graph *g)
{
    size_t numbers = 0;
    for (size_t i = 0, n = dg_graph_size(g); i < n; i++) {
        const dg_value *v = dg_value_at(g, i);
        numbers += dg_ndim(v) ? 2 * dg_size(v) : 0;
    }
    return numbers * sizeof(double);
}

/* Lets the handles refer to the values of the copy, and makes that the graph.
 */
static int replace_graph(dg_graph *copy, dg_value *const *values, size_t n)
{
    size_t capacity = dg_graph_size(copy) + 1;
    dgi_py_handle **handles = calloc(capacity, sizeof(dgi_py_handle *));
    if (!handles)
        return -1;
    for (size_t i = 0, k = 0; k < n; i++)
        if (arena.handles[i]) {
            dgi_py_handle *h = arena.handles[i];
            h->value = values[k++];
            handles[dg_index(h->value)] = h;
        }
    free(arena.handles);
    dg_graph_free(arena.graph);
    arena.base = dg_graph_size(copy);
    arena.above = 0;
    arena.graph = copy;
    arena.handles = handles;
    arena.capacity = capacity;
    return 0;
}

int dgi_py_collect(void)
{
    if (!arena.graph || arena.held)
        return 0;
    size_t n = 0;
    dg_value **values = values_in_use(&n);
    dg_graph *copy = values ? dg_graph_copy(arena.graph, values, n) : NULL;
    if (!copy || replace_graph(copy, values, n)) {
        dg_graph_free(copy);
        free(values);
        PyErr_NoMemory();
        return -1;
    }
    free(values);
    size_t used = dg_graph_size(arena.graph) * TIMES_IN_USE;
    arena.values_due = used > FEWEST_VALUES ? used : FEWEST_VALUES;
    arena.bytes = 0;
    arena.bytes_due = bytes_of_arrays(arena.graph);
    arena.collections++;
    return 0;
}

void dgi_py_hold(void)
{
    arena.held++;
}

void dgi_py_release(void)
{
    arena.held--;
}

dg_graph *dgi_py_graph(void)
{
    if (!arena.graph) {
        arena.graph = dg_graph_new();
        if (!arena.graph)
            PyErr_NoMemory();
        return arena.graph;
    }
    int due = dg_graph_size(arena.graph) >= arena.values_due ||
              (arena.bytes >= fewest_bytes && arena.bytes >= arena.bytes_due);
    if (due && !arena.held && dgi_py_collect())
        return NULL;
    return arena.graph;
}

/* Makes the table large enough for the handle of value i. */
static int reserve(size_t i)
{
    if (i < arena.capacity)
        return 0;
    size_t capacity = arena.capacity > 512 ? arena.capacity : 512;
    while (capacity <= i)
        capacity *= 2;
    dgi_py_handle **handles = realloc(arena.handles, capacity * sizeof(dgi_py_handle *));
    if (!handles) {
        PyErr_NoMemory();
        return -1;
    }
    memset(handles + arena.capacity, 0, (capacity - arena.capacity) * sizeof(dgi_py_handle *));
    arena.handles = handles;
    arena.capacity = capacity;
    return 0;
}

/* Enters the handle of value i, for which there is room. */
static void enter(size_t i, dgi_py_handle *h, dg_value *v)
{
    arena.handles[i] = h;
    arena.above += i >= arena.base;
    arena.bytes += dg_ndim(v) ? 2 * sizeof(double) * dg_size(v) : 0;
    h->value = v;
}

int dgi_py_bind(dgi_py_handle *h, dg_value *v)
{
    if (!v) {
        dgi_py_raise_graph();
        return -1;
    }
    size_t i = dg_index(v);
    if (reserve(i))
        return -1;
    enter(i, h, v);
    return 0;
}

/* When the last handle goes of the values that were made since the last
 * collection, as at the end of a training step in a function, all of these go
 * at once. */
void dgi_py_unbind(dgi_py_handle *h)
{
    if (!h->value)
        return;
    size_t i = dg_index(h->value);
    arena.handles[i] = NULL;
    h->value = NULL;
    if (i < arena.base || --arena.above > 0 || arena.held)
        return;
    dg_graph_rewind(arena.graph, arena.base);
}

PyObject *dgi_py_wrap(dg_value *v)
{
    if (!v)
        return dgi_py_raise_graph();
    size_t i = dg_index(v);
    if (reserve(i))
        return NULL;
    dgi_py_handle *h = arena.handles[i];
    if (h)
        return Py_NewRef((PyObject *)h);
    PyTypeObject *type = dg_ndim(v) ? dgi_py_tensor_type : dgi_py_value_type;
    h = PyObject_New(dgi_py_handle, type);
    if (!h)
        return NULL;
    enter(i, h, v);
    return (PyObject *)h;
}

PyObject *dgi_py_raise_graph(void)
{
    if (PyErr_Occurred())
        return NULL;
    dg_error error = *dg_graph_error(arena.graph);
    dg_graph_clear_error(arena.graph);
    return dgi_py_raise(&error);
}
