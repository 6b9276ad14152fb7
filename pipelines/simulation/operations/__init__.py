"""What happens behind a branch's books: orders, goods, the bank's own account of money.

Not here: how it is booked (booking, routine), and any idea of how a pipeline finds differences.
"""
