"""What head office says to the station: bytes from anybody, refused or carried out, always answered."""
