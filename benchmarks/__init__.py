"""Claims about speed, each against a floor measured in the same run; see README.md."""
