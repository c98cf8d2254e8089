"""A registry of an innovation ecosystem, and the engine that turns its records into numbers."""

__version__ = "0.1.0"
