"""What the station says: envelope, the shape of every body, the schemas made of them."""
