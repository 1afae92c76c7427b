# The C samples use only the public API; the .dg samples are drawn by the tests.
check_PROGRAMS += %D%/hello %D%/inspect

samples_hello_SOURCES = %D%/hello.c
samples_hello_LDADD = libdotgrad.la
samples_inspect_SOURCES = %D%/inspect.c
samples_inspect_LDADD = libdotgrad.la -lm

DG_SAMPLES = \
	%D%/lecture.dg \
	%D%/neuron.dg \
	%D%/neuron_exp.dg \
	%D%/ops.dg \
	%D%/reuse.dg

EXTRA_DIST += $(DG_SAMPLES) %D%/run
