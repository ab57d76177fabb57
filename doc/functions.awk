# Functions of a header, whose text is escaped for Texinfo already, as definitions: a comment before PRONG_API tells of the
# functions that follow it until the next comment or empty line, and one behind a function of that one. A function without a
# comment has that of the struct before it, which it takes.

function comment_text(lines) {
  sub(/^ *\/\*+ */, "", lines); sub(/ *\*\/ *$/, "", lines)
  gsub(/\n *\*+\/ *$/, "", lines)
  gsub(/\n *\* ?/, "\n", lines); gsub(/\n +/, "\n", lines)
  sub(/\n+$/, "", lines)
  return lines
}

function finish() {
  if (defined) print "@end deftypefun"
  defined = 0
}

# "double prong_sum_f64(const double *x, size_t n)" as type, name and arguments.
function define(text,    name, type, arguments, place) {
  sub(/^PRONG_API */, "", text); sub(/^PRONG_NODISCARD */, "", text); sub(/; *$/, "", text)
  gsub(/ +/, " ", text)
  place = index(text, "(")
  arguments = substr(text, place)
  type = substr(text, 1, place - 1)
  match(type, /prong_[a-z0-9_]+$/)
  name = substr(type, RSTART)
  type = substr(type, 1, RSTART - 1); sub(/ +$/, "", type)
  if (!open) { finish(); print "" }
  print (open ? "@deftypefunx" : "@deftypefun") " {" type "} " name " " arguments
  if (comment == "" && !open) comment = of_struct
  if (comment != "") pending = comment
  if (own != "") pending = pending (pending != "" ? "\n" : "") name ": " own
  comment = of_struct = ""
  open = defined = 1
}

function tell(what) { if (what != "") print what }

# A comment may go over several lines, and so may a function.
in_comment {
  comment = comment "\n" $0
  if (/\*\//) { in_comment = 0; comment = comment_text(comment); if (comment ~ /^----/) comment = "" }
  next
}
/^\/\*/ {
  if (defined) { tell(pending); pending = "" }
  open = 0; comment = $0
  if (/\*\//) { comment = comment_text(comment); if (comment ~ /^----/) comment = "" } else in_comment = 1
  next
}
/^PRONG_API/ { function_text = $0; sub(/ *\/\*.*\*\/ *$/, "", function_text); own = "" }
function_text != "" && !/^PRONG_API/ { line = $0; sub(/^ +/, " ", line); function_text = function_text line }
function_text != "" {
  if (match($0, /\/\*.*\*\//)) own = comment_text(substr($0, RSTART, RLENGTH))
  if (function_text !~ /;/) next
  sub(/ *\/\*.*\*\/ *$/, "", function_text)
  define(function_text)
  function_text = ""
  next
}
/^$/ {
  if (defined) { tell(pending); pending = "" }
  open = 0
}
/^typedef struct .*@\{$/ { of_struct = comment }
# A type on one line may stand between a comment and the functions that it tells of.
!/^$/ && !/^typedef enum .*;$/ { comment = "" }
END { if (defined) { tell(pending) } finish() }
