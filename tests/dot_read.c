#include "dot_read.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool attributes_known(Agraph_t *g, int kind, const char *const *known)
{
    for (Agsym_t *a = agnxtattr(g, kind, NULL); a; a = agnxtattr(g, kind, a)) {
        const char *const *k = known;
        while (*k && strcmp(*k, a->name) != 0)
            k++;
        if (!*k) {
            fprintf(stderr, "attribute '%s'\n", a->name);
            return false;
        }
    }
    return true;
}

static bool name_good(const char *name)
{
    size_t digits = strspn(name + 1, "0123456789");
    return name[0] == 'v' && digits > 0 && (!name[1 + digits] || !strcmp(name + 1 + digits, "_op"));
}

Agraph_t *dot_reread(const char *source, int nodes, int edges)
{
    static const char *const of_graph[] = {"rankdir", NULL};
    static const char *const of_node[] = {"label", "shape", NULL};
    static const char *const of_edge[] = {"label", NULL};
    Agraph_t *g = agmemread(source);
    if (!g) {
        fprintf(stderr, "cannot be read\n");
        return NULL;
    }
    bool good = agisdirected(g) && attributes_known(g, AGRAPH, of_graph) &&
                attributes_known(g, AGNODE, of_node) && attributes_known(g, AGEDGE, of_edge);
    if (agnnodes(g) != nodes || agnedges(g) != edges) {
        fprintf(stderr, "%d nodes and %d edges, not %d and %d\n", agnnodes(g), agnedges(g), nodes,
                edges);
        good = false;
    }
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n))
        if (!name_good(agnameof(n))) {
            fprintf(stderr, "node '%s'\n", agnameof(n));
            good = false;
        }
    if (good)
        return g;
    agclose(g);
    return NULL;
}

static size_t put_character(char *to, unsigned long c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    to[0] = (char)(0xE0 | (c >> 12 & 15));
    to[1] = (char)(0x80 | (c >> 6 & 63));
    to[2] = (char)(0x80 | (c & 63));
    return 3;
}

/* Entities that Graphviz decodes; names that are not here must not be left to it raw. */
static size_t entity(const char *p, char *to, size_t *written)
{
    static const struct {
        const char *text;
        unsigned long c;
    } known[] = {{"&amp;", '&'},  {"&lt;", '<'},    {"&gt;", '>'},
                 {"&quot;", '"'}, {"&nbsp;", 0xA0}, {"&eacute;", 0xE9}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(p, known[i].text, strlen(known[i].text)) == 0) {
            *written = put_character(to, known[i].c);
            return strlen(known[i].text);
        }
    if (p[1] != '#')
        return 0;
    char *end;
    bool hex = p[2] == 'x' || p[2] == 'X';
    const char *digits = p + (hex ? 3 : 2);
    if (!strchr(hex ? "0123456789abcdefABCDEF" : "0123456789", *digits) || !*digits)
        return 0;
    unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
    if (*end != ';' || c > 0xFFFF)
        return 0;
    *written = put_character(to, c);
    return (size_t)(end + 1 - p);
}

/* An escString: \N, \G and their like are replaced, \n \l \r end a line, any other \c is c. */
static size_t esc_string(const char *p, const char *end, char *to)
{
    char *begin = to;
    while (p < end) {
        if (*p == '\\' && p + 1 < end) {
            p++;
            if (*p == 'n' || *p == 'l' || *p == 'r') {
                if (to != begin && to[-1] != '\n')
                    *to++ = '\n';
            } else if (strchr("NGETHL", *p)) {
                *to++ = '\x1e'; /* something that is in no label */
            } else {
                *to++ = *p;
            }
            p++;
            continue;
        }
        size_t written, taken = *p == '&' ? entity(p, to, &written) : 0;
        if (taken) {
            to += written;
            p += taken;
        } else if (*p == '\n') {
            if (to != begin && to[-1] != '\n')
                *to++ = '\n';
            p++;
        } else {
            *to++ = *p++;
        }
    }
    if (to != begin && to[-1] == '\n')
        to--;
    return (size_t)(to - begin);
}

char *dot_plain_text(const char *label)
{
    char *made = malloc(strlen(label) * 3 + 1);
    if (!made)
        abort();
    made[esc_string(label, label + strlen(label), made)] = '\0';
    return made;
}

static char *fields(const char *p, char *raw, char *made)
{
    char *to = made;
    bool last = false;
    while (!last) {
        /* One field: blanks around it go, runs of blanks become one, and blanks that are escaped
         * stay, but Graphviz skips leading ones, and any that follow a character beyond ASCII. */
        size_t n = 0, hard = 0;
        for (; *p && *p != '|' && *p != '}'; p++) {
            bool is_hard = false;
            if ((unsigned char)*p < ' ')
                continue;
            if (*p == '{' || *p == '<' || *p == '>')
                return NULL;
            if (*p == '\\' && p[1]) {
                if (strchr("{}|<>", p[1])) {
                    p++;
                } else if (p[1] == ' ') {
                    p++;
                    is_hard = true;
                } else {
                    raw[n++] = *p++;
                }
            }
            if (*p == ' ' && (n == 0 || (raw[n - 1] & 0x80)))
                continue;
            if (*p == ' ' && !is_hard && raw[n - 1] == ' ')
                continue;
            raw[n++] = *p;
            if (is_hard)
                hard = n;
        }
        if (n > 1 && raw[n - 1] == ' ' && hard != n)
            n--;
        last = *p == '}';
        if (!*p || (last && p[1]))
            return NULL;
        p++;
        to += esc_string(raw, raw + n, to);
        *to++ = last ? '\0' : '\x1f';
    }
    return made;
}

char *dot_record_text(const char *label)
{
    size_t size = strlen(label);
    char *raw = malloc(size + 1), *made = malloc(size * 3 + 8);
    if (!raw || !made)
        abort();
    char *result = *label == '{' ? fields(label + 1, raw, made) : NULL;
    free(raw);
    if (!result)
        free(made);
    return result;
}
