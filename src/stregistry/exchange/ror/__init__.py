"""Data files of ROR, the Research Organization Registry: organisations, their ages, places and links."""
