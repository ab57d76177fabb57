# bin/: the prong command, linked statically so that build/bin/prong is the executable itself and not libtool's wrapper
# script; and the same with the fault points in it, for tests.
bin_PROGRAMS += bin/prong
check_PROGRAMS += bin/prong-faulty

prong_sources = \
  bin/aligned.c bin/answer.h bin/axes.c bin/axes_rows.c bin/cli.h bin/describe.c bin/draw.c bin/edges.c bin/files0.c \
  bin/hist.c \
  bin/info.c bin/input.c \
  bin/json.c bin/main.c bin/merge.c bin/message.c bin/number.c bin/ops.c bin/options.c bin/output.c bin/plain.c \
  bin/progress.c bin/reduce.c bin/rows.c bin/segments.c bin/signals.c bin/state.c bin/svg.c bin/table.c \
  bin/table_options.c bin/writer.c bin/writer.h

bin_prong_SOURCES = $(prong_sources)
bin_prong_LDADD = lib/libprong.la
bin_prong_LDFLAGS = $(AM_LDFLAGS) -static
bin_prong_faulty_SOURCES = $(prong_sources)
bin_prong_faulty_LDADD = $(libprong_test)
bin_prong_faulty_LDFLAGS = $(AM_LDFLAGS) -static
