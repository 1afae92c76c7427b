/* The edges of a picture. */
#include "draw/say.h"

#include <stdint.h>
#include <stdlib.h>

bool dgi_links_of(dgi_links *links, const dg_trace *t)
{
    *links = (dgi_links){NULL, 0};
    size_t nodes = dg_trace_node_count(t), edges = dg_trace_edge_count(t);
    if (edges >= SIZE_MAX / sizeof(dgi_link) || nodes >= SIZE_MAX / sizeof(size_t))
        return false;
    dgi_link *all = malloc((edges + 1) * sizeof *all);
    /* last[p] is one above the link that the parent p began last: that link, if it leads to the
     * same value, is the one to count on. */
    size_t *last = calloc(nodes + 1, sizeof *last);
    if (!all || !last) {
        free(all);
        free(last);
        return false;
    }
    size_t n = 0;
    for (size_t i = 0; i < edges; i++) {
        size_t from, to;
        if (dg_trace_edge(t, i, &from, &to, NULL) != DG_OK)
            continue;
        if (last[from] && all[last[from] - 1].to == to) {
            all[last[from] - 1].times++;
        } else {
            all[n++] = (dgi_link){from, to, 1};
            last[from] = n;
        }
    }
    free(last);
    links->all = all;
    links->n = n;
    return true;
}

void dgi_links_free(dgi_links *links)
{
    free(links->all);
    *links = (dgi_links){NULL, 0};
}
