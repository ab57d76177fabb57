# doc/: manual pages and the manual. What of them is made from the command's tables and the headers, `make update-man` renews.
dist_man1_MANS += doc/prong.1 doc/prong-grade.1
dist_man3_MANS += \
  doc/prong_array_open.3 doc/prong_error_string.3 doc/prong_event_string.3 doc/prong_exact.3 doc/prong_fold.3 \
  doc/prong_pool_create.3 doc/prong_reduce.3 doc/prong_reduce_axes.3 doc/prong_reduction_keep.3 \
  doc/prong_segment_list.3 doc/prong_table_open.3 doc/prong_version.3
EXTRA_DIST += doc/update-man.sh doc/update-manual.sh doc/functions.awk

# The manual, for `make info html pdf`. A release holds the Info file, made; m4/manual.m4 tells of a checkout without makeinfo.
info_TEXINFOS = doc/prong.texi
doc_prong_TEXINFOS = \
  doc/manual/course.texi doc/manual/exact.texi doc/manual/faults.texi doc/manual/functions.texi doc/manual/intro.texi \
  doc/manual/lab.texi doc/manual/limits.texi doc/manual/operations.texi doc/manual/options.texi doc/manual/program.texi \
  doc/manual/reference.texi doc/manual/run.texi doc/manual/shell.texi doc/manual/states.texi doc/manual/statuses.texi \
  doc/manual/tables.texi
dist-hook:
	@test -f '$(srcdir)/doc/prong.info' || { \
	  echo 'a release holds the manual as Info: install makeinfo (Debian: texinfo) and configure again' >&2; exit 1; }

# The other functions have links, one-line pages that name the page which tells of them.
links_array = \
  man3/prong_array_close.3 man3/prong_array_describe.3 man3/prong_array_reshape.3 man3/prong_array_save.3 \
  man3/prong_array_slice.3 man3/prong_array_split.3 man3/prong_array_view.3 man3/prong_dtype_list.3 \
  man3/prong_dtype_name.3 man3/prong_dtype_parse.3 man3/prong_dtype_size.3 man3/prong_npy_header.3
links_error = man3/prong_status_string.3
links_event = man3/prong_event_name.3
links_exact = \
  man3/prong_adder_create.3 man3/prong_adder_destroy.3 man3/prong_adder_init.3 man3/prong_adder_isa.3 \
  man3/prong_adder_size.3 man3/prong_dot_f64.3 man3/prong_exact_add_bf16.3 man3/prong_exact_add_dot_f64.3 \
  man3/prong_exact_add_f16.3 man3/prong_exact_add_f32.3 man3/prong_exact_add_f64.3 \
  man3/prong_exact_add_f64_strided.3 man3/prong_exact_add_i64.3 man3/prong_exact_add_one.3 \
  man3/prong_exact_add_pairs.3 man3/prong_exact_add_pairs_f64.3 man3/prong_exact_add_times.3 \
  man3/prong_exact_add_u64.3 man3/prong_exact_count.3 \
  man3/prong_exact_deserialize.3 man3/prong_exact_equal.3 \
  man3/prong_exact_init.3 man3/prong_exact_integer.3 man3/prong_exact_integer_squares.3 man3/prong_exact_merge.3 \
  man3/prong_exact_needs.3 man3/prong_exact_powers.3 man3/prong_exact_ratio.3 man3/prong_exact_result.3 \
  man3/prong_exact_round.3 man3/prong_exact_round_integer.3 man3/prong_exact_serial_size.3 \
  man3/prong_exact_serialize.3 man3/prong_exact_size.3 man3/prong_exact_unmerge.3 man3/prong_sum_f64.3
links_fold = man3/prong_workers.3
links_ipc = man3/prong_ipc_limits_get.3 man3/prong_segment_remove.3
links_pool = \
  man3/prong_job_wait.3 man3/prong_pool_alloc.3 man3/prong_pool_cancel.3 man3/prong_pool_destroy.3 man3/prong_pool_fd.3 \
  man3/prong_pool_fold.3 man3/prong_pool_for.3 man3/prong_pool_free.3 man3/prong_pool_map.3 man3/prong_pool_owns.3 \
  man3/prong_pool_pump.3 man3/prong_pool_refork.3 man3/prong_pool_reset.3 man3/prong_pool_start.3 \
  man3/prong_pool_stats.3
links_axes = \
  man3/prong_grid_free.3 man3/prong_grid_outputs.3 man3/prong_grid_save.3 man3/prong_grid_shape.3 man3/prong_grid_value.3
links_reduce = \
  man3/prong_method_name.3 man3/prong_op_list.3 man3/prong_reduction_add.3 man3/prong_reduction_add_all.3 \
  man3/prong_reduction_add_pair.3 man3/prong_reduction_bytes.3 \
  man3/prong_reduction_columns.3 man3/prong_reduction_count.3 man3/prong_reduction_create.3 \
  man3/prong_reduction_elements.3 man3/prong_reduction_free.3 man3/prong_reduction_name.3 \
  man3/prong_reduction_params.3 man3/prong_reduction_reset.3 man3/prong_reduction_text.3 \
  man3/prong_reduction_value.3 man3/prong_value_edge.3 man3/prong_value_free.3 man3/prong_value_item.3 \
  man3/prong_value_string.3
links_states = \
  man3/prong_reduction_dtype.3 man3/prong_reduction_load.3 man3/prong_reduction_merge.3 man3/prong_reduction_options.3 \
  man3/prong_reduction_save.3 man3/prong_reduction_set_options.3
links_table = \
  man3/prong_table_close.3 man3/prong_table_column.3 man3/prong_table_columns.3 man3/prong_table_reduce.3 \
  man3/prong_table_reduce_all.3 \
  man3/prong_table_result_bytes.3 man3/prong_table_result_count.3 man3/prong_table_result_free.3 \
  man3/prong_table_result_group.3 man3/prong_table_result_groups.3 man3/prong_table_result_info.3 man3/prong_table_result_key.3 \
  man3/prong_table_result_rows.3 man3/prong_table_result_skipped.3 man3/prong_table_result_value.3
nodist_man3_MANS = \
  $(links_array) $(links_axes) $(links_error) $(links_event) $(links_exact) $(links_fold) $(links_ipc) $(links_pool) \
  $(links_reduce) \
  $(links_states) $(links_table)
CLEANFILES += $(nodist_man3_MANS)

link_to = $(AM_V_GEN)$(MKDIR_P) man3 && echo '.so man3/'
$(links_array):
	$(link_to)prong_array_open.3 >$@
$(links_axes):
	$(link_to)prong_reduce_axes.3 >$@
$(links_error):
	$(link_to)prong_error_string.3 >$@
$(links_event):
	$(link_to)prong_event_string.3 >$@
$(links_exact):
	$(link_to)prong_exact.3 >$@
$(links_fold):
	$(link_to)prong_fold.3 >$@
$(links_ipc):
	$(link_to)prong_segment_list.3 >$@
$(links_pool):
	$(link_to)prong_pool_create.3 >$@
$(links_reduce):
	$(link_to)prong_reduce.3 >$@
$(links_states):
	$(link_to)prong_reduction_keep.3 >$@
$(links_table):
	$(link_to)prong_table_open.3 >$@

.PHONY: update-man
update-man: bin/prong
	sh $(srcdir)/doc/update-man.sh bin/prong $(srcdir)/doc/prong.1
	sh $(srcdir)/doc/update-manual.sh bin/prong $(srcdir)/lib $(srcdir)/doc/manual
