libprong_sources += \
  lib/pool/arena.c lib/pool/arena.h lib/pool/async.c lib/pool/begin.c lib/pool/claim.c lib/pool/claim.h \
  lib/pool/crew.c lib/pool/crew.h lib/pool/figures.c lib/pool/figures.h lib/pool/fold.c lib/pool/fold.h \
  lib/pool/gather.c lib/pool/gather.h lib/pool/inline.c lib/pool/job.c lib/pool/job.h lib/pool/jobs.c \
  lib/pool/lifeline.c lib/pool/lifeline.h lib/pool/limit.c lib/pool/limit.h lib/pool/loss.c lib/pool/muster.c \
  lib/pool/options.c lib/pool/options.h lib/pool/persistent.c lib/pool/persistent.h lib/pool/place.c lib/pool/place.h \
  lib/pool/plan.h lib/pool/pool.c lib/pool/progress.c lib/pool/progress.h lib/pool/reap.c lib/pool/reap.h \
  lib/pool/run.c lib/pool/spawn.c lib/pool/spawn.h lib/pool/supervisor.c lib/pool/trace.c lib/pool/trace.h lib/pool/trace_text.c \
  lib/pool/scribe.c lib/pool/tree.c lib/pool/tree.h \
  lib/pool/turn.h lib/pool/watch.c lib/pool/watch.h lib/pool/witness.c lib/pool/witness.h lib/pool/worker.c \
  lib/pool/worker.h
