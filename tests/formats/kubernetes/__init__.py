"""Tests of the reader of Kubernetes dumps."""
