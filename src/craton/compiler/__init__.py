"""From a manifest to what AWS needs: templates, policies, and proofs that they do what they say."""
