#include "xml_scan.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct scan {
    const char *p, *end, *begin;
    xml_element *root, *open;
    char *error;
    jmp_buf fail;
} scan;

static _Noreturn void give_up(scan *s, const char *what)
{
    snprintf(s->error, XML_ERROR_ROOM, "%s at byte %zu", what, (size_t)(s->p - s->begin));
    longjmp(s->fail, 1);
}

static void *must(scan *s, void *memory)
{
    if (!memory)
        give_up(s, "out of memory");
    return memory;
}

static bool name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
}

static bool space_byte(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool looking_at(const scan *s, const char *text)
{
    size_t n = strlen(text);
    return (size_t)(s->end - s->p) >= n && memcmp(s->p, text, n) == 0;
}

static void expect(scan *s, const char *text)
{
    if (!looking_at(s, text))
        give_up(s, text);
    s->p += strlen(text);
}

static void spaces(scan *s)
{
    while (s->p < s->end && space_byte(*s->p))
        s->p++;
}

static char *name(scan *s)
{
    const char *from = s->p;
    while (s->p < s->end && name_byte(*s->p))
        s->p++;
    if (s->p == from || (*from >= '0' && *from <= '9') || *from == '-' || *from == '.')
        give_up(s, "a name is missing");
    size_t n = (size_t)(s->p - from);
    char *copy = must(s, malloc(n + 1));
    memcpy(copy, from, n);
    copy[n] = '\0';
    return copy;
}

static bool allowed(uint32_t c)
{
    return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

static char *put(char *to, uint32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *to++ = (char)(0xE0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xF0 | c >> 18);
        *to++ = (char)(0x80 | (c >> 12 & 63));
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

static uint32_t character(scan *s)
{
    unsigned char c = (unsigned char)*s->p;
    int more = c < 0x80                ? 0
               : c >= 0xC2 && c < 0xE0 ? 1
               : c >= 0xE0 && c < 0xF0 ? 2
               : c >= 0xF0 && c < 0xF5 ? 3
                                       : -1;
    if (more < 0 || s->end - s->p <= more)
        give_up(s, "not UTF-8");
    uint32_t x = more == 0 ? c : c & (0x3Fu >> more);
    for (int i = 1; i <= more; i++) {
        unsigned char d = (unsigned char)s->p[i];
        if ((d & 0xC0) != 0x80)
            give_up(s, "not UTF-8");
        x = x << 6 | (d & 0x3F);
    }
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (x < least[more] || !allowed(x))
        give_up(s, "a character that XML cannot carry");
    s->p += more + 1;
    return x;
}

static uint32_t reference(scan *s)
{
    static const struct {
        const char *text;
        uint32_t c;
    } known[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (looking_at(s, known[i].text)) {
            s->p += strlen(known[i].text);
            return known[i].c;
        }
    expect(s, "&#");
    uint32_t base = 10, x = 0;
    if (s->p < s->end && *s->p == 'x') {
        base = 16;
        s->p++;
    }
    const char *from = s->p;
    for (; s->p < s->end && *s->p != ';'; s->p++) {
        char c = *s->p;
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 99;
        if (digit >= base || s->p - from > 7)
            give_up(s, "a bad reference");
        x = x * base + digit;
    }
    if (s->p == from || !allowed(x))
        give_up(s, "a bad reference");
    expect(s, ";");
    return x;
}

/* Text until the stopping byte, decoded. */
static char *text_until(scan *s, char stop, const char *before, bool attribute)
{
    const char *limit = s->p;
    while (limit < s->end && *limit != stop)
        limit++;
    if (limit == s->end && stop != '<')
        give_up(s, "an attribute without its end");
    size_t old = before ? strlen(before) : 0;
    char *made = must(s, malloc(old + (size_t)(limit - s->p) + 1));
    if (before)
        memcpy(made, before, old);
    char *to = made + old;
    while (s->p < limit) {
        if (*s->p == '<' || looking_at(s, "]]>")) {
            free(made);
            give_up(s, "raw markup in a text");
        }
        uint32_t c;
        if (*s->p == '&') {
            c = reference(s);
        } else {
            bool crlf = looking_at(s, "\r\n");
            c = character(s);
            if (crlf)
                continue;
            if (c == '\r')
                c = '\n';
            if (attribute && (c == '\n' || c == '\t'))
                c = ' ';
        }
        to = put(to, c);
    }
    *to = '\0';
    return made;
}

static void attributes(scan *s, xml_element *e)
{
    for (;;) {
        bool apart = s->p < s->end && space_byte(*s->p);
        spaces(s);
        if (s->p == s->end)
            give_up(s, "a tag without its end");
        if (*s->p == '>' || *s->p == '/')
            return;
        if (!apart)
            give_up(s, "attributes that touch");
        e->attributes =
            must(s, realloc(e->attributes, (e->n_attributes + 1) * sizeof *e->attributes));
        xml_attribute *a = &e->attributes[e->n_attributes++];
        *a = (xml_attribute){NULL, NULL};
        a->name = name(s);
        for (size_t i = 0; i + 1 < e->n_attributes; i++)
            if (strcmp(e->attributes[i].name, a->name) == 0)
                give_up(s, "an attribute twice");
        expect(s, "=");
        char quote = s->p < s->end ? *s->p : '\0';
        if (quote != '"' && quote != '\'')
            give_up(s, "an attribute without quotes");
        s->p++;
        a->value = text_until(s, quote, NULL, true);
        s->p++;
    }
}

static void tag(scan *s)
{
    if (looking_at(s, "</")) {
        s->p += 2;
        char *closing = name(s);
        bool same = s->open && strcmp(closing, s->open->name) == 0;
        free(closing);
        if (!same)
            give_up(s, "a closing tag that closes nothing");
        spaces(s);
        expect(s, ">");
        s->open = s->open->parent;
        return;
    }
    expect(s, "<");
    if (!s->open && s->root)
        give_up(s, "a second root");
    xml_element *e = must(s, calloc(1, sizeof *e));
    e->parent = s->open;
    if (!s->open) {
        s->root = e;
    } else if (s->open->last) {
        s->open->last->next = e;
        s->open->last = e;
    } else {
        s->open->first = s->open->last = e;
    }
    e->name = name(s);
    attributes(s, e);
    if (*s->p == '/')
        s->p++;
    else
        s->open = e;
    expect(s, ">");
}

static void document(scan *s)
{
    if (looking_at(s, "<?xml ")) {
        while (s->p < s->end && !looking_at(s, "?>"))
            s->p++;
        expect(s, "?>");
    }
    spaces(s);
    while (s->p < s->end) {
        if (looking_at(s, "<!") || looking_at(s, "<?"))
            give_up(s, "a comment, a DOCTYPE, CDATA or an instruction");
        if (*s->p == '<') {
            tag(s);
        } else if (s->open) {
            char *text = text_until(s, '<', s->open->text, false);
            free(s->open->text);
            s->open->text = text;
        } else {
            spaces(s);
            if (s->p < s->end && *s->p != '<')
                give_up(s, "text outside the root");
        }
    }
    if (s->open || !s->root)
        give_up(s, "an element without its end");
}

xml_element *xml_parse(const char *text, size_t size, char error[XML_ERROR_ROOM])
{
    scan *s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->p = s->begin = text;
    s->end = text + size;
    s->error = error;
    if (setjmp(s->fail) == 0) {
        document(s);
    } else {
        xml_free(s->root);
        s->root = NULL;
    }
    xml_element *root = s->root;
    free(s);
    return root;
}

xml_element *xml_following(const xml_element *e)
{
    if (e->first)
        return e->first;
    while (e && !e->next)
        e = e->parent;
    return e ? e->next : NULL;
}

void xml_free(xml_element *root)
{
    xml_element *e = root;
    while (e) {
        if (e->first) {
            xml_element *child = e->first;
            e->first = NULL;
            e = child;
            continue;
        }
        xml_element *after = e->next ? e->next : e->parent;
        for (size_t i = 0; i < e->n_attributes; i++) {
            free(e->attributes[i].name);
            free(e->attributes[i].value);
        }
        free(e->attributes);
        free(e->name);
        free(e->text);
        free(e);
        e = after;
    }
}

const char *xml_get(const xml_element *e, const char *attribute)
{
    for (size_t i = 0; i < e->n_attributes; i++)
        if (strcmp(e->attributes[i].name, attribute) == 0)
            return e->attributes[i].value;
    return NULL;
}

bool xml_has_class(const xml_element *e, const char *word)
{
    const char *all = xml_get(e, "class");
    size_t n = strlen(word);
    for (const char *at = all; at && (at = strstr(at, word)); at += n)
        if ((at == all || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

/* The one after e of those below top. */
static xml_element *below(const xml_element *top, const xml_element *e)
{
    if (e->first)
        return e->first;
    while (e != top && !e->next)
        e = e->parent;
    return e == top ? NULL : e->next;
}

xml_element *xml_by_id(xml_element *top, const char *id)
{
    for (xml_element *e = top; e; e = below(top, e)) {
        const char *its = xml_get(e, "id");
        if (its && strcmp(its, id) == 0)
            return e;
    }
    return NULL;
}

xml_element *xml_by_class(xml_element *top, const char *word)
{
    for (xml_element *e = top; e; e = below(top, e))
        if (xml_has_class(e, word))
            return e;
    return NULL;
}

xml_element *xml_child(const xml_element *e, const char *child)
{
    for (xml_element *c = e->first; c; c = c->next)
        if (strcmp(c->name, child) == 0)
            return c;
    return NULL;
}
