"""A publication: the registry as of two times in a folder of Parquet files to read, check and compute from."""

from stregistry.publication.manifest import FORMAT, LICENCES, MANIFEST, Manifest, read_manifest
from stregistry.publication.publish import Published, publish

__all__ = ["FORMAT", "LICENCES", "MANIFEST", "Manifest", "Published", "publish", "read_manifest"]
