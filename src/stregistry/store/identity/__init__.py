"""Which records are one body: what people decided, how reads follow it, and which pairs to look at.

Merging chooses a canonical id and rewrites nothing: everything here is worked out when it is read.
"""
