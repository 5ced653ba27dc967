"""A record of the judge in words, figures and drawings: what pages, memos and mails say of it. No Django."""
