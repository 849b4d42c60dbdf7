"""Reading suggestions, exposure, and the records that the engine is built from."""
