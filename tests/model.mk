# The protocol's models (Spin), and the soak: random kills while folds run.
TESTS += tests/model/run.sh
EXTRA_DIST += tests/model/run.sh tests/model/claim.pml tests/model/bell.pml
