# Shell tests of the command, and of the command built with fault points.
cli_tests = \
  tests/cli-errors.sh tests/cli-format.sh tests/cli-input.sh tests/cli-late.sh tests/cli-options.sh tests/cli-output.sh \
  tests/cli-packed.sh \
  tests/cli-notation.sh tests/cli-peers.sh tests/cli-segments.sh tests/cli-signals.sh tests/completion.sh \
  tests/faults-hang.sh tests/faults-parent.sh tests/faults-strace.sh tests/faults-system.sh tests/faults-worker.sh
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli-common.sh
