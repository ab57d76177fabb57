# tests/: Check programs a room, and shell tests of the command; every one runs under tests/guard. The longest begins first.
include tests/guard.mk
include tests/model.mk
include tests/pool.mk
include tests/persistent.mk
include tests/array.mk
include tests/exact.mk
include tests/order.mk
include tests/cli.mk
include tests/table.mk
include tests/fuzz.mk
include tests/rooms.mk
include tests/states.mk
include tests/docs.mk
include tests/bench.mk
include tests/manual.mk
include tests/lab.mk
include tests/trace.mk

# make check without what does not depend on how the library is built: papers, coursework, models.
papers = $(docs_tests) $(bench_tests) $(manual_tests) tests/completion.sh tests/model/run.sh tests/lab-broken.sh \
  tests/lab-exercises.sh tests/lab-grade.sh tests/lab-stages.sh
.PHONY: check-code
check-code:
	@code=; for t in $(TESTS); do case ' $(papers) ' in *" $$t "*) ;; *) code="$$code $$t" ;; esac; done; \
	  $(MAKE) check TESTS="$$code"
