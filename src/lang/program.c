/* A program: from text to dg_program. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/grow.h"
#include "base/utf8.h"
#include "engine/limits.h"
#include "lang/evaluator.h"
#include "lang/parser.h"
#include "lang/resolve.h"

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

typedef struct machine {
    dgi_runtime *rt;
    dgi_parser parser;
    dgi_evaluator evaluator;
    bool in_body;      /* indented lines are the body of a statement that was reported, */
    bool body_known;   /* or that is built in */
    bool indented_run; /* the line before was indented as well */
} machine;

/* What a statement that is not supported would define is not to be missed. */
static void define_error(dgi_runtime *rt, const dgi_token *name)
{
    size_t symbol;
    if (!name->keyword && !dgi_find_symbol(rt, name->span) &&
        !dgi_find_builtin(rt->text, name->span, NULL) && dgi_add_symbol(rt, name->span, &symbol))
        rt->symbols.symbols[symbol].object.kind = DGI_OBJECT_ERROR;
}

/* Steps over the rest of a statement that went wrong. A semicolon ends it, which no bracket can
 * contain. The names in an unsupported one are defined, as error values. */
static void skip_statement(machine *m, bool unsupported)
{
    dgi_parser *p = &m->parser;
    while (p->token.kind != DGI_TOKEN_END && p->token.kind != DGI_TOKEN_NEWLINE &&
           !m->rt->out_of_memory) {
        if (dgi_begins_assignment(p)) {
            dgi_resume(p, p->token);
            return;
        }
        if (p->token.kind == DGI_TOKEN_SEMICOLON && !unsupported)
            break;
        if (unsupported && p->token.kind == DGI_TOKEN_NAME && !m->body_known)
            define_error(m->rt, &p->token);
        dgi_advance(p);
    }
    p->lexer.depth = 0;
}

/* The statement is wrong: reading goes on where the next one begins. */
static void recover(machine *m, bool unsupported, bool unclosed)
{
    const dgi_evaluator *e = &m->evaluator;
    dgi_parser *p = &m->parser;
    bool in_argument = p->line_argument.span.end && e->failed_at < p->line_argument.span.begin;
    if (!e->reached_error && in_argument) {
        /* Its bracket was never closed, but what stands before is what was reported. */
        dgi_resume(p, p->line_argument);
    } else if (e->reached_error && unclosed) {
        dgi_resume(p, p->token);
    } else {
        skip_statement(m, unsupported);
    }
}

/* Whether the current token goes on with a statement that was passed over: `except`, `else`. */
static bool continues_body(const machine *m)
{
    static const char *const words[] = {"except", "finally", "else", "elif"};
    const dgi_token *t = &m->parser.token;
    for (size_t i = 0; i < sizeof words / sizeof *words && t->keyword; i++)
        if (dgi_spells(m->rt->text, t->span, words[i]))
            return true;
    return false;
}

/* Of lines that are indented one after the other the first is reported; those after an unsupported
 * statement are its body, and passed over. Returns whether the line was. */
static bool check_indentation(machine *m)
{
    const dgi_token *t = &m->parser.token;
    if (!t->starts_line)
        return false;
    dgi_close_blocks(&m->parser);
    if (!t->indented && m->in_body && continues_body(m)) {
        skip_statement(m, true);
        return true;
    }
    if (!t->indented) {
        if (!dgi_is_aligned(&m->parser))
            dgi_report(&m->rt->diagnose, t->span, NULL,
                       t->column == m->parser.lexer.margin
                           ? "tabs and spaces are mixed in the indentation of this block"
                           : "this indentation matches no block around it");
        m->indented_run = m->in_body = m->body_known = false;
        return false;
    }
    if (m->in_body) {
        skip_statement(m, true);
        return true;
    }
    if (!m->indented_run)
        dgi_report(&m->rt->diagnose, t->span, NULL, "unexpected indentation");
    m->indented_run = true;
    return false;
}

/* A statement that is read for what is wrong with it, and not executed. */
static void check_statement(machine *m, dgi_tree *tree)
{
    dgi_runtime *rt = m->rt;
    m->evaluator.reached_error = tree->wrong;
    if (tree->wrong)
        dgi_fail_hint(rt, tree->error.span, tree->error.hint, "%s", tree->error.message);
    dgi_define_errors(rt, tree, tree->root, (dgi_node_id)tree->count);
}

/* Executes a statement that was read, or only checks it; whether all is right. */
static bool take_statement(machine *m, dgi_tree *tree, bool checked)
{
    dgi_runtime *rt = m->rt;
    bool resolved = dgi_resolve(rt, tree);
    if (rt->out_of_memory)
        return false;
    if (!resolved || checked) {
        check_statement(m, tree);
        return resolved && !tree->wrong;
    }
    if (tree->defines)
        tree = dgi_keep_tree(rt, tree);
    return tree && dgi_execute(&m->evaluator, tree);
}

static void run_statement(machine *m)
{
    dgi_parser *p = &m->parser;
    bool checked = dgi_is_in_wrong_block(p);
    p->orphan = false;
    if (!dgi_parse_statement(p)) {
        m->rt->out_of_memory = true;
        return;
    }
    bool wrong = p->tree.wrong, unclosed = wrong && p->tree.error.unclosed;
    checked = checked || p->orphan;
    p->any_else = wrong || checked;
    if (!take_statement(m, &p->tree, checked) && wrong) {
        uint8_t keyword = p->first.keyword;
        bool unsupported = keyword == DGI_KEYWORD_UNSUPPORTED || keyword == DGI_KEYWORD_WITH ||
                           keyword == DGI_KEYWORD_FOR || keyword == DGI_KEYWORD_IF ||
                           keyword == DGI_KEYWORD_DEF;
        recover(m, unsupported, unclosed);
        m->in_body = m->in_body || unsupported;
    }
}

/* ---- What a program may repeat that is built in ---- */

/* The classes of the lectures, and how they draw: what is pasted with them is passed over. */
static bool repeats_builtin(machine *m)
{
    static const char *const classes[] = {"Value", "Module", "Neuron", "Layer", "MLP"};
    static const char *const functions[] = {"draw_dot", "trace"};
    dgi_parser *p = &m->parser;
    const char *text = m->rt->text;
    bool is_class = dgi_spells(text, p->token.span, "class");
    if ((!is_class && !dgi_is_keyword(&p->token, DGI_KEYWORD_DEF)) || p->block_count > 0)
        return false;
    dgi_token name = *dgi_peek(p);
    const char *const *names = is_class ? classes : functions;
    size_t n = is_class ? sizeof classes / sizeof *classes : sizeof functions / sizeof *functions;
    bool known = false;
    for (size_t i = 0; i < n && name.kind == DGI_TOKEN_NAME; i++)
        known = known || dgi_spells(text, name.span, names[i]);
    size_t rest = m->rt->diagnose.source.size - name.span.end;
    if (!known || (!is_class && (rest < 5 || memcmp(text + name.span.end, "(root", 5) != 0)))
        return false;
    dgi_note(m->rt, DGI_NOTE_DEFINED, name.span,
             "what draws and the classes Value, Neuron, Layer and MLP are built in: this is passed "
             "over");
    m->in_body = m->body_known = true;
    skip_statement(m, true);
    return true;
}

static void run_statements(machine *m)
{
    dgi_parser *p = &m->parser;
    while (p->token.kind != DGI_TOKEN_END && !m->rt->out_of_memory && !m->rt->is_over) {
        if (p->token.kind == DGI_TOKEN_NEWLINE) {
            dgi_advance(p);
            continue;
        }
        if (check_indentation(m) || repeats_builtin(m))
            continue;
        run_statement(m);
        if (p->token.kind == DGI_TOKEN_SEMICOLON)
            dgi_advance(p);
    }
}

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
                 !(s->is_read && (dg_operand_count(s->object.as.value) == 0 ||
                                  s->object.kind == DGI_OBJECT_NAMED_LEAF)))
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

static void interpret(dg_program *p, machine *m)
{
    dgi_runtime *rt = &p->rt;
    m->rt = m->evaluator.rt = rt;
    dgi_budget budget = dgi_budget_begin(rt->graph, &limits);
    dgi_parser_init(&m->parser, rt->text, rt->diagnose.source.size);
    run_statements(m);
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
        machine *m = dgi_checked(rt, calloc(1, sizeof *m));
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
