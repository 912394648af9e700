package modp

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"math/big"
	"testing"
)

// The reference for everything here is math/big.

var (
	bigN    = new(big.Int).SetBytes(N())
	bigR    = new(big.Int).Lsh(big.NewInt(1), 64*limbs)
	bigRinv = new(big.Int).ModInverse(bigR, bigN)
)

// limbsToInt returns the number that the limbs are, in Montgomery form or not.
func limbsToInt(x *Element) *big.Int {
	z := new(big.Int)
	for i := limbs - 1; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(x[i]))
	}
	return z
}

// intToLimbs returns the Element with the limbs of x, which is less than R.
func intToLimbs(x *big.Int) *Element {
	z := fromBytes(x.Bytes())
	return &z
}

// value returns what x represents, by the definition of the Montgomery form.
func value(x *Element) *big.Int {
	v := limbsToInt(x)
	return v.Mod(v.Mul(v, bigRinv), bigN)
}

func randomInt(t testing.TB, max *big.Int) *big.Int {
	t.Helper()
	x, err := rand.Int(rand.Reader, max)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// edges returns limbs where carries, borrows and reductions are about to
// happen or just happen.
func edges() []*Element {
	one := big.NewInt(1)
	var ints []*big.Int
	for _, x := range []*big.Int{
		new(big.Int),
		bigN,
		new(big.Int).Sub(bigR, bigN), // R mod N
		new(big.Int).Rsh(bigR, 1),
		new(big.Int).Rsh(bigN, 1),
		new(big.Int).Lsh(one, 64),
		new(big.Int).Lsh(one, 64*limbs/2),
		new(big.Int).Lsh(one, 64*limbs-64),
		bigR,
	} {
		for d := int64(-2); d <= 2; d++ {
			y := plus(x, d)
			if y.Sign() >= 0 && y.Cmp(bigR) < 0 {
				ints = append(ints, y)
			}
		}
	}
	var es []*Element
	for _, x := range ints {
		es = append(es, intToLimbs(x))
	}
	// All ones but for one limb, or in every other limb only.
	var holes, stripes Element
	for i := range holes {
		holes[i] = ^uint64(0)
		stripes[i] = -uint64(i % 2)
	}
	holes[limbs/2] = 0
	return append(es, &holes, &stripes)
}

// randomLimbs returns limbs among which extreme ones are frequent.
func randomLimbs(t testing.TB) *Element {
	t.Helper()
	var b [limbs*8 + limbs]byte
	if _, err := rand.Read(b[:]); err != nil {
		t.Fatal(err)
	}
	z := fromBytes(b[:8*limbs])
	for i, kind := range b[8*limbs:] {
		switch kind % 8 {
		case 0:
			z[i] = 0
		case 1:
			z[i] = ^uint64(0)
		}
	}
	return &z
}

// pairs calls f for all pairs of edges and for some random ones.
func pairs(t *testing.T, f func(x, y *Element)) {
	t.Helper()
	es := edges()
	for _, x := range es {
		for _, y := range es {
			f(x, y)
		}
	}
	for range 2000 {
		f(randomLimbs(t), randomLimbs(t))
	}
}

func check(t *testing.T, what string, got *Element, want *big.Int) {
	t.Helper()
	want = new(big.Int).Mod(want, bigN)
	if v := value(got); v.Cmp(want) != 0 {
		t.Fatalf("%s\n got %x\nwant %x", what, v, want)
	}
}

func TestConstants(t *testing.T) {
	if bigN.BitLen() != 8*Size || !bigN.ProbablyPrime(8) || !new(big.Int).Rsh(bigN, 1).ProbablyPrime(8) {
		t.Error("N is not a safe prime of 3072 bits")
	}
	if limbsToInt(&n).Cmp(bigN) != 0 {
		t.Error("n is not N")
	}
	if n[0] != ^uint64(0) || n[limbs-1] != ^uint64(0) {
		t.Error("N does not end in 64 ones on either side")
	}
	if want := new(big.Int).Mod(bigR, bigN); limbsToInt(&one).Cmp(want) != 0 {
		t.Error("one is not R mod N")
	}
	check(t, "one", &one, big.NewInt(1))
	check(t, "rr", &rr, bigR)
}

func TestAdd(t *testing.T) {
	pairs(t, func(x, y *Element) {
		var z Element
		z.Add(x, y)
		check(t, "Add", &z, new(big.Int).Add(value(x), value(y)))
	})
}

func TestSub(t *testing.T) {
	pairs(t, func(x, y *Element) {
		var z Element
		z.Sub(x, y)
		check(t, "Sub", &z, new(big.Int).Sub(value(x), value(y)))
	})
}

func TestMul(t *testing.T) {
	pairs(t, func(x, y *Element) {
		var z Element
		z.Mul(x, y)
		check(t, "Mul", &z, new(big.Int).Mul(value(x), value(y)))
	})
}

func TestSquare(t *testing.T) {
	pairs(t, func(x, _ *Element) {
		var z Element
		z.Square(x)
		check(t, "Square", &z, new(big.Int).Mul(value(x), value(x)))
	})
}

// TestAliasing calls every operation with a receiver that is an argument.
func TestAliasing(t *testing.T) {
	e := []byte{0xA5, 0x3C}
	ops := map[string]func(z, x, y *Element){
		"Add":    func(z, x, y *Element) { z.Add(x, y) },
		"Sub":    func(z, x, y *Element) { z.Sub(x, y) },
		"Mul":    func(z, x, y *Element) { z.Mul(x, y) },
		"Square": func(z, x, _ *Element) { z.Square(x) },
		"Exp":    func(z, x, _ *Element) { z.Exp(x, e) },
	}
	for name, op := range ops {
		for range 20 {
			x, y := randomLimbs(t), randomLimbs(t)
			var xy, xx Element
			op(&xy, x, y)
			op(&xx, x, x)

			z := *x
			if op(&z, &z, y); z != xy {
				t.Errorf("%s: wrong if the receiver is the first argument", name)
			}
			z = *y
			if op(&z, x, &z); z != xy {
				t.Errorf("%s: wrong if the receiver is the second argument", name)
			}
			z = *x
			if op(&z, &z, &z); z != xx {
				t.Errorf("%s: wrong if the receiver is both arguments", name)
			}
		}
	}
}

func TestSetBytes(t *testing.T) {
	for _, test := range []struct {
		name string
		b    []byte
		want *big.Int // nil if it can't be represented
	}{
		{"nothing", nil, new(big.Int)},
		{"0", []byte{0}, new(big.Int)},
		{"1", []byte{1}, big.NewInt(1)},
		{"short", []byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, new(big.Int).SetBytes([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9})},
		{"leading zeros", append(make([]byte, Size-1), 7), big.NewInt(7)},
		{"N-1", plus(bigN, -1).Bytes(), plus(bigN, -1)},
		{"N", bigN.Bytes(), bigN},
		{"N+1", plus(bigN, 1).Bytes(), plus(bigN, 1)},
		{"R-1", plus(bigR, -1).Bytes(), plus(bigR, -1)},
		{"R", bigR.Bytes(), nil},
		{"longer than N", make([]byte, Size+1), nil},
	} {
		var z Element
		got := z.SetBytes(test.b)
		if want := test.want != nil && test.want.Cmp(bigN) < 0; got != want {
			t.Errorf("%s: SetBytes = %v, want %v", test.name, got, want)
		}
		if test.want != nil {
			check(t, test.name, &z, test.want)
		}
	}
	for range 200 {
		x := randomInt(t, bigN)
		var z Element
		if !z.SetBytes(x.Bytes()) {
			t.Fatalf("SetBytes(%x) = false", x)
		}
		check(t, "SetBytes", &z, x)
	}
}

func plus(x *big.Int, d int64) *big.Int { return new(big.Int).Add(x, big.NewInt(d)) }

// TestBytes checks that whatever the limbs are, what comes out is reduced.
func TestBytes(t *testing.T) {
	pairs(t, func(x, _ *Element) {
		got := x.Bytes()
		if want := value(x).FillBytes(make([]byte, Size)); !bytes.Equal(got[:], want) {
			t.Fatalf("Bytes of %x\n got %x\nwant %x", *x, got, want)
		}
	})
}

func TestIsZero(t *testing.T) {
	for _, x := range edges() {
		if got, want := x.IsZero(), value(x).Sign() == 0; got != want {
			t.Errorf("IsZero of %x = %v", *x, got)
		}
	}
	if !intToLimbs(bigN).IsZero() {
		t.Error("N is not zero")
	}
}

// exponents returns exponents of a length, most of which are extreme.
func exponents(t *testing.T, size int) [][]byte {
	t.Helper()
	es := [][]byte{make([]byte, size), bytes.Repeat([]byte{0xFF}, size)}
	if size > 0 {
		low, high, random := make([]byte, size), make([]byte, size), make([]byte, size)
		low[size-1], high[0] = 1, 0x80
		rand.Read(random)
		es = append(es, low, high, random)
	}
	return es
}

func TestExp(t *testing.T) {
	bases := []*Element{{}, &one, intToLimbs(bigN), intToLimbs(plus(bigR, -1)), randomLimbs(t)}
	for _, size := range []int{0, 1, 2, 3, 4, 5, 6, 31, 32, 64, 65, 129} {
		if size > 6 {
			bases = []*Element{randomLimbs(t)} // the others would take seconds
		}
		for _, e := range exponents(t, size) {
			for _, x := range bases {
				var z Element
				z.Exp(x, e)
				check(t, fmt.Sprintf("Exp(%x)", e), &z, new(big.Int).Exp(value(x), new(big.Int).SetBytes(e), bigN))
			}
		}
	}
}

// TestExpG passes the lengths that the comb covers, and those around its end.
func TestExpG(t *testing.T) {
	for _, size := range []int{0, 1, 2, 6, 7, 13, 31, 32, 33, 128} {
		for _, e := range exponents(t, size) {
			var z Element
			z.ExpG(e)
			check(t, fmt.Sprintf("ExpG(%x)", e), &z, new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(e), bigN))
		}
	}
	// Each bit alone, because each has its place in the comb.
	for i := range 8 * 32 {
		e := new(big.Int).Lsh(big.NewInt(1), uint(i)).FillBytes(make([]byte, 32))
		var z Element
		z.ExpG(e)
		check(t, fmt.Sprintf("ExpG(2^%d)", i), &z, new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(e), bigN))
	}
}

func TestLookup(t *testing.T) {
	var table [1 << window]Element
	for i := range table {
		table[i] = *randomLimbs(t)
	}
	for i := range table {
		z := *randomLimbs(t)
		if z.lookup(&table, int32(i)); z != table[i] {
			t.Errorf("lookup of %d is wrong", i)
		}
	}
}

func BenchmarkMul(b *testing.B) {
	x, y := randomLimbs(b), randomLimbs(b)
	for b.Loop() {
		x.Mul(x, y)
	}
}

func BenchmarkSquare(b *testing.B) {
	x := randomLimbs(b)
	for b.Loop() {
		x.Square(x)
	}
}

func BenchmarkExp512(b *testing.B) {
	x, e := randomLimbs(b), make([]byte, 64)
	rand.Read(e)
	for b.Loop() {
		x.Exp(x, e)
	}
}

func BenchmarkExpG256(b *testing.B) {
	var z Element
	e := make([]byte, 32)
	rand.Read(e)
	z.ExpG(e)
	for b.Loop() {
		z.ExpG(e)
	}
}
