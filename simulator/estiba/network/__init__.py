"""Networks: addresses, names, published ports."""
