/* The report as JSON. */
#include "base/json_text.h"
#include "draw/write/report.h"

/* The most nodes that a finding lists. */
enum { NODES_MAX = 1000 };

/* ---- Members -------------------------------------------------------------------------------- */

static void put_name(dgi_buf *b, const char *name)
{
    char last = b->size ? b->data[b->size - 1] : '{';
    dgi_buf_puts(b, last == '{' ? "" : ", ");
    dgi_json_put_string(b, name);
    dgi_buf_puts(b, ": ");
}

static void put_count(dgi_buf *b, const char *name, size_t n)
{
    put_name(b, name);
    dgi_buf_put_count(b, n);
}

static void put_number(dgi_buf *b, const char *name, double x)
{
    put_name(b, name);
    dgi_json_put_number(b, x);
}

/* null where there is none: nan in a summary. */
static void put_known(dgi_buf *b, const char *name, double x)
{
    put_name(b, name);
    if (x != x)
        dgi_buf_puts(b, "null");
    else
        dgi_json_put_number(b, x);
}

static void put_string(dgi_buf *b, const char *name, const char *text)
{
    put_name(b, name);
    dgi_json_put_string(b, text);
}

/* As in -Tjson; null for none. */
static void put_id(dgi_buf *b, const dg_trace *t, size_t node)
{
    const char *id = dg_trace_id(t, node);
    if (node == DG_NO_NODE)
        dgi_buf_puts(b, "null");
    else if (*id)
        dgi_json_put_string(b, id);
    else
        dgi_buf_printf(b, "\"v%zu\"", node);
}

static void put_node(dgi_buf *b, const dg_trace *t, size_t node)
{
    put_name(b, "id");
    put_id(b, t, node);
    put_string(b, "label", dg_trace_label(t, node));
}

/* ---- Parts ---------------------------------------------------------------------------------- */

static void put_head(dgi_buf *b, const dgi_report *r)
{
    const dg_scope_summary *all = dg_summary_scope(r->summary, 0);
    dgi_threshold thresholds[DGI_THRESHOLDS];
    dgi_buf_puts(b, "{\"dotgrad_report\": 1");
    if (r->options->title)
        put_string(b, "title", r->options->title);
    put_count(b, "values", all->values);
    put_count(b, "parameters", all->parameters);
    dgi_buf_puts(b, ",\n \"root\": {");
    put_node(b, r->trace, dg_trace_root(r->trace));
    dgi_buf_puts(b, "},\n \"thresholds\": {");
    dgi_list_thresholds(thresholds, &r->thresholds);
    for (size_t i = 0; i < DGI_THRESHOLDS; i++)
        if (thresholds[i].value == 0.0) { /* a learning rate that is not known */
            put_name(b, thresholds[i].name);
            dgi_buf_puts(b, "null");
        } else {
            put_number(b, thresholds[i].name, thresholds[i].value);
        }
    dgi_buf_puts(b, "},\n \"counts\": {");
    for (int k = 0; k < DG_FINDING_KIND_COUNT; k++) {
        size_t n = dg_inspect_kind_count(r->inspection, (dg_finding_kind)k);
        if (n > 0)
            put_count(b, dg_finding_kind_name((dg_finding_kind)k), n);
    }
    dgi_buf_putc(b, '}');
}

static void put_finding(dgi_buf *b, const dgi_report *r, size_t i)
{
    const dg_finding *f = dg_inspect_finding(r->inspection, i);
    dgi_buf_puts(b, "{");
    put_string(b, "kind", dg_finding_kind_name(f->kind));
    put_string(b, "severity", dg_severity_name(f->severity));
    put_string(b, "text", f->text);
    put_name(b, "node");
    put_id(b, r->trace, f->node);
    put_string(b, "label", f->node == DG_NO_NODE ? "" : dg_trace_label(r->trace, f->node));
    put_string(b, "scope", f->scope);
    put_string(b, "cause", f->cause);
    put_count(b, "node_count", f->node_count);
    put_name(b, "nodes");
    for (size_t k = 0; k < f->node_count && k < NODES_MAX; k++) {
        dgi_buf_puts(b, k ? ", " : "[");
        put_id(b, r->trace, f->nodes[k]);
    }
    dgi_buf_puts(b, f->node_count ? "]" : "[]");
    put_name(b, "evidence");
    for (size_t k = 0; k < f->evidence_count; k++) {
        dgi_buf_puts(b, k ? ", {" : "[{");
        put_string(b, "name", f->evidence[k].name);
        put_number(b, "value", f->evidence[k].value);
        dgi_buf_putc(b, '}');
    }
    dgi_buf_puts(b, f->evidence_count ? "]" : "[]");
    put_count(b, "affected_values", f->affected_values);
    put_count(b, "affected_parameters", f->affected_parameters);
    dgi_buf_putc(b, '}');
}

static void put_scope(dgi_buf *b, const dgi_report *r, size_t i)
{
    const dg_scope_summary *s = dg_summary_scope(r->summary, i);
    dgi_buf_puts(b, "{");
    put_string(b, "scope", s->scope);
    put_count(b, "depth", s->depth);
    put_count(b, "values", s->values);
    put_count(b, "numbers", s->numbers);
    put_count(b, "parameters", s->parameters);
    put_count(b, "parameter_numbers", s->parameter_numbers);
    put_count(b, "unset", s->numbers - s->set);
    put_count(b, "zero", s->zero);
    put_count(b, "nonfinite", s->nonfinite);
    put_count(b, "vanishing", s->vanishing);
    put_count(b, "huge", s->huge);
    put_known(b, "grad_min", s->grad_min);
    put_known(b, "grad_median", s->grad_median);
    put_known(b, "grad_max", s->grad_max);
    put_name(b, "histogram");
    for (size_t k = 0; k < DG_HISTOGRAM_BINS; k++)
        dgi_buf_printf(b, "%s%zu", k ? ", " : "[", s->histogram[k]);
    dgi_buf_putc(b, ']');
    put_count(b, "activations", s->activations);
    put_known(b, "activation_mean", s->activation_mean);
    put_known(b, "activation_std", s->activation_std);
    put_known(b, "activation_grad_mean", s->activation_grad_mean);
    put_known(b, "activation_grad_std", s->activation_grad_std);
    put_count(b, "saturable", s->saturable);
    put_count(b, "saturated", s->saturated);
    put_count(b, "relus", s->relus);
    put_count(b, "shut", s->shut);
    put_known(b, "parameter_std", s->parameter_std);
    put_known(b, "parameter_grad_std", s->parameter_grad_std);
    put_known(b, "grad_ratio", s->grad_ratio);
    put_known(b, "update_ratio", s->update_ratio);
    dgi_buf_putc(b, '}');
}

static void put_shape(dgi_buf *b, const dg_trace *t, size_t node)
{
    const size_t *shape = dg_trace_shape(t, node);
    dgi_buf_putc(b, '[');
    for (int i = 0; i < dg_trace_ndim(t, node); i++) {
        dgi_buf_puts(b, i ? ", " : "");
        if (shape[i] == DG_UNKNOWN_SIZE)
            dgi_buf_puts(b, "null");
        else
            dgi_buf_put_count(b, shape[i]);
    }
    dgi_buf_putc(b, ']');
}

static void put_parameter(dgi_buf *b, const dgi_report *r, size_t i)
{
    dg_parameter_summary s;
    if (dg_summary_parameter(r->summary, i, &s) != DG_OK)
        return;
    dgi_buf_puts(b, "{");
    put_node(b, r->trace, s.node);
    put_string(b, "scope", dg_trace_scope(r->trace, s.node));
    put_name(b, "shape");
    put_shape(b, r->trace, s.node);
    put_count(b, "size", s.size);
    put_string(b, "state", dg_gradient_state_name(s.state));
    put_count(b, "zero", s.zero);
    put_count(b, "nonfinite", s.nonfinite);
    put_known(b, "data_mean", s.data_mean);
    put_known(b, "data_std", s.data_std);
    put_known(b, "data_magnitude", s.data_magnitude);
    put_known(b, "grad_mean", s.grad_mean);
    put_known(b, "grad_std", s.grad_std);
    put_known(b, "grad_magnitude", s.grad_magnitude);
    put_known(b, "grad_ratio", s.grad_ratio);
    put_known(b, "update_ratio", s.update_ratio);
    dgi_buf_putc(b, '}');
}

/* A list of so many, or of the first ones. */
static void put_list(dgi_sink *sink, const dgi_report *r, const char *name, size_t count,
                     void (*put)(dgi_buf *b, const dgi_report *r, size_t i))
{
    dgi_buf *b = &sink->pending;
    dgi_buf_printf(b, ",\n \"%s\": [", name);
    for (size_t i = 0; i < count && i < r->rows && !b->failed; i++) {
        dgi_buf_puts(b, i ? ",\n  " : "\n  ");
        put(b, r, i);
        dgi_sink_flush_piece(sink);
    }
    dgi_buf_putc(b, ']');
}

void dgi_write_report_json(dgi_sink *sink, const dgi_report *r)
{
    put_head(&sink->pending, r);
    put_list(sink, r, "findings", dg_inspect_finding_count(r->inspection), put_finding);
    put_list(sink, r, "by_scope", dg_summary_scope_count(r->summary), put_scope);
    put_list(sink, r, "by_parameter", dg_summary_parameter_count(r->summary), put_parameter);
    dgi_buf_puts(&sink->pending, "}\n");
}
