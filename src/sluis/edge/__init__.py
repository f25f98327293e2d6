"""The edge: live entries in memory, fed by the stream, answered without Django."""
