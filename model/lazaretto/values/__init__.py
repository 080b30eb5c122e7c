"""What a stated value is: number or distribution with unit, range, source and status; and the one
error for everything that is stated wrongly. Knows nothing of any mechanism."""
