# completion/: for shells, where they look for it.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_zshcompletion_DATA = completion/_prong
dist_fishcompletion_DATA = completion/prong.fish
EXTRA_DIST += completion/prong.bash

# bash wants the file to have the name of the command.
install-data-local: install-bash-completion
install-bash-completion:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) $(srcdir)/completion/prong.bash '$(DESTDIR)$(bashcompletiondir)/prong'
uninstall-local: uninstall-bash-completion
uninstall-bash-completion:
	rm -f '$(DESTDIR)$(bashcompletiondir)/prong'
.PHONY: install-bash-completion uninstall-bash-completion
