"""The bus: when each device is due, what it is asked, what may leave the port, and which answer is believed."""
