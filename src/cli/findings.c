/* --fail-on, and the inspections that it and reports need. */
#include <stdio.h>

#include "cli/diagnostics.h"
#include "cli/job.h"
#include "cli/process.h"

/* The most findings that are reported one by one. */
enum { REPORTED_MAX = 20 };

dg_inspect *inspect_trace(const options *o, const dg_trace *t, bool *failed)
{
    dg_error error = {0};
    *failed = false;
    if (!t)
        return NULL;
    progress_phase("inspecting %zu values", dg_trace_node_count(t));
    progress_start(o);
    dg_inspect *inspection = dg_inspect_new(t, &o->draw.inspect, &error);
    progress_stop();
    *failed = !inspection;
    if (*failed)
        report_error("%s", error.text);
    else
        log_phase(o, "inspect", "%zu findings", dg_inspect_finding_count(inspection));
    return inspection;
}

static bool is_asked_for(unsigned fail_on, const dg_finding *f)
{
    return fail_on & FAIL_ON_ANY || fail_on & 1U << f->kind ||
           (fail_on & FAIL_ON_WARNING && f->severity >= DG_SEVERITY_WARNING) ||
           (fail_on & FAIL_ON_ERROR && f->severity >= DG_SEVERITY_ERROR);
}

static void report_finding(const job *j, const dg_finding *f)
{
    char text[1024];
    location where = {.file = input_name(j)};
    snprintf(text, sizeof text, "%s: %s", dg_finding_kind_name(f->kind), f->text);
    diagnose(f->severity == DG_SEVERITY_NOTE ? "note" : dg_severity_name(f->severity), &where,
             text);
}

exit_status check_findings(const job *j, const dg_inspect *inspection)
{
    size_t count = 0;
    for (size_t i = 0; i < dg_inspect_finding_count(inspection); i++) {
        const dg_finding *f = dg_inspect_finding(inspection, i);
        if (!is_asked_for(j->options->fail_on, f))
            continue;
        if (count++ < REPORTED_MAX)
            report_finding(j, f);
    }
    if (count > REPORTED_MAX)
        report_note("%zu more findings are not shown; -Treport shows them", count - REPORTED_MAX);
    return count ? EXIT_WRONG : EXIT_DONE;
}
