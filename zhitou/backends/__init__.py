"""The services behind the dialogue: product, risk profile, portfolio, knowledge, hand-off."""
