"""A foreign subgraph in Python: community canteens for the elderly."""
