libprong_sources += \
  lib/base/cgroup.c lib/base/cgroup.h lib/base/clock.h lib/base/cpus.c lib/base/cpus.h lib/base/error.c \
  lib/base/error.h lib/base/fault.c lib/base/fault.h lib/base/isa.c lib/base/isa.h \
  lib/base/self.c lib/base/self.h lib/base/size.h lib/base/version.c
