"""The product: the command line, and the program that wires every stage on one machine."""
