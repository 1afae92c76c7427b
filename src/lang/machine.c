#include "lang/machine.h"

#include <string.h>

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
static void skip_statement(dgi_machine *m, bool unsupported)
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
static void recover(dgi_machine *m, bool unsupported, bool unclosed)
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
static bool continues_body(const dgi_machine *m)
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
static bool check_indentation(dgi_machine *m)
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
static void check_statement(dgi_machine *m, dgi_tree *tree)
{
    dgi_runtime *rt = m->rt;
    m->evaluator.reached_error = tree->wrong;
    if (tree->wrong)
        dgi_fail_hint(rt, tree->error.span, tree->error.hint, "%s", tree->error.message);
    dgi_define_errors(rt, tree, tree->root, (dgi_node_id)tree->count);
}

/* Executes a statement that was read, or only checks it; whether all is right. */
static bool take_statement(dgi_machine *m, dgi_tree *tree, bool checked)
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

static void run_statement(dgi_machine *m)
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
static bool repeats_builtin(dgi_machine *m)
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

void dgi_run_statements(dgi_machine *m)
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
