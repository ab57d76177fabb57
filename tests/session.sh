# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# Sessions in the papers, run; sourced by docs-readme.sh and manual.sh. In a session a line that begins with "$ " is a command,
# and what follows is its output, both streams together. All commands of a session run in one shell, in order, in a directory
# of their own, with the programs of the build tree: nothing need be installed.
session_source=$(cd "${top_srcdir:-.}" && pwd) || exit 99
session_build=$(cd "${top_builddir:-.}" && pwd) || exit 99

# session_tools BIN: a directory for PATH with prong and prong-grade, a pkg-config that knows prong, and the build's compiler.
# What is not linked with prong is compiled as a student does it, without the build's sanitizers.
session_tools () {
  mkdir "$1" || exit 99
  session_compiler=${CC:-cc}
  # By its path: it may be called cc, as what stands in for it is.
  session_compiler=$(command -v "${session_compiler%% *}")${CC#"${CC%% *}"}
  ln -s "$session_build/bin/prong" "$1/prong"
  ln -s "$session_build/lab/grade" "$1/prong-grade"
  cat >"$1/cc" <<TOOL
#!/bin/sh
case " \$* " in
  *' -lprong '*) exec $session_compiler $SANITIZE_CFLAGS -Wall -Wextra -Werror "\$@" ;;
  *) exec $session_compiler -Wall -Wextra -Werror "\$@" ;;
esac
TOOL
  cat >"$1/pkg-config" <<TOOL
#!/bin/sh
test "\$*" = '--cflags --libs prong' || exit 1
echo "-I$session_source/lib -L$session_build/lib/.libs -lprong $(sed -n 's/^Libs.private: //p' "$session_build/lib/prong.pc")"
TOOL
  chmod +x "$1/cc" "$1/pkg-config"
}

# session_script EXPECTED: a script of its commands. Each is preceded by a line that prints it, and $? is what the command
# before it left.
session_script () {
  echo 'status=0'
  sed -n 's/^\$ //p' "$1" | while IFS= read -r command; do
    quoted=$(printf '%s\n' "$command" | sed "s/'/'\\\\''/g")
    printf "printf '%%s\\\\n' '\$ %s'\n(exit \$status)\n%s\nstatus=\$?\n" "$quoted" "$command"
  done
}

# session_run SCRIPT BIN DIRECTORY: runs it there; what it printed is on standard output.
session_run () {
  (
    cd "$3" || exit 99
    PATH=$2:$PATH LD_LIBRARY_PATH=$session_build/lib/.libs
    LC_ALL=C.UTF-8 COLUMNS=80 # what a terminal is like
    export PATH LD_LIBRARY_PATH LC_ALL COLUMNS
    exec sh "$1" 2>&1
  )
}
