"""Results as lines, csv and markdown: what the command line prints and the terminal UI exports. Computes nothing."""
