# shellcheck shell=sh disable=SC2034,SC2154,SC3045
# SPDX-License-Identifier: MIT
# What the tests of the lab share; sourced by lab-*.sh. All works in a folder of its own, which is gone at the end.
lab=${top_srcdir:-.}/lab
grade=${top_builddir:-.}/lab/grade
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
ulimit -c 0
failures=0
stages='00_minimal 01_one_child 02_slots 03_errors 04_dead_child 05_chunks 06_pool'
mistakes='01 02 03 04 05 06 07 08 09 10 11 12 13 14'
odd='chain executed keyed marked segments'

test -r /proc/sysvipc/shm || { echo 'the segments cannot be listed: there is no /proc/sysvipc/shm'; exit 77; }

fail () {
  echo "FAIL: $*"
  failures=$((failures + 1))
}

# build SOURCE PROGRAM: as a student does, and without one warning.
build () {
  # CC may be several words.
  # shellcheck disable=SC2086
  ${CC:-cc} -Wall -Wextra -Werror -O1 -o "$tmp/$2" "$lab/$1" || fail "$1 does not compile"
}

# Segments that there are, one id a line.
segments () { awk 'NR > 1 { print $2 }' /proc/sysvipc/shm | sort; }

# Processes of the grader's making: the copy that it runs has this name.
caged_processes () { ps -e -o args= 2>/dev/null | grep -c '^\./program'; }

# nothing_left: as many segments as at the beginning, no caged process, no directory of a cage, no control group.
segments_before=$(segments)
nothing_left () {
  test "$(segments)" = "$segments_before" || fail "$1: a segment is left"
  test "$(caged_processes)" = 0 || fail "$1: a process is left"
  for f in /tmp/prong-grade-* "$TMPDIR"/prong-grade-*; do
    test ! -e "$f" || fail "$1: $f is left"
  done
}

# verdict PROGRAM [OPTION…]: what the grader finds, as numbers in one line; "fine" for nothing. Its report is in $tmp/report.
verdict () {
  verdict_of=$1
  shift
  "$grade" --json "$@" "$tmp/$verdict_of" >"$tmp/report" 2>"$tmp/err"
  status=$?
  test ! -s "$tmp/err" || fail "$verdict_of: the grader said: $(head -c 300 "$tmp/err")"
  found=$(sed -n 's/.*"mistake": \([0-9]*\),.*/\1/p' "$tmp/report" | tr '\n' ' ' | sed 's/ $//')
  case $status in
    0) test -z "$found" || fail "$verdict_of: status 0 and findings $found"; echo fine ;;
    1) echo "$found" ;;
    *) echo "status $status" ;;
  esac
}

# draws PROGRAM WANTED [OPTION…]
draws () {
  draws_of=$1 wanted=$2
  shift 2
  got=$(verdict "$draws_of" "$@")
  test "$got" = "$wanted" || { fail "$draws_of drew '$got' instead of '$wanted':"; cat "$tmp/report"; }
}

# exits STATUS COMMAND…: it exits so; what it printed is in $tmp/out.
exits () {
  wanted_status=$1
  shift
  "$@" >"$tmp/out" 2>&1
  status=$?
  test $status = "$wanted_status" || fail "$*: status $status instead of $wanted_status: $(head -c 300 "$tmp/out")"
}

finish () {
  if test "$failures" -gt 0; then
    echo "$failures failures"
    exit 1
  fi
  exit 0
}
