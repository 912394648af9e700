package exchange

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

func TestAppendInt(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", "00"}, // 0 has one byte, as in Java's and in JavaScript's big integers
		{"00", "00"},
		{"000000", "00"},
		{"01", "01"},
		{"7f", "7f"},
		{"80", "0080"},
		{"ff", "00ff"},
		{"007f", "7f"},
		{"0080", "0080"},
		{"000080", "0080"},
		{"0100", "0100"},
		{"000000017f", "017f"},
		{"8000", "008000"},
		{"00008000", "008000"},
		{"7fff", "7fff"},
	} {
		in, _ := hex.DecodeString(test.in)
		if got := hex.EncodeToString(AppendInt(nil, in)); got != test.want {
			t.Errorf("AppendInt(%s) = %s, want %s", test.in, got, test.want)
		}
		if got := hex.EncodeToString(AppendInt([]byte{0xAB}, in)); got != "ab"+test.want {
			t.Errorf("AppendInt(%s) after ab = %s", test.in, got)
		}
	}
	longest := bytes.Repeat([]byte{0xFF}, modp.Size)
	if got := AppendInt(nil, longest); !bytes.Equal(got, append([]byte{0}, longest...)) {
		t.Error("AppendInt of 384 bytes of ones is wrong")
	}
}

// parse is ParseHex with a buffer of four bytes.
func parse(s string) ([]byte, error) { return ParseHex(make([]byte, 4), s) }

func TestParseHex(t *testing.T) {
	for _, test := range []struct {
		in, want string
		err      error
	}{
		{"0", "", nil},
		{"00000000", "", nil},
		{"1", "01", nil},
		{"a", "0a", nil},
		{"F", "0f", nil},
		{"10", "10", nil},
		{"100", "0100", nil},
		{"0100", "0100", nil},
		{"0001", "01", nil},
		{"abcdef", "abcdef", nil},
		{"ABCdef9", "0abcdef9", nil},
		{"ffffffff", "ffffffff", nil},
		{"00ffffffff", "ffffffff", nil},
		{"0ffffffff", "ffffffff", nil},
		{"", "", ErrEmpty},
		{"1ffffffff", "", ErrTooLong},
		{"1ffffffff0", "", ErrTooLong},
		{"00000000000", "", ErrTooLong},
		{strings.Repeat("g", 11), "", ErrTooLong},
		{"g", "", ErrNotHex},
		{"/", "", ErrNotHex},
		{":", "", ErrNotHex},
		{"@", "", ErrNotHex},
		{"G", "", ErrNotHex},
		{"`", "", ErrNotHex},
		{"0x1f", "", ErrNotHex},
		{"-1", "", ErrNotHex},
		{"+1", "", ErrNotHex},
		{" 1", "", ErrNotHex},
		{"1 ", "", ErrNotHex},
		{"1\n", "", ErrNotHex},
		{"1_0", "", ErrNotHex},
		{"é", "", ErrNotHex},
		{"1\x00", "", ErrNotHex},
	} {
		got, err := parse(test.in)
		if hex.EncodeToString(got) != test.want || err != test.err {
			t.Errorf("ParseHex(%q) = %x, %v, want %s, %v", test.in, got, err, test.want, test.err)
		}
	}
}

func TestParseBase64(t *testing.T) {
	for _, test := range []struct {
		in, want string
		err      error
	}{
		{"AA==", "00", nil},
		{"AAA=", "0000", nil},
		{"AAAA", "000000", nil},
		{"+/+/", "fbffbf", nil},
		{"", "", ErrEmpty},
		{"AAAAAAAAA", "", ErrTooLong},
		{strings.Repeat("!", 9), "", ErrTooLong},
		{"AA", "", ErrNotBase64},
		{"AA=", "", ErrNotBase64},
		{"AA===", "", ErrNotBase64},
		{"AB==", "", ErrNotBase64}, // stray bits
		{"AAB=", "", ErrNotBase64},
		{"-_-_", "", ErrNotBase64}, // the URL alphabet
		{"AA\n==", "", ErrNotBase64},
		{"AAAA\r\n", "", ErrNotBase64},
		{"AA =", "", ErrNotBase64},
		{"====", "", ErrNotBase64},
		{"AAAA=", "", ErrNotBase64},
		{"AA==AA==", "", ErrNotBase64},
	} {
		got, err := ParseBase64(nil, test.in, 8)
		if hex.EncodeToString(got) != test.want || err != test.err {
			t.Errorf("ParseBase64(%q) = %x, %v, want %s, %v", test.in, got, err, test.want, test.err)
		}
	}
}

func TestMessage(t *testing.T) {
	got, err := Message("scope", "I", "AQI=", "now")
	if want := "scopeI\x01\x02now"; string(got) != want || err != nil {
		t.Errorf("Message = %q, %v, want %q", got, err, want)
	}
	if got, err := Message("scope", "I", "!", "now"); got != nil || !errors.Is(err, ErrNotBase64) {
		t.Errorf("Message with a bad block = %q, %v", got, err)
	}
	if got, err := Message("scope", "I", strings.Repeat("A", MaxBlock), "now"); len(got) != 9+MaxBlock/4*3 || err != nil {
		t.Errorf("Message with the longest block has %d bytes, %v", len(got), err)
	}
	if got, err := Message("scope", "I", strings.Repeat("A", MaxBlock+4), "now"); got != nil || !errors.Is(err, ErrTooLong) {
		t.Errorf("Message with too long a block has %d bytes, %v", len(got), err)
	}
}

// TestU has the check that no exchange can be found for.
func TestU(t *testing.T) {
	if u, err := U([]byte{1}, []byte{2}); u == ([32]byte{}) || err != nil {
		t.Errorf("U = %x, %v", u, err)
	}
	if _, err := nonzero([32]byte{}); !errors.Is(err, ErrZeroU) {
		t.Errorf("zero is accepted as u: %v", err)
	}
	for _, u := range [][32]byte{{1}, {31: 1}} {
		if got, err := nonzero(u); got != u || err != nil {
			t.Errorf("nonzero(%x) = %x, %v", u, got, err)
		}
	}
}

func testExponent(t *testing.T, a []byte, u, x [32]byte) {
	t.Helper()
	var buf [modp.Size + 1]byte
	got := exponent(&buf, a, u, x)
	want := new(big.Int).Mul(new(big.Int).SetBytes(u[:]), new(big.Int).SetBytes(x[:]))
	want.Add(want, new(big.Int).SetBytes(a))
	if new(big.Int).SetBytes(got).Cmp(want) != 0 {
		t.Errorf("exponent(%x, %x, %x) = %x, want %x", a, u, x, got, want)
	}
	var other [modp.Size + 1]byte
	if length := len(exponent(&other, make([]byte, len(a)), [32]byte{}, [32]byte{})); len(got) != length {
		t.Errorf("exponent for an a of %d bytes has %d bytes, and %d for zeros", len(a), len(got), length)
	}
}

func TestExponent(t *testing.T) {
	ones := [32]byte(bytes.Repeat([]byte{0xFF}, 32))
	for _, size := range []int{1, 31, 32, 33, 63, 64, 65, 128, modp.Size} {
		full := bytes.Repeat([]byte{0xFF}, size)
		testExponent(t, full, ones, ones)
		testExponent(t, full, [32]byte{}, ones)
		testExponent(t, full, [32]byte{31: 1}, ones)
		testExponent(t, make([]byte, size), ones, ones)
		for range 50 {
			a := make([]byte, size)
			var u, x [32]byte
			rand.Read(a)
			rand.Read(u[:])
			rand.Read(x[:])
			testExponent(t, a, u, x)
		}
	}
}

func FuzzExponent(f *testing.F) {
	f.Add([]byte{1}, []byte{2}, []byte{3})
	f.Add(bytes.Repeat([]byte{0xFF}, 64), bytes.Repeat([]byte{0xFF}, 32), bytes.Repeat([]byte{0xFF}, 32))
	f.Fuzz(func(t *testing.T, a, ub, xb []byte) {
		var u, x [32]byte
		copy(u[:], ub)
		copy(x[:], xb)
		testExponent(t, a[:min(len(a), modp.Size)], u, x)
	})
}

func FuzzParseHex(f *testing.F) {
	for _, s := range []string{"", "0", "abc", "00ff", "0x10", "ffffffffff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := parse(s)
		if err != nil {
			return
		}
		want, ok := new(big.Int).SetString(s, 16)
		if !ok || new(big.Int).SetBytes(b).Cmp(want) != 0 || len(b) != (want.BitLen()+7)/8 {
			t.Errorf("ParseHex(%q) = %x", s, b)
		}
	})
}
