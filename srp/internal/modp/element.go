// Package modp is arithmetic in the one group that Cognito's SRP uses.
package modp

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// Size is the length of the modulus in bytes.
const Size = 384

// limbs is the length of the modulus in 64-bit limbs.
const limbs = Size / 8

// nHex is the 3072-bit MODP prime of RFC 3526, section 4 (group 15).
const nHex = "" +
	"FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74" +
	"020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437" +
	"4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05" +
	"98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB" +
	"9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718" +
	"3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33" +
	"A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864" +
	"D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2" +
	"08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// An Element is an integer modulo N in Montgomery form.
type Element [limbs]uint64

var (
	n   = parse(nHex)
	one = sub0(&n)
	rr  = computeRR()
)

func parse(s string) (z Element) {
	b, _ := hex.DecodeString(s)
	z.fill(b)
	return z
}

func (z *Element) fill(b []byte) {
	var buf [Size]byte
	copy(buf[Size-len(b):], b)
	for i := range z {
		z[i] = binary.BigEndian.Uint64(buf[Size-8-8*i:])
	}
}

func sub0(x *Element) (z Element) {
	var c uint64
	for i := range z {
		z[i], c = bits.Sub64(0, x[i], c)
	}
	return z
}

func computeRR() (z Element) {
	z = one
	for range 3 {
		z.Add(&z, &z)
	}
	for range 10 {
		z.Square(&z)
	}
	return z
}

// One returns 1.
func One() *Element { z := one; return &z }

// SetBytes sets z to the big-endian integer b and reports whether it is less
// than N.
func (z *Element) SetBytes(b []byte) bool {
	if len(b) > Size {
		return false
	}
	z.fill(b)
	var c uint64
	for i := range z {
		_, c = bits.Sub64(z[i], n[i], c)
	}
	z.Mul(z, &rr)
	return c == 1
}

// Bytes returns z as Size big-endian bytes.
func (z *Element) Bytes() (out [Size]byte) {
	var t Element
	t.Mul(z, &Element{1})
	t.reduce(0)
	for i := range t {
		binary.BigEndian.PutUint64(out[Size-8-8*i:], t[i])
	}
	return out
}

// IsZero reports whether z is 0.
func (z *Element) IsZero() bool {
	b := z.Bytes()
	var c byte
	for _, v := range b {
		c |= v
	}
	return c == 0
}

// Add sets z to x + y.
func (z *Element) Add(x, y *Element) *Element {
	var c uint64
	for i := range z {
		z[i], c = bits.Add64(x[i], y[i], c)
	}
	z.reduce(c)
	return z
}

// Sub sets z to x - y.
func (z *Element) Sub(x, y *Element) *Element {
	var c uint64
	for i := range z {
		z[i], c = bits.Sub64(x[i], y[i], c)
	}
	m := -c
	c = 0
	for i := range z {
		z[i], c = bits.Add64(z[i], n[i]&m, c)
	}
	return z
}

func (z *Element) reduce(carry uint64) {
	var t Element
	var c uint64
	for i := range z {
		t[i], c = bits.Sub64(z[i], n[i], c)
	}
	_, c = bits.Sub64(carry, 0, c)
	m := -c
	for i := range z {
		z[i] = t[i]&^m | z[i]&m
	}
}

// Mul sets z to x * y.
func (z *Element) Mul(x, y *Element) *Element {
	var t [limbs + 1]uint64
	var top uint64
	for i := range limbs {
		var c uint64
		for j := range limbs {
			hi, lo := bits.Mul64(x[j], y[i])
			var k uint64
			lo, k = bits.Add64(lo, t[j], 0)
			hi += k
			t[j], k = bits.Add64(lo, c, 0)
			c = hi + k
		}
		t[limbs], top = bits.Add64(top, c, 0)
		m := t[0]
		c = 0
		for j := range limbs {
			hi, lo := bits.Mul64(m, n[j])
			var k uint64
			lo, k = bits.Add64(lo, t[j], 0)
			hi += k
			lo, k = bits.Add64(lo, c, 0)
			c = hi + k
			if j > 0 {
				t[j-1] = lo
			}
		}
		var k uint64
		t[limbs-1], k = bits.Add64(t[limbs], c, 0)
		top += k
	}
	copy(z[:], t[:limbs])
	z.reduce(top)
	return z
}

// Square sets z to x * x.
func (z *Element) Square(x *Element) *Element { return z.Mul(x, x) }

// N returns the modulus as Size big-endian bytes.
func N() []byte {
	b, _ := hex.DecodeString(nHex)
	return b
}
