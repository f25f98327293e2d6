"""What a partner runs: publish, check, disclose; a gateway on its own premises; a command line; a fake for its own tests."""
