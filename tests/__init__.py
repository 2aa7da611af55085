"""The tests, which read as the specification; they mirror the packages."""
