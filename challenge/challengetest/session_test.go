package challengetest

import (
	"strconv"
	"testing"
)

// TestVault is inside the package: to fill a pool through its API would take
// long.
func TestVault(t *testing.T) {
	var v vault[int]
	for i := range 2 * maxKept {
		v.put(strconv.Itoa(i), i)
	}
	if len(v.values) != maxKept || len(v.order) != maxKept {
		t.Errorf("%d values and %d names are kept", len(v.values), len(v.order))
	}
	for i, want := range map[int]bool{0: false, maxKept - 1: false, maxKept: true, 2*maxKept - 1: true, 2 * maxKept: false} {
		if value, ok := v.get(strconv.Itoa(i)); ok != want || ok && value != i {
			t.Errorf("%d: got %d, %t", i, value, ok)
		}
	}
}
