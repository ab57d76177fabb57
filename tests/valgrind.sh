#!/bin/sh
# SPDX-License-Identifier: MIT
# A Check program under valgrind, with all the processes that it forks. Each process writes a log of its own: an error in a
# worker counts even where nobody asks for its exit status. Programs that are not ours are not followed into. Of make
# check-valgrind.
#
#   valgrind.sh PROGRAM   in the build's directory; logs go to valgrind-logs/
program=$1
logs=valgrind-logs/${program##*/}
srcdir=${top_srcdir:-.} PRONG_VALGRIND=1
: "${PRONG_GUARD_SECONDS=900}" "${CK_TIMEOUT_MULTIPLIER=30}"
export srcdir PRONG_VALGRIND PRONG_GUARD_SECONDS CK_TIMEOUT_MULTIPLIER
tests/guard "${VALGRIND:-valgrind}" --log-file="$logs.%p" --trace-children=yes \
  --trace-children-skip='*/python*,*/sh,*/bash,*/dash,/bin/*,/usr/bin/*' --error-exitcode=99 \
  --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
  --suppressions="$srcdir/tests/valgrind.supp" "./$program" >"$logs.out" 2>&1
status=$?
if test $status = 0 && ! grep -q 'ERROR SUMMARY: [1-9]' "$logs".[0-9]*; then
  echo "PASS: valgrind $program"
  rm -f "$logs".[0-9]*
  exit
fi
# In one piece: two programs may end at a time.
printf 'FAIL: valgrind %s\n%s\n' "$program" "$(
  tail -n 40 "$logs.out"
  for log in $(grep -l 'ERROR SUMMARY: [1-9]' "$logs".[0-9]* | head -n 3); do
    echo "== $log"
    tail -n 60 "$log"
  done
)"
exit 1
