#!/bin/sh
# SPDX-License-Identifier: MIT
# The models of the protocol, verified exhaustively, and their mutants, each of which must be found out: a model that could
# not fail would prove nothing. Skipped where spin is not installed.
#
#   PRONG_MODEL_DEEP=1   larger configurations too, a few minutes and some GiB
dir=${srcdir:-.}/tests/model
dir=$(cd "$dir" && pwd) || exit 99
: "${CC:=cc}"
command -v spin >/dev/null 2>&1 || {
  echo 'skipped: spin is not installed'
  exit 77
}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
failed=0 total=0 checked=0 mutants=0
memory=700
test -z "$PRONG_MODEL_DEEP" || memory=6000

# build MODEL PAN_FLAGS FLAG...: makes ./pan. A mutant is found out so soon that compiling well is a waste.
build () {
  model=$1 pan_flags=$2
  shift 2
  optimize=-O1
  case $* in *-DM_*) optimize=-O0 ;; esac
  rm -f pan*
  # A verifier for another machine could not be run; CC may be several words.
  # shellcheck disable=SC2086
  spin -a "$@" "$dir/$model.pml" >spin.log 2>&1 &&
    $CC $optimize -w -DCOLLAPSE -DMEMLIM=$memory $pan_flags -o pan pan.c >>spin.log 2>&1 || {
    echo "FAIL: $model $*: no verifier could be made"
    cat spin.log
    exit 99
  }
}

# verify SEARCH MODEL FLAG...: SEARCH is states (assertions and dead ends) or cycles.
verify () {
  search=$1 model=$2
  shift 2
  if test "$search" = cycles; then
    build "$model" -DNP "$@"
    ./pan -l -m20000 >out 2>&1
  else
    build "$model" -DSAFETY "$@"
    ./pan -m20000 >out 2>&1
  fi
  states=$(awk '/states, stored/ { print $1; exit }' out)
}

# Of all that is called, one in PRONG_TEST_SHARE: the models do not depend on how prong was configured.
turns=0
in_turn () {
  turns=$((turns + 1))
  test $((turns % ${PRONG_TEST_SHARE:-1})) -eq 0
}

truncated () {
  grep -q -E 'max search depth too small|out of memory|reached -DMEMLIM|aborting|Search not completed|interrupted' out
}

holds () {
  in_turn || return 0
  verify "$@"
  if ! grep -q 'errors: 0$' out || truncated || test "${states:-0}" -lt 100; then
    echo "FAIL: $*"
    cat out
    failed=1
  else
    echo "holds: $*: $states states"
    total=$((total + states)) checked=$((checked + 1))
  fi
}

# fails MODEL FLAG...: an assertion is violated or nobody can move, and it is the mutant's fault.
fails () {
  in_turn || return 0
  verify states "$@"
  found=$(sed -n 's/^pan:1: \(.*\) (at depth.*/\1/p' out)
  if grep -q 'errors: [1-9]' out && test -n "$found"; then
    echo "found out: $*: $found"
    mutants=$((mutants + 1))
  else
    echo "FAIL: the mutant $* passes"
    cat out
    failed=1
  fi
}

# Ordered and commutative, a window smaller than the job, more laps than one, two generations.
holds states claim -DCHUNKS=2 -DWINDOW=2 -DDEATHS=1 -DHINTS
holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1
holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DHINTS
holds states claim -DCHUNKS=2 -DWINDOW=2 -DDEATHS=1 -DGENERATIONS=2
holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DCOMMUTATIVE
holds states claim -DCHUNKS=1 -DWINDOW=1 -DDEATHS=1 -DCOMMUTATIVE -DGENERATIONS=2
holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1 -DSTOP=0
holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DFORKFAILS=1
holds cycles claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DFORKFAILS=1
if test -n "$PRONG_MODEL_DEEP"; then
  holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=2
  holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1 -DHINTS
  holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=2 -DCOMMUTATIVE
  holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DCOMMUTATIVE -DGENERATIONS=2
  holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DSTOP=1
  holds states claim -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DGENERATIONS=2
  holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=2
  holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1 -DCOMMUTATIVE
  holds states claim -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1 -DGENERATIONS=2
fi

fails claim -DM_DONE_FIRST -DCHUNKS=3 -DWINDOW=2 -DDEATHS=0 -DHINTS
fails claim -DM_DONE_FIRST -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DCOMMUTATIVE
fails claim -DM_NO_GENERATION -DCHUNKS=2 -DWINDOW=2 -DDEATHS=0 -DGENERATIONS=2 -DHINTS
fails claim -DM_EARLY_BEGIN -DCHUNKS=2 -DWINDOW=1 -DDEATHS=0 -DGENERATIONS=2 -DHINTS
fails claim -DM_NO_TAG -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1
fails claim -DM_NO_CHUNK -DCHUNKS=3 -DWINDOW=2 -DDEATHS=0 -DHINTS
fails claim -DM_NO_REAP -DCHUNKS=3 -DWINDOW=2 -DDEATHS=1 -DHINTS
fails claim -DM_NO_REAP -DCHUNKS=2 -DWINDOW=2 -DDEATHS=1 -DCOMMUTATIVE -DHINTS
fails claim -DM_ONE_BUFFER -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DCOMMUTATIVE
fails claim -DM_STALE_START -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1
fails claim -DM_LIMIT_AFTER -DCHUNKS=2 -DWINDOW=1 -DDEATHS=0 -DHINTS
fails claim -DM_NO_TELL_SHORT -DCHUNKS=2 -DWINDOW=1 -DDEATHS=0
fails claim -DM_NO_TELL_STOP -DCHUNKS=3 -DWINDOW=2 -DDEATHS=0 -DSTOP=0
fails claim -DM_NO_RING_STOP -DCHUNKS=3 -DWINDOW=2 -DDEATHS=0 -DSTOP=0
fails claim -DM_NO_RING_ABSENT -DCHUNKS=3 -DWINDOW=1 -DDEATHS=1 -DFORKFAILS=1
fails claim -DM_NO_REVIVE -DCHUNKS=2 -DWINDOW=1 -DDEATHS=1 -DFORKFAILS=1

holds states gather -DDEATHS=2
holds states gather -DDEATHS=2 -DWINDOW=1
holds states gather -DDEATHS=1 -DGENERATIONS=2
holds states gather -DDEATHS=1 -DGENERATIONS=2 -DWINDOW=3
for mutant in IN_PLACE FREE_EARLY NO_TAKE_BACK NO_REAP DONE_FIRST KEEP_BUFFERS LEAVE_EARLY NO_RING; do
  fails gather -DM_$mutant -DDEATHS=1
done

holds states bell -DJOBS=2 -DDEATHS=1 -DCHUNKS=2
holds cycles bell -DJOBS=2 -DDEATHS=1
holds states bell -DJOBS=2 -DDEATHS=1 -DSEMAPHORE
if test -n "$PRONG_MODEL_DEEP"; then
  holds states bell -DJOBS=3 -DDEATHS=2
  holds states bell -DJOBS=3 -DDEATHS=1 -DCHUNKS=2
fi
for mutant in NO_LISTEN LATE_SLEEPING EARLY_COUNT NO_COUNT EARLY_LOOK LATE_LEAVE LATE_TURN NO_RETRY PLAIN_ENTRY PLAIN_BAR NO_BAR \
  NO_DEATHS; do
  fails bell -DM_$mutant -DJOBS=2 -DDEATHS=1
done

echo "$checked verifications, $total states, $mutants mutants found out"
exit $failed
