"""What several kinds of resources are made of: buckets that are kept, and roles that services assume."""
