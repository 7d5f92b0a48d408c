"""StackSets: one template in many accounts and Regions, and what becomes of it when accounts come and go."""
