#!/bin/sh
# SPDX-License-Identifier: MIT
# The same verdicts where there are no namespaces, and for a user that is not root; nothing is left there, either.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
. "${top_srcdir:-.}/tests/lab-common.sh"

for i in $mistakes; do
  build "broken/$i.c" "$i"
  draws "$i" "${i#0}" --plain
done
for program in 00_minimal 06_pool; do
  build "$program.c" "$program"
  draws "$program" fine --plain
done
for program in keyed marked executed; do
  build "odd/$program.c" "$program"
  draws "$program" fine --plain
done
build hostile/daemon.c daemon
draws daemon '11 2' --plain
nothing_left 'without namespaces'

# As somebody else: in a user namespace where the kernel allows one, else as above. He must be able to run the grader.
somebody () { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
if test "$(id -u)" = 0 && command -v setpriv >/dev/null && somebody "$grade" --version >/dev/null 2>&1; then
  chmod 1777 "$tmp" # he makes a directory there, too
  cat >"$tmp/grade" <<END
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups '$grade' "\$@"
END
  chmod +x "$tmp/grade"
  grade=$tmp/grade
  for i in 02 07 11; do
    build "broken/$i.c" "$i"
    draws "$i" "${i#0}"
  done
  draws 06_pool fine
  draws keyed fine
  draws daemon '11 2'
  nothing_left 'as another user'
else
  echo 'not tried as another user: that takes root, setpriv and a build that others can read'
fi
finish
