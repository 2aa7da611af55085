"""Results for people and for programs: numbers, tables, csv, markdown. The only place that formats numbers for people."""
