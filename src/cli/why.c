/* --why: the explanation of one gradient. */
#include <stdlib.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/output.h"

/* ---- The value ------------------------------------------------------------------------------ */

static void report_unknown(const char *name, const char *near)
{
    if (near)
        report_error("no value is named '%s'; did you mean '%s'?", name, near);
    else
        report_error("no value is named '%s'", name);
}

dg_trace *find_explained(const options *o, dg_trace *t, dg_value *root, const dg_program *p)
{
    if (dg_trace_find(t, o->draw.why) != DG_NO_NODE)
        return t;
    dg_value *v = dg_program_find(p, o->draw.why);
    if (!v) {
        const char *near = dg_trace_suggest(t, o->draw.why);
        report_unknown(o->draw.why, near ? near : dg_program_suggest(p, o->draw.why));
        dg_trace_free(t);
        return NULL;
    }
    /* A variable's value with another label, or none. */
    dg_trace_free(t);
    dg_set_label(v, o->draw.why);
    t = dg_trace_from_values(root, &v, 1);
    if (!t)
        report_error("out of memory");
    return t;
}

dg_trace *select_explained(const options *o, dg_trace *t, const dg_trace *whole)
{
    if (dg_trace_find(t, o->draw.why) != DG_NO_NODE)
        return t;
    size_t node = dg_trace_find(whole, o->draw.why);
    if (node == DG_NO_NODE)
        report_unknown(o->draw.why, dg_trace_suggest(whole, o->draw.why));
    else if (dg_trace_add_node(t, o->draw.why, NULL, dg_trace_data(whole, node)) != DG_NO_NODE)
        return t;
    else
        report_error("out of memory");
    dg_trace_free(t);
    return NULL;
}

/* ---- The explanation ------------------------------------------------------------------------ */

dg_status explain_gradient(const dg_trace *t, const options *o, picture_sink *out, dg_error *error)
{
    dg_why *w = dg_why_new(t, dg_trace_find(t, o->draw.why), &o->draw.inspect, error);
    if (!w)
        return error->status;
    size_t size;
    char *text =
        o->draw.format == DG_JSON ? dg_json_from_why(w, &size) : dg_text_from_why(w, &size);
    bool done = text && sink_put(out, text, size) == 0;
    dg_free(text);
    dg_why_free(w);
    if (done)
        return DG_OK;
    *error = (dg_error){.status = DG_NOMEM, .text = "out of memory"};
    return DG_NOMEM;
}
