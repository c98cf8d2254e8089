"""Made-up import files to try the registry with. Nothing in them is about a real body."""

from stregistry.demo.write import DemoFile, write_demo

__all__ = ["DemoFile", "write_demo"]
