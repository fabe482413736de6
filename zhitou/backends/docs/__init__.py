"""The interface documents under ``/docs``."""
