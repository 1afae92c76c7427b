/* Mathematics in labels as words, for who does not see the picture. */
#include "draw/style/math.h"

#include <string.h>

/* A word is set apart from letters and digits beside it; these from each other are not. */
typedef struct words {
    dgi_buf *b;
    const dgi_math *m;
    size_t begun;    /* where the formula begins in the buffer */
    bool after_word; /* the last was one */
    bool unary;      /* a sign here is that of a number */
} words;

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

static char last_of(const words *w)
{
    return w->b->size > w->begun ? w->b->data[w->b->size - 1] : ' ';
}

static void put_space(words *w)
{
    if (last_of(w) != ' ')
        dgi_buf_putc(w->b, ' ');
}

static void put_separated(words *w, const char *word, size_t size)
{
    if (size == 0)
        return;
    if (!strchr("([{/|", last_of(w)))
        put_space(w);
    dgi_buf_put(w->b, word, size);
    w->after_word = true;
}

static void put_word(words *w, const char *word)
{
    put_separated(w, word, strlen(word));
}

static void put_text(words *w, const char *text, size_t size)
{
    if (size > 0 && w->after_word && is_alphanumeric(*text))
        put_space(w);
    dgi_buf_put(w->b, text, size);
    w->after_word = false;
}

static void put(words *w, uint32_t node);

/* The only element of a row, or the node itself. */
static const dgi_math_node *only_element(const dgi_math *m, uint32_t node)
{
    const dgi_math_node *n = &m->nodes[node];
    while (n->kind == DGI_MATH_ROW && n->first && !m->nodes[n->first].next)
        n = &m->nodes[n->first];
    return n;
}

static bool is_symbol(const dgi_math_node *n, const char *text)
{
    return n->kind == DGI_MATH_SYMBOL && n->size == strlen(text) &&
           memcmp(n->text, text, n->size) == 0;
}

static void put_superscript(words *w, uint32_t node)
{
    static const struct {
        const char *text, *word;
    } powers[] = {
        {"2", "squared"}, {"3", "cubed"}, {"T", "transposed"}, {"⊤", "transposed"}, {"*", "star"}};
    const dgi_math_node *only = only_element(w->m, node);
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        if (is_symbol(only, powers[i].text)) {
            put_word(w, powers[i].word);
            return;
        }
    }
    put_word(w, "super");
    put_space(w);
    put(w, node);
    w->after_word = true;
}

static void put_scripts(words *w, const dgi_math_node *n)
{
    put(w, n->first);
    for (unsigned i = 0; i < n->primes; i++)
        put_word(w, "prime");
    if (n->second) {
        put_word(w, "sub");
        put_space(w);
        put(w, n->second);
        w->after_word = true;
    }
    if (n->third)
        put_superscript(w, n->third);
}

/* With brackets where it would not be clear how far it goes. */
static void put_part(words *w, uint32_t node)
{
    bool brackets = dgi_math_is_compound(w->m, node);
    if (brackets) {
        if (w->after_word)
            put_space(w);
        put_text(w, "(", 1);
    }
    put(w, node);
    if (brackets)
        put_text(w, ")", 1);
}

static void put_sign(words *w, const char *text, size_t size)
{
    if (w->unary) {
        put_text(w, text, size);
        return;
    }
    put_space(w);
    put_text(w, text, size);
    put_space(w);
    w->unary = true;
}

static void put_symbol(words *w, const dgi_math_node *n)
{
    const char *text = n->words ? n->words : n->text;
    size_t size = n->words ? strlen(text) : n->size;
    bool word = n->class == DGI_MATH_OPERATOR || (n->words && size > 1);
    if (n->class == DGI_MATH_BINARY || n->class == DGI_MATH_RELATION) {
        put_sign(w, text, size);
        return;
    }
    if (word) {
        put_separated(w, text, size);
    } else {
        put_text(w, text, size);
        if (n->class == DGI_MATH_PUNCTUATION)
            put_space(w);
    }
    w->unary = n->class != DGI_MATH_ORDINARY && n->class != DGI_MATH_CLOSING;
}

static void put(words *w, uint32_t node)
{
    const dgi_math_node *n = &w->m->nodes[node];
    switch ((dgi_math_kind)n->kind) {
    case DGI_MATH_SYMBOL:
        put_symbol(w, n);
        break;
    case DGI_MATH_ROW:
        w->unary = true;
        for (uint32_t i = n->first; i; i = w->m->nodes[i].next)
            put(w, i);
        break;
    case DGI_MATH_SCRIPTS:
        put_scripts(w, n);
        break;
    case DGI_MATH_FRACTION:
        put_part(w, n->first);
        put_word(w, "over");
        put_part(w, n->second);
        w->after_word = true;
        break;
    case DGI_MATH_ROOT:
        put_word(w, "square root of");
        put_part(w, n->first);
        break;
    case DGI_MATH_ACCENT:
        put(w, n->first);
        put_word(w, n->words);
        break;
    case DGI_MATH_SPACE:
        if (n->space > 0.0)
            put_space(w);
        break;
    }
}

void dgi_math_put_words(dgi_buf *b, const dgi_math *m)
{
    words w = {.b = b, .m = m, .begun = b->size};
    put(&w, m->root);
    while (last_of(&w) == ' ' && b->size > w.begun)
        b->data[--b->size] = '\0';
}
