#!/bin/sh
# The programs in examples/ print what they are there to show.
examples=${top_builddir:-.}/examples
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

# expect COMMAND…: runs it and compares what it prints, on both streams, with standard input.
expect () {
  cat >"$tmp/expected"
  "$@" >"$tmp/got" 2>&1
  if ! diff -u "$tmp/expected" "$tmp/got"; then
    echo "FAIL: $*"
    failed=1
  fi
}

expect "$examples/01_sum" <<'END'
500000500000
END

printf '1 2 3 4 5\nnan 6 7 8 9 10\n' >"$tmp/numbers.txt"
expect "$examples/02_reduce" "$tmp/numbers.txt" <<'END'
text, text
11
5.5
3.0276503540974917
END
expect "$examples/02_reduce" "$tmp/none" <<END
02_reduce: $tmp/none: open: No such file or directory
END

expect "$examples/03_fault" <<'END'
428572 multiples; 2 workers, 10 chunks, 1 computed again, 1 workers forked in place of dead ones
a worker was lost: signal 9, attempt 1, chunk 5, elements 500000 to 599999
found is still 0
END

expect "$examples/04_exact" <<'END'
plain, forward and backward:  different
exact, rounded once:          -1.179970253937666e+18
merged in the other order:    equal
standard deviation:           2794054007059959
without the first 12345:      2792193845905034.5
taken from the whole:         equal
stored and read back:         equal
END

exit $failed
