"""The score: the query, the terms with their formulas, the learnt weights and the reasons that explain a score."""
