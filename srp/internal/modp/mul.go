package modp

import "math/bits"

// Mul sets z to x * y.
func (z *Element) Mul(x, y *Element) *Element {
	// HAC, algorithm 14.12: multiple-precision multiplication, row by row.
	var t [2 * limbs]uint64
	xl, xu := halves(x[:])
	for i, d := range y {
		tl, tu := halves(t[i:])
		k := tl.addMul(xl, d, 0, 0)
		t[i+limbs] = tu.addMul(xu, d, k, 0)
	}
	return z.reduce(&t)
}

// Square sets z to x * x.
func (z *Element) Square(x *Element) *Element {
	// HAC, algorithm 14.16: multiple-precision squaring. Every product of two
	// different limbs occurs twice in a square. First, they are added up once:
	// each limb times those above it, which are what is left of x in y.
	var t [2 * limbs]uint64
	y := *x
	yl, yu := halves(y[:])
	for i, d := range x {
		y[i] = 0
		tl, tu := halves(t[i:])
		if i < limbs/2 {
			k := tl.addMul(yl, d, 0, (i+1)/3)
			t[i+limbs] = tu.addMul(yu, d, k, 0)
		} else {
			t[i+limbs] = tu.addMul(yu, d, 0, (i+1-limbs/2)/3)
		}
	}
	// Then t is doubled, and the squares of the limbs are added.
	var c, msb uint64
	for i, d := range x {
		hi, lo := bits.Mul64(d, d)
		t0, t1 := t[2*i], t[2*i+1]
		t[2*i], c = bits.Add64(t0<<1|msb, lo, c)
		t[2*i+1], c = bits.Add64(t1<<1|t0>>63, hi, c)
		msb = t1 >> 63
	}
	return z.reduce(&t)
}

// reduce sets z to t / R modulo N.
//
// This is HAC, algorithm 14.32: Montgomery reduction. It makes the lower half
// of t zero, one limb after the other, by adding a multiple of N; as -N⁻¹ is 1
// mod 2^64, that multiple is by the limb itself. It follows multiplication
// instead of being interleaved with it, what Koç, Acar and Kaliski call SOS, so
// that Mul and Square share it; here that is not slower.
func (z *Element) reduce(t *[2 * limbs]uint64) *Element {
	nl, nu := halves(n[:])
	var c uint64
	for i := range limbs {
		q := t[i]
		tl, tu := halves(t[i:])
		k := tl.addMul(nl, q, 0, 0)
		k = tu.addMul(nu, q, k, 0)
		t[i+limbs], c = bits.Add64(t[i+limbs], k, c)
	}
	// t was less than R², and what was added less than R·N. So what is left is
	// less than R + N, and if it carried, addR makes it less than R.
	*z = Element(t[limbs:])
	z.addR(c)
	return z
}

// addR adds c·R to z, where c is a carry that z has no room for, and returns
// what carries out. As R is congruent to [one], it adds c·one.
func (z *Element) addR(c uint64) uint64 {
	zl, zu := halves(z[:])
	ol, ou := halves(one[:])
	k := zl.addMul(ol, c, 0, 0)
	return zu.addMul(ou, c, k, 0)
}

// A half is half of an Element. Rows are multiplied in two halves, because a
// loop costs a fifth of the speed and addMul has none.
type half [limbs / 2]uint64

// halves returns the lower and the upper half of the Element that x begins
// with.
func halves(x []uint64) (lower, upper *half) {
	return (*half)(x), (*half)(x[limbs/2:])
}

// addMul adds x·d + k to t and returns the limb that carries out. That is all
// that can: (2^1536-1)(2^64-1) + 2^64-1 + 2^1536-1 is 2^1600 - 1. The lowest
// 3·from limbs of x and of t are left out, where from is less than 8.
//
// It is where the time goes. A row is eight times the same step on three
// limbs, few enough for all of its values to stay in registers: the lower
// limbs of the products are added to t in one chain of carries, and k and
// their upper limbs in another. Neither chain can carry out of h2: t, x and k
// of a step are as bounded as those of the whole.
//
// The race detector would make it, and the tests of all users, many times
// slower, and would find nothing: no Element is shared while it is written.
//
//go:norace
func (t *half) addMul(x *half, d, k uint64, from int) uint64 {
	if from <= 0 {
		h0, l0 := bits.Mul64(x[0], d)
		h1, l1 := bits.Mul64(x[1], d)
		h2, l2 := bits.Mul64(x[2], d)
		l0, c := bits.Add64(l0, t[0], 0)
		l1, c = bits.Add64(l1, t[1], c)
		l2, c = bits.Add64(l2, t[2], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[0], c = bits.Add64(l0, k, 0)
		t[1], c = bits.Add64(l1, h0, c)
		t[2], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 1 {
		h0, l0 := bits.Mul64(x[3], d)
		h1, l1 := bits.Mul64(x[4], d)
		h2, l2 := bits.Mul64(x[5], d)
		l0, c := bits.Add64(l0, t[3], 0)
		l1, c = bits.Add64(l1, t[4], c)
		l2, c = bits.Add64(l2, t[5], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[3], c = bits.Add64(l0, k, 0)
		t[4], c = bits.Add64(l1, h0, c)
		t[5], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 2 {
		h0, l0 := bits.Mul64(x[6], d)
		h1, l1 := bits.Mul64(x[7], d)
		h2, l2 := bits.Mul64(x[8], d)
		l0, c := bits.Add64(l0, t[6], 0)
		l1, c = bits.Add64(l1, t[7], c)
		l2, c = bits.Add64(l2, t[8], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[6], c = bits.Add64(l0, k, 0)
		t[7], c = bits.Add64(l1, h0, c)
		t[8], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 3 {
		h0, l0 := bits.Mul64(x[9], d)
		h1, l1 := bits.Mul64(x[10], d)
		h2, l2 := bits.Mul64(x[11], d)
		l0, c := bits.Add64(l0, t[9], 0)
		l1, c = bits.Add64(l1, t[10], c)
		l2, c = bits.Add64(l2, t[11], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[9], c = bits.Add64(l0, k, 0)
		t[10], c = bits.Add64(l1, h0, c)
		t[11], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 4 {
		h0, l0 := bits.Mul64(x[12], d)
		h1, l1 := bits.Mul64(x[13], d)
		h2, l2 := bits.Mul64(x[14], d)
		l0, c := bits.Add64(l0, t[12], 0)
		l1, c = bits.Add64(l1, t[13], c)
		l2, c = bits.Add64(l2, t[14], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[12], c = bits.Add64(l0, k, 0)
		t[13], c = bits.Add64(l1, h0, c)
		t[14], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 5 {
		h0, l0 := bits.Mul64(x[15], d)
		h1, l1 := bits.Mul64(x[16], d)
		h2, l2 := bits.Mul64(x[17], d)
		l0, c := bits.Add64(l0, t[15], 0)
		l1, c = bits.Add64(l1, t[16], c)
		l2, c = bits.Add64(l2, t[17], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[15], c = bits.Add64(l0, k, 0)
		t[16], c = bits.Add64(l1, h0, c)
		t[17], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	if from <= 6 {
		h0, l0 := bits.Mul64(x[18], d)
		h1, l1 := bits.Mul64(x[19], d)
		h2, l2 := bits.Mul64(x[20], d)
		l0, c := bits.Add64(l0, t[18], 0)
		l1, c = bits.Add64(l1, t[19], c)
		l2, c = bits.Add64(l2, t[20], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[18], c = bits.Add64(l0, k, 0)
		t[19], c = bits.Add64(l1, h0, c)
		t[20], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	{
		h0, l0 := bits.Mul64(x[21], d)
		h1, l1 := bits.Mul64(x[22], d)
		h2, l2 := bits.Mul64(x[23], d)
		l0, c := bits.Add64(l0, t[21], 0)
		l1, c = bits.Add64(l1, t[22], c)
		l2, c = bits.Add64(l2, t[23], c)
		h2, _ = bits.Add64(h2, 0, c)
		t[21], c = bits.Add64(l0, k, 0)
		t[22], c = bits.Add64(l1, h0, c)
		t[23], c = bits.Add64(l2, h1, c)
		k, _ = bits.Add64(h2, 0, c)
	}
	return k
}
