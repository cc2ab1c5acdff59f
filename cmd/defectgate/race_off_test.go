//go:build !race

package main

// replayed is how many decisions are recorded and replayed.
const replayed = 1000
