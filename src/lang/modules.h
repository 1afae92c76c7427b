/* The modules that a program can import: names of what there is anyway. */
#ifndef DGI_MODULES_H
#define DGI_MODULES_H

#include "lang/builtins.h"

/* The module with the path; it may be one that is ignored. False where none is known. */
bool dgi_find_module(const char *path, size_t size, dgi_object *module);
/* The module that a name stands for without an import: torch, math, np; false where there is none.
 */
bool dgi_default_module(const char *name, dgi_object *module);
/* What a name means in a module; false where it means nothing. */
bool dgi_module_member(size_t module, const char *name, dgi_object *member);
const char *dgi_module_path(size_t module);
/* Whether `from module import name` means what the name means anyway, a class or a function; or is
 * what `import module` is for. */
void dgi_suggest_members(dgi_suggestion *s, size_t module);

#endif
