package srptest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

const (
	scope    = "AbCdEfGhI"
	identity = "alice"
	password = "Passw0rd!"
	salt     = "8f3c2a1b00ff00ff7e5d4c3b2a190807"
	block    = "c2VjcmV0IGJsb2Nr"
)

var at = time.Date(2026, time.November, 3, 4, 5, 6, 0, time.UTC)

func verifier(t testing.TB) []byte {
	t.Helper()
	v, err := srptest.Verifier(scope, identity, password, salt)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A claim is what a Server is asked to verify.
type claim struct {
	A                    string
	challenge            srp.Challenge
	timestamp, signature string
}

func (c claim) verify(s *srptest.Server) error {
	return s.Verify(c.A, c.challenge, c.timestamp, c.signature)
}

// rightClaim returns a claim that s accepts, by a new client.
func rightClaim(t testing.TB, s *srptest.Server) claim {
	t.Helper()
	return rightClaimBy(t, srp.NewClient(), s)
}

func rightClaimBy(t testing.TB, client *srp.Client, s *srptest.Server) claim {
	t.Helper()
	ch := srp.Challenge{Scope: scope, Identity: identity, Salt: salt, B: s.B(), SecretBlock: block}
	signature, timestamp, err := client.Claim(ch, password, at)
	if err != nil {
		t.Fatal(err)
	}
	return claim{client.A(), ch, timestamp, signature}
}

func newServer(t testing.TB) *srptest.Server {
	t.Helper()
	s, err := srptest.NewServer(verifier(t))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVerify(t *testing.T) {
	s := newServer(t)
	right := rightClaim(t, s)
	if err := right.verify(s); err != nil {
		t.Fatalf("the right claim: %v", err)
	}
	// Neither is looked at.
	c := right
	c.challenge.B, c.challenge.Salt = "", "?"
	if err := c.verify(s); err != nil {
		t.Errorf("without B and salt: %v", err)
	}
	if err := right.verify(newServer(t)); !errors.Is(err, srptest.ErrProof) {
		t.Errorf("by a server with another b: %v", err)
	}

	flip := func(s string, i int) string {
		b := []byte(s)
		b[i] ^= 1
		return string(b)
	}
	expectWrong := func(what string, c claim) {
		t.Helper()
		if err := c.verify(s); !errors.Is(err, srptest.ErrProof) {
			t.Errorf("another %s: %v", what, err)
		}
	}
	for i := range scope {
		c := right
		c.challenge.Scope = flip(scope, i)
		expectWrong("scope", c)
	}
	for i := range identity {
		c := right
		c.challenge.Identity = flip(identity, i)
		expectWrong("identity", c)
	}
	for i := range right.timestamp {
		c := right
		c.timestamp = flip(right.timestamp, i)
		expectWrong("timestamp", c)
	}
	b, _ := base64.StdEncoding.DecodeString(block)
	for i := range b {
		c := right
		c.challenge.SecretBlock = base64.StdEncoding.EncodeToString([]byte(flip(string(b), i)))
		expectWrong("secret block", c)
	}
	proof, _ := base64.StdEncoding.DecodeString(right.signature)
	for i := range proof {
		c := right
		c.signature = base64.StdEncoding.EncodeToString([]byte(flip(string(proof), i)))
		expectWrong("signature", c)
	}
	for _, p := range [][]byte{proof[:31], proof[1:], proof[:1]} {
		c := right
		c.signature = base64.StdEncoding.EncodeToString(p)
		expectWrong("length of signature", c)
	}
	for _, A := range []string{"1", "2", rightClaim(t, s).A, flipDigit(right.A)} {
		c := right
		c.A = A
		expectWrong("A", c)
	}

	// A number may be spelt in several ways.
	for _, A := range []string{"0" + right.A, strings.ToUpper(right.A), strings.Repeat("0", 770-len(right.A)) + right.A} {
		c := right
		c.A = A
		if err := c.verify(s); err != nil {
			t.Errorf("A = %s: %v", A, err)
		}
	}
}

// flipDigit returns another hex number of the same length.
func flipDigit(s string) string {
	last := "0"
	if strings.HasSuffix(s, "0") {
		last = "1"
	}
	return s[:len(s)-1] + last
}

func TestWrongPassword(t *testing.T) {
	s := newServer(t)
	client := srp.NewClient()
	ch := srp.Challenge{Scope: scope, Identity: identity, Salt: salt, B: s.B(), SecretBlock: block}
	for _, wrong := range []string{"passw0rd!", "Passw0rd", "Passw0rd! ", "P"} {
		signature, timestamp, err := client.Claim(ch, wrong, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(client.A(), ch, timestamp, signature); !errors.Is(err, srptest.ErrProof) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestVerifyErrors(t *testing.T) {
	N := new(big.Int).SetBytes(modp.N())
	s := newServer(t)
	right := rightClaim(t, s)
	for _, test := range []struct {
		name string
		edit func(*claim)
		key  string
		err  error
	}{
		{"no A", func(c *claim) { c.A = "" }, "SRP_A", srp.ErrEmpty},
		{"A not hex", func(c *claim) { c.A = "hunter2" }, "SRP_A", srp.ErrNotHex},
		{"long A", func(c *claim) { c.A = strings.Repeat("1", 769) }, "SRP_A", srp.ErrTooLong},
		{"A = 0", func(c *claim) { c.A = "0" }, "SRP_A", srptest.ErrZeroA},
		{"A = N", func(c *claim) { c.A = N.Text(16) }, "SRP_A", srptest.ErrZeroA},
		{"A = N + 1", func(c *claim) { c.A = new(big.Int).Add(N, big.NewInt(1)).Text(16) }, "SRP_A", srp.ErrRange},
		{"no block", func(c *claim) { c.challenge.SecretBlock = "" }, "SECRET_BLOCK", srp.ErrEmpty},
		{"block not base64", func(c *claim) { c.challenge.SecretBlock = "hunter2" }, "SECRET_BLOCK", srp.ErrNotBase64},
		{"long block", func(c *claim) { c.challenge.SecretBlock = strings.Repeat("A", 131076) }, "SECRET_BLOCK", srp.ErrTooLong},
		{"no signature", func(c *claim) { c.signature = "" }, "PASSWORD_CLAIM_SIGNATURE", srp.ErrEmpty},
		{"signature not base64", func(c *claim) { c.signature = "hunter2" }, "PASSWORD_CLAIM_SIGNATURE", srp.ErrNotBase64},
		{"signature of 44 digits without padding", func(c *claim) { c.signature = c.signature[:43] }, "PASSWORD_CLAIM_SIGNATURE", srp.ErrNotBase64},
		{"long signature", func(c *claim) { c.signature += c.signature }, "PASSWORD_CLAIM_SIGNATURE", srp.ErrTooLong},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := right
			test.edit(&c)
			err := c.verify(s)
			expectParamError(t, err, test.key, test.err)
			if errors.Is(err, srptest.ErrProof) {
				t.Error("unreadable input is called a wrong proof")
			}
		})
	}
}

func expectParamError(t *testing.T, err error, key string, want error) {
	t.Helper()
	var p *srp.ParamError
	if !errors.As(err, &p) || p.Key != key || !errors.Is(err, want) {
		t.Fatalf("error = %v, want %s: %v", err, key, want)
	}
	if !strings.HasPrefix(err.Error(), "srp: "+key+": ") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error text = %q", err)
	}
}

func TestVerifier(t *testing.T) {
	v := verifier(t)
	if len(v) != 384 {
		t.Errorf("verifier of %d bytes", len(v))
	}
	for _, s := range []string{strings.ToUpper(salt), "00" + salt} {
		if other, err := srptest.Verifier(scope, identity, password, s); !bytes.Equal(other, v) || err != nil {
			t.Errorf("salt %s makes another verifier, %v", s, err)
		}
	}
	for _, test := range []struct {
		salt string
		err  error
	}{
		{"", srp.ErrEmpty},
		{"hunter2", srp.ErrNotHex},
		{strings.Repeat("hunter2", 100), srp.ErrTooLong},
	} {
		v, err := srptest.Verifier(scope, identity, password, test.salt)
		if v != nil {
			t.Error("a verifier with an error")
		}
		expectParamError(t, err, "SALT", test.err)
		d, err := srptest.FixedDevice(t, scope, identity, password, test.salt)
		if d != nil {
			t.Error("a device with an error")
		}
		expectParamError(t, err, "SALT", test.err)
	}
}

// TestNewServer has verifiers in the forms in which they come.
func TestNewServer(t *testing.T) {
	v := verifier(t)
	for name, form := range map[string][]byte{
		"in full":           v,
		"with a 00 byte":    append([]byte{0}, v...),
		"with many":         append(make([]byte, 1000), v...),
		"without any":       bytes.TrimLeft(v, "\x00"),
		"of a small number": {5},
	} {
		s, err := srptest.NewServer(form)
		if err != nil {
			t.Errorf("verifier %s: %v", name, err)
			continue
		}
		if name != "of a small number" {
			if err := rightClaim(t, s).verify(s); err != nil {
				t.Errorf("verifier %s: %v", name, err)
			}
		}
	}
	N := modp.N()
	for name, bad := range map[string][]byte{
		"nothing":  nil,
		"0":        {0},
		"0 again":  make([]byte, 400),
		"N":        N,
		"N + 1":    new(big.Int).Add(new(big.Int).SetBytes(N), big.NewInt(1)).Bytes(),
		"too long": append([]byte{1}, N...),
	} {
		s, err := srptest.NewServer(bad)
		if s != nil {
			t.Errorf("verifier %s: a Server", name)
		}
		expectParamError(t, err, "verifier", srp.ErrRange)
	}
}

func TestB(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{768}$`)
	seen := make(map[string]bool)
	for range 20 {
		B := newServer(t).B()
		if !form.MatchString(B) {
			t.Errorf("B = %q", B)
		}
		if seen[B] {
			t.Error("two servers have one B")
		}
		seen[B] = true
	}
}

// TestFixed checks that what is fixed depends on nothing else.
func TestFixed(t *testing.T) {
	secret := bytes.Repeat([]byte{0xA5}, 32)
	if a, b := srptest.NewClient(t, secret).A(), srptest.NewClient(t, append([]byte{0}, secret...)).A(); a != b {
		t.Error("one secret makes two A")
	}
	v := verifier(t)
	s1, err1 := srptest.NewFixedServer(t, v, secret)
	s2, err2 := srptest.NewFixedServer(t, v, secret)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if s1.B() != s2.B() {
		t.Error("one secret makes two B")
	}
	// B = k·v + g^b
	k, _ := new(big.Int).SetString("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6", 16)
	N := new(big.Int).SetBytes(modp.N())
	B := new(big.Int).Mul(k, new(big.Int).SetBytes(v))
	B.Add(B, new(big.Int).Exp(big.NewInt(2), new(big.Int).SetBytes(secret), N)).Mod(B, N)
	if got := s1.B(); got != hex.EncodeToString(B.FillBytes(make([]byte, 384))) {
		t.Errorf("B = %s", got)
	}
	clear(secret)
	if err := rightClaim(t, s1).verify(s1); err != nil {
		t.Errorf("the caller's slice is the server's secret: %v", err)
	}

	d1, err1 := srptest.FixedDevice(t, "group", "key", password, salt)
	d2, err2 := srptest.FixedDevice(t, "group", "key", password, "00"+salt)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if d1.Password() != password || d1.Salt() != d2.Salt() || d1.Verifier() != d2.Verifier() {
		t.Error("one password and salt make two devices")
	}
}

// A failing records that a test has failed, and stops it like testing.T does.
type failing struct {
	testing.TB
	message string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(string, ...any) {
	f.message = "failed"
	panic(f)
}

// TestSecretSizes checks that a secret that can't be meant fails the test.
func TestSecretSizes(t *testing.T) {
	fails := func(f func(testing.TB)) (failed bool) {
		tb := &failing{TB: t}
		defer func() {
			if r := recover(); r != nil && r != any(tb) {
				panic(r)
			}
			failed = tb.message != ""
		}()
		f(tb)
		return
	}
	v := verifier(t)
	for size, want := range map[int]bool{0: true, 1: false, 384: false, 385: true} {
		secret := make([]byte, size)
		if got := fails(func(tb testing.TB) { srptest.NewClient(tb, secret) }); got != want {
			t.Errorf("NewClient with %d bytes fails: %v", size, got)
		}
		if got := fails(func(tb testing.TB) { srptest.NewFixedServer(tb, v, secret) }); got != want {
			t.Errorf("NewFixedServer with %d bytes fails: %v", size, got)
		}
	}
}

// FuzzVerify looks for a claim that is accepted and should not be, among those
// that a client can't know the password of.
func FuzzVerify(f *testing.F) {
	v := verifier(f)
	secret := bytes.Repeat([]byte{0xB5}, 32)
	s, err := srptest.NewFixedServer(f, v, secret)
	if err != nil {
		f.Fatal(err)
	}
	// Nothing is random, because each worker calls this.
	right := rightClaimBy(f, srptest.NewClient(f, bytes.Repeat([]byte{0x5B}, 32)), s)
	f.Add(right.A, scope, identity, block, right.timestamp, right.signature)
	f.Add("0", scope, identity, block, right.timestamp, right.signature)
	f.Add("", "", "", "", "", "")
	f.Add("1", "AbCdEfGhI", "alice", "AA==", "Mon Jan 2 15:04:05 UTC 2006", base64.StdEncoding.EncodeToString(make([]byte, 32)))
	f.Fuzz(func(t *testing.T, A, scope, identity, block, timestamp, signature string) {
		s, err := srptest.NewFixedServer(t, v, secret)
		if err != nil {
			t.Fatal(err)
		}
		c := claim{A, srp.Challenge{Scope: scope, Identity: identity, SecretBlock: block}, timestamp, signature}
		err = c.verify(s)
		var p *srp.ParamError
		if err != nil && !errors.Is(err, srptest.ErrProof) && !errors.As(err, &p) {
			t.Errorf("error %v is neither", err)
		}
		if err == nil && signature != right.signature {
			t.Errorf("accepted: %+v", c)
		}
	})
}

// BenchmarkVerify is all of a sign-in's work on the server.
func BenchmarkVerify(b *testing.B) {
	v := verifier(b)
	// The client's part is over: its claim is about the B of a fixed server.
	s, err := srptest.NewFixedServer(b, v, bytes.Repeat([]byte{0xB5}, 32))
	if err != nil {
		b.Fatal(err)
	}
	c := rightClaim(b, s)
	b.ReportAllocs()
	for b.Loop() {
		s, err := srptest.NewServer(v)
		if err != nil || s.B() == "" {
			b.Fatal(err)
		}
		if err := c.verify(s); !errors.Is(err, srptest.ErrProof) {
			b.Fatal(err)
		}
	}
}
