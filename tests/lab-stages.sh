#!/bin/sh
# SPDX-License-Identifier: MIT
# The stages of the lab are right for any number of workers and any input, survive what they say they survive, and leave
# nothing; programs that are not related meet at a key.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
PRONG_TEST_SHARE=1
. "${top_srcdir:-.}/tests/lab-common.sh"

test "$(wc -l <"$lab/00_minimal.c")" -le 90 || fail "00_minimal.c has more than 90 lines"
for count in 0 1 2 1003 100000; do
  awk "BEGIN { for (i = 1; i <= $count; i++) print i }" >"$tmp/numbers.$count"
done
for stage in $stages; do
  build "$stage.c" "$stage"
  for n in 1 2 7 64; do
    for count in 0 1 2 1003 100000; do
      got=$("$tmp/$stage" $n <"$tmp/numbers.$count") || fail "$stage $n, $count numbers: status $?"
      test "$(echo "$got" | grep '^sum')" = "sum $((count * (count + 1) / 2))" ||
        fail "$stage $n with $count numbers printed '$got'"
    done
  done
done
nothing_left stages

# A worker or a chunk is lost once, and the sum is right all the same.
awk 'BEGIN { for (i = 1; i <= 1000; i++) print i }' >"$tmp/thousand"
for command in '04_dead_child 4 2' '04_dead_child 1 0' '05_chunks 4 7' '05_chunks 1 0' '06_pool 4 7' '06_pool 1 15'; do
  # shellcheck disable=SC2086
  got=$("$tmp/"$command <"$tmp/thousand" 2>"$tmp/err" | grep '^sum')
  test "$got" = 'sum 500500' || fail "$command printed '$got'"
  grep -q lost "$tmp/err" || fail "$command lost nobody: $(cat "$tmp/err")"
done

# The two worlds: a server and its clients by a file and by a number; the server's key is freed; a taken one is respected.
build key_server.c key_server
build key_client.c key_client
: >"$tmp/meeting"
# The pid is as good a chosen key as any; in a namespace of its own nobody has it.
for key in "$tmp/meeting" $((0x50000000 + $$)); do
  "$tmp/key_server" "$key" 2 >"$tmp/out" &
  server=$!
  head -n 500 "$tmp/thousand" | "$tmp/key_client" "$key" || fail "the first client of $key"
  "$tmp/key_server" "$key" 1 >"$tmp/second" 2>&1 && fail "a second server had the key $key"
  grep -q 'is taken' "$tmp/second" || fail "the second server said: $(cat "$tmp/second")"
  tail -n 500 "$tmp/thousand" | "$tmp/key_client" "$key" || fail "the second client of $key"
  wait $server || fail "the server at $key: status $?"
  test "$(cat "$tmp/out")" = 'sum 500500' || fail "the server at $key printed '$(cat "$tmp/out")'"
done
"$tmp/key_server" "$tmp/meeting" 1 >"$tmp/out" &
server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do
  test -z "$(made_by $server)" || break
  sleep 0.1
done
kill -TERM $server
wait $server
test $? = 143 || fail "a server that is ended does not die of the signal"
nothing_left 'the two worlds'
finish
