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

complete -c prong -n '__fish_is_first_token' -f -a 'state merge describe info ops trace segments limits'
complete -c prong -n '__fish_is_first_token' -f -a '(__prong_operations)'
complete -c prong -n '__fish_seen_subcommand_from trace state' -f -a '(__prong_operations)'
complete -c prong -l dtype -x -a 'text bool i8 i16 i32 i64 u8 u16 u32 u64 f16 bf16 f32 f64'
complete -c prong -l nan-policy -x -a 'propagate omit raise'
complete -c prong -l order -x -a 'C F'
complete -c prong -l out-dtype -x -a 'f64 f32 f16 bf16'
for option in (prong --help 2>/dev/null | string match -rg '^ +(?:-[A-Za-z], )?--([a-z-]+)')
    complete -c prong -l $option
end
