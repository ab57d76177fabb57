# Checks for those who work on prong; no user of a release needs them.
#
#   make syntax-check     the rules below; each prints FILE:LINE: TEXT and the reason. One alone: make sc_fork
#   make check-valgrind   the Check programs under valgrind, with all the processes that they fork
EXTRA_DIST += .ci/code-grep

sc_rules = \
  sc_fork sc_wait sc_shm sc_futex sc_rooms sc_bin_public sc_installed_headers sc_silent_library sc_unsafe \
  sc_symbols sc_spdx sc_tabs sc_trailing_blanks sc_line_length sc_file_length sc_unfinished sc_changelog \
  sc_machine_paths sc_shellcheck sc_man_pages
.PHONY: syntax-check check-valgrind $(sc_rules)

syntax-check:
	@$(MAKE) -s -k $(sc_rules)
	@set -- $(sc_rules); echo "syntax-check: $$# rules hold"

# Opens every rule: `files REGEX` lists the project's own files whose name matches, one a line (git knows them in a
# checkout, a release holds no others), but not the bytes that tests/fuzz/corpus keeps as they are; `code` and `raw` are .ci/code-grep.
sc_start = cd '$(srcdir)' || exit 1; LC_ALL=C; export LC_ALL; \
  files () { \
    if test -e .git; then git ls-files -co --exclude-standard; \
    else find . ! -name . -type d -exec test -e '{}/config.status' ';' -prune -o -type f -print | sed 's,^\./,,' | \
      grep -v -x -E 'build-aux/.*|autom4te.*|configure|config\.(log|status|h|h\.in)|libtool|(.*/)?Makefile(\.in)?|aclocal.m4|stamp-.*|m4/(libtool|lt.*)\.m4|.*\.(info|o|lo|la|pc|log|trs|Plo|Po|so|a)|.*~'; fi | \
    grep -v '^tests/fuzz/corpus/' | grep -E "$$1" | while IFS= read -r f; do test ! -f "$$f" || printf '%s\n' "$$f"; done; }; \
  but () { grep -v -x -E "$$1"; }; \
  code () { r=$$1; shift; tr '\n' '\0' | xargs -0 .ci/code-grep "$$r" "$$*" ; }; \
  raw () { r=$$1; shift; tr '\n' '\0' | xargs -0 .ci/code-grep --raw "$$r" "$$*" ; };

# One place for each call that a run's safety hangs on.
sc_fork:
	@$(sc_start) files '^(lib|bin)/.*\.[ch]$$' | but lib/pool/spawn.c | \
	  code '(?<![.>])\b(fork|vfork|clone|clone3|posix_spawnp?|system|popen)\s*\(' 'only lib/pool/spawn.c forks'
sc_wait:
	@$(sc_start) files '^(lib|bin)/.*\.[ch]$$' | but lib/pool/reap.c | \
	  code '(?<![.>])\b(wait|waitpid|waitid|wait3|wait4)\s*\(' 'only lib/pool/reap.c waits for processes'
sc_shm:
	@$(sc_start) files '^(lib|bin)/.*\.[ch]$$' | but 'lib/ipc/(segment|survey).c' | \
	  code '\b(shmget|shmat|shmdt|shmctl|shm_open|shm_unlink)\s*\(' 'only lib/ipc/segment.c and survey.c call shm*()'
sc_futex:
	@$(sc_start) files '^(lib|bin)/.*\.[ch]$$' | but 'lib/ipc/.*' | \
	  code '\b(SYS_futex\w*|__NR_futex\w*|FUTEX_\w+|futex_waitv)\b|linux/futex\.h' 'futexes belong to lib/ipc/'

# A room includes from itself and from the rooms below it. An installed header counts as its room's.
sc_rooms:
	@$(sc_start) bad=0; \
	room () { \
	  files "^lib/$$1/.*\.[ch]$$" | \
	    raw "^\s*.\s*include\s*[\"<](?!($$2)[\">])(?!($$3)/)((base|ipc|pool|array|exact|order|reduce|table)/|prong(/|\.h))" \
	    "lib/$$1 may include from $$(echo $$3 | tr '|' ' ') only" || bad=1; }; \
	prong='prong/(status|version)\.h'; \
	room base "$$prong" base; \
	room array "$$prong|prong/array\.h" 'base|array'; \
	room exact "$$prong|prong/exact\.h" 'base|exact'; \
	room order "$$prong|prong/exact\.h" 'base|exact|order'; \
	room ipc "$$prong|prong/ipc\.h" 'base|ipc'; \
	room pool "$$prong|prong/(fold|for|pool|options|trace)\.h" 'base|ipc|pool'; \
	room reduce 'prong\.h|prong/(?!table)\w+\.h' 'base|ipc|pool|array|exact|order|reduce'; \
	room table 'prong\.h|prong/\w+\.h' 'base|ipc|pool|array|exact|order|reduce|table'; \
	exit $$bad
sc_bin_public:
	@$(sc_start) files '^(bin|examples)/.*\.[ch]$$' | \
	  raw '^\s*.\s*include\s*(["<](base|ipc|pool|array|exact|order|reduce|table)/|"prong|"(\.\.|lib)/)' \
	  'bin/ and examples/ include only <prong.h>, <prong/*.h> and their own files'
sc_installed_headers:
	@$(sc_start) files '^lib/prong(/.*)?\.h$$' | \
	  raw '^\s*.\s*include\s*("|<(base|ipc|pool|array|exact|order|reduce|table)/|<config\.h>)|\bHAVE_[A-Z]|PRONG_TESTING' \
	  'an installed header must stand without config.h and without the headers that stay behind'

# The library never prints, aborts or exits; fault.c does nothing else, but only for tests.
sc_silent_library:
	@$(sc_start) files '^lib/.*\.[ch]$$' | but lib/base/fault.c | \
	  code '(?<![.>])\b(assert|abort|exit|quick_exit|longjmp|siglongjmp|v?printf|puts|putchar|perror|psignal|warnx?|errx?)\s*\(|\b(stdout|stderr)\b' \
	  'the library does not print, abort, exit or jump'
sc_unsafe:
	@$(sc_start) files '^(lib|bin)/.*\.[ch]$$' | \
	  code '(?<![.>])\b(strcpy|strcat|stpcpy|sprintf|vsprintf|gets|system|popen|alloca|strtok|tmpnam|tempnam|mktemp|atoi|atol|atof)\s*\(' \
	  'this function cannot be used safely'

# Every symbol with external linkage, hidden ones too: a static libprong shares one name space with its program.
sc_symbols: lib/libprong.la
	@if test -f lib/.libs/libprong.a; then \
	  $(NM) -A -g --defined-only lib/.libs/libprong.a | awk '$$NF !~ /^(prong_|__(odr_)?asan|_*ubsan)/ && NF >= 3 { \
	    print; bad = 1 } END { if (bad) print "  -> names with external linkage begin with prong_"; exit bad }' >&2; \
	fi

sc_spdx:
	@$(sc_start) bad=0; for f in $$(files '^(lib|bin|tests|examples|bench|lab)/.*\.[ch]$$'); do \
	  awk 'NR == 1 && $$0 !~ /^\/\* SPDX-License-Identifier: MIT \*\/$$/ { bad = 1; exit } \
	    NR == 2 { seen = 1; bad = $$0 !~ /^\/\* ./; exit } END { exit bad || !seen }' "$$f" || \
	  { echo "$$f:1: $$(head -n 1 "$$f")" >&2; bad=1; }; done; \
	test $$bad = 0 || { echo '  -> line 1 is the SPDX line; line 2 begins the comment on what the file is for' >&2; exit 1; }
sc_tabs:
	@$(sc_start) files '\.[ch]$$' | raw '\t' 'C is indented with spaces'
sc_trailing_blanks:
	@$(sc_start) files . | raw '[ \t\r]$$' 'a line ends with a blank'
sc_line_length:
	@$(sc_start) files '(\.([ch]|mk|am|py)|/code-grep|^bootstrap|^\.ci/run)$$' | but cfg.mk | \
	  raw '^.{131}' 'the line is longer than 130 bytes'
sc_file_length:
	@$(sc_start) bad=0; for f in $$(files '^(lib|bin|tests)/.*\.[ch]$$'); do \
	  n=$$(wc -l <"$$f"); test "$$n" -le 500 || { echo "$$f:$$n: the last line" >&2; bad=1; }; done; \
	test $$bad = 0 || { echo '  -> the file has more than 500 lines: does it have one responsibility?' >&2; exit 1; }
sc_unfinished:
	@$(sc_start) files . | but '.*\.(npy|csv|bin)' | raw '\b(TO[D]O|FIX[M]E|X[X]X)\b' 'finish it, or say what is so in words'
# GNU form: "YYYY-MM-DD  Name …", an empty line, then entries that a tab indents.
sc_changelog:
	@$(sc_start) awk '{ entry = /^[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]  [^ ]/ } \
	    NR == 1 && !entry || after && $$0 != "" || $$0 != "" && !entry && !/^\t[^ ]/ { \
	      print "ChangeLog:" NR ": " $$0; bad = 1 } \
	    { after = entry } \
	    END { if (!NR) { print "ChangeLog:1: (empty)"; bad = 1 } \
	      if (bad) print "  -> GNU form: YYYY-MM-DD  Name <mail>, an empty line, tab-indented entries"; exit bad }' \
	  ChangeLog >&2
sc_machine_paths:
	@$(sc_start) files . | raw '(?<![\w.$$~})])/(wor[k]|hom[e]|roo[t]|User[s])/' 'a path of one machine'
sc_shellcheck:
	@$(sc_start) if command -v shellcheck >/dev/null; then \
	  files '(^bootstrap|^\.ci/run|\.sh)$$' | tr '\n' '\0' | xargs -0 shellcheck -S warning -f gcc; \
	else echo 'sc_shellcheck: shellcheck is not installed, so scripts were not read'; fi
sc_man_pages:
	@$(sc_start) if command -v mandoc >/dev/null; then \
	  files '^doc/.*\.[13]$$' | tr '\n' '\0' | xargs -0 -r mandoc -T lint -W error; \
	else echo 'sc_man_pages: mandoc is not installed, so man pages were not read'; fi

# The suites that exercise memory. The others are about corners of the kernel that valgrind itself changes (closed standard
# descriptors, threads that fork, huge pages, stdio at _exit, deadlines) and run under AddressSanitizer instead, as does
# check_exact, which takes minutes here: make check-valgrind valgrind_programs=tests/check_exact.
VALGRIND = valgrind
valgrind_programs = tests/check_arena tests/check_array tests/check_base tests/check_persistent \
  tests/check_persistent_errors tests/check_pool tests/check_states tests/check_trace
check-valgrind: all
	@$(MAKE) -s $(check_PROGRAMS)
	@rm -rf valgrind-logs; mkdir valgrind-logs; \
	$(AM_TESTS_ENVIRONMENT) \
	VALGRIND='$(VALGRIND)'; export VALGRIND; \
	printf '%s\n' $(valgrind_programs) | xargs -n 1 -P 2 $(SHELL) $(srcdir)/tests/valgrind.sh >valgrind-logs/all; \
	cat valgrind-logs/all; \
	passed=$$(grep -c '^PASS: valgrind' valgrind-logs/all); failed=$$(grep -c '^FAIL: valgrind' valgrind-logs/all); \
	echo "# PASS:  $$passed"; echo "# FAIL:  $$failed"; \
	test "$$failed" = 0 && test "$$passed" = $(words $(valgrind_programs))
CLEANFILES += valgrind-logs/*

# How a source of the library or of the tests is compiled, for a compiler that is only to read it.
.PHONY: print-compile
print-compile:
	@echo '$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) -DPRONG_TESTING=1 $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) $(CHECK_CFLAGS)'
