#!/bin/sh
# The installed tree serves a program by itself: prong.pc, the headers one by one, libprong.so and libprong.a; and
# `make uninstall` takes all of it away. Everything is built before tests run, so that this make only copies.
srcdir=${top_srcdir:-.}/tests
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
root=$tmp/root
: "${CC:=cc}" "${PKG_CONFIG:=pkg-config}"
unset MAKEFLAGS MAKELEVEL MFLAGS DESTDIR

fail () {
  echo "FAIL: $*"
  exit 1
}

# CC and the flags may be several words.
# shellcheck disable=SC2086
compile () {
  $CC $SANITIZE_CFLAGS "$@"
}

cd "${top_builddir:-.}" || exit 99
make -s -j1 install DESTDIR="$root" >"$tmp/log" 2>&1 || { cat "$tmp/log"; fail "make install"; }

pc=$(find "$root" -name prong.pc)
test -n "$pc" || fail "prong.pc is not installed"
for file in bash-completion/completions/prong zsh/site-functions/_prong fish/vendor_completions.d/prong.fish; do
  find "$root" -path "*/$file" | grep -q . || fail "$file is not installed"
done
include=$(find "$root" -name prong.h)
include=${include%/prong.h}
test -n "$include" || fail "prong.h is not installed"

# The tree lies under DESTDIR, and its prefix may be one that pkg-config takes for known to the compiler.
PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_ALLOW_SYSTEM_CFLAGS PKG_CONFIG_ALLOW_SYSTEM_LIBS
version=$($PKG_CONFIG --modversion prong) || fail "pkg-config does not know prong"
cflags=$($PKG_CONFIG --cflags prong)
libs=$($PKG_CONFIG --libs prong)
static_libs=$($PKG_CONFIG --static --libs prong)

for header in "$include"/prong.h "$include"/prong/*.h; do
  name=${header#"$include"/}
  printf '#include <%s>\ntypedef int something;\n' "$name" >"$tmp/one.c"
  # shellcheck disable=SC2086
  compile $cflags -std=c11 -Wall -Wextra -pedantic -Werror -fsyntax-only "$tmp/one.c" ||
    fail "$name needs other headers"
done

so=$(find "$root" -name libprong.so)
if test -n "$so"; then
  # shellcheck disable=SC2086
  compile $cflags "$srcdir/installed.c" -o "$tmp/shared" $libs || fail "linking with libprong.so"
  said=$(LD_LIBRARY_PATH=${so%/*} "$tmp/shared") || fail "the program linked with libprong.so: $said"
  test "${said%%:*}" = "$version" || fail "libprong.so is $said, prong.pc says $version"
  readelf -d "$tmp/shared" | grep -q 'NEEDED.*libprong\.so\.' || fail "the program does not use libprong.so"
fi

archive=$(find "$root" -name libprong.a)
if test -n "$archive"; then
  static_libs=$(echo "$static_libs" | sed "s|-lprong|$archive|")
  # shellcheck disable=SC2086
  compile $cflags "$srcdir/installed.c" -o "$tmp/static" $static_libs || fail "linking with libprong.a"
  said=$("$tmp/static") || fail "the program linked with libprong.a: $said"
  test "${said%%:*}" = "$version" || fail "libprong.a is $said, prong.pc says $version"
  if readelf -d "$tmp/static" | grep -q 'NEEDED.*libprong'; then fail "the static program uses libprong.so"; fi
fi
test -n "$so$archive" || fail "no library is installed"

make -s -j1 uninstall DESTDIR="$root" >"$tmp/log" 2>&1 || { cat "$tmp/log"; fail "make uninstall"; }
# The directory of info pages is the system's, not ours.
left=$(find "$root" ! -type d ! -path '*/info/dir')
test -z "$left" || fail "make uninstall left: $left"
