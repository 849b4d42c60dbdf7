"""The demonstration: an invented cluster with a past, made by the same services that people use."""
