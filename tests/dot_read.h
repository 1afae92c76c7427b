/* Graphviz source read back, by libcgraph's reader and an implementation of the label rules of its
 * manual ("shapes: record", "escString") that knows nothing of what wrote them. */
#ifndef DOT_READ_H
#define DOT_READ_H

#include <graphviz/cgraph.h>

/* Reads the source; checks that it has those nodes and edges, named v0, v0_op, … and no attribute
 * but label and shape, and rankdir of the graph. NULL, with the reason on standard error, where
 * not. The caller closes the graph. */
Agraph_t *dot_reread(const char *source, int nodes, int edges);

/* The fields of a record label that is one row in braces, as they are drawn: separated by '\x1f',
 * lines by '\n', lines that are empty left out. NULL where Graphviz would refuse the label. */
char *dot_record_text(const char *label);

/* The same for the label of a node of another shape. */
char *dot_plain_text(const char *label);

#endif
