/* What the suites of drawing share: traces to draw, labels that try everything, what must be
 * read in a picture, and running other programs over files. */
#ifndef DRAW_SUPPORT_H
#define DRAW_SUPPORT_H

#include <dotgrad/dotgrad.h>

#include "engine_support.h"
#include "xml_scan.h"

/* L = (a * b + c) * f after its backward pass, and a + a before one. */
dg_trace *lecture_trace(void);
dg_trace *twice_trace(void);

/* One value and its one op, with the texts given. */
dg_trace *small_trace(const char *label, const char *op, double data, double grad);

/* A label made of whatever has a meaning somewhere between here and a screen. */
enum { NASTY_ROOM = 512 };
void nasty_label(rng *r, char text[NASTY_ROOM]);

/* A graph of that many nodes as another library may have it: any number of operands, some of them
 * used more than once, some gradients unset. */
dg_trace *random_trace(rng *r, size_t nodes, bool nasty);

/* A graph of tensors of many shapes, empty ones and a few scalars among them, with numbers of all
 * sizes. Each node but the root is used once. */
dg_trace *tensor_trace(rng *r, size_t nodes);

/* A graph of the engine's with short plain labels. The caller frees the graph. */
dg_value *random_value(rng *r, dg_graph *g, size_t steps);

/* The lines in which a text is read: U+FFFD for what is not UTF-8 or not in XML, a space for a tab;
 * separated by '\n', lines that are empty left out. The caller frees it. */
char *readable(const char *text);

/* "data -8.0000" as Python has it. */
void python_field(char text[400], const char *what, double x);

/* A number of a picture, with --numbers=auto; returns its length. */
int auto_number(char *text, double x);

/* Renders; the test fails where that fails. */
char *draw(const dg_trace *t, dg_format format, size_t *size);

/* Reads an SVG; the test fails where it is no XML. The caller frees the tree. */
xml_element *parse_svg(const char *svg, uint64_t seed);

/* A picture as a tree, which the caller frees; the SVG is freed when the next one is drawn. */
xml_element *draw_tree(const dg_trace *t, dg_draw_options o);

/* Whether the element PREFIX-v3 or the like is highlighted; the test fails where it is neither that
 * nor pale. */
bool stands_out(xml_element *root, char letter, size_t i, const char *suffix);

/* Fails where the trace is not drawn as this text. Frees the trace. */
void check_drawn(dg_trace *t, dg_format format, const char *want);

/* A fresh folder, which goes with everything in it when the program ends in good order. */
const char *scratch(void);
/* A path in that folder: good until the eighth call from here. */
const char *scratch_path(const char *file);
void remove_scratch(void);
size_t files_in(const char *folder);

char *slurp(const char *path, size_t *size);
void spill(const char *path, const void *bytes, size_t size);

/* Whether the shell finds the command; says so on standard error where it does not. */
bool have(const char *command);
/* Runs a line of shell; the result is its exit status. */
int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
