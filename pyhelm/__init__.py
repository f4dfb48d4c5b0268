"""PyHelm: a chart package manager for Kubernetes, compatible with Helm."""
