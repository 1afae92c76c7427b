/* --help, --version and --list-ops. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/diagnostics.h"
#include "cli/options.h"

static bool flush_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    report_error("cannot write standard output: %s", strerror(errno));
    return false;
}

bool print_help(void)
{
    fputs("Usage: dotgrad [OPTION]... [FILE]...\n"
          "Draws the computation graph of FILE, with every value and its gradient.\n"
          "FILE is a program, or a trace if its name ends in .json. Without FILE, or if it\n"
          "is -, standard input is read. Several FILEs need -O.\n"
          "\n",
          stdout);
    print_option_rows();
    fputs("\n"
          "Exit status: 0 done; 1 an error in the input, or --check found a difference;\n"
          "2 wrong usage, failed input or output, or a limit.\n"
          "\n"
          "  dotgrad neuron.dg -o neuron.svg\n"
          "  dotgrad -Ttable -e 'a = 2.0; b = a*a + a; backward(b)'\n"
          "  dotgrad --check -O -Tsvg *.dg\n",
          stdout);
    return flush_output();
}

bool print_version(void)
{
    printf("dotgrad %s\n", dg_version());
    return flush_output();
}

bool print_ops(void)
{
    printf("%-11s %-13s %-42s %s\n", "name", "drawn", "formula", "derivative");
    for (size_t i = 0; i < dg_op_count(); i++) {
        const dg_op *op = dg_op_at(i);
        char text[DG_OP_TEXT_MAX];
        snprintf(text, sizeof text,
                 !op->has_constant    ? "%s"
                 : op->text[0] == '*' ? "%sk"
                                      : "%s(k)",
                 *op->text ? op->text : "-");
        printf("%-11s %-13s %-42s %s\n", op->name, text, op->formula, op->derivative);
    }
    printf("\n%-13s %-13s %-29s %s\n", "of tensors", "drawn", "arguments", "formula");
    for (size_t i = 0; i < dg_tensor_op_count(); i++) {
        const dg_tensor_op *op = dg_tensor_op_at(i);
        printf("%-13s %-13s %-29s %s\n", op->name, op->text, op->arguments, op->formula);
    }
    printf("\nother functions\n");
    for (size_t i = 0; i < dg_builtin_count(); i++) {
        const dg_builtin *b = dg_builtin_at(i);
        printf("%s(%s)\n    %s\n", b->name, b->arguments, b->help);
    }
    return flush_output();
}
