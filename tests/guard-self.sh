#!/bin/sh
# The guard finds what it is there for: shown once in an IPC namespace of its own (where that may be made) and once in
# the caller's. A guard that has gone blind would make every other test worth less without a word.
guard=${top_builddir:-.}/tests/guard
leak=${top_builddir:-.}/tests/leak
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0
unset PRONG_NO_SKIP

# expect STATUS MESSAGE COMMAND...: MESSAGE is a pattern that standard error must match, "" for silence.
expect () {
  status=$1 message=$2
  shift 2
  "$@" >"$tmp/out" 2>"$tmp/err"
  got=$?
  if test "$got" != "$status"; then
    echo "FAIL: $*: exit status $got instead of $status"
    cat "$tmp/err"
    failed=1
  elif test -z "$message" && test -s "$tmp/err"; then
    echo "FAIL: $*: said something:"
    cat "$tmp/err"
    failed=1
  elif ! grep -q "$message" "$tmp/err" && test -n "$message"; then
    echo "FAIL: $*: did not say '$message' but:"
    cat "$tmp/err"
    failed=1
  else
    echo "ok: $*"
  fi
}

# gone: the process or processes that leak printed are no more.
gone () {
  while read -r pid; do
    if kill -0 "$pid" 2>/dev/null; then
      echo "FAIL: process $pid still runs"
      kill -9 "$pid"
      failed=1
    fi
  done <"$tmp/out"
}

expect 0 '' "$guard" "$leak" exit 0
expect 77 '' "$guard" "$leak" exit 77
expect 99 '' "$guard" "$leak" exit 99
expect 0 '' "$guard" "$leak" marked
expect 1 'killed by signal 9' "$guard" "$leak" signal
expect 1 'left a System V segment behind: shmid [0-9]*, 4096 bytes' "$guard" "$leak" segment
expect 1 'left processes behind' "$guard" "$leak" process
gone
expect 1 'pid [0-9]* .*leak daemon' "$guard" "$leak" daemon
gone
expect 1 'not done after 0.5 s' env PRONG_GUARD_SECONDS=0.5 "$guard" "$leak" hang
gone

# In the caller's namespace the leak is removed once it is told: it must fail one test, not those that follow.
PRONG_GUARD_SHARED=1
export PRONG_GUARD_SHARED
expect 0 '' "$guard" "$leak" exit 0
expect 0 '' "$guard" "$leak" marked
expect 1 'left a System V segment behind: shmid [0-9]*, 4096 bytes' "$guard" "$leak" segment
if awk -v id="$(cat "$tmp/out")" '$2 == id { found = 1 } END { exit !found }' /proc/sysvipc/shm 2>/dev/null; then
  echo "FAIL: the leaked segment was told but not removed"
  failed=1
fi
unset PRONG_GUARD_SHARED

PRONG_NO_SKIP=1
export PRONG_NO_SKIP
expect 1 'PRONG_NO_SKIP' "$guard" "$leak" exit 77
unset PRONG_NO_SKIP
expect 99 'No such file' "$guard" "$tmp/missing"

# What a command took is told: a line of its time, that of the processors, and its name.
PRONG_GUARD_TIMES=$tmp/times
export PRONG_GUARD_TIMES
expect 0 '' "$guard" sh -c 'sleep 0.1'
expect 0 '' "$guard" "$leak" exit 0
unset PRONG_GUARD_TIMES
if ! sed -n '1s/ .*//p' "$tmp/times" | awk '$1 < 0.1 || $1 > 60 { exit 1 }' ||
    test "$(cut -d' ' -f3 "$tmp/times" | sed 's,.*/,,' | tr '\n' ' ')" != "-c ${leak##*/} "; then
  echo "FAIL: PRONG_GUARD_TIMES:"
  cat "$tmp/times"
  failed=1
fi

# Told to stop, the guard takes everything with it and dies of the same signal.
: >"$tmp/out"
"$guard" "$leak" hang >"$tmp/out" 2>&1 &
pid=$!
tries=0
until test -s "$tmp/out" || test $tries -ge 100; do
  tries=$((tries + 1))
  sleep 0.05
done
kill -TERM $pid
wait $pid 2>/dev/null
status=$?
if test $status -ne 143; then
  echo "FAIL: after SIGTERM the guard ended with $status, not by the signal"
  failed=1
fi
gone
exit $failed
