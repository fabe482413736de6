"""Values in a message: sums, shares, times, ordinals, terms and product names, by pure code."""
