"""The portfolio backend: holdings, their diagnosis, plans for money, comfort in a loss, alerts."""
