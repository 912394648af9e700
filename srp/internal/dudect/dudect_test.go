package dudect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestWelch(t *testing.T) {
	// By hand: means 2 and 5, variances 1 and 4, so -3/√(1/3+4/3).
	got := welch([2][]float64{{1, 2, 3}, {3, 5, 7}})
	if want := -3 / math.Sqrt(5.0/3); math.Abs(got-want) > 1e-12 {
		t.Errorf("welch = %v, want %v", got, want)
	}
}

// TestAnalyze has two classes of times that differ in no way, and in one.
func TestAnalyze(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sample := func(shift float64) [2][]float64 {
		var times [2][]float64
		for i := range 20000 {
			x := 1000 + 20*rng.NormFloat64() + shift*float64(i%2)
			if rng.IntN(20) == 0 {
				x += 50000 * rng.Float64() // an interruption
			}
			times[i%2] = append(times[i%2], x)
		}
		return times
	}
	if r := analyze(sample(0)); r.Leaks() {
		t.Errorf("found a leak where there is none: %v", r)
	}
	if r := analyze(sample(2)); !r.Leaks() {
		t.Errorf("missed a difference of a tenth of the deviation: %v", r)
	}
	if r := analyze([2][]float64{}); !r.Leaks() {
		t.Errorf("nothing measured is no leak: %v", r)
	}
}

// TestMeasure is about an operation that leaks as much as one can.
func TestMeasure(t *testing.T) {
	var sink int
	r := Measure(100*time.Millisecond, func(class int) func() {
		return func() {
			for i := range 1000 + 20000*class {
				sink += i * i
			}
		}
	})
	if !r.Leaks() || r.Mean[0] >= r.Mean[1] || r.N[0] == 0 || r.N[1] == 0 {
		t.Errorf("missed a difference of twenty times: %v", r)
	}
}
