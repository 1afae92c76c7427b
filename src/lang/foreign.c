/* What is said about tokens that cannot stand where they do, and about Python that this language
 * has not. */
#include "lang/interpreter.h"

#include <string.h>

typedef struct keyword {
    const char *name;
    const char *reason;
} keyword;

#define STRAIGHT "a dotgrad program is straight-line"
#define ALONE "every function is built in"
#define NO_TRUTH "there are no truth values"
#define NO_FUNCTIONS "there are no functions to define"

static const keyword keywords[] = {
    {"and", NO_TRUTH},        {"as", ALONE},          {"assert", STRAIGHT},
    {"async", STRAIGHT},      {"await", STRAIGHT},    {"break", STRAIGHT},
    {"class", STRAIGHT},      {"continue", STRAIGHT}, {"def", STRAIGHT},
    {"del", STRAIGHT},        {"elif", STRAIGHT},     {"else", STRAIGHT},
    {"except", STRAIGHT},     {"finally", STRAIGHT},  {"for", STRAIGHT},
    {"from", ALONE},          {"global", STRAIGHT},   {"if", STRAIGHT},
    {"import", ALONE},        {"in", NO_TRUTH},       {"is", NO_TRUTH},
    {"lambda", NO_FUNCTIONS}, {"nonlocal", STRAIGHT}, {"not", NO_TRUTH},
    {"or", NO_TRUTH},         {"pass", STRAIGHT},     {"raise", STRAIGHT},
    {"return", STRAIGHT},     {"try", STRAIGHT},      {"while", STRAIGHT},
    {"with", STRAIGHT},       {"yield", STRAIGHT},    {"False", NO_TRUTH},
    {"None", NO_TRUTH},       {"True", NO_TRUTH},
};

const char *dgi_keyword_reason(const char *name, size_t size)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strlen(keywords[i].name) == size && memcmp(keywords[i].name, name, size) == 0)
            return keywords[i].reason;
    return NULL;
}

bool dgi_report_keyword(dgi_interpreter *in, const dgi_token *name, const char *reason)
{
    return dgi_report(&in->diagnose, name->begin, name->end, NULL, "'%.*s' is not supported: %s",
                      (int)(name->end - name->begin), in->lexer.text + name->begin, reason);
}

bool dgi_never_closed(dgi_interpreter *in, const dgi_token *next)
{
    uint32_t opener = in->frames[in->n_frames - 1].opener;
    dgi_lexer_resume(&in->lexer, next);
    dgi_advance(in);
    in->resumed = true;
    return dgi_report(&in->diagnose, opener, opener + 1, NULL, "'%c' was never closed",
                      in->lexer.text[opener]);
}

static const char *foreign_reason(char first, char second)
{
    switch (first) {
    case '{':
    case '}':
        return "there are no dictionaries";
    case '=':
    case '!':
        return "there are no comparisons";
    case '<':
    case '>':
        return second == first ? "the operators are + - * / ** @" : "there are no comparisons";
    case ':':
        return STRAIGHT;
    default:
        return "the operators are + - * / ** @";
    }
}

static bool spells(const dgi_interpreter *in, const dgi_token *token, const char *word)
{
    return token->kind == DGI_TOKEN_NAME && token->end - token->begin == strlen(word) &&
           memcmp(in->lexer.text + token->begin, word, strlen(word)) == 0;
}

/* Whether `[f(x) for x in xs]` stands at `opener`, x being the target: `f(xs)` is written to
 * `scratch` then. */
static bool applies_to_each(dgi_interpreter *in, uint32_t opener, const dgi_token *target)
{
    static const dgi_token_kind pattern[] = {
        DGI_TOKEN_OPEN_LIST, DGI_TOKEN_NAME, DGI_TOKEN_OPEN, DGI_TOKEN_NAME, DGI_TOKEN_CLOSE,
        DGI_TOKEN_NAME,      DGI_TOKEN_NAME, DGI_TOKEN_NAME, DGI_TOKEN_NAME, DGI_TOKEN_CLOSE_LIST,
    };
    enum { TOKENS = sizeof pattern / sizeof *pattern };
    dgi_token tokens[TOKENS];
    dgi_lexer lexer = in->lexer;
    lexer.at = opener;
    lexer.depth = 1;
    for (size_t i = 0; i < TOKENS; i++) {
        tokens[i] = dgi_lexer_next(&lexer);
        if (tokens[i].kind != pattern[i])
            return false;
    }
    const char *text = in->lexer.text;
    const dgi_token *f = &tokens[1], *x = &tokens[3], *xs = &tokens[8];
    if (tokens[6].begin != target->begin || x->end - x->begin != target->end - target->begin ||
        memcmp(text + x->begin, text + target->begin, x->end - x->begin) != 0)
        return false;
    in->scratch.size = 0;
    dgi_buf_printf(&in->scratch, "did you mean '%.*s(%.*s)'?",
                   dgi_shown_length(text + f->begin, f->end - f->begin), text + f->begin,
                   dgi_shown_length(text + xs->begin, xs->end - xs->begin), text + xs->begin);
    return !in->scratch.failed;
}

/* What stands in for a comprehension whose `for` has the given lexer behind it; NULL where nothing
 * is known to. It is written to `scratch`. */
static const char *comprehension_hint(dgi_interpreter *in, dgi_lexer after)
{
    dgi_token target = dgi_lexer_next(&after);
    for (dgi_token t = target; t.kind == DGI_TOKEN_NAME || t.kind == DGI_TOKEN_COMMA;
         t = dgi_lexer_next(&after))
        if (spells(in, &t, "zip"))
            return "sse and its like take lists";
    for (size_t i = 1; i < in->n_frames; i++)
        if (applies_to_each(in, in->frames[i].opener, &target))
            return in->scratch.data;
    return NULL;
}

static bool report_comprehension(dgi_interpreter *in, const dgi_token *token, dgi_lexer after)
{
    const char *hint = comprehension_hint(in, after);
    in->out_of_memory = in->out_of_memory || in->scratch.failed;
    return dgi_report(&in->diagnose, token->begin, token->end, hint,
                      "comprehensions are not supported: " STRAIGHT);
}

bool dgi_in_comprehension(dgi_interpreter *in)
{
    dgi_lexer ahead = in->lexer;
    dgi_token t = in->token;
    while (in->n_frames > 1 && t.kind != DGI_TOKEN_END && t.kind != DGI_TOKEN_SEMICOLON &&
           t.kind != DGI_TOKEN_NEWLINE && !(t.starts_line && !t.indented)) {
        if (spells(in, &t, "for")) {
            report_comprehension(in, &t, ahead);
            return true;
        }
        t = dgi_lexer_next(&ahead);
    }
    return false;
}

bool dgi_unexpected(dgi_interpreter *in)
{
    const dgi_token *t = &in->token;
    const char *text = in->lexer.text + t->begin;
    int shown = dgi_shown_length(text, t->end - t->begin);
    if (t->kind == DGI_TOKEN_WRONG)
        return dgi_report(&in->diagnose, t->begin, t->end, t->hint, "%s", t->message);
    if (t->kind == DGI_TOKEN_FOREIGN && *text == ':' && shown == 1 && in->n_frames > 0 &&
        in->frames[in->n_frames - 1].callee.kind == DGI_CALLEE_INDEX)
        return dgi_report(&in->diagnose, t->begin, t->end, NULL,
                          "slices are not supported: an index is one number");
    if (t->kind == DGI_TOKEN_FOREIGN)
        return dgi_report(&in->diagnose, t->begin, t->end, NULL, "'%.*s' is not supported: %s",
                          shown, text, foreign_reason(text[0], shown > 1 ? text[1] : '\0'));
    bool new_line = t->starts_line && !t->indented && t->kind != DGI_TOKEN_CLOSE &&
                    t->kind != DGI_TOKEN_CLOSE_LIST;
    if (in->n_frames > 1 &&
        (new_line || t->kind == DGI_TOKEN_END || t->kind == DGI_TOKEN_SEMICOLON)) {
        dgi_token next = *t;
        return dgi_never_closed(in, &next);
    }
    if (in->n_frames > 1 && spells(in, t, "for"))
        return report_comprehension(in, t, in->lexer);
    const char *reason =
        t->kind == DGI_TOKEN_NAME ? dgi_keyword_reason(text, t->end - t->begin) : NULL;
    if (reason)
        return dgi_report_keyword(in, t, reason);
    switch (t->kind) {
    case DGI_TOKEN_END:
    case DGI_TOKEN_NEWLINE:
        return dgi_report(&in->diagnose, t->begin, t->begin, NULL, "unexpected end of line");
    case DGI_TOKEN_STRING:
        return dgi_report(&in->diagnose, t->begin, t->end, NULL, "unexpected string");
    case DGI_TOKEN_NUMBER:
        return dgi_report(&in->diagnose, t->begin, t->end, NULL, "unexpected number");
    default:
        return dgi_report(&in->diagnose, t->begin, t->end, NULL, "unexpected '%.*s'", shown, text);
    }
}
