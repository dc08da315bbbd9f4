//go:build race

package scheduler_test

// raceCost is how much smaller the large tests are under the race detector.
const raceCost = 10
