// Package dudect measures, in tests, whether the time of an operation depends
// on a secret.
//
// The method is that of Reparaz, Balasch and Verbauwhede, "Dude, is my code
// constant time?" (2017): an operation is timed with secrets of two classes,
// in random order, and Welch's t-test says whether the times of one class can
// have the distribution of those of the other. It finds leaks; it proves
// nothing about there being none.
//
// It takes minutes, and a machine that does nothing else gives the best
// results. So such tests run on demand only, see [Run].
package dudect

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

var duration = flag.Duration("dudect", 0, "how long each measurement of timing leaks takes, 0 for none")

// Threshold is the |t| from which on a difference counts as one. Without a
// leak, one t in 150000 gets there by chance.
const Threshold = 4.5

// kept are the shares of the times, the fastest, for which t is computed. What
// the machine does besides makes times longer, so that a small difference may
// show among the fastest only.
var kept = [...]float64{1, 0.9, 0.5, 0.2}

// Run calls prepare with class 0 and 1 in random order, each time for an
// operation with another secret of that class, and measures how long the
// operation takes. It logs t, and fails the test if the classes differ.
//
// It skips the test unless the flag -dudect says how long to measure.
func Run(t *testing.T, prepare func(class int) (operation func())) {
	t.Helper()
	if run(t, prepare).Leaks() {
		t.Errorf("|t| is not below %v: the time depends on the class", Threshold)
	}
}

// Control is for an operation whose time is known to depend on the class. It
// fails the test if that does not show, for then Run would mean nothing.
func Control(t *testing.T, prepare func(class int) (operation func())) {
	t.Helper()
	if !run(t, prepare).Leaks() {
		t.Errorf("|t| is below %v, although the time depends on the class", Threshold)
	}
}

func run(t *testing.T, prepare func(class int) (operation func())) Result {
	t.Helper()
	if *duration == 0 {
		t.Skip("runs with -dudect 1m")
	}
	r := Measure(*duration, prepare)
	t.Log(r)
	return r
}

// A Result is the outcome of a measurement.
type Result struct {
	N    [2]int             // how many times each class was measured
	Mean [2]float64         // in nanoseconds
	T    [len(kept)]float64 // t for the shares in kept
}

// Leaks reports whether the times of the classes differ.
func (r Result) Leaks() bool {
	for _, t := range r.T {
		if !(math.Abs(t) < Threshold) { // or NaN
			return true
		}
	}
	return false
}

func (r Result) String() string {
	return fmt.Sprintf("t = %+.2f for the fastest %v (threshold ±%v); %d and %d times, %.0f and %.0f ns on average",
		r.T, kept, Threshold, r.N[0], r.N[1], r.Mean[0], r.Mean[1])
}

// Measure measures for so long, as [Run] does.
func Measure(d time.Duration, prepare func(class int) (operation func())) Result {
	// What is done only once, and to warm up.
	for i := range 20 {
		prepare(i % 2)()
	}
	var times [2][]float64
	for begin := time.Now(); time.Since(begin) < d; {
		class := rand.IntN(2)
		operation := prepare(class)
		start := time.Now()
		operation()
		times[class] = append(times[class], float64(time.Since(start)))
	}
	return analyze(times)
}

func analyze(times [2][]float64) Result {
	var r Result
	for class := range times {
		r.N[class] = len(times[class])
		r.Mean[class], _ = moments(times[class])
	}
	all := slices.Sorted(slices.Values(slices.Concat(times[0], times[1])))
	for i, share := range kept {
		var fastest [2][]float64
		for class := range times {
			for _, x := range times[class] {
				if x <= all[int(share*float64(len(all)-1))] {
					fastest[class] = append(fastest[class], x)
				}
			}
		}
		r.T[i] = welch(fastest)
	}
	return r
}

// welch returns Welch's t for two samples.
func welch(x [2][]float64) float64 {
	m0, v0 := moments(x[0])
	m1, v1 := moments(x[1])
	return (m0 - m1) / math.Sqrt(v0/float64(len(x[0]))+v1/float64(len(x[1])))
}

// moments returns the mean and the variance of a sample.
func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		variance += (v - mean) * (v - mean)
	}
	return mean, variance / float64(len(x)-1)
}
