libprong_sources += \
  lib/ipc/bell.c lib/ipc/bell.h lib/ipc/layout.c lib/ipc/layout.h lib/ipc/segment.c lib/ipc/segment.h lib/ipc/survey.c
