libprong_sources += \
  lib/reduce/ends.c lib/reduce/extrema.c lib/reduce/finish.c lib/reduce/ops.c lib/reduce/ops.h \
  lib/reduce/pairs.c lib/reduce/parse.c lib/reduce/product.c lib/reduce/reduction.c lib/reduce/scan.c \
  lib/reduce/scan.h lib/reduce/state.c lib/reduce/state.h lib/reduce/value.c lib/reduce/view.c
