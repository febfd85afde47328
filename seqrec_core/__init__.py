"""From a raw behaviour log to a recommendation that a person understands and can check."""

__version__ = "0.1.0"
