# SPDX-License-Identifier: MIT
# Completion of prong for fish: what it offers comes from the command itself (prong ops, prong --help).
function __prong_operations
    set -l token (commandline -ct)
    set -l front (string match -r '^.*,' -- $token)
    prong ops 2>/dev/null | while read -l line
        set -l parts (string split \t -- $line)
        set -l name (string replace -r '\[.*' '' -- $parts[1])
        set name (string replace -r ':[A-Z].*' ':' -- $name)
        printf '%s%s\t%s\n' "$front" $name $parts[4]
    end
end

# The names in the first line of the first file among the words, cut where -t says.
function __prong_columns
    set -l delimiter ,
    set -l file
    set -l next
    for word in (commandline -opc)[2..-1]
        if test -n "$next"
            set delimiter $word
            set next
            continue
        end
        switch $word
            case -t --delimiter
                set next 1
            case '-t*'
                set delimiter (string sub -s 3 -- $word)
            case '--delimiter=*'
                set delimiter (string replace -- --delimiter= '' $word)
            case '-*'
            case '*'
                test -z "$file" -a -f $word; and set file $word
        end
    end
    test -n "$file"; or return
    contains -- $delimiter tab '\t'; and set delimiter \t
    head -n 1 -- $file 2>/dev/null | string replace -a -r '[\r"]' '' | string split -- $delimiter
end

# The same behind the last comma of a list, or behind the last @.
function __prong_column_list
    set -l front (string match -r '^.*,' -- (commandline -ct))
    for column in (__prong_columns)
        printf '%s%s\n' "$front" $column
    end
end
function __prong_column_of
    set -l front (string match -r '^.*@' -- (commandline -ct))
    test -n "$front"; or return
    for column in (__prong_columns)
        printf '%s%s\n' "$front" $column
    end
end

complete -c prong -n '__fish_is_first_token' -f -a 'state merge describe info ops trace segments limits'
complete -c prong -n '__fish_is_first_token' -f -a '(__prong_operations)'
complete -c prong -n '__fish_seen_subcommand_from trace state' -f -a '(__prong_operations)'
complete -c prong -n 'string match -q "*@*" -- (commandline -ct)' -f -a '(__prong_column_of)'
complete -c prong -s f -l fields -x -a '(__prong_column_list)'
complete -c prong -s g -l group -x -a '(__prong_columns)'
complete -c prong -l decimal -x -a '. ,'
complete -c prong -l dtype -x -a 'text bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64'
complete -c prong -l nan-policy -x -a 'propagate omit raise'
complete -c prong -l order -x -a 'C F'
complete -c prong -l out-dtype -x -a 'f64 f32 f16 bf16'
for option in (prong --help 2>/dev/null | string match -rg '^ +(?:-[A-Za-z], )?--([a-z-]+)')
    complete -c prong -l $option
end
