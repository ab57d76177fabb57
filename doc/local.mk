# doc/: manual pages. prong(1)'s OPTIONS and OPERATIONS are made from the command by `make update-man`.
dist_man1_MANS += doc/prong.1
EXTRA_DIST += doc/update-man.sh

.PHONY: update-man
update-man: bin/prong
	sh $(srcdir)/doc/update-man.sh bin/prong $(srcdir)/doc/prong.1
