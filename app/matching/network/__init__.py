"""Analysis of the collaboration graph: edges, communities, betweenness, components and a layout."""
