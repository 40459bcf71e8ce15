"""The log form: one class for the page, its refills, the fragment 保存后 and the correction."""
