#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that do not want to be graded: a fork bomb, a busy loop, a memory hog, a daemon. The verdict comes in time, with
# and without namespaces, and nothing is left; nor is anything when the grader itself is ended in the middle.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
. "${top_srcdir:-.}/tests/lab-common.sh"

# Without namespaces a bomb is stopped by limits of our user, if that is not root: it would hit its owner's session.
options=--limit=2
test "$(id -u)" != 0 || options='--limit=2 --plain'
for program in bomb busy hog daemon; do
  build "hostile/$program.c" "$program"
  for option in $options; do
    began=$(date +%s)
    got=$(verdict "$program" --limit=2 "$option")
    took=$(($(date +%s) - began))
    case $program:$got in
      bomb:*4*0 | busy:0 | hog:*0* | daemon:'11 2') ;;
      *) fail "$program $option drew '$got'"; cat "$tmp/report" ;;
    esac
    test $took -le 30 || fail "$program $option took $took s"
    nothing_left "$program $option"
  done
done

# Ended from outside: what it started goes with it.
"$grade" --limit 20 "$tmp/busy" >"$tmp/out" 2>&1 &
grader=$!
sleep 1
kill -TERM $grader
exits 2 wait $grader
nothing_left 'an interrupted grader'
finish
