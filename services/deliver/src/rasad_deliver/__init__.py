"""Groups matches into notifications, decides, and sends them."""
