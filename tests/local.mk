# tests/: Check programs a room, and shell tests of the command; every one runs under tests/guard.
include tests/guard.mk
include tests/pool.mk
include tests/persistent.mk
include tests/array.mk
include tests/exact.mk
include tests/order.mk
include tests/cli.mk
include tests/table.mk
include tests/rooms.mk
include tests/states.mk
include tests/docs.mk
include tests/bench.mk
include tests/lab.mk
include tests/model.mk
