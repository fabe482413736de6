"""Rules as data, dated and with their source; read through :mod:`zhitou.rulebook`."""
