"""The built-in heap policies, one a file. Each imports `allocator`'s public face and nothing else of ours."""
