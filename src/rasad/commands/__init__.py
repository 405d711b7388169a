"""One module per group of commands; what is heavy is imported when a command runs."""
