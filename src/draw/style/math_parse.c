/* The parser of mathematics in labels. Groups and arguments are parsed by recursion, which ends at
 * DGI_MATH_DEPTH_MAX. */
#include "draw/style/math.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/utf8.h"

/* Which forms letters have. */
typedef enum alphabet {
    ITALIC, /* letters italic, capital Greek ones upright */
    UPRIGHT,
    BOLD,
    BOLD_SYMBOL,
    SCRIPT,
    BLACKBOARD
} alphabet;

typedef struct parser {
    dgi_math *m;
    const char *at, *end;
    alphabet alphabet;
    unsigned depth;
} parser;

static uint32_t parse_row(parser *p, bool in_braces);

/* The first problem is kept, but one that leaves no tree counts for more than an unknown command.
 */
static uint32_t fail(parser *p, dgi_math_problem problem)
{
    if (p->m->problem <= DGI_MATH_UNKNOWN_COMMAND)
        p->m->problem = problem;
    p->at = p->end;
    return 0;
}

static bool has_failed(const parser *p)
{
    return !dgi_math_is_set(p->m);
}

static uint32_t add_node(parser *p, dgi_math_node node)
{
    dgi_math *m = p->m;
    dgi_math_node *nodes = dgi_grown(m->nodes, &m->capacity, m->n, sizeof *nodes);
    if (!nodes) {
        m->no_memory = true;
        p->at = p->end;
        return 0;
    }
    m->nodes = nodes;
    nodes[m->n] = node;
    return (uint32_t)m->n++;
}

static void skip_spaces(parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\t'))
        p->at++;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters of other scripts that are typed as such, as α is. */
static bool is_small_greek(uint32_t c)
{
    return c >= 0x3B1 && c <= 0x3C9;
}

/* ---- Symbols -------------------------------------------------------------------------------- */

static bool is_bold(const parser *p)
{
    return p->alphabet == BOLD || p->alphabet == BOLD_SYMBOL;
}

static uint32_t add_letter(parser *p, const char *text, size_t size, bool greek)
{
    const char *form = NULL;
    if (size == 1 && p->alphabet == SCRIPT)
        form = dgi_math_script_letter(*text);
    else if (size == 1 && p->alphabet == BLACKBOARD)
        form = dgi_math_blackboard_letter(*text);
    dgi_math_node node = {.kind = DGI_MATH_SYMBOL, .text = text, .size = size};
    if (form) {
        node.text = form;
        node.size = strlen(form);
    }
    node.bold = is_bold(p);
    node.italic = p->alphabet == ITALIC || p->alphabet == BOLD_SYMBOL || (greek && !form);
    node.italic = node.italic && p->alphabet != UPRIGHT;
    return add_node(p, node);
}

static uint32_t add_symbol(parser *p, const dgi_math_command *c)
{
    if (c->italic) {
        uint32_t letter = add_letter(p, c->text, strlen(c->text), true);
        if (letter)
            p->m->nodes[letter].words = c->words ? c->words : c->name;
        return letter;
    }
    return add_node(p, (dgi_math_node){.kind = DGI_MATH_SYMBOL,
                                       .class = c->class,
                                       .bold = is_bold(p),
                                       .text = c->text,
                                       .size = strlen(c->text),
                                       .words = c->words ? c->words : c->name});
}

static dgi_math_class class_of(uint32_t c)
{
    switch (c) {
    case '+':
    case '-':
    case '*':
    case 0xB7:   /* · */
    case 0xD7:   /* × */
    case 0x2212: /* − */
    case 0x2299: /* ⊙ */
        return DGI_MATH_BINARY;
    case '=':
    case '<':
    case '>':
    case ':':
    case 0x2192: /* → */
    case 0x2208: /* ∈ */
    case 0x2248: /* ≈ */
    case 0x2260: /* ≠ */
    case 0x2264: /* ≤ */
    case 0x2265: /* ≥ */
        return DGI_MATH_RELATION;
    case '(':
    case '[':
        return DGI_MATH_OPENING;
    case ')':
    case ']':
        return DGI_MATH_CLOSING;
    case ',':
    case ';':
        return DGI_MATH_PUNCTUATION;
    default:
        return DGI_MATH_ORDINARY;
    }
}

/* A character that is no letter of ASCII. */
static uint32_t parse_character(parser *p)
{
    const char *text = p->at;
    uint32_t c = dgi_utf8_next(&p->at, p->end, NULL);
    if (c == '~')
        return add_node(p, (dgi_math_node){.kind = DGI_MATH_SPACE, .space = 5.0 / 18.0});
    if (is_small_greek(c))
        return add_letter(p, text, (size_t)(p->at - text), true);
    dgi_math_node node = {.kind = DGI_MATH_SYMBOL,
                          .class = (uint8_t)class_of(c),
                          .bold = is_bold(p),
                          .text = text,
                          .size = (size_t)(p->at - text)};
    if (c == '-') {
        node.text = "−";
        node.size = strlen(node.text);
        node.words = "-";
    }
    return add_node(p, node);
}

/* From there to where the parser is. */
static uint32_t add_digits(parser *p, const char *text)
{
    return add_node(p, (dgi_math_node){.kind = DGI_MATH_SYMBOL,
                                       .bold = is_bold(p),
                                       .text = text,
                                       .size = (size_t)(p->at - text)});
}

static uint32_t parse_number(parser *p)
{
    const char *text = p->at;
    while (p->at < p->end && (is_digit(*p->at) || (*p->at == '.' && p->at > text)))
        p->at++;
    return add_digits(p, text);
}

/* ---- Commands ------------------------------------------------------------------------------- */

/* What stands after a command, an accent or a sign for a script: a group, or one symbol. */
static uint32_t parse_argument(parser *p);

static uint32_t parse_in(parser *p, alphabet a)
{
    alphabet before = p->alphabet;
    p->alphabet = a;
    uint32_t node = parse_argument(p);
    p->alphabet = before;
    return node;
}

/* Steps over braces that match; false where one is missing. */
static bool skip_group(parser *p)
{
    size_t open = 0;
    do {
        open += *p->at == '{';
        open -= *p->at == '}';
        p->at++;
    } while (open > 0 && p->at < p->end);
    return open == 0;
}

/* A text in braces, with its spaces. */
static uint32_t parse_text(parser *p, dgi_math_class class)
{
    skip_spaces(p);
    if (p->at == p->end || *p->at != '{')
        return fail(p, DGI_MATH_MISSING_ARGUMENT);
    const char *text = p->at + 1;
    if (!skip_group(p))
        return fail(p, DGI_MATH_MISSING_BRACE);
    return add_node(p, (dgi_math_node){.kind = DGI_MATH_SYMBOL,
                                       .class = (uint8_t) class,
                                       .bold = is_bold(p),
                                       .text = text,
                                       .size = (size_t)(p->at - 1 - text)});
}

static uint32_t parse_fraction(parser *p)
{
    uint32_t above = parse_argument(p), below = above ? parse_argument(p) : 0;
    if (!below)
        return 0;
    return add_node(p, (dgi_math_node){.kind = DGI_MATH_FRACTION, .first = above, .second = below});
}

static uint32_t parse_over(parser *p, dgi_math_kind kind, const dgi_math_command *c)
{
    uint32_t under = parse_argument(p);
    if (!under)
        return 0;
    return add_node(p, (dgi_math_node){.kind = (uint8_t)kind,
                                       .first = under,
                                       .text = c->text,
                                       .size = strlen(c->text),
                                       .words = c->words ? c->words : c->name});
}

static uint32_t perform(parser *p, const dgi_math_command *c)
{
    switch ((dgi_math_action)c->action) {
    case DGI_MATH_SET_SYMBOL:
        return add_symbol(p, c);
    case DGI_MATH_SET_SPACE:
        return add_node(p, (dgi_math_node){.kind = DGI_MATH_SPACE, .space = c->space / 18.0});
    case DGI_MATH_SET_FRACTION:
        return parse_fraction(p);
    case DGI_MATH_SET_ROOT:
        return parse_over(p, DGI_MATH_ROOT, c);
    case DGI_MATH_SET_ACCENT:
        return parse_over(p, DGI_MATH_ACCENT, c);
    case DGI_MATH_SET_UPRIGHT:
        return parse_in(p, UPRIGHT);
    case DGI_MATH_SET_BOLD:
        return parse_in(p, BOLD);
    case DGI_MATH_SET_BOLD_SYMBOL:
        return parse_in(p, BOLD_SYMBOL);
    case DGI_MATH_SET_ITALIC:
        return parse_in(p, ITALIC);
    case DGI_MATH_SET_SCRIPT:
        return parse_in(p, SCRIPT);
    case DGI_MATH_SET_BLACKBOARD:
        return parse_in(p, BLACKBOARD);
    case DGI_MATH_SET_TEXT:
        return parse_text(p, DGI_MATH_ORDINARY);
    case DGI_MATH_SET_NAME:
        return parse_text(p, DGI_MATH_OPERATOR);
    case DGI_MATH_IGNORE:
        break;
    }
    return add_node(p, (dgi_math_node){.kind = DGI_MATH_SPACE});
}

static uint32_t parse_command(parser *p)
{
    const char *begin = p->at++, *name = p->at;
    while (p->at < p->end && is_letter(*p->at))
        p->at++;
    if (p->at == name && p->at < p->end)
        dgi_utf8_next(&p->at, p->end, NULL);
    const dgi_math_command *c = dgi_math_find_command(name, (size_t)(p->at - name));
    if (c)
        return perform(p, c);
    dgi_math *m = p->m;
    if (m->problem == DGI_MATH_FINE) {
        m->problem = DGI_MATH_UNKNOWN_COMMAND;
        m->where = begin;
        m->where_size = (size_t)(p->at - begin);
    }
    if (p->at < p->end && *p->at == '{' && !skip_group(p)) /* what may be its argument */
        return fail(p, DGI_MATH_MISSING_BRACE);
    return add_node(
        p,
        (dgi_math_node){.kind = DGI_MATH_SYMBOL, .text = begin, .size = (size_t)(p->at - begin)});
}

/* ---- Elements and rows ---------------------------------------------------------------------- */

static uint32_t parse_element_at(parser *p)
{
    char c = *p->at;
    if (c == '{') {
        p->at++;
        return parse_row(p, true);
    }
    if (c == '\\')
        return parse_command(p);
    if (is_letter(c)) {
        p->at++;
        return add_letter(p, p->at - 1, 1, false);
    }
    if (is_digit(c))
        return parse_number(p);
    return parse_character(p);
}

/* Every group and every argument comes through here. */
static uint32_t parse_element(parser *p)
{
    if (p->depth == DGI_MATH_DEPTH_MAX)
        return fail(p, DGI_MATH_TOO_DEEP);
    p->depth++;
    uint32_t node = parse_element_at(p);
    p->depth--;
    return node;
}

static uint32_t parse_argument(parser *p)
{
    skip_spaces(p);
    if (p->at == p->end || strchr("}_^", *p->at))
        return fail(p, DGI_MATH_MISSING_ARGUMENT);
    if (!is_digit(*p->at))
        return parse_element(p);
    p->at++; /* as in TeX, one digit: x^23 is x^{2}3 */
    return add_digits(p, p->at - 1);
}

/* The scripts after an element, if there are any. */
static uint32_t parse_scripts(parser *p, uint32_t base)
{
    dgi_math_node scripts = {.kind = DGI_MATH_SCRIPTS, .first = base};
    for (skip_spaces(p); p->at < p->end; skip_spaces(p)) {
        if (*p->at == '\'') {
            p->at++;
            if (scripts.primes < UINT8_MAX)
                scripts.primes++;
            continue;
        }
        if (*p->at != '_' && *p->at != '^')
            break;
        uint32_t *script = *p->at++ == '_' ? &scripts.second : &scripts.third;
        if (*script)
            return fail(p, DGI_MATH_DOUBLE_SCRIPT);
        *script = parse_argument(p);
        if (!*script)
            return 0;
    }
    if (!scripts.primes && !scripts.second && !scripts.third)
        return base;
    scripts.class = base ? p->m->nodes[base].class : DGI_MATH_ORDINARY;
    return add_node(p, scripts);
}

/* A row up to its closing brace, or to the end. */
static uint32_t parse_row(parser *p, bool in_braces)
{
    uint32_t row = add_node(p, (dgi_math_node){.kind = DGI_MATH_ROW}), last = 0;
    for (skip_spaces(p); row && p->at < p->end && *p->at != '}'; skip_spaces(p)) {
        uint32_t base = strchr("_^'", *p->at) ? 0 : parse_element(p);
        uint32_t element = has_failed(p) ? 0 : parse_scripts(p, base);
        if (!element)
            return 0;
        if (last)
            p->m->nodes[last].next = element;
        else
            p->m->nodes[row].first = element;
        last = element;
    }
    if (has_failed(p))
        return 0;
    if (p->at == p->end)
        return in_braces ? fail(p, DGI_MATH_MISSING_BRACE) : row;
    if (!in_braces)
        return fail(p, DGI_MATH_EXTRA_BRACE);
    p->at++;
    return row;
}

void dgi_math_parse(dgi_math *m, const char *text, size_t size)
{
    *m = (dgi_math){.nodes = NULL};
    parser p = {.m = m, .at = text, .end = text + size};
    if (size > DGI_MATH_SIZE_MAX) {
        fail(&p, DGI_MATH_TOO_LONG);
        return;
    }
    add_node(&p, (dgi_math_node){.kind = DGI_MATH_ROW}); /* number 0, which is none */
    m->root = parse_row(&p, false);
}

void dgi_math_free(dgi_math *m)
{
    free(m->nodes);
    *m = (dgi_math){.nodes = NULL};
}

/* ---- Questions about the tree --------------------------------------------------------------- */

bool dgi_math_is_compound(const dgi_math *m, uint32_t node)
{
    if (m->nodes[node].kind != DGI_MATH_ROW)
        return false;
    for (uint32_t i = m->nodes[node].first; i; i = m->nodes[i].next)
        if (m->nodes[i].class == DGI_MATH_BINARY || m->nodes[i].class == DGI_MATH_RELATION)
            return true;
    return false;
}

bool dgi_math_needs_brackets(const dgi_math *m, uint32_t node, bool below)
{
    if (dgi_math_is_compound(m, node))
        return true;
    const dgi_math_node *row = &m->nodes[node];
    if (row->kind != DGI_MATH_ROW || !below || !row->first || !m->nodes[row->first].next)
        return false;
    /* Of several factors 1/2n does not say which are below; ∂L/∂w and dL/dw are read right. */
    const dgi_math_node *first = &m->nodes[row->first];
    const dgi_math_node *base = first->kind == DGI_MATH_SCRIPTS ? &m->nodes[first->first] : first;
    bool differential = (base->size == 1 && *base->text == 'd') ||
                        (base->words && strcmp(base->words, "partial") == 0);
    return !differential;
}
