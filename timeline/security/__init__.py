"""Who signs in, from where, and for how long: what protects the editors' pages besides the permissions."""
