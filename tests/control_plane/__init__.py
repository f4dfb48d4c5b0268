"""A real Kubernetes control plane for the cluster tests: built from Go modules, started per run."""
