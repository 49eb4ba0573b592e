"""The demonstration: a fictitious consultation, its content, its generator and its loader."""
