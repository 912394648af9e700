package srp_test

import (
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
)

// BenchmarkSignIn is all of a sign-in's work on the client.
func BenchmarkSignIn(b *testing.B) {
	v := readVectors(b).PasswordClaims[0]
	ch := v.challenge()
	srp.NewClient() // makes the table of powers, once in a process
	b.ReportAllocs()
	for b.Loop() {
		c := srp.NewClient()
		if c.A() == "" {
			b.Fatal("no A")
		}
		if _, _, err := c.Claim(ch, v.Password, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReferenceSignIn is the same work as other libraries do it.
func BenchmarkReferenceSignIn(b *testing.B) {
	v := readVectors(b).PasswordClaims[0]
	ch := v.challenge()
	b.ReportAllocs()
	for b.Loop() {
		r := randomReference(b)
		if r.A.Text(16) == "" {
			b.Fatal("no A")
		}
		if r.claim(b, ch, v.Password, srp.Timestamp(time.Now())) == "" {
			b.Fatal("no signature")
		}
	}
}
