# shellcheck shell=sh disable=SC2034,SC3045
# SPDX-License-Identifier: MIT
# What the tests of the command share; sourced by cli-*.sh and faults-*.sh. `it NAME` states a behaviour; what follows
# looks whether it holds. All works in a folder of its own, which is gone at the end.
prong=${top_builddir:-.}/bin/prong
faulty=${top_builddir:-.}/bin/prong-faulty
tmp=$(mktemp -d) || exit 99
cd "$tmp" || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
unset PRONG_FAULT PRONG_WORKERS PRONG_REMOVE_AT_END PRONG_CGROUP_ROOT PRONG_CGROUP_SELF
ulimit -c 0
failures=0
now='?'

it () { now=$*; }

fail () {
  echo "FAIL: $now: $*"
  failures=$((failures + 1))
}

# run COMMAND…: its output goes to out and err, its exit status to $status. Standard input is the file in.
: >in
run () {
  "$@" <in >out 2>err
  status=$?
}

# given TEXT: what stands on standard input from now on; escapes as in printf %b.
given () { printf '%b' "$1" >in; }

exits () { test "$status" = "$1" || fail "exit status $status instead of $1: $(head -c 400 err)"; }

# out_is TEXT: exactly these lines on standard output.
out_is () {
  printf '%b\n' "$1" >wanted
  cmp -s wanted out || fail "answered '$(head -c 400 out)' instead of '$(cat wanted)' (exit $status): $(head -c 400 err)"
}

# says PATTERN: standard error has it (a basic regular expression).
says () { grep -q -e "$1" err || fail "did not say '$1' but: $(head -c 600 err)"; }
says_nothing () { test ! -s err || fail "said: $(head -c 400 err)"; }
no_answer () { test ! -s out || fail "printed '$(head -c 200 out)'"; }

# answers LINES ARGUMENT…: prong with these arguments prints just this and is silent otherwise.
answers () {
  wanted_text=$1
  shift
  run "$prong" "$@"
  exits 0
  out_is "$wanted_text"
  says_nothing
}

# refuses STATUS PATTERN ARGUMENT…: prong exits so, says so, and prints nothing.
refuses () {
  refused_status=$1 refused_words=$2
  shift 2
  run "$prong" "$@"
  exits "$refused_status"
  says "$refused_words"
  says '^prong: '
  no_answer
}

# npy FILE DTYPE SHAPE [ORDER]: a version 1 header with this shape ("(3,)"); the data are standard input.
npy () {
  {
    printf '\223NUMPY\001\000v\000'
    printf '%-117s\n' "{'descr': '$2', 'fortran_order': ${4:-False}, 'shape': $3, }"
    cat
  } >"$1"
}

# Segments that process $1 made: their number. Waits up to 5 s for none.
segments_of () { awk -v pid="$1" '$5 == pid { n++ } END { print n + 0 }' /proc/sysvipc/shm 2>/dev/null || echo 0; }
no_segment_of () {
  tries=0
  while test "$(segments_of "$1")" != 0; do
    tries=$((tries + 1))
    if test $tries -gt 100; then
      fail "a segment remains"
      return
    fi
    sleep 0.05
  done
}

finish () {
  if test "$failures" -gt 0; then
    echo "$failures failures"
    exit 1
  fi
  exit 0
}
