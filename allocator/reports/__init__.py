"""Numbers, words and tables for people, csv and markdown for programs; nothing else formats numbers for people."""
