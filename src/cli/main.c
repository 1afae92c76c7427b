/* dotgrad, the command: programs or traces in, pictures out. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/job.h"

static exit_status worse(exit_status a, exit_status b)
{
    return a > b ? a : b;
}

/* Draws each input by itself: an error in one does not keep the others from being drawn. */
static exit_status draw_inputs(const options *o)
{
    exit_status status = EXIT_DONE;
    char *rules = NULL; /* of one depfile for all of them */
    bool shared = o->depfile_path && o->n_inputs > 1 && !o->check;
    for (size_t i = 0; i == 0 || i < o->n_inputs; i++) {
        job j;
        exit_status drawn = job_init(&j, o, i) ? job_run(&j) : EXIT_TROUBLE;
        if (drawn == EXIT_DONE && shared && !add_depfile_rule(&rules, &j))
            drawn = EXIT_TROUBLE;
        job_free(&j);
        status = worse(status, drawn);
    }
    if (rules && !write_depfile(o, NULL, rules))
        status = EXIT_TROUBLE;
    free(rules);
    return status;
}

/* Where standard input, output or error is closed, the next file that is opened would take its
 * place. Opens something there that cannot be read or written. */
static bool fill_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

static exit_status run_action(action which, const options *o)
{
    switch (which) {
    case ACTION_HELP:
        return print_help() ? EXIT_DONE : EXIT_TROUBLE;
    case ACTION_VERSION:
        return print_version() ? EXIT_DONE : EXIT_TROUBLE;
    case ACTION_LIST_OPS:
        return print_ops() ? EXIT_DONE : EXIT_TROUBLE;
    case ACTION_DRAW:
        if (!check_paths(o, NULL))
            return EXIT_TROUBLE;
        return o->watch ? watch_inputs(o) : draw_inputs(o);
    case ACTION_USAGE_ERROR:
        break;
    }
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    if (!fill_standard_files())
        return EXIT_TROUBLE;
    /* A reader that goes away, and a file that may not grow, are write errors, reported like the
     * others. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    options o;
    exit_status status = run_action(parse_options(&o, argc, argv), &o);
    end_diagnostics();
    free_options(&o);
    return (int)status;
}
