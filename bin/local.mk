# bin/: the prong command, linked statically so that build/bin/prong is the executable itself and not libtool's wrapper
# script; and the same with the fault points in it, for tests.
bin_PROGRAMS += bin/prong
check_PROGRAMS += bin/prong-faulty

prong_sources = \
  bin/aligned.c bin/answer.h bin/axes.c bin/axes_rows.c bin/cli.h bin/describe.c bin/draw.c bin/edges.c \
  bin/files0.c bin/hist.c bin/info.c bin/input.c bin/json.c bin/main.c bin/merge.c bin/message.c bin/number.c \
  bin/ops.c bin/option_values.c bin/options.c bin/output.c bin/plain.c bin/progress.c bin/reduce.c bin/rows.c bin/segments.c \
  bin/signals.c bin/state.c bin/svg.c bin/table.c bin/table_options.c bin/trace.c bin/trace.h bin/trace_html.c \
  bin/trace_json.c bin/trace_svg.c bin/trace_text.c bin/trace_words.c bin/writer.c bin/writer.h

# What prong trace writes into pictures and pages is written as what it is, and compiled in line by line.
trace_page = bin/trace_page.css bin/trace_page.js bin/trace_svg.css
EXTRA_DIST += $(trace_page)
CLEANFILES += bin/trace_page.c
bin/trace_page.c: $(trace_page)
	$(AM_V_GEN)$(MKDIR_P) bin; { echo '/* Made from $(trace_page). */'; echo '#include "bin/trace.h"'; for f in $(trace_page); do \
	  echo "const char *const $$(basename $$f | tr . _)[] = {"; \
	  sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/    "&\\n",/' $(srcdir)/$$f; \
	  echo '    NULL };'; done; } >$@.new && mv $@.new $@

bin_prong_SOURCES = $(prong_sources)
nodist_bin_prong_SOURCES = bin/trace_page.c
bin_prong_LDADD = lib/libprong.la
bin_prong_LDFLAGS = $(AM_LDFLAGS) $(QUICK_LDFLAGS) $(COMMAND_LINKING)
bin_prong_faulty_SOURCES = $(prong_sources)
nodist_bin_prong_faulty_SOURCES = bin/trace_page.c
bin_prong_faulty_LDADD = $(libprong_test)
bin_prong_faulty_LDFLAGS = $(AM_LDFLAGS) -static
