"""The server tower's cellar: technique that needs Django or the server."""
