/* dotgrad, the command: programs or traces in, pictures out. */
#include "cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static exit_status worse(exit_status a, exit_status b)
{
    return a > b ? a : b;
}

/* Each input by itself: what is wrong with one does not keep the others from being drawn. */
static exit_status draw_inputs(const options *o)
{
    exit_status status = EXIT_DONE;
    char *rules = NULL; /* of a depfile for all of them */
    bool shared = o->depfile && o->depfile_path && o->n_inputs > 1 && !o->check;
    for (size_t i = 0; i == 0 || i < o->n_inputs; i++) {
        options *one = options_of_input(o, i);
        exit_status drawn = one ? draw_input(one) : EXIT_TROUBLE;
        if (drawn == EXIT_DONE && shared && !add_rule(&rules, one))
            drawn = EXIT_TROUBLE;
        free_options_of_input(one);
        status = worse(status, drawn);
    }
    if (rules && !write_depfile(o, rules))
        status = EXIT_TROUBLE;
    free(rules);
    return status;
}

/* Where standard input, output or error is closed, the next file that is opened would take its
 * place. Something stands there that cannot be read or written. */
static bool hold_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

static exit_status answer(request asked, const options *o)
{
    switch (asked) {
    case REQUEST_HELP:
        return print_help() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_VERSION:
        return print_version() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_LIST_OPS:
        return print_ops() ? EXIT_DONE : EXIT_TROUBLE;
    case REQUEST_DRAW:
        return o->watch ? watch_inputs(o) : draw_inputs(o);
    case REQUEST_BAD:
        break;
    }
    return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
    if (!hold_standard_files())
        return EXIT_TROUBLE;
    /* A reader that goes away is an error of writing, told like the others. */
    signal(SIGPIPE, SIG_IGN);
    options o;
    exit_status status = answer(read_options(&o, argc, argv), &o);
    tell_end();
    free_options(&o);
    return (int)status;
}
