"""The one place that names PyHelm's version, and the Helm version that it matches."""

__version__ = "0.1.0"
HELM_VERSION = "v4.3.1"
