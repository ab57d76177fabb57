#!/bin/sh
# SPDX-License-Identifier: MIT
# Packed input: told by its bytes, unpacked on the way, refused where it is damaged. Of each kind where its tool is there.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
seq 1 300000 >text
{ for i in 1 2 3 4 5 6 7 8; do printf '\001\002\003\004\377'; done; } | npy bytes.npy '|u1' '(40,)'
run "$prong" sum,median,max,last text
cp out right-text
run "$prong" sum,median,max bytes.npy
cp out right-npy

kinds=
for kind in gzip zstd xz; do
  command -v $kind >/dev/null 2>&1 || continue
  $kind -c <text >text.$kind 2>/dev/null || continue
  run "$prong" sum text.$kind
  if test "$status" -ne 0 && grep -q "it was built without" err; then
    it "$kind: a build without its library says so, and what would do"
    exits 1
    says "text.$kind: packed with $kind, which this prong cannot unpack: it was built without .*; use $kind -dc"
    continue
  fi
  kinds="$kinds $kind"
done
test -n "$kinds" || { echo 'skipped: nothing that packs, or nothing that unpacks'; exit 77; }

mkfifo slow
awk 'BEGIN { for (i = 0; i < 3000000; i++) print i == 2000000 ? "bad" : "1" }' >long
for kind in $kinds; do
  it "$kind: what is unpacked is not left alone while a pipe stands still"
  for how in '' '-t,'; do
    { $kind -c <long; exec sleep 60; } >slow &
    writer=$!
    # shellcheck disable=SC2086
    timeout 20 "$prong" $how sum <slow >out 2>err; status=$?
    exits 1
    says "standard input:2000001:1: not a number"
    kill $writer; wait $writer 2>/dev/null
  done
done
rm -f slow long

for kind in $kinds; do
  it "$kind: a packed file is what is in it, whatever its name"
  mv text.$kind packed
  for j in 1 2 3; do
    run "$prong" -j $j sum,median,max,last packed
    exits 0
    cmp -s out right-text || fail "-j $j: another answer: $(head -n 4 out)"
  done
  it "$kind: so is a pipe, and a packed .npy file"
  "$prong" sum,median,max,last <packed >out 2>err; status=$?
  cmp -s out right-text || fail "another answer: $(head -n 4 out)"
  # shellcheck disable=SC2002
  cat packed | "$prong" sum,median,max,last >out 2>err; status=$?
  cmp -s out right-text || fail "another answer: $(head -n 4 out)"
  $kind -c <bytes.npy >bytes
  run "$prong" sum,median,max bytes
  cmp -s out right-npy || fail "another answer: $(head -n 4 out) $(cat err)"
  it "$kind: packed data that follow each other are one input"
  cat packed packed >twice
  answers "count\t600000\nsum\t90000300000" count,sum twice
  it "$kind: packed input is read as text where that is asked for, and never where raw elements are"
  answers 45000150000 --dtype text sum packed
  run "$prong" --dtype u8 count packed
  out_is "$(wc -c <packed | tr -d ' ')"
  it "$kind: nothing packed is nothing"
  $kind -c <in >nothing
  answers 0 count nothing
  it "$kind: packed input that is cut off anywhere is refused"
  size=$(wc -c <packed)
  for cut in 7 20 1000 $((size / 2)) $((size - 9)) $((size - 1)); do
    head -c "$cut" packed >short
    run "$prong" sum short
    exits 1
    no_answer
    says "short: $kind data that are cut off"
  done
  it "$kind: and where a byte is wrong"
  { head -c $((size / 2)) packed; printf '\252\125\252'; tail -c +$((size / 2 + 4)) packed; } >wrong
  run "$prong" sum wrong
  exits 1
  no_answer
  says "wrong: damaged $kind data"
  it "$kind: and what is behind it, but is not packed"
  { cat packed; printf 'rest'; } >behind
  run "$prong" sum behind
  exits 1
  no_answer
done
it 'what begins like packed input is what it is'
printf '\375' >in
run "$prong" sum
exits 1
says 'not a number'
finish
