/* Whether all that a call writes are files of their own, and none of those it reads: looked at
 * before the first byte is written. Files are compared by what they are, since one has many names:
 * ./a, a link, another hard link. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/diagnostics.h"
#include "cli/job.h"

typedef enum file_role { ROLE_INPUT, ROLE_OUTPUT, ROLE_HISTORY, ROLE_DEPFILE } file_role;

/* A regular file, or the place where one will be. */
typedef struct place {
    dev_t device;
    ino_t inode;
    char *name; /* of a file that is not there yet, in the folder above; owned */
} place;

typedef struct file {
    file_role role;
    char *path; /* as the user knows it; owned */
    size_t job; /* of which it is */
    place place;
} file;

typedef struct file_list {
    file *files;
    size_t n, capacity;
    bool failed; /* memory ran out */
} file_list;

/* ---- Where a path leads --------------------------------------------------------------------- */

enum { LINKS_MAX = 40, PATH_SIZE = 4096 };

/* Follows links to a file that is not there; false where there are too many of them. */
static bool follow_links(char *path)
{
    char target[PATH_SIZE];
    for (int links = 0; links < LINKS_MAX; links++) {
        ssize_t size = readlink(path, target, sizeof target - 1);
        if (size < 0)
            return true;
        char *slash = strrchr(path, '/');
        size_t folder = target[0] != '/' && slash ? (size_t)(slash + 1 - path) : 0;
        if (folder + (size_t)size >= PATH_SIZE)
            return false;
        memcpy(path + folder, target, (size_t)size);
        path[folder + (size_t)size] = '\0';
    }
    return false;
}

/* The place where a file would be made. */
static bool find_new_place(place *p, const char *path)
{
    char end[PATH_SIZE];
    struct stat s;
    if (strlen(path) >= sizeof end)
        return false;
    strcpy(end, path);
    if (!follow_links(end))
        return false;
    char *slash = strrchr(end, '/');
    const char *name = slash ? slash + 1 : end;
    p->name = strdup(name);
    if (slash)
        slash[1] = '\0';
    if (stat(slash ? end : ".", &s) != 0 || !p->name)
        return false;
    p->device = s.st_dev;
    p->inode = s.st_ino;
    return true;
}

static bool is_regular(place *p, const struct stat *s)
{
    *p = (place){s->st_dev, s->st_ino, NULL};
    return S_ISREG(s->st_mode);
}

/* False where it is no regular file, which nothing is lost of, or cannot be one. */
static bool find_place(place *p, const char *path)
{
    struct stat s;
    if (stat(path, &s) == 0)
        return is_regular(p, &s);
    return find_new_place(p, path);
}

static int compare_places(const place *a, const place *b)
{
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    if (a->inode != b->inode)
        return a->inode < b->inode ? -1 : 1;
    if (!a->name || !b->name)
        return (a->name != NULL) - (b->name != NULL);
    return strcmp(a->name, b->name);
}

/* ---- The files of a call -------------------------------------------------------------------- */

static void add_file(file_list *l, file_role role, const char *path, size_t owner, const place *p)
{
    if (l->n == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 16;
        file *grown = capacity < SIZE_MAX / 2 / sizeof *grown
                          ? realloc(l->files, capacity * sizeof *grown)
                          : NULL;
        l->failed = l->failed || !grown;
        if (!grown)
            return;
        l->files = grown;
        l->capacity = capacity;
    }
    char *copy = strdup(path);
    l->failed = l->failed || !copy;
    if (copy)
        l->files[l->n++] = (file){role, copy, owner, *p};
}

static void add_path(file_list *l, file_role role, const char *path, size_t owner)
{
    place p = {0};
    if (find_place(&p, path))
        add_file(l, role, path, owner, &p);
    if (l->n == 0 || l->files[l->n - 1].place.name != p.name)
        free(p.name);
}

/* Standard input or output, where it is a regular file. */
static void add_stream(file_list *l, file_role role, int fd, size_t owner)
{
    struct stat s;
    place p;
    if (fstat(fd, &s) == 0 && is_regular(&p, &s))
        add_file(l, role, fd == STDIN_FILENO ? "<stdin>" : "<stdout>", owner, &p);
}

static void add_named(file_list *l, file_role role, const char *path, size_t owner)
{
    if (is_standard_output(path))
        add_stream(l, role, STDOUT_FILENO, owner);
    else
        add_path(l, role, path, owner);
}

static void add_depfile(file_list *l, const options *o, const char *output, size_t owner)
{
    char *path = depfile_path(o, output);
    l->failed = l->failed || !path;
    if (path)
        add_named(l, ROLE_DEPFILE, path, owner);
    free(path);
}

/* Those of one input. The names of frames are known later. */
static void add_job(file_list *l, const options *o, size_t i)
{
    job j;
    if (!job_init(&j, o, i)) {
        l->failed = true;
        return;
    }
    if (j.input)
        add_path(l, ROLE_INPUT, j.input, i);
    else if (!o->expression)
        add_stream(l, ROLE_INPUT, STDIN_FILENO, i);
    bool pattern = o->draw.frames != DG_FRAMES_NONE && j.output && is_frame_pattern(j.output);
    if (!j.output && i == 0) /* reports of several inputs follow each other there */
        add_stream(l, ROLE_OUTPUT, STDOUT_FILENO, i);
    else if (j.output && !pattern)
        add_path(l, ROLE_OUTPUT, j.output, i);
    if (o->depfile && (i == 0 || !o->depfile_path))
        add_depfile(l, o, j.output, i);
    job_free(&j);
}

static void add_frames(file_list *l, const job *frames)
{
    for (size_t i = 1; frames && i <= frames->frame_count; i++) {
        char *path = frame_path(frames->pattern, i);
        l->failed = l->failed || !path;
        if (path)
            add_path(l, ROLE_OUTPUT, path, 0);
        free(path);
    }
}

static void free_list(file_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->files[i].path);
        free(l->files[i].place.name);
    }
    free(l->files);
}

/* ---- Which of them are one ------------------------------------------------------------------ */

/* Inputs first, then the order of the command. */
static int compare_files(const void *x, const void *y)
{
    const file *a = x, *b = y;
    int order = compare_places(&a->place, &b->place);
    if (order == 0)
        order = (int)a->role - (int)b->role;
    return order ? order : (a->job > b->job) - (a->job < b->job);
}

/* Whether two jobs read one file: then they write the same, too. */
static bool same_input(const options *o, size_t i, size_t k)
{
    return i == k ||
           (i < o->n_inputs && k < o->n_inputs &&
            (strcmp(o->inputs[i], o->inputs[k]) == 0 || is_same_file(o->inputs[i], o->inputs[k])));
}

/* Reports that a file is written, and is the other one, too; false where that may be. */
static bool report_clash(const options *o, const file *first, const file *second)
{
    if (second->role == ROLE_INPUT)
        return false;
    bool same_role = first->role == second->role;
    /* One input that is given twice is drawn twice; but no two frames of one are one file. */
    if (same_role && first->job != second->job && same_input(o, first->job, second->job))
        return false;
    if (second->role == ROLE_DEPFILE && !same_role)
        report_error("the depfile '%s' is the input or the output, too; name another with -MF",
                     second->path);
    else if (first->role == ROLE_INPUT)
        report_error("'%s' is %s input", second->path, o->n_inputs > 1 ? "an" : "the");
    else
        report_error("'%s' and '%s' are one file, and both would be written", first->path,
                     second->path);
    return true;
}

static bool find_clash(const options *o, file_list *l)
{
    if (l->n > 0)
        qsort(l->files, l->n, sizeof *l->files, compare_files);
    for (size_t i = 1; i < l->n; i++)
        if (compare_places(&l->files[i - 1].place, &l->files[i].place) == 0 &&
            report_clash(o, &l->files[i - 1], &l->files[i]))
            return true;
    return false;
}

bool check_paths(const options *o, const job *frames)
{
    file_list l = {0};
    for (size_t i = 0; (i == 0 || i < o->n_inputs) && !l.failed; i++)
        add_job(&l, o, i);
    if (o->history)
        add_named(&l, ROLE_HISTORY, o->history, 0);
    add_frames(&l, frames);
    bool good = false;
    bool in_stdout =
        o->depfile_path && is_standard_output(o->depfile_path) && !o->output && !o->name_outputs;
    if (l.failed)
        report_error("out of memory");
    else if (in_stdout)
        report_error("the depfile '%s' is the input or the output, too; name another with -MF",
                     o->depfile_path);
    else
        good = !find_clash(o, &l);
    free_list(&l);
    return good;
}

bool is_same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && S_ISREG(x.st_mode) && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}
