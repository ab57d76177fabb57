libprong_sources += \
  lib/array/array.h lib/array/axis.c lib/array/axis.h lib/array/bytes.c lib/array/bytes.h lib/array/decode.c \
  lib/array/dtype.c lib/array/dtype.h \
  lib/array/fetch.c lib/array/file.c lib/array/file.h lib/array/input.h lib/array/mapped.c lib/array/notation.c \
  lib/array/notation.h lib/array/npy.c lib/array/npy.h lib/array/number.c lib/array/number.h \
  lib/array/number_front.h lib/array/open.c \
  lib/array/powers.c lib/array/save.c lib/array/shape.c lib/array/shape.h lib/array/slice.c lib/array/spool.c lib/array/stream.c \
  lib/array/text.c lib/array/unpack.c lib/array/unpack.h lib/array/unpack_codecs.c lib/array/walk.c lib/array/walk.h
