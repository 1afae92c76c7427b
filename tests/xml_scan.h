/* A small, strict XML reader for tests, independent of what writes the SVG: it builds a tree, and
 * refuses what is not well-formed, DOCTYPEs, CDATA and unknown entities included. */
#ifndef XML_SCAN_H
#define XML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct xml_attribute {
    char *name, *value;
} xml_attribute;

typedef struct xml_element {
    char *name;
    char *text; /* directly inside, without that of the children */
    xml_attribute *attributes;
    size_t n_attributes;
    struct xml_element *parent, *first, *last, *next;
} xml_element;

enum { XML_ERROR_ROOM = 160 };

/* The root element, which the caller frees; NULL with the reason in error. */
xml_element *xml_parse(const char *text, size_t size, char error[XML_ERROR_ROOM]);
void xml_free(xml_element *root);

/* The element after e in the order of the document; NULL after the last. */
xml_element *xml_following(const xml_element *e);

const char *xml_get(const xml_element *e, const char *name);
bool xml_has_class(const xml_element *e, const char *word);
/* The first element below e (or e itself) with the id, or the class; NULL where there is none. */
xml_element *xml_by_id(xml_element *e, const char *id);
xml_element *xml_by_class(xml_element *e, const char *word);
xml_element *xml_child(const xml_element *e, const char *name);

#endif
