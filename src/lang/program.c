/* A program: from text to dg_program. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/grow.h"
#include "base/utf8.h"
#include "engine/limits.h"
#include "lang/machine.h"

struct dg_program {
    dgi_runtime rt; /* its names and diagnostics stay when the program has run */
    char *name;
    dg_value *root;
    dg_value **values; /* see dg_program_values() */
    size_t value_count, value_capacity;
};

/* Reports the first byte of each line that is no UTF-8, and NUL bytes. What has one is no program:
 * the lexer relies on that. */
static bool text_valid(dgi_diagnose *d)
{
    const char *p = d->source.text, *end = d->source.text + d->source.size;
    size_t count = d->count;
    bool line_reported = false;
    while (p < end) {
        const char *at = p;
        bool valid = true;
        uint32_t c = dgi_utf8_next(&p, end, &valid);
        if (c == '\n' || c == '\r')
            line_reported = false;
        if ((valid && c != 0) || line_reported)
            continue;
        line_reported = true;
        dgi_report(d, (dgi_span){(uint32_t)(at - d->source.text), (uint32_t)(p - d->source.text)},
                   NULL, "%s", valid ? "a program cannot contain NUL bytes" : "this is not UTF-8");
    }
    return d->count == count;
}

/* ---- Running ---- */

/* Numbers of all tensors together, data and gradients counted: 1 GiB. And what is computed, in
 * multiplications: some minutes. */
static const dg_limits limits = {.numbers = (size_t)1 << 27, .work = 0x1p42};

static void add_value(dg_program *p, dg_value *value)
{
    dg_value **values =
        dgi_grown(p->values, &p->value_capacity, p->value_count, sizeof(dg_value *));
    if (!values) {
        p->rt.out_of_memory = true;
        return;
    }
    p->values = values;
    values[p->value_count++] = value;
}

static void add_parameters(dg_program *p, const dgi_network *network)
{
    size_t n;
    dg_value *const *parameters = dg_module_parameters(network->module, &n);
    for (size_t i = 0; i < n && !p->rt.out_of_memory; i++)
        add_value(p, parameters[i]);
}

/* What names stand for at the end. A leaf that was read may have been a plain number, such as a
 * learning rate; where it was not, what was computed from it leads to it. */
static void collect_values(dg_program *p)
{
    const dgi_symbols *symbols = &p->rt.symbols;
    for (size_t i = 0; i < symbols->count && !p->rt.out_of_memory; i++) {
        const dgi_symbol *s = &symbols->symbols[i];
        if (s->object.kind == DGI_OBJECT_NETWORK)
            add_parameters(p, s->object.as.network);
        else if (dgi_is_any_value(&s->object) &&
                 !(s->is_read && dg_operand_count(s->object.as.value) == 0))
            add_value(p, s->object.as.value);
    }
}

/* Lists are gone when the program has run; what they became is not. */
static void keep_tensors(dgi_symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++) {
        dgi_object *o = &symbols->symbols[i].object;
        dg_value *tensor = dgi_is_list(o) ? o->as.list->tensor : NULL;
        if (tensor)
            *o = dgi_value_object(tensor);
        else if (!dgi_is_any_value(o) && o->kind != DGI_OBJECT_NETWORK)
            o->kind = DGI_OBJECT_NOTHING;
    }
}

static void drop_networks(dgi_symbols *symbols)
{
    for (size_t i = 0; i < symbols->count; i++)
        if (symbols->symbols[i].object.kind == DGI_OBJECT_NETWORK)
            symbols->symbols[i].object.kind = DGI_OBJECT_NOTHING;
}

static void interpret(dg_program *p, dgi_machine *m)
{
    dgi_runtime *rt = &p->rt;
    m->rt = m->evaluator.rt = rt;
    dgi_budget budget = dgi_budget_begin(rt->graph, &limits);
    dgi_parser_init(&m->parser, rt->text, rt->diagnose.source.size);
    dgi_run_statements(m);
    dgi_budget_end(rt->graph, &budget);
    if (m->parser.lexer.magic.end)
        dgi_note(rt, DGI_NOTE_MAGIC, m->parser.lexer.magic,
                 "lines that begin with % or ! are for a notebook: they are ignored");
    keep_tensors(&rt->symbols);
    collect_values(p);
    drop_networks(&rt->symbols);
    dgi_runtime_free(rt);
    dgi_parser_free(&m->parser);
    dgi_evaluator_free(&m->evaluator);
}

/* Checks the text and runs the program. */
static void run(dg_program *p)
{
    dgi_runtime *rt = &p->rt;
    dgi_diagnose *d = &rt->diagnose;
    if (d->source.size > DG_PROGRAM_MAX) {
        dgi_report(d, (dgi_span){0, 1}, NULL, "the program has more than %zu bytes",
                   DG_PROGRAM_MAX);
    } else if (text_valid(d)) {
        dgi_machine *m = dgi_checked(rt, calloc(1, sizeof *m));
        if (m)
            interpret(p, m);
        free(m);
    }
    d->source.text = NULL; /* the caller's */
    d->notebook = NULL;
}

dg_program *dg_program_run(dg_graph *g, const char *text, size_t size, const char *name,
                           dg_labels labels)
{
    const dg_program_options options = {.name = name, .labels = labels};
    return dg_program_run_with(g, text, size, &options);
}

dg_program *dg_program_run_with(dg_graph *g, const char *text, size_t size,
                                const dg_program_options *options)
{
    const dg_program_options o = options ? *options : (dg_program_options){0};
    dg_program *p = g && text ? calloc(1, sizeof *p) : NULL;
    if (!p)
        return NULL;
    dgi_runtime *rt = &p->rt;
    dgi_buf copy = DGI_BUF_INIT;
    dgi_buf_puts(&copy, o.name ? o.name : "<program>");
    p->name = dgi_checked(rt, dgi_buf_take(&copy, NULL));
    rt->graph = g;
    rt->labels = o.labels;
    rt->history = o.history;
    rt->text = text;
    rt->seconds = o.seconds;
    rt->began = (double)clock() / CLOCKS_PER_SEC;
    rt->diagnose = (dgi_diagnose){
        .file = p->name, .source = {.text = text, .size = size}, .notebook = o.notebook};
    rt->older_error = dg_graph_status(g) != DG_OK;
    if (p->name)
        run(p);
    p->root = rt->drawn ? rt->drawn : rt->backed ? rt->backed : rt->last;
    if (!rt->out_of_memory && !rt->diagnose.out_of_memory)
        return p;
    dg_program_free(p);
    return NULL;
}

void dg_program_free(dg_program *p)
{
    if (!p)
        return;
    dgi_diagnose_free(&p->rt.diagnose);
    dgi_buf_free(&p->rt.output);
    dgi_buf_free(&p->rt.notes);
    dgi_symbols_free(&p->rt.symbols);
    free(p->values);
    free(p->name);
    free(p);
}

dg_status dg_program_status(const dg_program *p)
{
    if (!p)
        return DG_INVALID;
    return p->rt.diagnose.count ? DG_SYNTAX : DG_OK;
}

size_t dg_program_error_count(const dg_program *p)
{
    return p ? p->rt.diagnose.count : 0;
}

const dg_diagnostic *dg_program_diagnostic(const dg_program *p, size_t i)
{
    return p && i < p->rt.diagnose.kept ? &p->rt.diagnose.findings[i].diagnostic : NULL;
}

dg_value *dg_program_root(const dg_program *p)
{
    return p ? p->root : NULL;
}

dg_value *const *dg_program_values(const dg_program *p, size_t *n)
{
    if (n)
        *n = p ? p->value_count : 0;
    return p ? p->values : NULL;
}

const char *dg_program_rankdir(const dg_program *p)
{
    return p ? p->rt.rankdir : NULL;
}

const char *dg_program_output(const dg_program *p, size_t *size)
{
    bool any = p && p->rt.output.data;
    if (size)
        *size = any ? p->rt.output.size : 0;
    return any ? p->rt.output.data : "";
}

const char *dg_program_note(const dg_program *p, size_t i)
{
    const char *at = p ? p->rt.notes.data : NULL, *end = at ? at + p->rt.notes.size : NULL;
    for (; at && at < end && i > 0; i--)
        at += strlen(at) + 1;
    return at && at < end ? at : NULL;
}

dg_value *dg_program_find(const dg_program *p, const char *name)
{
    const dgi_symbol *symbol =
        p && name ? dgi_symbols_find(&p->rt.symbols, name, strlen(name)) : NULL;
    return symbol && dgi_is_any_value(&symbol->object) ? symbol->object.as.value : NULL;
}

const char *dg_program_suggest(const dg_program *p, const char *name)
{
    if (!p || !name)
        return NULL;
    dgi_suggestion s = dgi_suggest_for(name, strlen(name));
    dgi_suggest_symbols(&s, &p->rt.symbols, true);
    return s.best;
}
