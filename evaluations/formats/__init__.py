"""Files of cases and of results, ours and other tools', read and written. Pure, without Django."""
