"""Orders: isolation and quarantine, adherence, monitoring, the ladder, appeals."""
