# lab/: the coursework. lab/README.md says what there is. The programs of students' kind (stages, broken, odd, hostile) are
# not built here: a student compiles each with `cc -Wall`, and so do the tests. The grader is a program like any other.
noinst_PROGRAMS += lab/grade
lab_grade_SOURCES = \
  lab/grader/become.c lab/grader/cage.c lab/grader/cage.h lab/grader/cgroup.c lab/grader/cgroup.h lab/grader/facts.c \
  lab/grader/facts.h lab/grader/furnish.c lab/grader/judge.c lab/grader/judge.h lab/grader/log.h lab/grader/main.c \
  lab/grader/memory.c lab/grader/memory.h lab/grader/mistakes.c lab/grader/mistakes.h lab/grader/plan.c lab/grader/plan.h \
  lab/grader/report.c lab/grader/report.h lab/grader/run.h lab/grader/sweep.c lab/grader/sweep.h lab/grader/warden.c \
  lab/grader/warden.h
lab_grade_CPPFLAGS = $(AM_CPPFLAGS) -DLAB_LIBDIR='"$(pkglibdir)"'

# Loaded into other people's programs: without libtool, so that it is there in builds without shared libraries as well, and
# without sanitizers, which want to come first.
watchlibdir = $(pkglibdir)
watchlib_DATA = lab/grade-watch.so
lab/grade-watch.so: lab/grader/watch.c lab/grader/log.h config.h
	$(AM_V_GEN)$(MKDIR_P) lab && $(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(STD_CFLAGS) $(WARN_CFLAGS) \
	  $(CFLAGS) -fPIC -shared -fvisibility=hidden $(LDFLAGS) -o $@ $(srcdir)/lab/grader/watch.c -ldl
EXTRA_DIST += lab/grader/watch.c
CLEANFILES += lab/grade-watch.so

# In the tree it is lab/grade; in a system's directory its name says whose it is.
install-exec-local: lab/grade$(EXEEXT)
	$(MKDIR_P) '$(DESTDIR)$(bindir)'
	$(INSTALL_PROGRAM) lab/grade$(EXEEXT) '$(DESTDIR)$(bindir)/prong-grade$(EXEEXT)'
uninstall-local:
	rm -f '$(DESTDIR)$(bindir)/prong-grade$(EXEEXT)'

# The pages that the grader's findings name.
labdocdir = $(docdir)/lab
dist_labdoc_DATA = lab/README.md lab/two-worlds.md
brokendocdir = $(docdir)/lab/broken
dist_brokendoc_DATA = \
  lab/broken/01.md lab/broken/02.md lab/broken/03.md lab/broken/04.md lab/broken/05.md lab/broken/06.md lab/broken/07.md \
  lab/broken/08.md lab/broken/09.md lab/broken/10.md lab/broken/11.md lab/broken/12.md lab/broken/13.md lab/broken/14.md

lab_stages = \
  lab/00_minimal.c lab/01_one_child.c lab/02_slots.c lab/03_errors.c lab/04_dead_child.c lab/05_chunks.c lab/06_pool.c
lab_broken = \
  lab/broken/01.c lab/broken/02.c lab/broken/03.c lab/broken/04.c lab/broken/05.c lab/broken/06.c lab/broken/07.c \
  lab/broken/08.c lab/broken/09.c lab/broken/10.c lab/broken/11.c lab/broken/12.c lab/broken/13.c lab/broken/14.c
lab_others = \
  lab/broken/frame.h lab/key_common.h lab/key_server.c lab/key_client.c lab/odd/chain.c lab/odd/executed.c lab/odd/keyed.c \
  lab/odd/marked.c lab/odd/polling.c lab/odd/segments.c lab/hostile/blind.c lab/hostile/bomb.c lab/hostile/busy.c \
  lab/hostile/daemon.c lab/hostile/hog.c lab/hostile/killer.c
lab_exercises = \
  lab/exercises/README.md lab/exercises/1-attach.md lab/exercises/2-child.md lab/exercises/3-slots.md \
  lab/exercises/4-errors.md lab/exercises/5-dead-child.md lab/exercises/6-pool.md lab/exercises/start.c
EXTRA_DIST += $(lab_stages) $(lab_broken) $(lab_others) $(lab_exercises)

# The solutions are for teachers: a tarball of their own, made in a checkout. A release that students get holds none.
instructor = $(PACKAGE)-instructor-$(VERSION)
.PHONY: instructor-dist
instructor-dist:
	@test -d '$(srcdir)/lab/solutions' || { echo 'the solutions are in a checkout, not in a release' >&2; exit 1; }
	rm -rf '$(instructor)'
	$(MKDIR_P) '$(instructor)'
	cp '$(srcdir)'/lab/solutions/* '$(instructor)'
	cp '$(srcdir)/COPYING' '$(instructor)'
	tar cf - '$(instructor)' | xz -c >'$(instructor).tar.xz'
	rm -rf '$(instructor)'
