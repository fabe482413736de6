"""A wealth-advisory assistant for banks and fund distributors."""
