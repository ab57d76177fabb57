#!/bin/sh
# SPDX-License-Identifier: MIT
# Programs that do not want to be graded: a fork bomb, a busy loop, a memory hog, a daemon, one that cuts the log off and one that
# kills its watcher. The verdict comes in time, with and without namespaces, never says that all is well, and nothing is left; nor
# is anything when the grader itself is ended in the middle.
# shellcheck source-path=SCRIPTDIR source=lab-common.sh disable=SC2154
. "${top_srcdir:-.}/tests/lab-common.sh"

# Without namespaces a bomb is stopped by limits of our user, if that is not root: it would hit its owner's session.
options=--limit=2
test "$(id -u)" != 0 || options='--limit=2 --plain'
for program in bomb busy hog daemon blind killer; do
  build "hostile/$program.c" "$program"
  for option in $options; do
    began=$(date +%s)
    got=$(verdict "$program" --limit=2 "$option")
    took=$(($(date +%s) - began))
    case $program:$got in
      bomb:*4*0 | busy:0 | blind:0 | killer:0 | hog:*0* | daemon:'11 2') ;;
      *) fail "$program $option drew '$got'"; cat "$tmp/report" ;;
    esac
    test $took -le 30 || fail "$program $option took $took s"
    nothing_left "$program $option"
  done
done

# Ended from outside: what it started goes with it, also where no namespace sees to that.
for option in $options; do
  "$grade" --limit 20 "$option" "$tmp/busy" >"$tmp/out" 2>&1 &
  grader=$!
  sleep 1
  kill -TERM $grader
  exits 2 wait $grader
  nothing_left "an interrupted grader, $option"
done

# Without namespaces and as the same user the program can kill the process that watches over it.
if test "$(id -u)" = 0 && command -v setpriv >/dev/null; then
  chmod 1777 "$tmp"
  cat >"$tmp/as-somebody" <<END
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups '$grade' "\$@"
END
  chmod +x "$tmp/as-somebody"
  grade=$tmp/as-somebody
fi
if "$grade" --version >/dev/null 2>&1; then
  draws killer 0 --plain
  if test "$(id -u)" != 0 || test -e "$tmp/as-somebody"; then
    grep -q 'watched over it was ended' "$tmp/report" || fail "the report does not say that the watcher was ended"
  fi
  nothing_left 'killer --plain as somebody'
fi
finish
