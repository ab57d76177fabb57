# shellcheck shell=sh disable=SC2034,SC2154,SC3045
# SPDX-License-Identifier: MIT
# What the tests of the lab share; sourced by lab-*.sh. All works in a folder of its own, which is gone at the end.
lab=${top_srcdir:-.}/lab
grade=${top_builddir:-.}/lab/grade
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp" # a caged program is another user
TMPDIR=$tmp
export TMPDIR
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
ulimit -c 0
failures=0
stages='00_minimal 01_one_child 02_slots 03_errors 04_dead_child 05_chunks 06_pool'
mistakes='01 02 03 04 05 06 07 08 09 10 11 12 13 14'
odd='chain executed keyed marked polling segments'
# In a build whose like was tested whole, a share is enough.
if test "${PRONG_TEST_SHARE:-1}" -gt 1; then
  stages='00_minimal 06_pool'
  mistakes='01 05 07 08 11'
  odd=executed
fi

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

# Segments that nobody will remove any more, one id a line: nobody has them attached, and their creator is dead. (0 is in a
# namespace that we cannot see into.) Other tests may run at the same time, and where we are not root they share our namespace.
segments () {
  awk 'NR > 1 && $5 > 0 && $7 == 0 { print $2, $5 }' /proc/sysvipc/shm | while read -r id creator; do
    test -e "/proc/$creator" || echo "$id"
  done
}
# made_by PID: the segments that it made.
made_by () { awk -v pid="$1" 'NR > 1 && $5 == pid { print $2 }' /proc/sysvipc/shm; }

# nothing_left WHAT: no such segment that was not there at the beginning (what others had left may go meanwhile), and no directory
# of a cage. Processes are the guard's to find.
segments >"$tmp/segments_before"
new_segments () { segments | grep -v -x -F -f "$tmp/segments_before"; }
nothing_left () {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    new_segments >"$tmp/segments_new" || break
    sleep 0.2
  done
  test ! -s "$tmp/segments_new" || fail "$1: a segment is left"
  for f in "$tmp"/prong-grade-*; do
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
