#!/bin/sh
# SPDX-License-Identifier: MIT
# What bash is offered for the words so far.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
command -v bash >/dev/null 2>&1 || { echo 'skipped: there is no bash'; exit 77; }
completion=$(cd "${top_srcdir:-.}" && pwd)/completion/prong.bash
. "${top_srcdir:-.}/tests/cli-common.sh"
PATH=$(dirname "$prong"):$PATH
export PATH
printf 'price,"qty",name\r\n1,2,x\n' >table.csv
cat >ask.bash <<'BASH'
. "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
read -r -a COMP_WORDS <<<"$COMP_LINE"
_prong
printf '%s\n' "${COMPREPLY[@]}"
BASH
# offers LINE WANTED…: all of these; offers_not LINE UNWANTED….
offers () {
  bash ask.bash "$completion" "$1" >out 2>err || fail "bash: $(cat err)"
  line=$1
  shift
  for word; do grep -qxF -e "$word" out || fail "'$line': no '$word' but $(tr '\n' ' ' <out)"; done
}
offers_not () {
  bash ask.bash "$completion" "$1" >out 2>err || fail "bash: $(cat err)"
  for word in $2; do ! grep -qxF -e "$word" out || fail "'$1': '$word'"; done
}

it 'operations and commands are offered first'
offers 'prong ' sum mean describe merge 'quantile:'
offers 'prong med' median
offers_not 'prong med' 'sum mean'
it 'after a comma, the next operation of the list'
offers 'prong sum,m' sum,mean sum,max sum,min
offers 'prong -j 2 sum,me' sum,mean sum,median
it 'options, and what they take'
offers 'prong --nan' --nan-policy
offers 'prong --d' --ddof --dtype
offers 'prong --nan-policy ' omit raise propagate
offers 'prong --dtype f' f16 f32 f64
it 'columns of the table that is named'

offers 'prong table.csv -f ' price qty name
offers 'prong table.csv -f p' price
offers 'prong table.csv -f price,' price,qty price,name
offers 'prong table.csv -f price,q' price,qty
offers_not 'prong table.csv -f price,q' price
offers 'prong table.csv -g n' name
printf 'x|a long name\n1|2\n' >bars.txt
offers 'prong -t | bars.txt -f a' 'a\ long\ name'
offers 'prong -H bars.txt --delimiter=| sum@' sum@x 'sum@a\ long\ name'
offers 'prong table.csv sum@price,mean@' sum@price,mean@qty
offers 'prong table.csv cov@price@q' cov@price@qty
it 'behind trace, operations and then files'
offers 'prong tr' trace
offers 'prong trace me' mean median
offers 'prong trace sum tab' table.csv
offers 'prong trace --s' --slow --svg
it 'then files'
offers 'prong sum tab' table.csv

finish
