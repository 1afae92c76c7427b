/* Options of drawing from keyword arguments: the names and words of the
 * command's options. */
#include "python/core.h"

#include <string.h>

typedef struct word {
    const char *text;
    int value;
} word;

static const word directions[] = {{"LR", DG_LEFT_TO_RIGHT},    {"TB", DG_TOP_TO_BOTTOM},
                                  {"RL", DG_RIGHT_TO_LEFT},    {"BT", DG_BOTTOM_TO_TOP},
                                  {"auto", DG_DIRECTION_AUTO}, {NULL, 0}};
static const word styles[] = {
    {"record", DG_STYLE_RECORD}, {"wire", DG_STYLE_WIRE}, {"merged", DG_STYLE_MERGED}, {NULL, 0}};
static const word themes[] = {
    {"auto", DG_THEME_AUTO}, {"light", DG_THEME_LIGHT}, {"dark", DG_THEME_DARK}, {NULL, 0}};
static const word edge_words[] = {{"none", DG_EDGES_NONE},
                                  {"local", DG_EDGES_LOCAL},
                                  {"contribution", DG_EDGES_CONTRIBUTION},
                                  {NULL, 0}};
static const word colors[] = {
    {"none", DG_COLOR_NONE}, {"grad", DG_COLOR_GRAD}, {"data", DG_COLOR_DATA}, {NULL, 0}};
static const word layouts[] = {{"flow", DG_LAYOUT_FLOW}, {"dot", DG_LAYOUT_DOT}, {NULL, 0}};
static const word frame_words[] = {
    {"none", DG_FRAMES_NONE}, {"backward", DG_FRAMES_BACKWARD}, {NULL, 0}};
static const word shows[] = {{"label", DG_SHOW_LABEL},
                             {"data", DG_SHOW_DATA},
                             {"grad", DG_SHOW_GRAD},
                             {"op", DG_SHOW_OP},
                             {"shape", DG_SHOW_SHAPE},
                             {"words", DG_SHOW_WORDS},
                             {NULL, 0}};

/* A str as UTF-8, borrowed from it; NULL with an exception that names the
 * option. */
static const char *text_of(const char *name, PyObject *value)
{
    const char *text = PyUnicode_Check(value) ? PyUnicode_AsUTF8AndSize(value, NULL) : NULL;
    if (!text && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "%s must be a str", name);
    return text;
}

static int unknown_word(const char *name, const char *text, const word *words)
{
    PyObject *list = PyUnicode_FromString(words->text);
    for (const word *w = words + 1; list && w->text; w++) {
        PyObject *longer = PyUnicode_FromFormat("%U%s%s", list, w[1].text ? ", " : " or ", w->text);
        Py_DECREF(list);
        list = longer;
    }
    if (list)
        PyErr_Format(PyExc_ValueError, "%s must be %U, not '%s'", name, list, text);
    Py_XDECREF(list);
    return -1;
}

static int word_of(const char *name, PyObject *value, const word *words, int *result)
{
    const char *text = text_of(name, value);
    if (!text)
        return -1;
    for (const word *w = words; w->text; w++)
        if (!strcmp(w->text, text)) {
            *result = w->value;
            return 0;
        }
    return unknown_word(name, text, words);
}

/* Words separated by commas, or a sequence of words, as a set of bits. */
static int words_of(const char *name, PyObject *value, const word *words, unsigned *result)
{
    PyObject *comma = PyUnicode_FromString(",");
    PyObject *list = !comma                   ? NULL
                     : PyUnicode_Check(value) ? PyUnicode_Split(value, comma, -1)
                                              : PySequence_List(value);
    Py_XDECREF(comma);
    Py_ssize_t n = list ? PyList_Size(list) : -1;
    int bit = 0, failed = n < 0;
    for (Py_ssize_t i = 0; i < n && !failed; i++) {
        failed = word_of(name, PyList_GetItem(list, i), words, &bit);
        *result |= (unsigned)bit;
    }
    Py_XDECREF(list);
    if (!failed && *result == 0)
        PyErr_Format(PyExc_ValueError, "%s is empty", name);
    return failed || *result == 0 ? -1 : 0;
}

static int truth_of(PyObject *value, int *result)
{
    *result = PyObject_IsTrue(value);
    return *result < 0 ? -1 : 0;
}

static int string_of(const char *name, PyObject *value, const char **result)
{
    *result = text_of(name, value);
    return *result ? 0 : -1;
}

static int set_option(const char *name, PyObject *value, dg_draw_options *o)
{
    int chosen = 0, failed;
#define IS(text) (strcmp(name, text) == 0)
#define WORD(text, words, member, type)                                                            \
    if (IS(text)) {                                                                                \
        failed = word_of(name, value, words, &chosen);                                             \
        o->member = (type)chosen;                                                                  \
        return failed;                                                                             \
    }
    WORD("direction", directions, direction, dg_direction)
    WORD("style", styles, style, dg_style)
    WORD("theme", themes, theme, dg_theme)
    WORD("edges", edge_words, edges, dg_edges)
    WORD("color", colors, color, dg_color)
    WORD("layout", layouts, layout, dg_layout)
    WORD("frames", frame_words, frames, dg_frames)
    if (IS("show"))
        return words_of(name, value, shows, &o->show);
    if (IS("numbers"))
        return string_of(name, value, &o->numbers);
    if (IS("highlight"))
        return string_of(name, value, &o->highlight);
    if (IS("why"))
        return string_of(name, value, &o->why);
    if (IS("title"))
        return string_of(name, value, &o->title);
    if (IS("description"))
        return string_of(name, value, &o->description);
    if (IS("id_prefix"))
        return string_of(name, value, &o->id_prefix);
    if (IS("source_date_epoch"))
        return string_of(name, value, &o->source_date_epoch);
    if (IS("fold"))
        return string_of(name, value, &o->fold.fold);
    if (IS("open"))
        return string_of(name, value, &o->fold.open);
    if (IS("whole_leaves"))
        return truth_of(value, &o->fold.whole_leaves);
    if (IS("findings"))
        return truth_of(value, &o->findings);
    if (IS("legend"))
        return truth_of(value, &o->legend);
    if (IS("no_size"))
        return truth_of(value, &o->no_size);
    if (IS("font_size"))
        return dgi_py_number(value, &o->font_size);
    if (IS("scale"))
        return dgi_py_number(value, &o->scale);
    if (IS("fit"))
        return dgi_py_number(value, &o->fit);
    if (IS("frame")) {
        o->frame = PyLong_AsSize_t(value);
        return PyErr_Occurred() ? -1 : 0;
    }
    PyErr_Format(PyExc_TypeError, "there is no option '%s'", name);
    return -1;
}

int dgi_py_options(PyObject *keywords, dg_draw_options *options)
{
    PyObject *key, *value;
    Py_ssize_t at = 0;
    while (PyDict_Next(keywords, &at, &key, &value)) {
        const char *name = PyUnicode_AsUTF8AndSize(key, NULL);
        if (!name || (value != Py_None && set_option(name, value, options)))
            return -1;
    }
    return 0;
}
