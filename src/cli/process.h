/* Processes: limits, interrupts, progress, and the one that draws. */
#ifndef DGI_CLI_PROCESS_H
#define DGI_CLI_PROCESS_H

#include <sys/types.h>

#include "cli/options.h"

/* Limits the command while it runs the program or reads the trace, which `what` says, and draws;
 * and the subprocess, which draws and gets what the command has left: the seconds that
 * seconds_left() told before, and the address space that the command's own memory, a part of it,
 * leaves. */
void limit_command(const options *o, const char *what);
unsigned long seconds_left(const options *o);
void limit_subprocess(const options *o, unsigned long seconds);

/* Whether a picture of so many values can fit in the memory that is left; false after an error was
 * reported. */
bool check_memory_for_picture(const options *o, size_t values);

/* From here on the time limit is said to have ended the writing. */
void limit_writing(void);

/* dg_render_to() in a process of its own: Graphviz may exit, abort, crash or run for hours. */
dg_status render_in_subprocess(dg_trace *t, const options *o, const dg_draw_options *draw,
                               dg_write_function *write, void *context, dg_error *error);

/* ---- Interrupts: SIGINT, SIGTERM and what else ends the command, and its subprocess with it ----
 */

extern const int interrupts[];
extern const size_t n_interrupts;

void catch_interrupts(void);
bool block_interrupts(bool block);     /* returns whether they were blocked before */
bool interrupt_is_pending(void);       /* while they are blocked */
void kill_on_interrupt(pid_t process); /* 0: none */
void reset_interrupts(void);           /* in a new process */

/* ---- Progress: a line on a terminal, once the work takes more than a second ------------------ */

/* Between start and stop the line shows the phase and its seconds. */
void progress_start(const options *o);
void progress_stop(void);

/* What is under way, in a few words. */
void progress_phase(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From here on a subprocess can set the phase, too. */
void progress_share(void);

/* Removes the line; safe in a signal handler. */
void progress_clear(void);

#endif
