"""Scores, ranks and how sure they are, from arrays alone.

`pipeline.run` takes a `Table` of measured values, an `Index` (the tree and what is known of each
indicator) and a `Method`, and gives the `Stages` of the computation. The steps follow the OECD/JRC
Handbook on Constructing Composite Indicators (2008). Every step is a plain function in its own module
and one row in that module's dict, so a new method is a new function and a new row.

Inside, the first axis is the indicator (or the node of the tree) and the last the unit, which lie side
by side in memory; `Table` and `Stages` speak (units, indicators) or (periods, units, indicators).
NaN means "not measured" and never becomes 0.
"""
