"""Where a person's own files are: settings, and what a sitting leaves behind. Makes no directory and reads no file."""

from __future__ import annotations

from pathlib import Path

NAME = "fairheap"


def settings() -> Path:
    """The directory of settings: `$XDG_CONFIG_HOME/fairheap`, or what the system has for it."""
    from platformdirs import user_config_path

    return user_config_path(NAME, appauthor=False)


def state() -> Path:
    """The directory of what should outlive a sitting: `$XDG_STATE_HOME/fairheap`, or what the system has for it."""
    from platformdirs import user_state_path

    return user_state_path(NAME, appauthor=False)
