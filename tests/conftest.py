"""Settings of every test: hypothesis repeats itself, so that a run says the same on every machine."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "fairheap",
    deadline=None,  # no verdict of ours depends on the clock
    derandomize=True,
    max_examples=60,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("deep", settings.get_profile("fairheap"), derandomize=False, max_examples=2000)
settings.load_profile("fairheap")
