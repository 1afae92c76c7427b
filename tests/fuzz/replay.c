/* Runs a fuzz target over files, and over all files of folders: the corpus as an ordinary test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs, failures;

static void file(const char *path)
{
    FILE *f = fopen(path, "rb");
    unsigned char *bytes = NULL;
    size_t n = 0, room = 0;
    while (f && n == room) {
        unsigned char *more = realloc(bytes, room += room + 65536);
        if (!more) {
            free(bytes);
            bytes = NULL;
            break;
        }
        bytes = more;
        n += fread(bytes + n, 1, room - n, f);
    }
    if (!bytes || ferror(f)) {
        fprintf(stderr, "cannot read %s\n", path);
        failures++;
    } else {
        /* In memory of just its size, so that reading past its end is seen; the path first, so that
         * an input that kills the program is known. */
        fprintf(stderr, "%s\n", path);
        unsigned char *exact = malloc(n ? n : 1);
        if (exact) {
            memcpy(exact, bytes, n);
            LLVMFuzzerTestOneInput(exact, n);
            inputs++;
        } else {
            failures++;
        }
        free(exact);
    }
    free(bytes);
    if (f)
        fclose(f);
}

static void folder(const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        failures++;
        return;
    }
    for (int i = 0; i < n; i++) {
        char inner[4096];
        struct stat st;
        int size = snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        if (size < (int)sizeof inner && names[i]->d_name[0] != '.' && stat(inner, &st) == 0 &&
            S_ISREG(st.st_mode))
            file(inner);
        free(names[i]);
    }
    free(names);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
            folder(argv[i]);
        else
            file(argv[i]);
    }
    printf("%zu inputs\n", inputs);
    return failures || !inputs;
}
