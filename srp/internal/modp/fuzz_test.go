package modp

import (
	"bytes"
	"math/big"
	"testing"
)

// The fuzz targets take limbs as big-endian bytes, of which they use the first
// Size: every such string is an Element.

func fuzzLimbs(b []byte) *Element {
	z := fromBytes(b[:min(len(b), Size)])
	return &z
}

func seeds() [][]byte {
	var bs [][]byte
	for _, x := range edges() {
		bs = append(bs, limbsToInt(x).Bytes())
	}
	return bs
}

func FuzzMul(f *testing.F) {
	for _, x := range seeds() {
		for _, y := range seeds()[:8] {
			f.Add(x, y)
		}
	}
	f.Fuzz(func(t *testing.T, xb, yb []byte) {
		x, y := fuzzLimbs(xb), fuzzLimbs(yb)
		var z Element
		z.Mul(x, y)
		check(t, "Mul", &z, new(big.Int).Mul(value(x), value(y)))
		z.Add(x, y)
		check(t, "Add", &z, new(big.Int).Add(value(x), value(y)))
		z.Sub(x, y)
		check(t, "Sub", &z, new(big.Int).Sub(value(x), value(y)))
	})
}

func FuzzSquare(f *testing.F) {
	for _, x := range seeds() {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, xb []byte) {
		x := fuzzLimbs(xb)
		var z Element
		z.Square(x)
		check(t, "Square", &z, new(big.Int).Mul(value(x), value(x)))
	})
}

func FuzzExp(f *testing.F) {
	for _, x := range seeds() {
		f.Add(x, []byte{0x81, 0x42, 0x24, 0x18, 0xFF})
	}
	f.Fuzz(func(t *testing.T, xb, e []byte) {
		x := fuzzLimbs(xb)
		e = e[:min(len(e), 36)] // past the end of the comb, where Exp takes over
		var z Element
		z.Exp(x, e)
		check(t, "Exp", &z, new(big.Int).Exp(value(x), new(big.Int).SetBytes(e), bigN))
		z.ExpG(e)
		check(t, "ExpG", &z, new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(e), bigN))
	})
}

// FuzzReduce has Bytes reduce any limbs, and SetBytes any bytes.
func FuzzReduce(f *testing.F) {
	for _, x := range seeds() {
		f.Add(x)
	}
	f.Add(bytes.Repeat([]byte{0xFF}, Size+1))
	f.Fuzz(func(t *testing.T, b []byte) {
		x := fuzzLimbs(b)
		got := x.Bytes()
		if want := value(x).FillBytes(make([]byte, Size)); !bytes.Equal(got[:], want) {
			t.Errorf("Bytes\n got %x\nwant %x", got, want)
		}

		v := new(big.Int).SetBytes(b)
		var z Element
		if ok := z.SetBytes(b); ok != (len(b) <= Size && v.Cmp(bigN) < 0) {
			t.Errorf("SetBytes = %v", ok)
		} else if ok {
			check(t, "SetBytes", &z, v)
		}
	})
}
