package challengetest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
)

// These tests are inside the package: through the API a value would have to be
// the attestation object of a passkey.

// TestDecodeCBOR takes the examples of RFC 8949, appendix A.
func TestDecodeCBOR(t *testing.T) {
	type list = []any
	type object = map[any]any
	for _, test := range []struct {
		text string // hex
		want any    // of type error: refused
	}{
		{"00", int64(0)},
		{"17", int64(23)},
		{"1818", int64(24)},
		{"1864", int64(100)},
		{"1903e8", int64(1000)},
		{"1a000f4240", int64(1000000)},
		{"1b000000e8d4a51000", int64(1000000000000)},
		{"20", int64(-1)},
		{"3863", int64(-100)},
		{"3903e7", int64(-1000)},
		{"3b7fffffffffffffff", int64(-9223372036854775808)},
		{"f4", false},
		{"f5", true},
		{"f6", nil},
		{"40", []byte{}},
		{"4401020304", []byte{1, 2, 3, 4}},
		{"60", ""},
		{"6449455446", "IETF"},
		{"62c3bc", "ü"},
		{"80", list{}},
		{"8301820203820405", list{int64(1), list{int64(2), int64(3)}, list{int64(4), int64(5)}}},
		{"a0", object{}},
		{"a201020304", object{int64(1): int64(2), int64(3): int64(4)}},
		{"a26161016162820203", object{"a": int64(1), "b": list{int64(2), int64(3)}}},
		{"a1018081828384", object{int64(1): list{}}}, // and a rest

		{"", errCBOR},
		{"1bffffffffffffffff", errCBOR}, // more than int64
		{"3bffffffffffffffff", errCBOR},
		{"f7", errCBOR}, // undefined
		{"f0", errCBOR}, // simple(16)
		{"f8ff", errCBOR},
		{"f93c00", errCBOR}, // 1.0
		{"fb3ff199999999999a", errCBOR},
		{"c11a514b67b0", errCBOR}, // a tag
		{"5f42010243030405ff", errCBOR},
		{"9fff", errCBOR}, // indefinite
		{"bfff", errCBOR},
		{"ff", errCBOR},
		{"1c", errCBOR}, // reserved
		{"1817", errCBOR},
		{"190017", errCBOR}, // not the shortest
		{"1a0000ffff", errCBOR},
		{"1b00000000ffffffff", errCBOR},
		{"580101", errCBOR},
		{"18", errCBOR}, // cut off
		{"1903", errCBOR},
		{"44010203", errCBOR},
		{"82", errCBOR},
		{"8201", errCBOR},
		{"a101", errCBOR},
		{"61ff", errCBOR}, // no UTF-8
		{"a201020103", errCBOR},
		{"a1820102f4", errCBOR}, // a list as a key
		{"a1f401", errCBOR},
		{"a1410102", errCBOR},
		{"9b7fffffffffffffff00", errCBOR}, // more than there is
		{"5bffffffffffffffff00", errCBOR},
		{"8181818181", errCBOR}, // deep
	} {
		text, err := hex.DecodeString(test.text)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := decodeCBOR(text)
		if test.want == errCBOR {
			if err != errCBOR {
				t.Errorf("%s: got %v, %v", test.text, got, err)
			}
		} else if err != nil || !reflect.DeepEqual(test.want, got) {
			t.Errorf("%s: got %#v, %v, want %#v", test.text, got, err, test.want)
		}
	}
	if _, rest, err := decodeCBOR([]byte{1, 2, 3}); err != nil || !bytes.Equal(rest, []byte{2, 3}) {
		t.Errorf("rest %x, %v", rest, err)
	}
	if _, _, err := decodeCBOR([]byte(strings.Repeat("\x81", maxCBORDepth) + "\x00")); err != nil {
		t.Errorf("as deep as allowed: %v", err)
	}
	many := func(n int) []byte { return append(appendCBORHead(nil, cborArray, uint64(n)), make([]byte, n)...) }
	if _, _, err := decodeCBOR(many(maxCBORItems - 1)); err != nil {
		t.Errorf("as many as allowed: %v", err)
	}
	if _, _, err := decodeCBOR(many(maxCBORItems)); err != errCBOR {
		t.Errorf("one more than allowed: %v", err)
	}
}

func TestAppendCBOR(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{0, "00"},
		{23, "17"},
		{24, "1818"},
		{255, "18ff"},
		{256, "190100"},
		{65535, "19ffff"},
		{65536, "1a00010000"},
		{math.MaxInt32, "1a7fffffff"},
		{-7, "26"},
		{-257, "390100"},
		{[]byte{1, 2}, "420102"},
		{"none", "646e6f6e65"},
		{[]cborMember{{"fmt", "none"}, {1, []cborMember{}}}, "a263666d74646e6f6e6501a0"},
	} {
		if got := fmt.Sprintf("%x", appendCBOR(nil, test.value)); got != test.want {
			t.Errorf("%v: got %s, want %s", test.value, got, test.want)
		}
	}
}

// A head of eight bytes, whose argument an int can't hold on every machine.
func TestAppendCBORHead(t *testing.T) {
	if got, want := fmt.Sprintf("%x", appendCBORHead(nil, cborUnsigned, 1<<32)), "1b0000000100000000"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzDecodeCBOR: a value is read the same whatever follows it, and no part of
// it is one.
func FuzzDecodeCBOR(f *testing.F) {
	for _, seed := range []string{"a3636d74", "a363666d74646e6f6e656761747453746d74a068617574684461746144", "8181818181", "1b00000000ffffffff", "a201020103", "f6", "62c3bc"} {
		text, _ := hex.DecodeString(seed)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		value, rest, err := decodeCBOR(text)
		if err != nil {
			return
		}
		if !bytes.HasSuffix(text, rest) || len(rest) == len(text) {
			t.Fatalf("%d bytes are left of %d", len(rest), len(text))
		}
		read := text[:len(text)-len(rest)]
		again, rest, err := decodeCBOR(read)
		if err != nil || len(rest) != 0 || !reflect.DeepEqual(value, again) {
			t.Fatalf("by itself: %v, %v", again, err)
		}
		if _, _, err := decodeCBOR(read[:len(read)-1]); err == nil {
			t.Fatal("read without its last byte")
		}
	})
}

// FuzzPasskey hands the checks whatever comes in the name of a passkey: as a
// credential, as authenticator data, as a key. Nothing of it may be taken.
func FuzzPasskey(f *testing.F) {
	p, err := NewPool(Config{Users: []User{{Username: "alice"}}})
	if err != nil {
		f.Fatal(err)
	}
	in := p.open()
	c, u := &call{pool: in, now: in.now()}, in.users["alice"]
	k, err := NewPasskey(ES256)
	if err != nil {
		f.Fatal(err)
	}
	const creation = `{"challenge":"AA","rp":{"id":"localhost"},"user":{"id":"AQ"},"pubKeyCredParams":[{"type":"public-key","alg":-7}]}`
	registered, err := k.Register(creation, "http://localhost")
	if err != nil {
		f.Fatal(err)
	}
	credential, err := parseCredential([]byte(registered))
	if err != nil {
		f.Fatal(err)
	}
	u.passkeys = []*registeredPasskey{{id: credential.id, verify: func(_, _ []byte) bool { return true }}}
	signed, err := k.Sign(`{"challenge":"AA","rpId":"localhost"}`, "http://localhost")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(registered))
	f.Add([]byte(signed.Reveal()))
	f.Add(credential.response["authenticatorData"])
	f.Add(k.open().coseKey())
	f.Add([]byte("null"))
	message, signature := make([]byte, 32), make([]byte, 70)
	rand.Read(signature)
	f.Fuzz(func(t *testing.T, text []byte) {
		if credential, err := parseCredential(text); err == nil {
			if err := in.verifyAssertion(u, random(nonceSize), credential); err == nil {
				t.Error("signs in")
			}
		}
		c.startRegistration(u, "client")
		if err := c.completeRegistration(u, "client", text); err == nil {
			t.Error("is registered")
		}
		data, err := parseAuthenticatorData(text)
		if err == nil && data.flags&attestedCredential != 0 && len(data.credentialID) == 0 {
			t.Error("a credential without an id")
		}
		for _, key := range []any{data.publicKey, mustCBOR(text)} {
			if verify, err := parseCOSEKey(key); err == nil && verify(message, signature) {
				t.Error("verifies")
			}
		}
	})
}

// mustCBOR returns nil for what is none.
func mustCBOR(text []byte) any {
	value, _, _ := decodeCBOR(text)
	return value
}
