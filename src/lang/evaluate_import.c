/* Imports: names that are bound to modules, or to what is in them. */
#include <string.h>

#include "lang/evaluator.h"
#include "lang/modules.h"

/* The path of a module, without the spaces that may be in it. */
static size_t read_path(const char *text, dgi_span span, char *path, size_t capacity)
{
    size_t size = 0;
    for (uint32_t i = span.begin; i < span.end && size < capacity; i++)
        if (text[i] != ' ' && text[i] != '\t')
            path[size++] = text[i];
    return size;
}

static bool find(dgi_evaluator *e, dgi_span span, dgi_object *module)
{
    dgi_runtime *rt = e->rt;
    char path[64];
    size_t size = read_path(rt->text, span, path, sizeof path);
    if (dgi_find_module(path, size, module)) {
        if (module->kind == DGI_OBJECT_IGNORED)
            dgi_note(rt, DGI_NOTE_MODULE, span,
                     "what is done with this module is ignored: the command draws");
        return true;
    }
    return dgi_fail(rt, span,
                    "there is no module '%.*s' here: there are math, numpy, torch, random, "
                    "micrograd and dotgrad; " DGI_USE_PYTHON,
                    DGI_SHOWN(rt->text, span));
}

/* What a member of a module is; a class or a function that is built in has its own name in all. */
static bool find_member(dgi_evaluator *e, const dgi_object *module, dgi_span span, dgi_object *o)
{
    dgi_runtime *rt = e->rt;
    char name[64] = {0};
    *o = *module;
    if (module->kind == DGI_OBJECT_IGNORED)
        return true;
    size_t size = read_path(rt->text, span, name, sizeof name - 1);
    if (dgi_module_member(module->as.module, name, o))
        return true;
    dgi_suggestion s = dgi_suggest_for(name, size);
    dgi_suggest_members(&s, module->as.module);
    return dgi_fail_hint(rt, span, dgi_hint(rt, &s), "'%s' has no '%.*s' here",
                         dgi_module_path(module->as.module), DGI_SHOWN(rt->text, span));
}

/* `import torch.nn as nn` binds the module, `import torch.nn` that of its first part. */
static bool import_module(dgi_evaluator *e, const dgi_node *imported, dgi_object *o)
{
    if (!find(e, imported->as.name, o))
        return false;
    if (imported->op == 2 || o->kind == DGI_OBJECT_IGNORED)
        return true;
    return find(e, dgi_eval_node(e, imported->child)->span, o);
}

bool dgi_import(dgi_evaluator *e, const dgi_node *import)
{
    dgi_object module;
    if (import->op && !find(e, import->as.name, &module))
        return false;
    for (dgi_node_id id = import->child; id;) {
        const dgi_node *imported = dgi_eval_node(e, id);
        dgi_operand x = {.span = imported->span};
        if (!(import->op ? find_member(e, &module, imported->as.name, &x.object)
                         : import_module(e, imported, &x.object)))
            return false;
        /* What is built in is it where its name is its own: nothing is to be bound. */
        const dgi_node *name = dgi_eval_node(e, imported->child);
        bool same = x.object.kind == DGI_OBJECT_BUILTIN && !x.object.plain &&
                    name->span.begin == imported->as.name.begin;
        if (!same && !dgi_bind(e, imported->child, &x))
            return false;
        id = imported->next;
    }
    return true;
}
