# Tests of persistent pools: sequences of jobs, faults, options, asynchronous use, the arena.
if HAVE_CHECK
persistent_tests = tests/check_persistent tests/check_persistent_errors tests/check_persistent_faults \
  tests/check_persistent_forks tests/check_persistent_options tests/check_persistent_places tests/check_async \
  tests/check_arena tests/check_pool_jobs tests/check_gather tests/check_ctx
check_PROGRAMS += $(persistent_tests)
TESTS += $(persistent_tests)

tests_check_persistent_SOURCES = tests/check_persistent.c tests/persistent_fixture.h
tests_check_persistent_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_persistent_errors_SOURCES = tests/check_persistent_errors.c tests/persistent_fixture.h
tests_check_persistent_errors_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_errors_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_persistent_faults_SOURCES = tests/check_persistent_faults.c tests/persistent_fixture.h
tests_check_persistent_faults_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_faults_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_persistent_forks_SOURCES = tests/check_persistent_forks.c tests/persistent_fixture.h
tests_check_persistent_forks_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_forks_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_persistent_options_SOURCES = tests/check_persistent_options.c tests/persistent_fixture.h
tests_check_persistent_options_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_options_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_persistent_places_SOURCES = tests/check_persistent_places.c tests/persistent_fixture.h
tests_check_persistent_places_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_persistent_places_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_async_SOURCES = tests/check_async.c tests/persistent_fixture.h
tests_check_async_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_async_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_pool_jobs_SOURCES = tests/check_pool_jobs.c tests/check_pool_jobs.h tests/check_pool_outputs.c \
  tests/persistent_fixture.h
tests_check_pool_jobs_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_pool_jobs_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_gather_SOURCES = tests/check_gather.c tests/persistent_fixture.h
tests_check_gather_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_gather_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_ctx_SOURCES = tests/check_ctx.c tests/persistent_fixture.h
tests_check_ctx_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_ctx_LDADD = $(libprong_test) $(CHECK_LIBS)

tests_check_arena_SOURCES = tests/check_arena.c tests/persistent_fixture.h
tests_check_arena_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
tests_check_arena_LDADD = $(libprong_test) $(CHECK_LIBS)
endif
TESTS += tests/persistent-examples.sh
EXTRA_DIST += tests/persistent-examples.sh
