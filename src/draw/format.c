/* The names of the formats. */
#include <dotgrad/draw.h>

#include <string.h>
#include <strings.h>

/* One row a name; a format's own name is the first that it has. */
static const struct {
    const char *name;
    dg_format format;
} formats[] = {
    {"svg", DG_SVG},     {"svg_inline", DG_SVG_INLINE},
    {"dot", DG_DOT},     {"json", DG_JSON},
    {"table", DG_TABLE}, {"png", DG_PNG},
    {"pdf", DG_PDF},     {"gv", DG_DOT},
    {"txt", DG_TABLE},   {"report", DG_REPORT},
};

enum { FORMATS = sizeof formats / sizeof *formats };

dg_format dg_format_from_name(const char *name)
{
    for (size_t i = 0; name && i < FORMATS; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].format;
    return DG_FORMAT_AUTO;
}

dg_format dg_format_from_path(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!dot || strchr(dot, '/'))
        return DG_FORMAT_AUTO;
    for (size_t i = 0; i < FORMATS; i++)
        if (strcasecmp(formats[i].name, dot + 1) == 0)
            return formats[i].format;
    return DG_FORMAT_AUTO;
}

const char *dg_format_name(dg_format format)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i].format == format)
            return formats[i].name;
    return NULL;
}
