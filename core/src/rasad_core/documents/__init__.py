"""The documents of the store: their shapes, keys and one way to read and write them."""
