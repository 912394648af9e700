package modp

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// Size is the length of an integer modulo N in bytes.
const Size = 3072 / 8

// limbs is the number of 64-bit limbs of an Element.
const limbs = Size / 8

// nHex is N as RFC 3526, section 4, prints it:
// 2^3072 - 2^3008 - 1 + 2^64 * { [2^2942 pi] + 1690314 }.
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

// An Element is an integer modulo N. The zero value is 0.
//
// Its limbs, least significant first, are those of x·R, the Montgomery form of
// x, where R = 2^3072. They are reduced just so much that 48 limbs hold them:
// any 48 limbs are an Element, some Elements have two forms, and only
// [Element.Bytes] is unique. (Gueron calls that almost Montgomery.) N has so
// many leading ones that the second form is rare, but it does occur.
//
// Methods set their receiver and return it. Receiver and arguments may be the
// same Element.
type Element [limbs]uint64

var (
	// n is N, not in Montgomery form. Its lowest limb is 2^64 - 1, so that
	// -N⁻¹ mod 2^64, which Montgomery's reduction multiplies by, is 1.
	n = fromBytes(N())

	// one is the Montgomery form of 1, R mod N. As N > R/2, that is R - N.
	one = func() (z Element) {
		var borrow uint64
		for i := range z {
			z[i], borrow = bits.Sub64(0, n[i], borrow)
		}
		return z
	}()

	// rr is R² mod N, the Montgomery form of R = (2³)^(2¹⁰).
	rr = func() (z Element) {
		z.Add(&one, &one)
		z.Add(&z, &z)
		z.Add(&z, &z)
		for range 10 {
			z.Square(&z)
		}
		return z
	}()
)

// N returns the modulus as Size big-endian bytes.
func N() []byte {
	b, err := hex.DecodeString(nHex)
	if err != nil {
		panic(err) // unreachable: nHex is a constant
	}
	return b
}

// fromBytes returns the limbs of a big-endian integer of at most Size bytes,
// not in Montgomery form.
func fromBytes(b []byte) (z Element) {
	var buf [Size]byte
	copy(buf[Size-len(b):], b)
	for i := range z {
		z[i] = binary.BigEndian.Uint64(buf[Size-8*(i+1):])
	}
	return z
}

// SetBytes sets z to the big-endian integer b, modulo N, and reports whether b
// was less than N. If b is longer than Size bytes, it leaves z as it is.
func (z *Element) SetBytes(b []byte) bool {
	if len(b) > Size {
		return false
	}
	t := fromBytes(b)
	less := t.lessThanN()
	z.Mul(&t, &rr)
	return less == 1
}

// Bytes returns z, reduced modulo N, as Size big-endian bytes.
func (z *Element) Bytes() [Size]byte {
	// Mul divides by R, which undoes the Montgomery form. By a factor of 1 it
	// gives N at most, and N only if z is 0 in its second form.
	var t Element
	t.Mul(z, &Element{1})
	mask := t.lessThanN() - 1
	var borrow uint64
	var b [Size]byte
	for i := range t {
		t[i], borrow = bits.Sub64(t[i], n[i]&mask, borrow)
		binary.BigEndian.PutUint64(b[Size-8*(i+1):], t[i])
	}
	return b
}

// lessThanN returns 1 if the limbs of z are a number less than N, and 0
// otherwise.
func (z *Element) lessThanN() (borrow uint64) {
	for i := range z {
		_, borrow = bits.Sub64(z[i], n[i], borrow)
	}
	return borrow
}

// IsZero reports whether z is 0.
func (z *Element) IsZero() bool {
	b := z.Bytes()
	var or byte
	for _, v := range b {
		or |= v
	}
	return or == 0
}

// Add sets z to x + y.
func (z *Element) Add(x, y *Element) *Element {
	var c uint64
	for i := range z {
		z[i], c = bits.Add64(x[i], y[i], c)
	}
	// A carry has dropped R, which addR brings back. That may carry once more,
	// but then leaves a number close to 0.
	c = z.addR(c)
	z.addR(c)
	return z
}

// Sub sets z to x - y.
func (z *Element) Sub(x, y *Element) *Element {
	var borrow uint64
	for i := range z {
		z[i], borrow = bits.Sub64(x[i], y[i], borrow)
	}
	// A borrow has added R, which is taken back as R mod N. That may borrow
	// once more, but then leaves a number close to R.
	for range 2 {
		mask := -borrow
		borrow = 0
		for i := range z {
			z[i], borrow = bits.Sub64(z[i], one[i]&mask, borrow)
		}
	}
	return z
}
