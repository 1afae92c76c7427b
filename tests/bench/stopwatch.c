/* Times a command as a whole: stopwatch RUNS SECONDS COMMAND...
 *
 * Prints the median of its processor times in seconds, which other work on the machine disturbs
 * less than wall times, and the largest resident size in kB; or "- -" where a run was ended after
 * SECONDS, or "x x" where one failed. Runs that take long are not repeated. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

enum { MOST_RUNS = 99 };

enum { FAILED = -1, LATE = -2 };

/* The seconds of one run. */
static double run(char **command, rlim_t limit, long *size)
{
    pid_t pid = fork();
    if (pid < 0)
        return FAILED;
    if (pid == 0) {
        struct rlimit most = {limit, limit + 1};
        setrlimit(RLIMIT_CPU, &most);
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    int status = 0;
    struct rusage use;
    while (wait4(pid, &status, 0, &use) < 0 && errno == EINTR)
        ;
    if (use.ru_maxrss > *size)
        *size = use.ru_maxrss;
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
        return LATE;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return FAILED;
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int runs = atoi(argv[1]), n = 0;
    double times[MOST_RUNS], sum = 0.0;
    long size = 0;
    while (n < runs && n < MOST_RUNS && (n < 1 || sum < 30.0)) {
        double t = run(argv + 3, (rlim_t)atoi(argv[2]), &size);
        if (t < 0.0)
            return puts(t <= LATE ? "- -" : "x x"), 0;
        times[n++] = t;
        sum += t;
    }
    qsort(times, (size_t)n, sizeof *times, by_size);
    printf("%.4f %ld\n", n % 2 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2.0, size);
    return 0;
}
