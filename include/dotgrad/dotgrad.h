/**
 * @file dotgrad.h
 * @brief All of dotgrad: values, their trace, the `.dg` language and the drawing.
 *
 * The modules, in the direction in which the data flows:
 *
 *     program --lang.h--> values --engine.h--> gradients --trace.h--> trace --draw.h--> picture
 *
 * tensor.h adds shapes to values, nn.h networks and training; inspect.h says why a gradient in a
 * trace is what it is. All of them follow these rules:
 *
 * - **Ownership.** Graphs, modules, optimisers, programs, traces, and the bytes of dg_render() and
 *   dg_json_from_trace(), belong to the caller, who frees them with the matching function.
 *   Everything else is borrowed: from the graph, the trace or the program that it was asked of.
 * - **Errors.** A function that makes something returns NULL when it cannot; others that can fail
 *   return a #dg_status, where #DG_OK is 0. The #dg_error is the caller's, or that of the graph
 *   (dg_graph_error()).
 * - **NULL.** No call crashes on NULL. A NULL operand gives NULL, so a nested expression needs one
 *   check, at its end.
 * - **Side effects.** The library never prints, never exits, and does not change the locale or a
 *   signal handler. Its output is the same in every locale.
 * - **Threads.** A graph, a trace or a program belongs to one thread at a time; different ones may
 *   be used at once. A trace, a fold or an inspection that nobody changes may be read, drawn and
 *   inspected by several threads at once. Drawing takes a lock of its own (see draw.h).
 */
#ifndef DOTGRAD_DOTGRAD_H
#define DOTGRAD_DOTGRAD_H

#include <dotgrad/base.h>
#include <dotgrad/draw.h>
#include <dotgrad/engine.h>
#include <dotgrad/fold.h>
#include <dotgrad/inspect.h>
#include <dotgrad/lang.h>
#include <dotgrad/nn.h>
#include <dotgrad/tensor.h>
#include <dotgrad/trace.h>

#endif
