#!/bin/sh
# SPDX-License-Identifier: MIT
# Libraries that few runs need are opened by those runs alone. What stands in their place here is no library, or a wrong one: a
# run that looked at it would fail.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
grep -q '^#define PRONG_LATE_LOADING 1' "${top_builddir:-.}/config.h" ||
  { echo 'skipped: this build is linked with all its libraries'; exit 77; }
soname () { sed -n "s/^#define $1_SONAME \"\(.*\)\"$/\1/p" "${top_builddir:-.}/config.h"; }

mkdir broken wrong
for name in $(soname ZLIB) $(soname ZSTD) $(soname LZMA) $(soname HWLOC); do
  echo 'no library' >broken/"$name"
done
# A library that can be loaded, but has none of the functions.
libm=$(ldd "$prong" 2>/dev/null | sed -n 's/.* => \(.*\/libm\.[^ ]*\) .*/\1/p')

# among DIRECTORY ARGUMENT…: prong where libraries are first looked for there.
among () { LD_LIBRARY_PATH=$(pwd)/$1; export LD_LIBRARY_PATH; shift; run "$prong" "$@"; unset LD_LIBRARY_PATH; }

it 'a run that needs none of them opens none'
seq 1 100000 >text
among broken -j 2 sum,median,max text
exits 0
out_is 'sum\t5000050000\nmedian\t50000.5\nmax\t100000'
says_nothing
among broken --version
exits 0

for pair in gzip:ZLIB:zlib zstd:ZSTD:libzstd xz:LZMA:liblzma; do
  kind=${pair%%:*} library=${pair##*:}
  name=$(soname "$(echo "$pair" | cut -d: -f2)")
  test -n "$name" || continue
  command -v "$kind" >/dev/null 2>&1 || continue
  $kind -c <text >packed

  it "$kind: input that is packed with it is unpacked by $name"
  answers 5000050000 sum packed
  it "$kind: without $name it is refused, and what helps is said"
  among broken sum packed
  exits 1
  no_answer
  says "packed: packed with $kind: $library, which unpacks that, cannot be opened (.*$name.*); install it, or use $kind -dc"
  it "$kind: so it is from a pipe"
  LD_LIBRARY_PATH=$(pwd)/broken "$prong" sum <packed >out 2>err
  status=$?
  exits 1
  no_answer
  says "cannot be opened (.*$name.*)"
  if test -n "$libm"; then
    it "$kind: a library of that name that lacks what is needed is not used"
    cp "$libm" wrong/"$name"
    among wrong sum packed
    exits 1
    no_answer
    says "$library, which unpacks that, cannot be opened (.*undefined symbol.*)"
  fi
  it "$kind: where the loader fails without a word, that is said"
  PRONG_FAULT=late-dlopen:ENOMEM run "$faulty" sum packed
  exits 1
  no_answer
  says "$library, which unpacks that, cannot be opened (.*); install it, or use $kind -dc"
done
finish
