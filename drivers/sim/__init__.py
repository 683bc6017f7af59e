"""A station that is not there: simulated devices that speak the real protocols on real sockets and ptys."""
