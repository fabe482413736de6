"""Customers, their risk assessments, and whether a product suits them."""
