/* Running a program: one statement after the other, and how reading goes on after an error. */
#ifndef DGI_MACHINE_H
#define DGI_MACHINE_H

#include "lang/evaluator.h"

typedef struct dgi_machine {
    dgi_runtime *rt;
    dgi_parser parser;
    dgi_evaluator evaluator;
    bool in_body;      /* indented lines are the body of a statement that was reported, */
    bool body_known;   /* or that is built in */
    bool indented_run; /* the line before was indented as well */
} dgi_machine;

/* Runs all statements. */
void dgi_run_statements(dgi_machine *m);

#endif
