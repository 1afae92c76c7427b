/* Buffers and maps without memory. */
#include "base/buf.h"
#include "base/strmap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc_suites.h"

static bool fill_buffer(const alloc_scenario *s)
{
    (void)s;
    size_t size = 1;
    dgi_buf b = DGI_BUF_INIT;
    for (int i = 0; i < 300; i++) {
        dgi_buf_putc(&b, 'c');
        dgi_buf_puts(&b, "text");
        dgi_buf_printf(&b, "%d %s", i, "a longer one than what fits beside it, again and again");
        dgi_buf_fill(&b, ' ', 20);
    }
    bool failed = b.failed;
    char *text = dgi_buf_take(&b, &size);
    expect(failed == (text == NULL), "a buffer that failed has a text, or the other way round");
    free(text);
    dgi_buf_free(&b);
    return !failed;
}

/* What is there is right; what was refused can be added. */
static bool fill_map(const alloc_scenario *s)
{
    (void)s;
    char key[32];
    dgi_strmap m = DGI_STRMAP_INIT;
    long refused = 0;
    for (size_t i = 0; i < 500; i++) {
        size_t n = (size_t)snprintf(key, sizeof key, "k%zu", i);
        dgi_strmap_slot *slot = dgi_strmap_add(&m, key, n);
        if (slot)
            slot->value = i;
        else
            refused++;
        slot = dgi_strmap_find(&m, "k0", 2);
        expect(!slot || slot->value == 0, "the first key has another value");
    }
    expect(refused == failures, "other keys are refused than had no memory");
    for (size_t i = 0; i < 500; i++) {
        size_t n = (size_t)snprintf(key, sizeof key, "k%zu", i);
        dgi_strmap_slot *slot = dgi_strmap_find(&m, key, n);
        expect(slot ? slot->value == i : dgi_strmap_add(&m, key, n) != NULL,
               "a key has another value, or cannot be added");
    }
    expect(m.count == 500, "keys are missing");
    dgi_strmap_free(&m);
    return refused == 0;
}

static const alloc_scenario scenarios[] = {
    {.name = "a buffer", .run = fill_buffer},
    {.name = "a map", .run = fill_map, .only_one = true},
    {0},
};

START_TEST(buffers_too_large)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
                                   SIZE_MAX - 64};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        arm(-1, false);
        dgi_buf b = DGI_BUF_INIT;
        if (i % 2)
            dgi_buf_puts(&b, "something before it");
        dgi_buf_fill(&b, 'x', sizes[i]);
        bool failed = b.failed;
        dgi_buf_free(&b);
        armed = false;
        ck_assert_int_eq(failed, 1);
        ck_assert_int_eq(live_blocks, 0);
    }
}
END_TEST

static const TTest **const tests[] = {&buffers_too_large, NULL};

const alloc_suite alloc_base = {"base", scenarios, tests};
