#!/bin/sh
# README.md's examples give what README.md says: in ```console blocks a line that begins with "$ " is a command, and what
# follows is its output, both streams together. All commands run in one shell, in an empty directory, in order. The
# ```c block is the file sum.c there; cc and pkg-config are those of the build tree, so that nothing need be installed.
readme=${top_srcdir:-.}/README.md
build=${top_builddir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/empty" || exit 99

# block KIND: the contents of all ```KIND blocks.
block () {
  awk -v kind="$1" '/^```/ { inside = $0 == "```" kind; next } inside' "$readme"
}

block c >"$tmp/empty/sum.c"
block console >"$tmp/expected"
test -s "$tmp/empty/sum.c" && grep -q '^\$ ' "$tmp/expected" || { echo "README.md has no examples"; exit 1; }

# Each command is preceded by a line that prints it, and $? is what the command before it left.
{
  echo 'status=0'
  sed -n 's/^\$ //p' "$tmp/expected" | while IFS= read -r command; do
    quoted=$(printf '%s\n' "$command" | sed "s/'/'\\\\''/g")
    printf "printf '%%s\\\\n' '\$ %s'\n(exit \$status)\n%s\nstatus=\$?\n" "$quoted" "$command"
  done
} >"$tmp/script"

ln -s "$build/bin/prong" "$tmp/bin/prong"
cat >"$tmp/bin/cc" <<END
#!/bin/sh
exec $CC $SANITIZE_CFLAGS -Wall -Wextra -Werror "\$@"
END
cat >"$tmp/bin/pkg-config" <<END
#!/bin/sh
test "\$*" = '--cflags --libs prong' || exit 1
echo "-I${top_srcdir:-.}/lib -L$build/lib/.libs -lprong $(sed -n 's/^Libs.private: //p' "$build/lib/prong.pc")"
END
chmod +x "$tmp/bin/cc" "$tmp/bin/pkg-config"

cd "$tmp/empty" || exit 99
PATH=$tmp/bin:$PATH LD_LIBRARY_PATH=$build/lib/.libs
LC_ALL=C.UTF-8 COLUMNS=80 # what a terminal is like
export PATH LD_LIBRARY_PATH LC_ALL COLUMNS
sh "$tmp/script" >"$tmp/got" 2>&1
if diff -u "$tmp/expected" "$tmp/got"; then
  exit 0
fi
echo "FAIL: README.md says (-) what is not so (+)"
exit 1
