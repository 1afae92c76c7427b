/* dg_write_file(), and drawing into files: what is on the disk afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check_main.h"
#include "draw_support.h"

static struct stat look(const char *path)
{
    struct stat st;
    ck_assert_msg(lstat(path, &st) == 0, "%s: %s", path, strerror(errno));
    return st;
}

static void holds(const char *path, const void *bytes, size_t size)
{
    size_t n;
    char *all = slurp(path, &n);
    ck_assert_uint_eq(n, size);
    ck_assert(memcmp(all, bytes, n) == 0);
    free(all);
}

static void refuses(const char *path, dg_status why)
{
    dg_error error = {0};
    int changed = 0;
    ck_assert_msg(dg_write_file(path, "abc", 3, &changed, &error) == why, "%s: %s", path,
                  error.text);
    ck_assert_int_eq(changed, 0);
    ck_assert_int_eq(error.status, why);
    ck_assert(*error.text);
    ck_assert_ptr_null(strchr(error.text, '\n'));
}

static void writes(const char *path, const void *bytes, size_t size, int expected)
{
    dg_error error = {0};
    int changed = -1;
    ck_assert_msg(dg_write_file(path, bytes, size, &changed, &error) == DG_OK, "%s: %s", path,
                  error.text);
    ck_assert_int_eq(changed, expected);
}

START_TEST(new_file)
{
    const char *path = scratch_path("new");
    mode_t mask = umask(027);
    writes(path, "abc", 3, 1);
    umask(mask);
    holds(path, "abc", 3);
    ck_assert_uint_eq(look(path).st_mode & 0777, 0640);
    ck_assert(S_ISREG(look(path).st_mode));
    writes(scratch_path("empty"), "", 0, 1);
    holds(scratch_path("empty"), "", 0);
    writes(scratch_path("empty"), "", 0, 0);
    writes(scratch_path("zero"), "a\0b", 3, 1);
    holds(scratch_path("zero"), "a\0b", 3);
    ck_assert_int_eq(dg_write_file(path, "abd", 3, NULL, NULL), DG_OK);
    holds(path, "abd", 3);
    ck_assert_uint_eq(files_in(scratch()), 3);
    remove_scratch();
}
END_TEST

START_TEST(large_file)
{
    size_t size = 5000000;
    char *bytes = malloc(size);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    const char *path = scratch_path("large");
    writes(path, bytes, size, 1);
    holds(path, bytes, size);
    writes(path, bytes, size, 0);
    bytes[size - 1] ^= 1;
    writes(path, bytes, size, 1);
    holds(path, bytes, size);
    writes(path, bytes, size - 1, 1);
    holds(path, bytes, size - 1);
    free(bytes);
    remove_scratch();
}
END_TEST

START_TEST(relative_paths)
{
    char *before = realpath(".", NULL);
    ck_assert_ptr_nonnull(before);
    ck_assert_int_eq(chdir(scratch()), 0);
    writes("plain", "abc", 3, 1);
    writes("./dot", "abc", 3, 1);
    writes("-dash", "abc", 3, 1);
    writes("with space and %s", "abc", 3, 1);
    holds("with space and %s", "abc", 3);
    ck_assert_int_eq(chdir(before), 0);
    free(before);
    ck_assert_uint_eq(files_in(scratch()), 4);
    remove_scratch();
}
END_TEST

START_TEST(longest_name)
{
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    writes(scratch_path(name), "abc", 3, 1);
    holds(scratch_path(name), "abc", 3);
    writes(scratch_path(name), "abd", 3, 1);
    holds(scratch_path(name), "abd", 3);
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
}
END_TEST

START_TEST(same_bytes)
{
    const char *path = scratch_path("same");
    writes(path, "abc", 3, 1);
    struct timespec old[2] = {{.tv_sec = 1000000}, {.tv_sec = 1000000}};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, old, 0), 0);
    ino_t inode = look(path).st_ino;
    writes(path, "abc", 3, 0);
    ck_assert_int_eq(look(path).st_mtim.tv_sec, 1000000);
    ck_assert_uint_eq(look(path).st_ino, inode);
    writes(path, "abd", 3, 1);
    ck_assert_int_ne(look(path).st_mtim.tv_sec, 1000000);
    holds(path, "abd", 3);
    writes(path, "abdx", 4, 1);
    holds(path, "abdx", 4);
    writes(path, "ab", 2, 1);
    holds(path, "ab", 2);
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
}
END_TEST

/* Who has the old file open goes on reading the old bytes: it was replaced, not written over. */
START_TEST(replaced_at_once)
{
    const char *path = scratch_path("old");
    spill(path, "old bytes", 9);
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    writes(path, "new", 3, 1);
    char bytes[16];
    ck_assert_int_eq(read(fd, bytes, sizeof bytes), 9);
    ck_assert(memcmp(bytes, "old bytes", 9) == 0);
    close(fd);
    holds(path, "new", 3);
    remove_scratch();
}
END_TEST

START_TEST(permissions_kept)
{
    static const mode_t modes[] = {0600, 0644, 0755, 0400, 0666, 0604};
    const char *path = scratch_path("mode");
    mode_t mask = umask(022);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        unlink(path);
        spill(path, "old", 3);
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        if (access(path, W_OK) != 0)
            continue;
        writes(path, "new", 3, 1);
        ck_assert_uint_eq(look(path).st_mode & 07777, modes[i]);
        holds(path, "new", 3);
    }
    umask(mask);
    remove_scratch();
}
END_TEST

START_TEST(links_followed)
{
    ck_assert_int_eq(mkdir(scratch_path("inner"), 0777), 0);
    spill(scratch_path("inner/target"), "old", 3);
    ck_assert_int_eq(symlink("inner/target", scratch_path("link")), 0);
    ck_assert_int_eq(symlink("link", scratch_path("second")), 0);
    writes(scratch_path("second"), "new", 3, 1);
    ck_assert(S_ISLNK(look(scratch_path("second")).st_mode));
    ck_assert(S_ISLNK(look(scratch_path("link")).st_mode));
    ck_assert(S_ISREG(look(scratch_path("inner/target")).st_mode));
    holds(scratch_path("inner/target"), "new", 3);
    writes(scratch_path("second"), "new", 3, 0);
    ck_assert_uint_eq(files_in(scratch()), 3);
    ck_assert_uint_eq(files_in(scratch_path("inner")), 1);
    remove_scratch();
}
END_TEST

/* A link to a file that is not there yet makes that file, as a shell's redirection does. */
START_TEST(dangling_link)
{
    ck_assert_int_eq(symlink("later", scratch_path("link")), 0);
    writes(scratch_path("link"), "new", 3, 1);
    ck_assert(S_ISLNK(look(scratch_path("link")).st_mode));
    holds(scratch_path("later"), "new", 3);
    ck_assert_uint_eq(files_in(scratch()), 2);
    remove_scratch();
}
END_TEST

START_TEST(refused)
{
    refuses(scratch(), DG_IO);
    refuses(scratch_path("missing/file"), DG_IO);
    refuses(scratch_path("slash/"), DG_IO);
    refuses("", DG_INVALID);
    spill(scratch_path("file"), "old", 3);
    refuses(scratch_path("file/inside"), DG_IO);
    ck_assert_int_eq(symlink("loop", scratch_path("loop")), 0);
    refuses(scratch_path("loop"), DG_IO);
    ck_assert_int_eq(dg_write_file(NULL, "abc", 3, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_write_file(scratch_path("x"), NULL, 3, NULL, NULL), DG_INVALID);
    holds(scratch_path("file"), "old", 3);
    ck_assert_uint_eq(files_in(scratch()), 2);
    if (geteuid() == 0) {
        fprintf(stderr, "running as root: no folder is read-only, so that is left out\n");
    } else {
        ck_assert_int_eq(chmod(scratch(), 0555), 0);
        refuses(scratch_path("file"), DG_IO);
        refuses(scratch_path("other"), DG_IO);
        ck_assert_int_eq(chmod(scratch(), 0755), 0);
        holds(scratch_path("file"), "old", 3);
        ck_assert_uint_eq(files_in(scratch()), 2);
    }
    remove_scratch();
}
END_TEST

START_TEST(devices)
{
    struct stat before;
    if (stat("/dev/full", &before) != 0) {
        fprintf(stderr, "there is no /dev/full: that is left out\n");
        return;
    }
    refuses("/dev/full", DG_IO);
    ck_assert(S_ISCHR(look("/dev/full").st_mode));
    ck_assert_int_eq(dg_write_file("/dev/null", "abc", 3, NULL, NULL), DG_OK);
    ck_assert(S_ISCHR(look("/dev/null").st_mode));
    ck_assert_int_eq(symlink("/dev/null", scratch_path("null")), 0);
    ck_assert_int_eq(dg_write_file(scratch_path("null"), "abc", 3, NULL, NULL), DG_OK);
    ck_assert(S_ISLNK(look(scratch_path("null")).st_mode));
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
}
END_TEST

/* What stops in the middle leaves the old file, and nothing beside it. */
START_TEST(no_room)
{
    const char *path = scratch_path("file");
    spill(path, "old", 3);
    char *bytes = calloc(200000, 1);
    ck_assert_ptr_nonnull(bytes);
    struct rlimit old, low;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    low = old;
    low.rlim_cur = 100000;
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
    dg_error error = {0};
    dg_status there = dg_write_file(path, bytes, 200000, NULL, &error);
    dg_status missing = dg_write_file(scratch_path("new"), bytes, 200000, NULL, NULL);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, before);
    ck_assert_int_eq(there, DG_IO);
    ck_assert_int_eq(missing, DG_IO);
    ck_assert_int_eq(error.status, DG_IO);
    holds(path, "old", 3);
    ck_assert_uint_eq(files_in(scratch()), 1);
    free(bytes);
    remove_scratch();
}
END_TEST

static void *drain(void *path)
{
    size_t *n = calloc(1, sizeof *n);
    FILE *f = fopen(path, "rb");
    if (f) {
        while (fgetc(f) == 'p')
            ++*n;
        fclose(f);
    }
    return n;
}

START_TEST(pipes)
{
    char path[1200];
    snprintf(path, sizeof path, "%s", scratch_path("fifo"));
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    enum { SIZE = 300000 }; /* more than a pipe holds */
    char *bytes = malloc(SIZE);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 'p', SIZE);
    pthread_t reader;
    ck_assert_int_eq(pthread_create(&reader, NULL, drain, path), 0);
    ck_assert_int_eq(dg_write_file(path, bytes, SIZE, NULL, NULL), DG_OK);
    void *n;
    pthread_join(reader, &n);
    ck_assert_uint_eq(*(size_t *)n, SIZE);
    free(n);
    free(bytes);
    ck_assert(S_ISFIFO(look(path).st_mode));
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
}
END_TEST

/* ---- Drawing into files -------------------------------------------------------------------- */

START_TEST(by_extension)
{
    static const struct {
        const char *name, *begins;
    } files[] = {
        {"a.svg", "<?xml"},
        {"a.SVG", "<?xml"},
        {"a.dot", "digraph"},
        {"a.gv", "digraph"},
        {"a.json", "{\"dotgrad\": 2"},
        {"a.txt", "name"},
        {"a.png", "\x89PNG\r\n\x1a\n"},
        {"a.pdf", "%PDF-"},
        {"plain", "<?xml"},
        {"a.unknown", "<?xml"},
        {"a.b.dot", "digraph"},
    };
    dg_graph *g = dg_graph_new();
    dg_value *a = dg_leaf(g, 2.0, "a");
    dg_value *b = dg_mul(a, a);
    dg_backward(b);
    dg_trace *t = dg_trace_from_value(b);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = scratch_path(files[i].name);
        ck_assert_int_eq(dg_draw_dot(b, path, NULL), DG_OK);
        size_t size;
        char *bytes = slurp(path, &size);
        ck_assert_msg(strncmp(bytes, files[i].begins, strlen(files[i].begins)) == 0,
                      "%s begins %.20s", files[i].name, bytes);
        ck_assert_int_eq(unlink(path), 0);
        ck_assert_int_eq(dg_draw_trace(t, path, &(dg_draw_options){.format = DG_FORMAT_AUTO}),
                         DG_OK);
        holds(path, bytes, size);
        free(bytes);
        unlink(path);
    }
    /* The format that is asked for goes before the extension. */
    dg_draw_options options = {.format = DG_TABLE};
    ck_assert_int_eq(dg_draw_dot(b, scratch_path("b.svg"), &options), DG_OK);
    char *bytes = slurp(scratch_path("b.svg"), NULL);
    ck_assert_int_eq(strncmp(bytes, "name", 4), 0);
    free(bytes);
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
    dg_trace_free(t);
    dg_graph_free(g);
}
END_TEST

/* ---- Pieces --------------------------------------------------------------------------------- */

typedef struct pieces {
    char *bytes;
    size_t size, room, n, largest, most; /* most: that are taken */
} pieces;

static int take(void *context, const void *bytes, size_t size)
{
    pieces *p = context;
    if (p->n == p->most)
        return 1;
    if (!p->bytes || p->size + size > p->room) {
        p->room = 2 * (p->size + size) + 1;
        p->bytes = realloc(p->bytes, p->room);
        ck_assert_ptr_nonnull(p->bytes);
    }
    memcpy(p->bytes + p->size, bytes, size);
    p->size += size;
    p->largest = size > p->largest ? size : p->largest;
    p->n++;
    return 0;
}

static dg_trace *long_trace(size_t n)
{
    dg_graph *g = dg_graph_new();
    dg_value *v = dg_leaf(g, 0.5, "x");
    while (n-- > 1)
        v = dg_sin(v);
    ck_assert_int_eq(dg_backward(v), DG_OK);
    dg_trace *t = dg_trace_from_value(v);
    ck_assert_ptr_nonnull(t);
    dg_graph_free(g);
    return t;
}

/* The pieces are what dg_render() gives as a whole; of a large SVG none is large. */
START_TEST(in_pieces)
{
    static const dg_format formats[] = {DG_SVG, DG_SVG_INLINE, DG_DOT, DG_JSON, DG_TABLE, DG_PDF};
    dg_trace *traces[] = {lecture_trace(), long_trace(2000),
                          long_trace(200)}; /* PDF and dot take longer */
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        for (dg_layout layout = DG_LAYOUT_DOT; layout <= DG_LAYOUT_FLOW; layout++)
            for (size_t large = 0; large < 2; large++) {
                size_t k = large && (formats[i] == DG_PDF || layout == DG_LAYOUT_DOT) ? 2 : large;
                dg_error error = {0};
                dg_draw_options options = {.format = formats[i], .layout = layout, .error = &error};
                pieces p = {.most = SIZE_MAX};
                ck_assert_int_eq(dg_render_to(traces[k], take, &p, &options), DG_OK);
                size_t size;
                char *whole = dg_render(traces[k], &size, &options);
                ck_assert_ptr_nonnull(whole);
                ck_assert(p.size == size && memcmp(p.bytes, whole, size) == 0);
                if (formats[i] == DG_SVG && large)
                    ck_assert(p.n > (k == 1 ? 5 : 1) && p.largest < 100000);
                free(p.bytes);
                dg_free(whole);
                if (p.n == 0)
                    continue;
                pieces fewer = {.most = p.n / 2};
                ck_assert_int_eq(dg_render_to(traces[k], take, &fewer, &options), DG_IO);
                ck_assert_int_eq(error.status, DG_IO);
                ck_assert_uint_eq(fewer.n, fewer.most);
                free(fewer.bytes);
            }
    dg_error error = {0};
    ck_assert_int_eq(dg_render_to(traces[0], NULL, NULL, &(dg_draw_options){.error = &error}),
                     DG_INVALID);
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert_int_eq(dg_render_to(NULL, take, &(pieces){0}, NULL), DG_INVALID);
    dg_trace_free(traces[0]);
    dg_trace_free(traces[1]);
    dg_trace_free(traces[2]);
}
END_TEST

/* A file is replaced where any byte of it is another one, and else not touched. */
START_TEST(redrawn)
{
    dg_trace *t = long_trace(1000);
    dg_draw_options options = {.layout = DG_LAYOUT_FLOW};
    const char *path = scratch_path("a.svg");
    size_t size;
    char *svg = dg_render(t, &size, &options);
    ck_assert_ptr_nonnull(svg);
    ck_assert_int_eq(dg_draw_trace(t, path, &options), DG_OK);
    holds(path, svg, size);
    ino_t inode = look(path).st_ino;
    ck_assert_int_eq(dg_draw_trace(t, path, &options), DG_OK);
    ck_assert_uint_eq(look(path).st_ino, inode);
    const size_t places[] = {0, size / 2, size - 1};
    for (size_t i = 0; i < 3; i++) {
        svg[places[i]] ^= 1;
        spill(path, svg, size);
        svg[places[i]] ^= 1;
        ck_assert_int_eq(dg_draw_trace(t, path, &options), DG_OK);
        holds(path, svg, size);
    }
    spill(path, svg, size - 1);
    ck_assert_int_eq(dg_draw_trace(t, path, &options), DG_OK);
    holds(path, svg, size);
    svg = realloc(svg, size + 2);
    ck_assert_ptr_nonnull(svg);
    svg[size] = svg[size + 1] = '\n';
    spill(path, svg, size + 2);
    ck_assert_int_eq(dg_draw_trace(t, path, &options), DG_OK);
    holds(path, svg, size);
    ck_assert_uint_eq(files_in(scratch()), 1);
    free(svg);
    dg_trace_free(t);
    remove_scratch();
}
END_TEST

/* A file by a dg_file_writer, byte by byte. */
static dg_status write_bytewise(const char *path, const char *text, int keep, int *changed,
                                dg_error *error)
{
    dg_file_writer *w = dg_file_writer_new(path);
    ck_assert_ptr_nonnull(w);
    for (; *text; text++)
        dg_file_writer_put(w, text, 1);
    return dg_file_writer_end(w, keep, changed, error);
}

START_TEST(by_a_writer)
{
    const char *path = scratch_path("bytewise");
    int changed = -1;
    dg_error error;
    ck_assert_int_eq(write_bytewise(path, "abc", 0, &changed, &error), DG_OK);
    ck_assert_int_eq(changed, 0);
    ck_assert_uint_eq(files_in(scratch()), 0);
    ck_assert_int_eq(write_bytewise(path, "abc", 1, &changed, &error), DG_OK);
    ck_assert_int_eq(changed, 1);
    holds(path, "abc", 3);
    struct stat before = look(path);
    ck_assert_int_eq(write_bytewise(path, "abc", 1, &changed, NULL), DG_OK);
    ck_assert_int_eq(changed, 0);
    ck_assert_int_eq(write_bytewise(path, "abd", 0, NULL, NULL), DG_OK);
    ck_assert_uint_eq(look(path).st_ino, before.st_ino);
    holds(path, "abc", 3);
    ck_assert_int_eq(write_bytewise(path, "ab", 1, &changed, NULL), DG_OK);
    ck_assert_int_eq(changed, 1);
    holds(path, "ab", 2);
    ck_assert_uint_eq(files_in(scratch()), 1);
    remove_scratch();
}
END_TEST

START_TEST(a_writer_that_cannot)
{
    dg_error error;
    int changed = -1;
    ck_assert_int_eq(write_bytewise("no/such/folder/a", "abc", 1, &changed, &error), DG_IO);
    ck_assert_int_eq(changed, 0);
    ck_assert_int_eq(error.status, DG_IO);
    ck_assert_str_eq(error.file, "no/such/folder/a");
    ck_assert_str_eq(error.text, "cannot write 'no/such/folder/a': No such file or directory");
    ck_assert_int_eq(write_bytewise(NULL, "abc", 1, NULL, &error), DG_INVALID);
    dg_file_writer *w = dg_file_writer_new(scratch_path("none"));
    ck_assert_int_ne(dg_file_writer_put(w, NULL, 1), 0);
    ck_assert_int_ne(dg_file_writer_put(w, "a", 1), 0);
    ck_assert_int_eq(dg_file_writer_end(w, 1, NULL, &error), DG_INVALID);
    ck_assert_str_eq(error.text, "no bytes to write");
    ck_assert_uint_eq(files_in(scratch()), 0);
    ck_assert_int_ne(dg_file_writer_put(NULL, "a", 1), 0);
    ck_assert_int_eq(dg_file_writer_end(NULL, 1, &changed, &error), DG_OK);
    ck_assert_int_eq(error.status, DG_OK);
    remove_scratch();
}
END_TEST

START_TEST(errors_say_so)
{
    dg_trace *t = lecture_trace();
    dg_error error = {0};
    dg_draw_options options = {.error = &error};
    ck_assert_int_eq(dg_draw_trace(t, scratch_path("missing/a.svg"), &options), DG_IO);
    ck_assert_int_eq(error.status, DG_IO);
    ck_assert(*error.text);
    error = (dg_error){0};
    ck_assert_int_eq(dg_draw_trace(NULL, scratch_path("a.svg"), &options), DG_INVALID);
    ck_assert_int_eq(error.status, DG_INVALID);
    ck_assert(*error.text);
    ck_assert_int_eq(dg_draw_trace(t, NULL, &options), DG_INVALID);
    ck_assert_int_eq(dg_draw_trace(NULL, NULL, NULL), DG_INVALID);
    ck_assert_int_eq(dg_draw_dot(NULL, scratch_path("a.svg"), NULL), DG_INVALID);
    ck_assert_int_eq(dg_draw_dot(NULL, NULL, &options), DG_INVALID);
    ck_assert_uint_eq(files_in(scratch()), 0);
    dg_trace_free(t);
    remove_scratch();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {new_file,
                                  large_file,
                                  relative_paths,
                                  longest_name,
                                  same_bytes,
                                  replaced_at_once,
                                  permissions_kept,
                                  links_followed,
                                  dangling_link,
                                  refused,
                                  devices,
                                  no_room,
                                  pipes,
                                  by_extension,
                                  in_pieces,
                                  redrawn,
                                  by_a_writer,
                                  a_writer_that_cannot,
                                  errors_say_so};
    return run_suite("draw_file", tests, sizeof tests / sizeof *tests);
}
