"""The pages of notifications and of the choices about them."""
