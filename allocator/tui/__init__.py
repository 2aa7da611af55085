"""The terminal UI: draws what the session answers, and computes nothing. The only place that imports Textual."""
