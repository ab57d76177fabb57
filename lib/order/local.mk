# lib/order: order statistics.
libprong_sources += \
  lib/order/bracket.h lib/order/classify.h lib/order/distinct.h lib/order/keys.h lib/order/quantile.h \
  lib/order/refine.h lib/order/select.h lib/order/top.h
