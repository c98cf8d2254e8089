"""Files in: what a file holds becomes typed columns, its problems become issues, its rows become records."""
