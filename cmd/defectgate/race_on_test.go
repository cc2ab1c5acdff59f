//go:build race

package main

// replayed is how many decisions are recorded and replayed: fewer, because the race detector makes each take ten times as long.
const replayed = 60
