package main

// boxURLPath is where the address of a box that is open stands.
func boxURLPath(dir string) string { return beside(dir, ".box.url") }
