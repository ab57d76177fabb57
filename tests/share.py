# SPDX-License-Identifier: MIT
"""What a test does of its many cases: all of them, or one in PRONG_TEST_SHARE. A build whose like was tested whole needs to
show only that nothing depends on the compiler or on an option of configure."""
import functools
import itertools
import os

SHARE = max(1, int(os.environ.get("PRONG_TEST_SHARE") or 1))


def shared(check):
    """Decorates a function that checks one case: only the first of SHARE calls does so."""
    turn = itertools.count()

    @functools.wraps(check)
    def maybe(*arguments, **named):
        if next(turn) % SHARE == 0:
            check(*arguments, **named)

    return maybe
