/* Groups of parameters: by the first part of scope and label in which they differ. */
#include "nn/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* The parts of a parameter's path: those of its scope, then its label. */
typedef struct path {
    const char *scope; /* what is left; NULL: the label has come, too */
    const char *label;
} path;

static path path_of(const dg_value *parameter)
{
    return (path){.scope = dg_scope(parameter), .label = dg_label(parameter)};
}

/* The next part; false at the end. */
static bool next_part(path *p, const char **part, size_t *size)
{
    if (!p->scope)
        return false;
    if (!*p->scope) {
        p->scope = NULL;
        *part = p->label;
        *size = strlen(p->label);
        return true;
    }
    *part = p->scope;
    *size = strcspn(p->scope, "/");
    p->scope += *size + (p->scope[*size] == '/');
    return true;
}

/* How many parts of both paths are the same, from the first on; at most `most`. */
static size_t common_parts(const dg_value *a, const dg_value *b, size_t most)
{
    path p = path_of(a), q = path_of(b);
    const char *x, *y;
    size_t n = 0, x_size, y_size;
    while (n < most && next_part(&p, &x, &x_size) && next_part(&q, &y, &y_size) &&
           x_size == y_size && memcmp(x, y, x_size) == 0)
        n++;
    return n;
}

/* So many parts of the path, or all; parameter number i may have no label. */
static void put_name(dgi_buf *b, const dg_value *parameter, size_t parts, size_t i)
{
    path p = path_of(parameter);
    const char *part;
    size_t size;
    b->size = 0;
    for (size_t k = 0; k < parts && next_part(&p, &part, &size); k++) {
        if (!p.scope) /* the scope before a label is that of all */
            b->size = 0;
        else if (k)
            dgi_buf_putc(b, '/');
        dgi_buf_put(b, part, size);
        if (size == 0)
            dgi_buf_printf(b, "parameter %zu", i);
    }
}

/* The group of the name in this training, which is made where there is none; DGI_NO_GROUP where
 * there are too many, *failed when out of memory. */
static size_t find_group(dgi_history_groups *g, dg_history *h, const dgi_buf *name, bool *failed)
{
    size_t number = name->failed ? SIZE_MAX : dgi_history_name(h, name->data, name->size);
    *failed = number == SIZE_MAX;
    /* Parameters of a group usually follow each other. */
    for (size_t k = g->count; k-- > 0;)
        if (g->groups[k].name == number)
            return k;
    if (*failed || g->count == DG_HISTORY_GROUPS_MAX)
        return DGI_NO_GROUP;
    g->groups[g->count] = (dgi_history_group){.name = number};
    return g->count++;
}

/* Groups them by so many parts of their paths; false when out of memory, or with *too_many. */
static bool group_by_parts(dgi_history_groups *g, dg_history *h, dg_value *const *parameters,
                           size_t n, size_t parts, bool *too_many)
{
    dgi_buf name = DGI_BUF_INIT;
    bool failed = false;
    g->count = 0;
    *too_many = false;
    for (size_t i = 0; i < n && !failed && !*too_many; i++) {
        g->of[i] = DGI_NO_GROUP;
        if (!dgi_requires_grad(parameters[i]))
            continue;
        put_name(&name, parameters[i], parts, i);
        if (parts == 0)
            dgi_buf_puts(&name, "parameters");
        size_t group = find_group(g, h, &name, &failed);
        *too_many = !failed && group == DGI_NO_GROUP;
        if (group == DGI_NO_GROUP)
            break;
        g->of[i] = (uint8_t)group;
        g->groups[group].size += dgi_size(parameters[i]);
    }
    dgi_buf_free(&name);
    return !failed && !*too_many;
}

bool dgi_history_group_parameters(dgi_history_groups *g, dg_history *h, dg_value *const *parameters,
                                  size_t n)
{
    bool too_many;
    size_t common = SIZE_MAX;
    g->of = malloc(n);
    for (size_t i = 1; i < n && g->of; i++)
        common = common_parts(parameters[0], parameters[i], common);
    return g->of && (group_by_parts(g, h, parameters, n, common == SIZE_MAX ? common : common + 1,
                                    &too_many) ||
                     (too_many && group_by_parts(g, h, parameters, n, common, &too_many)));
}
