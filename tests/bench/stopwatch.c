/* Times a command as a whole: stopwatch RUNS SECONDS COMMAND...
 *
 * Prints the median of its wall times in seconds and the largest resident size in kB, or "- -" where a
 * run was ended after SECONDS, or "x x" where one failed. Runs that take long are not repeated. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_RUNS = 99 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile sig_atomic_t child, late;

static void too_late(int number)
{
    (void)number;
    late = 1;
    kill((pid_t)child, SIGKILL);
}

/* The seconds of one run; below 0 where it failed. */
static double run(char **command, unsigned limit, long *size)
{
    double start = now();
    pid_t pid = fork();
    if (pid < 0)
        return -1.0;
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        execvp(command[0], command);
        _exit(127);
    }
    child = (sig_atomic_t)pid;
    alarm(limit);
    int status = 0;
    struct rusage use;
    while (wait4(pid, &status, 0, &use) < 0 && errno == EINTR)
        ;
    alarm(0);
    if (use.ru_maxrss > *size)
        *size = use.ru_maxrss;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? now() - start : -1.0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    int runs = atoi(argv[1]), n = 0;
    double times[MOST_RUNS], sum = 0.0;
    long size = 0;
    struct sigaction action = {.sa_handler = too_late};
    sigaction(SIGALRM, &action, NULL);
    while (n < runs && n < MOST_RUNS && (n < 1 || sum < 30.0)) {
        double t = run(argv + 3, (unsigned)atoi(argv[2]), &size);
        if (t < 0.0)
            return puts(late ? "- -" : "x x"), 0;
        times[n++] = t;
        sum += t;
    }
    qsort(times, (size_t)n, sizeof *times, by_size);
    printf("%.4f %ld\n", n % 2 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2.0, size);
    return 0;
}
