package modp

import (
	"crypto/subtle"
	"sync"
)

// window is how many bits of its exponent Exp takes at a time. Five cost the
// fewest multiplications at 512 bits, with four close behind.
const window = 5

// Exp sets z to x^e, where e is a big-endian integer. The number of steps
// depends on the length of e, and on nothing else.
func (z *Element) Exp(x *Element, e []byte) *Element {
	// HAC, algorithm 14.82: left-to-right k-ary exponentiation.
	var table [1 << window]Element // x^0, x^1, ...
	table[0], table[1] = one, *x
	for i := 2; i < len(table); i += 2 {
		table[i].Square(&table[i/2])
		table[i+1].Mul(&table[i], x)
	}
	top := 8 * len(e) / window * window
	z.lookup(&table, digit(e, top, 1))
	for i := top - window; i >= 0; i -= window {
		for range window {
			z.Square(z)
		}
		var t Element
		z.Mul(z, t.lookup(&table, digit(e, i, 1)))
	}
	return z
}

// ExpG goes over its exponent with a comb, which has as many teeth as a window
// has bits, with spacing bits from one to the next. It has a comb, and a table
// of what such a comb can pick up, for every rounds-th bit of that space, so
// that all of them have to move on by one bit only rounds-1 times.
const (
	combs   = 13
	rounds  = 4
	spacing = combs * rounds

	_ uint = window*spacing - 256 // a and x must fit
)

// combTables returns, in table j, for every number the product of the powers
// 2^(2^(spacing·i + rounds·j)) for all i that are bits of that number. Making
// the tables takes less than two milliseconds, once; they have 156 KiB.
var combTables = sync.OnceValue(func() *[combs][1 << window]Element {
	var tables [combs][1 << window]Element
	var p Element
	p.Add(&one, &one)
	for i := range window {
		for j := range tables {
			t := &tables[j]
			t[0] = one
			for u := range 1 << i {
				t[1<<i|u].Mul(&t[u], &p)
			}
			for range rounds {
				p.Square(&p)
			}
		}
	}
	return &tables
})

// ExpG sets z to 2^e, where e is a big-endian integer. The number of steps
// depends on the length of e, and on nothing else.
func (z *Element) ExpG(e []byte) *Element {
	if 8*len(e) > window*spacing {
		var g Element
		return z.Exp(g.Add(&one, &one), e)
	}
	// HAC, algorithm 14.117: fixed-base comb, after Lim and Lee.
	tables := combTables()
	*z = one
	for i := rounds - 1; i >= 0; i-- {
		z.Square(z)
		for j := range tables {
			var t Element
			z.Mul(z, t.lookup(&tables[j], digit(e, rounds*j+i, spacing)))
		}
	}
	return z
}

// digit returns the number whose bits, from the lowest, are those of e at pos,
// pos+step, and so on, window in all.
func digit(e []byte, pos, step int) int32 {
	var d int32
	for i := range window {
		if at := pos + i*step; at < 8*len(e) {
			d |= int32(e[len(e)-1-at/8]>>(at%8)&1) << i
		}
	}
	return d
}

// lookup sets z to table[d], reading all of the table.
//
//go:norace
func (z *Element) lookup(table *[1 << window]Element, d int32) *Element {
	*z = Element{}
	for i := range table {
		t := &table[i]
		mask := -uint64(subtle.ConstantTimeEq(int32(i), d))
		for j := 0; j < limbs; j += 4 {
			z[j] |= t[j] & mask
			z[j+1] |= t[j+1] & mask
			z[j+2] |= t[j+2] & mask
			z[j+3] |= t[j+3] & mask
		}
	}
	return z
}
