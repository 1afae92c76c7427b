/* A program: from text to dg_program. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "lang/interpreter.h"

struct dg_program {
    dgi_diagnose diagnose;
    dgi_bindings names;
    char *name;
    dg_value *root;
};

/* Reports the first byte of each line that is no UTF-8, and NUL bytes. What has one is no program:
 * the lexer relies on that. */
static bool text_valid(dgi_diagnose *d)
{
    const char *p = d->text, *end = d->text + d->size;
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
        dgi_report(d, (size_t)(at - d->text), (size_t)(p - d->text), NULL, "%s",
                   valid ? "a program cannot contain NUL bytes" : "this is not UTF-8");
    }
    return d->count == count;
}

static void interpreter_free(dgi_interpreter *in)
{
    free(in->operands);
    free(in->operators);
    free(in->targets);
    dgi_buf_free(&in->strings);
    dgi_buf_free(&in->scratch);
    dgi_store_free(&in->store);
    dg_graph_free(in->arrays);
    free(in->stacked);
    free(in);
}

/* Lists are gone when the program has run; what they became is not. */
static void keep_tensors(dgi_bindings *names)
{
    for (size_t i = 0; i < names->count; i++) {
        dgi_binding *binding = &names->bindings[i];
        if (binding->kind != DGI_NAMED_LIST)
            continue;
        dg_value *tensor = binding->as.list->tensor;
        binding->kind = tensor ? DGI_BOUND : DGI_UNBOUND;
        binding->as.value = tensor;
    }
}

/* Runs the program with the names and diagnostics of `p`; false when out of memory. */
static bool interpret(dg_program *p, dg_graph *g, dg_labels labels)
{
    dgi_interpreter *in = calloc(1, sizeof *in);
    if (!in)
        return false;
    in->graph = g;
    in->labels = labels;
    in->older_error = dg_graph_status(g) != DG_OK;
    in->diagnose = p->diagnose;
    dgi_lexer_init(&in->lexer, p->diagnose.text, p->diagnose.size);
    dgi_run_statements(in);
    keep_tensors(&in->names);
    p->diagnose = in->diagnose;
    p->names = in->names;
    p->root = in->drawn ? in->drawn : in->backed ? in->backed : in->last;
    bool done = !in->out_of_memory;
    interpreter_free(in);
    return done;
}

static bool run(dg_program *p, dg_graph *g, dg_labels labels)
{
    dgi_diagnose *d = &p->diagnose;
    if (d->size > DG_PROGRAM_MAX)
        dgi_report(d, 0, 1, NULL, "the program has more than %zu bytes", DG_PROGRAM_MAX);
    else if (text_valid(d) && !interpret(p, g, labels))
        return false;
    bool done = dgi_diagnose_finish(d);
    d->text = NULL; /* the caller's */
    return done;
}

dg_program *dg_program_run(dg_graph *g, const char *text, size_t size, const char *name,
                           dg_labels labels)
{
    if (!g || !text)
        return NULL;
    dg_program *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    dgi_buf copy = DGI_BUF_INIT;
    dgi_buf_puts(&copy, name ? name : "<program>");
    p->name = dgi_buf_take(&copy, NULL);
    p->diagnose = (dgi_diagnose){.file = p->name, .text = text, .size = size};
    if (!p->name || !run(p, g, labels)) {
        dg_program_free(p);
        return NULL;
    }
    return p;
}

void dg_program_free(dg_program *p)
{
    if (!p)
        return;
    dgi_diagnose_free(&p->diagnose);
    dgi_bindings_free(&p->names);
    free(p->name);
    free(p);
}

dg_status dg_program_status(const dg_program *p)
{
    if (!p)
        return DG_INVALID;
    return p->diagnose.count ? DG_SYNTAX : DG_OK;
}

size_t dg_program_error_count(const dg_program *p)
{
    return p ? p->diagnose.count : 0;
}

const dg_diagnostic *dg_program_diagnostic(const dg_program *p, size_t i)
{
    return p && i < p->diagnose.kept ? &p->diagnose.diagnostics[i] : NULL;
}

dg_value *dg_program_root(const dg_program *p)
{
    return p ? p->root : NULL;
}

dg_value *dg_program_find(const dg_program *p, const char *name)
{
    const dgi_binding *binding =
        p && name ? dgi_bindings_find(&p->names, name, strlen(name)) : NULL;
    return binding ? dgi_binding_value(binding) : NULL;
}

const char *dg_program_suggest(const dg_program *p, const char *name)
{
    if (!p || !name)
        return NULL;
    dgi_search search = dgi_search_for(name, strlen(name));
    dgi_search_offer_names(&search, &p->names, true);
    return search.best;
}
