"""The pages of suggestions and of exposure."""
