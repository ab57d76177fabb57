libprong_sources += lib/array/array.h
