# The coursework: stages are right, mistakes show and are diagnosed, hostile programs harm nobody.
lab_tests = \
  tests/lab-broken.sh tests/lab-exercises.sh tests/lab-grade.sh tests/lab-grade-plain.sh tests/lab-hostile.sh \
  tests/lab-stages.sh
TESTS += $(lab_tests)
EXTRA_DIST += $(lab_tests) tests/lab-common.sh
