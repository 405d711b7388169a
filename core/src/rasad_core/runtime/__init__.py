"""What every program needs to run: the consumer loop, settings, logs, locks and clocks."""
