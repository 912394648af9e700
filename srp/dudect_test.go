package srp_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"github.com/cognito-go/cognitoauth/srp/internal/dudect"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// The tests of this file run on demand:
//
//	go test -run Dudect -v -timeout 0 ./srp -dudect 2m

// secretClasses are secrets of one length to be told from random ones: what
// fixed returns is class 0, and class 1 is random.
var secretClasses = []struct {
	name  string
	fixed func(size int) []byte
}{
	{"zero", func(size int) []byte { return make([]byte, size) }},
	{"one bit", func(size int) []byte { return append(make([]byte, size-1), 1) }},
	{"all ones", func(size int) []byte { return bytes.Repeat([]byte{0xFF}, size) }},
	{"fixed", func(size int) []byte { return bytes.Repeat([]byte{0x96, 0x3C, 0xA5}, size)[:size] }},
}

// secret returns a new secret of a class. It draws one either way, so that
// what happens before an operation does not depend on the class.
func secret(class int, fixed func(int) []byte, size int) []byte {
	random, s := make([]byte, size), fixed(size)
	rand.Read(random)
	if class == 1 {
		copy(s, random)
	}
	return s
}

func TestDudectExp(t *testing.T) {
	base := new(modp.Element)
	base.SetBytes(secret(1, secretClasses[0].fixed, modp.Size-1))
	for _, c := range secretClasses {
		t.Run(c.name, func(t *testing.T) {
			dudect.Run(t, func(class int) func() {
				e := secret(class, c.fixed, 64)
				return func() { new(modp.Element).Exp(base, e) }
			})
		})
	}
}

// TestDudectBase has the base as the secret, which B - kg^x is too.
func TestDudectBase(t *testing.T) {
	e := secret(1, secretClasses[0].fixed, 64)
	for _, c := range secretClasses {
		t.Run(c.name, func(t *testing.T) {
			dudect.Run(t, func(class int) func() {
				base := new(modp.Element)
				base.SetBytes(secret(class, c.fixed, modp.Size))
				return func() { new(modp.Element).Exp(base, e) }
			})
		})
	}
}

func TestDudectExpG(t *testing.T) {
	for _, c := range secretClasses {
		t.Run(c.name, func(t *testing.T) {
			dudect.Run(t, func(class int) func() {
				e := secret(class, c.fixed, 32)
				return func() { new(modp.Element).ExpG(e) }
			})
		})
	}
}

// TestDudectClaimEphemeral measures Claim with a as the secret.
func TestDudectClaimEphemeral(t *testing.T) {
	_, _, ch := signIn(t, "Passw0rd!")
	for _, c := range secretClasses {
		t.Run(c.name, func(t *testing.T) {
			dudect.Run(t, func(class int) func() {
				client := srptest.NewClient(t, secret(class, c.fixed, 32))
				return func() {
					if _, _, err := client.Claim(ch, "Passw0rd!", at); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// TestDudectClaimPassword measures Claim with the password as the secret, one
// that the verifier was made from against others of its length.
func TestDudectClaimPassword(t *testing.T) {
	client, _, ch := signIn(t, "0123456789abcdef")
	dudect.Run(t, func(class int) func() {
		password := string(secret(class, func(int) []byte { return []byte("0123456789abcdef") }, 16))
		return func() {
			if _, _, err := client.Claim(ch, password, at); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestDudectControl shows that the measurement finds a mistake that is easily
// made: an exponentiation that does without the multiplication by x^0. Of 128
// digits, eight are zero in a random exponent, and none in one of all ones.
func TestDudectControl(t *testing.T) {
	base := new(modp.Element)
	base.SetBytes(secret(1, secretClasses[0].fixed, modp.Size-1))
	var powers [16]modp.Element
	for i := range powers {
		powers[i].Exp(base, []byte{byte(i)})
	}
	leakyExp := func(e []byte) {
		z := powers[1]
		for _, b := range e {
			for _, digit := range []byte{b >> 4, b & 15} {
				z.Square(&z).Square(&z).Square(&z).Square(&z)
				if digit != 0 {
					z.Mul(&z, &powers[digit])
				}
			}
		}
	}
	dudect.Control(t, func(class int) func() {
		e := secret(class, secretClasses[2].fixed, 64)
		return func() { leakyExp(e) }
	})
}
