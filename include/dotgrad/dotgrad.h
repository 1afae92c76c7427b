/**
 * @file dotgrad.h
 * @brief All of dotgrad: values, their trace, the `.dg` language and the drawing.
 *
 * The rooms, in the direction in which the data flows:
 *
 *     program text --lang.h--> values --engine.h--> gradients --trace.h--> snapshot --draw.h-->
 * picture
 *
 * The laws that hold in all of them:
 *
 * - **Ownership.** What a function named `*_new`, `*_of`, `*_read_*`, `*_run`, `*_select`,
 *   `*_to_*` or `dg_render` returns belongs to the caller, who gives it to the matching `*_free`.
 *   Everything else is borrowed: from the graph, the trace or the program it was asked of.
 * - **Errors.** A function that makes something returns NULL when it cannot; others return a
 *   #dg_status, where #DG_OK is 0. The text of an error goes into a #dg_error that the caller
 *   supplies, or stays with the graph (dg_graph_error()).
 * - **NULL.** No call crashes on NULL. A NULL operand gives NULL, so a nested expression needs one
 *   check, at its end.
 * - **Manners.** The library never prints, never exits, and changes neither the locale nor a signal
 *   handler. Its texts are the same in every locale.
 * - **Threads.** A graph, a trace or a program belongs to one thread at a time; different ones may
 *   be used at once. Drawing takes a lock of its own (see draw.h).
 */
#ifndef DOTGRAD_DOTGRAD_H
#define DOTGRAD_DOTGRAD_H

#include <dotgrad/base.h>
#include <dotgrad/draw.h>
#include <dotgrad/engine.h>
#include <dotgrad/lang.h>
#include <dotgrad/nn.h>
#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

#endif
