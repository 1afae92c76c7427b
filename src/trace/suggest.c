/* The label that is nearest to a mistyped one. */
#include <string.h>

#include "base/suggest.h"
#include "trace/trace.h"

const char *dg_trace_suggest(const dg_trace *t, const char *label)
{
    if (!t || !label)
        return NULL;
    dgi_suggestion s = dgi_suggest_for(label, strlen(label));
    for (size_t i = 0; i < t->n_nodes; i++)
        if (*t->nodes[i].label)
            dgi_suggest(&s, t->nodes[i].label);
    return s.best;
}
