#!/bin/sh
# The programs in examples/ about pools print what they are there to show.
examples=${top_builddir:-.}/examples
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

# expect COMMAND…: runs it and compares what it prints, on both streams, with the file "expected".
expect () {
  "$@" <"$tmp/input" >"$tmp/got" 2>&1 || echo "exit status $?" >>"$tmp/got"
  if ! diff -u "$tmp/expected" "$tmp/got"; then
    echo "FAIL: $*"
    failed=1
  fi
}
: >"$tmp/input"

echo '2021 live cells after 2000 steps' >"$tmp/expected"
expect "$examples/05_pool"

printf '%s\n' to be or not >"$tmp/input"
echo '4 lines, 148933 primes below 2000000' >"$tmp/expected"
expect "$examples/06_event_loop"

cat >"$tmp/expected" <<'EOF'
mean distance 2.904257
2 workers: the same bits
3 workers: the same bits
4 workers: the same bits
5 workers: the same bits
another key: 2.904405
EOF
expect "$examples/07_monte_carlo"

# The parallel program prints what the serial one did, and the change was small.
"$examples/08_before" 10 >"$tmp/expected"
grep -q '^10 queens: 724$' "$tmp/expected" || failed=1
expect "$examples/08_unsafe_library" 10
lines=$(diff "${top_srcdir:-.}/examples/08_before.c" "${top_srcdir:-.}/examples/08_unsafe_library.c" | grep -c '^>')
if test "$lines" -ge 30; then
  echo "FAIL: 08_unsafe_library.c has $lines lines that 08_before.c has not: 30 are too many"
  failed=1
fi

exit $failed
