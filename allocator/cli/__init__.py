"""The command line: words in, words out. Parses, asks the session, prints what the views give; computes nothing."""
