# SPDX-License-Identifier: MIT
# Completion of prong for bash. What it offers comes from the command itself (prong ops, prong --help), so that both are always of
# one version; column names come from the first line of a table among the words.

# _prong_columns WORD...: the names in the first line of the first file among the words, cut where the words say.
_prong_columns () {
  local word file='' delimiter=',' next=''
  for word in "$@"; do
    if test -n "$next"; then
      delimiter=$word next=''
      continue
    fi
    case $word in
      -t | --delimiter) next=1 ;;
      -t?*) delimiter=${word#-t} ;;
      --delimiter=*) delimiter=${word#*=} ;;
      -*) ;;
      *) test -f "$word" && file=${file:-$word} ;;
    esac
  done
  test -n "$file" || return 0
  case $delimiter in tab | '\t') delimiter=$'\t' ;; esac
  head -n 1 -- "$file" 2>/dev/null | tr -d '\r"' | tr "$delimiter" '\n'
}

_prong_offer () {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# _prong_one_of WORD FRONT: of the lines of standard input, those that begin as the word does, behind what is in front of it; a
# blank in one would end a word of the shell, so it is escaped.
_prong_one_of () {
  local line
  while IFS= read -r line; do
    case $line in "$1"*) COMPREPLY+=("$2${line// /\\ }") ;; esac
  done
}

# The last name of a list of columns.
_prong_fields () {
  local front=''
  case $1 in *,*) front=${1%,*}, ;; esac
  _prong_one_of "${1##*,}" "$front" < <(_prong_columns "${all[@]:1}")
}

# The last operation of a list: what is before it stays.
_prong_operations () {
  local list=$1 front='' op last
  case $list in *,*) front=${list%,*}, last=${list##*,} ;; *) last=$list ;; esac
  case $last in
    *@*)
      _prong_one_of "${last##*@}" "$front${last%@*}@" < <(_prong_columns "${all[@]:1}")
      return ;;
  esac
  while IFS=$'\t' read -r op _; do
    op=${op%%[\[]*}
    case $op in *:[A-Z]*) op=${op%%:*}: ;; esac
    case $op in "$last"*) COMPREPLY+=("$front$op") ;; esac
  done < <("${words[0]}" ops 2>/dev/null)
}

_prong () {
  local words=() word cur prev i seen='' dtypes
  # bash cuts words at ':' and '='; here they belong to the word.
  words=("${COMP_WORDS[0]}")
  local line=${COMP_LINE:0:COMP_POINT} all=()
  read -r -a words <<<"$line"
  read -r -a all <<<"$COMP_LINE" # the table may stand behind what is being written
  cur=''
  case $line in *[[:space:]]) ;; *) cur=${words[-1]}; unset 'words[-1]' ;; esac
  prev=${words[-1]}
  COMPREPLY=()
  dtypes='text bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64'
  case $prev in
    --dtype) _prong_offer "$dtypes" "$cur"; return ;;
    --out-dtype) _prong_offer 'f64 f32 f16 bf16' "$cur"; return ;;
    --order) _prong_offer 'C F' "$cur"; return ;;
    --nan-policy) _prong_offer 'propagate omit raise' "$cur"; return ;;
    --remove) _prong_offer 'early end' "$cur"; return ;;
    -f | --fields) _prong_fields "$cur"; return ;;
    -g | --group) _prong_one_of "$cur" '' < <(_prong_columns "${all[@]:1}"); return ;;
    --decimal) _prong_offer '. ,' "$cur"; return ;;
  esac
  case $cur in
    --dtype=*) _prong_offer "$dtypes" "${cur#*=}"; return ;;
    -*)
      _prong_offer "$("${words[0]}" --help 2>/dev/null | sed -n 's/^  *\(-[A-Za-z], \)\{0,1\}\(--[a-z-]*\)=\{0,1\}.*/\2/p')" "$cur"
      return ;;
  esac
  for ((i = 1; i < ${#words[@]}; i++)); do
    word=${words[i]}
    case $word in -*) ;; *) case ${words[i - 1]} in -[jo] | --[a-z]*) ;; *) seen=$word; break ;; esac ;; esac
  done
  # state and trace are followed by operations.
  case $seen in trace) test "$prev" = trace || seen=file ;; esac
  case $cur in *@*) _prong_operations "$cur"; return ;; esac
  if test -n "$seen" && test "$seen" != state && test "$seen" != trace; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  test -n "$seen" || _prong_offer 'state merge describe info ops trace segments limits' "$cur"
  local commands=("${COMPREPLY[@]}")
  COMPREPLY=()
  _prong_operations "$cur"
  COMPREPLY=("${commands[@]}" "${COMPREPLY[@]}")
  # What bash takes for the word begins after the last ':' or '='.
  case $cur in
    *:*) for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"${cur%"${cur##*:}"}"}; done ;;
  esac
}

complete -o default -o nospace -F _prong prong
