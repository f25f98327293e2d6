"""The taxonomy of fraud forms, phases and channels."""
