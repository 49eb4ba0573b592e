"""Settings of a Fabrique instance: `base` for all, `dev`, `test` and `production` on top of it."""
