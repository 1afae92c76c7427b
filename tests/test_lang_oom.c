/* The language when memory runs out: each allocation fails once, and nothing leaks or crashes. */
#include <check.h>
#include <dotgrad/dotgrad.h>

#include <stdlib.h>
#include <string.h>

static long until_failure = -1; /* allocations that still succeed; -1: all do */

static int fails(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

static const char text[] =
    "x1 = Value(2.0, label='x1' '!'); x2 = 0.0\nw1 = -3.0; w2 = 1.0\nb = 6.88\n"
    "n = x1*w1 + x2*w2 + b\ne = (2*n).exp()\no = (e - 1) / (e + 1)\no.backward()\n"
    "o.label += 'out' + 'put'\nx1.data += 0.1 * x1.grad\nf = max(n, 3)**x2\n"
    "a1 = a2 = a3 = a4 = a5 = a6 = a7 = a8 = a9 = b1 = b2 = b3 = b4 = b5 = b6 = b7 = b8 = n\n"
    "y = ((((((((((1+2*(3+4*(5+6*(7+8*(9+n*(1+n*(1+n*(1+n*(1+n*(1+n))))))))))))))))))) \n"
    "w = nn\nfor q in w:\n  r = q\nw = (1 +\nv = 1\nv.lable = 3\nn.data = n\n2 ** n\nx = $\n"
    "x3 = 1_0.5\nz = zz(\n"
    "xs = [[1, 2], [3.0, x2]]; ys = [1, -1] + []\nnames = ['relu', 'line' 'ar']\n"
    "m = MLP(2, [2, 1], activation=names, seed=3)\nl = Layer(2, 2)([n, 1])\n"
    "p = m(xs)\nq = sum(m.parameters(), m(xs[1]))\nq2 = mse(p, ys) + bce(m, xs, ys) + l2(m, 1)\n"
    "q3 = l2(l, 1) + sum([1, l[0], 2]) + hinge(p, ys)\nm.zero_grad()\n"
    "q4 = fit(m, xs, ys, steps=2, optimizer='adam', loss='sse')\nstep(m, 0.1)\n"
    "q4.label = names[1]\nm2 = Neuron(1, 'linaer')\nxs[5]\ny2 = [m(q) for q in xs]\n"
    "m(q)\nm.paramters()\nfit(m, [[1e300, 1]], [1])\nfit(m, stepz=3)\nm([1])\n"
    "n3 = [zz(q) for q in xs]\n"
    "import torch\nt = [[1, 2], [3, 4]]; u = torch.Tensor([[5, 6]], label='u', "
    "dtype=torch.float64)\n"
    "h = relu(t @ t + t[0] * u) - 2 / t[1][0]\nhs = [[h[0][1], 2], [3, x2]] * h.T\n"
    "l = hs.mean() + sum(h, dim=1, keepdim=True).max() + max(h, 2).sum()\nl.backward()\n"
    "t.data -= 0.1 * t.grad\nt.data = [t.data[0], [1, 2]]; d = -t.data; t.data = -[1, 2] @ t.data\n"
    "c = concat([t, u], dim=0).reshape(-1).softmax(); s = stack([t.data, t.data]); u.data = "
    "u.data\n"
    "ce = cross_entropy(h, [0, 1]).item() + len(t.shape); h.label = t.label + '!'\n"
    "xi = Tensor([0, 0], requires_grad=False); w = [1, 1]; tl = (xi @ w - 1)**2\n"
    "train(tl, [w], [xi], [[[1, 2], [3, 4]]], 3, optimizer='adam')\n"
    "train(tl, [w], [xi], [t], 2, 0.01)\nbad = t @ [1, 2, 3]; bad2 = [[1], [2, 3]] * 2; t.data += "
    "[1, 2, 3]\n"
    "t[0].data = 2; t.T.backward(); u[9]; w.requires_grad = False\n";

START_TEST(each_allocation)
{
    for (long n = 0;; n++) {
        dg_graph *g = dg_graph_new();
        ck_assert_ptr_nonnull(g);
        until_failure = n;
        dg_program *p = dg_program_run(g, text, strlen(text), "t.dg", DG_LABELS_NAMES);
        int failed = until_failure < 0;
        until_failure = -1;
        ck_assert_msg((p == NULL) == failed, "allocation %ld", n);
        dg_program_free(p);
        dg_graph_free(g);
        if (!failed) {
            ck_assert_int_gt(n, 50);
            return;
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lang out of memory");
    TCase *tcase = tcase_create("lang out of memory");
    tcase_add_test(tcase, each_allocation);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
